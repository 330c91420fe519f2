"""Locks of PostgreSQL between processes: they are the session's, and die with it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def tried(key: str, kind: int) -> Iterator[bool]:
    """Whether the lock `key` of a kind of work could be had at once; it is held within this block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [key, kind])
        row = cursor.fetchone()
    mine = bool(row and row[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [key, kind])


def hold(key: str, kind: int) -> None:
    """This function will wait for the lock `key` and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, kind])
