"""How often each grant was used: for its holder, and for the owner whose data it opens."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connections, router

from beijiang.kernel import guard
from beijiang.kernel.types import Actor

from ..grants import GRANT_USES
from ..models import Entry
from ..types import GrantUse

_SQL = """
SELECT g, count(*), coalesce(sum(row_count), 0), max(time) FROM audit_entry, unnest(grants) AS g
WHERE grants && %s AND use AND outcome = 'done' AND g = ANY(%s) GROUP BY g
"""


def grant_uses(actor: Actor, *, grant_ids: Iterable[UUID]) -> dict[UUID, GrantUse]:
    """This function will count the sealed uses that stood on each of these grants: how many, how many rows, the latest.

    A grant that was never used is left out. It tells numbers only; which grants somebody may ask about is access's to say.
    """
    guard.require(actor, GRANT_USES)
    wanted = [str(g) for g in grant_ids]
    if not wanted:
        return {}
    with connections[router.db_for_read(Entry) or "default"].cursor() as cursor:
        cursor.execute(_SQL, [wanted, wanted])
        return {UUID(g): GrantUse(many, int(rows), last) for g, many, rows, last in cursor.fetchall()}
