"""What a decision rests on, read in one round trip: the dataset, the matter, the open share, and only
the grants that can matter (lake.md § 7)."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, router

from beijiang.kernel import clock
from beijiang.kernel.types import Actor

from ..models import Grant, Resource
from ..rules.limits import NAME
from ..types import DatasetResource, Question
from .matters import works_on
from .resources import FIELDS, resource_of

MOST_GRANTS = 20
"""No more candidates than this for one question; later-ending ones first."""

_GRANT = 'id, bundle, origin, holder_user, holder_unit, matter, columns, masks, areas, own_unit_only, row_cap, start, "end", version'
_LIVE = (
    'dataset = %(dataset)s AND purpose = %(purpose)s AND "end" > %(now)s AND start <= %(now)s AND revoked_at IS NULL'
    " AND (matter = '' OR matter = %(matter)s)"
)
_SQL = f"""
SELECT r.id, r.version, m.ref, m.kind, m.closed_at, m.unit_code, m.unit_path, m.participants,
       s.columns, s.areas, s.row_cap, s.id, g.*
FROM access_resource r
LEFT JOIN access_matter m ON m.ref = %(matter)s
LEFT JOIN access_openshare s ON s.dataset = r.name AND s.ended_at IS NULL AND s.start <= %(now)s
LEFT JOIN LATERAL (
  (SELECT {_GRANT} FROM access_grant WHERE holder_user = %(user)s AND {_LIVE} ORDER BY "end" DESC LIMIT {MOST_GRANTS})
  UNION ALL
  (SELECT {_GRANT} FROM access_grant WHERE holder_unit = ANY(%(units)s) AND holder_unit <> '' AND {_LIVE}
   ORDER BY "end" DESC LIMIT {MOST_GRANTS})
) g ON true
WHERE r.name = %(dataset)s
"""  # noqa: S608 - constants only; every value is a parameter


@dataclass(frozen=True, slots=True)
class MatterFact:
    """The matter named, as far as the decision needs it."""

    kind: str
    open: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class GrantFact:
    """One live grant that can matter."""

    id: UUID
    bundle: UUID
    origin: str
    holder_user: UUID | None
    holder_unit: str
    matter: str
    columns: tuple[str, ...]
    masks: dict[str, str]
    areas: tuple[str, ...]
    own_unit_only: bool
    row_cap: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ShareFact:
    """The live open share."""

    columns: tuple[str, ...]
    areas: tuple[str, ...]
    row_cap: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it at one moment."""

    now: datetime
    resource: DatasetResource
    version: int = 0
    matter: MatterFact | None = None
    share: ShareFact | None = None
    grants: tuple[GrantFact, ...] = ()


@functools.lru_cache(maxsize=2000)
def _resource(_id: UUID, _version: int, alias: str) -> DatasetResource:
    # A dataset's description changes only with its version, so (id, version) may be kept. Columns are named because
    # the data domain's view has no others.
    row = Resource.objects.using(alias).filter(id=_id, version=_version).values(*FIELDS).first()
    if row is None:
        raise LookupError("changed meanwhile")
    return resource_of(row)


def gather(actor: Actor, *, question: Question) -> Facts | None:
    """This function will read what the decision on `question` rests on; None for an unknown dataset.

    Live: nothing is kept but descriptions of datasets, by version.
    """
    now = clock.now()
    if not NAME.fullmatch(question.dataset):
        return None
    # A reference that cannot have been registered (NUL, control characters) must not reach the driver either.
    matter_ref = question.matter if question.matter.isprintable() else "\N{REPLACEMENT CHARACTER}"
    rows = _fetch(
        router.db_for_read(Grant) or "default",
        {
            "dataset": question.dataset,
            "purpose": question.purpose,
            "matter": matter_ref,
            "now": now,
            "user": actor.user_id,
            "units": list(actor.unit_path),
        },
    )
    if not rows:
        return None
    first = rows[0]
    resource = _described(first[0], first[1], router.db_for_read(Resource) or "default")
    matter = None
    if first[2] is not None:
        mine = works_on(actor, unit_code=first[5], unit_path=first[6], participants=first[7])
        matter = MatterFact(first[3], first[4] is None, mine)
    share = ShareFact(tuple(first[8]), tuple(first[9]), first[10]) if first[11] is not None else None
    return Facts(now, resource, first[1], matter, share, tuple(_grant(r[12:]) for r in rows if r[12] is not None))


def _described(id_: UUID, version: int, alias: str) -> DatasetResource:
    try:
        return _resource(id_, version, alias)
    except LookupError:
        return resource_of(Resource.objects.using(alias).filter(id=id_).values(*FIELDS).get())


def _grant(row: tuple[Any, ...]) -> GrantFact:
    id_, bundle, origin, user, unit, matter, columns, masks, areas, own, cap, start, end, _version = row
    read = json.loads(masks) if isinstance(masks, str) else masks
    return GrantFact(id_, bundle, origin, user, unit, matter, tuple(columns), read, tuple(areas), own, cap, start, end)


def _fetch(alias: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    connection = connections[alias]
    connection.ensure_connection()
    raw = connection.connection
    # A plain psycopg cursor: binds on the server and keeps the plan, without which planning is most of a decision's
    # time. Django switches prepared statements off for its own; they are on for this one statement.
    threshold, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
            return cursor.execute(_SQL, parameters, prepare=True, binary=True).fetchall()
    finally:
        raw.prepare_threshold = threshold
