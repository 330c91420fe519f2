"""Counting entries by what auditors look for, in the transaction that seals or forgets them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections

from beijiang.kernel import clock

from ..models import Entry

COLUMNS = (
    "day",
    "room",
    "use",
    "actor_id",
    "actor_username",
    "actor_name",
    "unit",
    "unit_zh",
    "unit_en",
    "unit_path",
    "datasets",
    "purpose",
    "basis",
    "outcome",
    "codes",
)
ADD = f"""INSERT INTO audit_tally (id, {", ".join(COLUMNS)}, many, rows) VALUES (%s, {", ".join(["%s"] * len(COLUMNS))}, %s, %s)
ON CONFLICT (id) DO UPDATE SET many = audit_tally.many + EXCLUDED.many, rows = audit_tally.rows + EXCLUDED.rows"""  # noqa: S608 - names of our own
TAKE = "UPDATE audit_tally SET many = many - %s, rows = rows - %s WHERE id = %s"


def count(alias: str, entries: Iterable[Entry]) -> None:
    """This function will add sealed entries to the tallies of their day. To be called in the transaction that stores them."""
    rows = [(id_, *key, many, rows) for id_, (key, many, rows) in _grouped(entries)]
    if rows:
        with connections[alias].cursor() as cursor:
            cursor.executemany(ADD, rows)


def discount(alias: str, entries: Iterable[Entry]) -> None:
    """This function will take entries out of their tallies, before they are forgotten."""
    rows = [(many, rows, id_) for id_, (_, many, rows) in _grouped(entries)]
    if rows:
        with connections[alias].cursor() as cursor:
            cursor.executemany(TAKE, rows)


def _grouped(entries: Iterable[Entry]) -> list[tuple[UUID, tuple[tuple[Any, ...], int, int]]]:
    """Keys with their numbers, in one order, so that two writers never wait for each other crosswise."""
    found: dict[UUID, tuple[tuple[Any, ...], int, int]] = {}
    for entry in entries:
        key = (clock.local(entry.time).date(), *(getattr(entry, name) for name in COLUMNS[1:]))
        id_ = UUID(bytes=sha256(json.dumps([_plain(v) for v in key], ensure_ascii=False).encode()).digest()[:16])
        _, many, rows = found.get(id_, (key, 0, 0))
        found[id_] = (key, many + 1, rows + (entry.row_count or 0))
    return sorted(found.items())


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | list) else str(value)
