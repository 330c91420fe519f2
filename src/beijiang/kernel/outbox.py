"""Facts leave with the change that made them: same transaction, own database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

from . import clock, events
from .ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

WAKE = "beijiang_relay"
"""LISTEN/NOTIFY channel by which a commit wakes the relay."""


def emit(fact: Any, *, id_: UUID | None = None, subject: str = "") -> UUID:
    """This function will write the outbox row of an event; it must run inside the change's transaction."""
    from .models import Outbox

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event must be emitted in the transaction of its change")
    id_ = id_ or new_id()
    document = events.envelope(fact, id_=id_, time=clock.now(), subject=subject)
    Outbox.objects.create(id=id_, type=document["type"], document=document)
    notify()
    return id_


def notify() -> None:
    """This function will wake the relay when this transaction commits (PostgreSQL NOTIFY)."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [WAKE])


def pump(publish: Callable[[list[dict[str, Any]]], list[bool]], *, using: str = "default", batch: int = 500) -> int:
    """This function will hand waiting rows to `publish` and mark those that were acknowledged.

    Rows are claimed where the mark is null (`FOR UPDATE SKIP LOCKED`), so a row that commits late
    is never passed over. A crash between acknowledgement and mark sends the row again; the stream
    drops it by message id. Returns how many were marked.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id, document FROM kernel_outbox WHERE published_at IS NULL ORDER BY created_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [batch],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        documents = [_loaded(row[1]) for row in rows]
        acknowledged = publish(documents)
        sent = [row[0] for row, ok in zip(rows, acknowledged, strict=True) if ok]
        if sent:
            cursor.execute("UPDATE kernel_outbox SET published_at = now() WHERE id = ANY(%s)", [sent])
        return len(sent)


def _loaded(value: Any) -> dict[str, Any]:
    import json

    return json.loads(value) if isinstance(value, str | bytes) else value


def forget_sent(*, days: int = 7, using: str = "default") -> int:
    """This function will delete rows that were published more than `days` ago (RIGHTS 15). Returns the count."""
    with connections[using].cursor() as cursor:
        cursor.execute("DELETE FROM kernel_outbox WHERE published_at < now() - make_interval(days => %s)", [days])
        return cursor.rowcount
