"""Once in effect: a consumer takes each key one time, in the transaction of what it does with it."""

from __future__ import annotations

from django.db import connection, transaction


def once(consumer: str, key: str) -> bool:
    """This function will return True the first time `consumer` sees `key`, False ever after.

    It must run in the transaction of the effect: if that rolls back, the key counts as unseen.
    A concurrent second taker waits for the first to commit or roll back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("inbox.once must run in the transaction of its effect")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_inbox (consumer, key, at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING",
            [consumer, key],
        )
        return cursor.rowcount == 1


def forget(*, consumer: str, older_than_seconds: int) -> int:
    """This function will drop keys that can no longer come again, such as nonces past their window."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_inbox WHERE consumer = %s AND at < now() - make_interval(secs => %s)",
            [consumer, older_than_seconds],
        )
        return cursor.rowcount
