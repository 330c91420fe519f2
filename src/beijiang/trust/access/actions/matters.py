"""Matters pushed down by the rooms that keep them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import get_args
from uuid import UUID

from django.db import router, transaction

from beijiang.kernel import clock, guard, marks
from beijiang.kernel.errors import Conflict, Invalid, NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit
from beijiang.trust.identity import queries as identity

from .. import grants, queries
from ..events import MatterClosed, MatterRegistered
from ..models import Matter
from ..rules import matter_mark
from ..types import MatterInfo, MatterKind

_MOST_PARTICIPANTS = 200


@transaction.atomic
def register_matter(
    actor: Actor,
    *,
    ref: str,
    kind: str,
    title: Words,
    unit_code: str,
    participants: Iterable[UUID] = (),
    opened_at: datetime | None = None,
) -> MatterInfo:
    """This function will make a case, incident or the like known, renew its title and people, or reopen it.

    No participants: whoever serves in the unit works on it. Raises Invalid for a bad reference or kind,
    Conflict when the reference is taken by another kind or unit.
    """
    unit = identity.unit(unit_code)
    guard.require(actor, grants.REGISTER_MATTER, guard.Resource("matter", ref, {"unit_path": unit.path}))
    people = list(dict.fromkeys(participants))
    if not (1 <= len(ref) <= 60 and ref.isprintable() and ref == ref.strip()):
        raise Invalid("access.matter_ref", detail=Words("事项编号应为 1 到 60 个可见字符。", "A reference has 1 to 60 visible characters."))
    if kind not in get_args(MatterKind):
        raise Invalid("access.matter_kind_unknown", detail=Words("事项种类不在清单内。", "The kind of matter is not on the list."))
    if not title.zh.strip() or len(title.zh) > 200 or len(title.en) > 200 or len(people) > _MOST_PARTICIPANTS:
        raise Invalid(
            "access.matter_invalid",
            detail=Words("名称为空或过长，或者参与人过多。", "The title is empty or too long, or there are too many people."),
        )
    row = Matter.objects.select_for_update().filter(ref=ref).first()
    if row is None:
        row = Matter(ref=ref, kind=kind, opened_at=opened_at or clock.now())
    elif (row.kind, row.unit_code) != (kind, unit.code):
        raise Conflict(
            "access.matter_taken",
            Words("编号已被另一事项使用", "The reference belongs to another matter"),
            Words("原有事项没有改动。请核对编号。", "Nothing was changed. Check the reference."),
        )
    _mark(ref)
    row.title_zh, row.title_en = title.zh, title.en or title.zh
    row.unit_code, row.unit_path, row.participants, row.closed_at = unit.code, list(unit.path), people, None
    row.save()
    audit.record(actor, MatterRegistered(ref=ref, kind=kind, unit_code=unit.code, participants=tuple(people)))
    return queries.matter(ref)


@transaction.atomic
def close_matter(actor: Actor, *, ref: str) -> MatterInfo:
    """This function will close a matter: from now on nothing may be asked under it. Conflict if it is closed."""
    row = Matter.objects.select_for_update().filter(ref=ref).first()
    if row is None:
        raise NotFound("access.matter_unknown", Words("没有登记这个事项", "No such matter"))
    guard.require(actor, grants.CLOSE_MATTER, guard.Resource("matter", ref, {"unit_path": row.unit_path}))
    if row.closed_at is not None:
        raise Conflict("access.matter_already_closed", Words("事项已经办结", "The matter is closed already"))
    _mark(ref)
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    audit.record(actor, MatterClosed(ref=row.ref, kind=row.kind, unit_code=row.unit_code))
    return queries.matter(ref)


def _mark(ref: str) -> None:
    marks.changing(matter_mark(ref), using=router.db_for_write(Matter) or "default")
