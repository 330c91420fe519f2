"""Human reference numbers, without gaps or races."""

from __future__ import annotations

from django.db import connection, transaction


def next_number(series: str, scope: str) -> int:
    """This function will take the next number of `series` within `scope`, starting at 1.

    The row stays locked until the caller's transaction ends, so a rolled-back caller leaves no gap.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number must be taken in the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_number (series, scope, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (series, scope) DO UPDATE SET last = kernel_number.last + 1 RETURNING last",
            [series, scope],
        )
        row = cursor.fetchone()
    return int(row[0])
