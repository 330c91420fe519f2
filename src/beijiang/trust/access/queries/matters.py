"""Matters that uses may belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import grants
from ..models import Matter
from ..types import MatterInfo

_FIELDS = ("ref", "kind", "title_zh", "title_en", "unit_code", "opened_at", "closed_at", "participants")


def works_on(actor: Actor, *, unit_code: str, unit_path: Iterable[str], participants: Iterable[UUID]) -> bool:
    """This function will say whether a matter is the actor's: named on it, of its unit where nobody is
    named, or chief of its unit or of one above."""
    named = tuple(participants)
    if named and actor.user_id in named:
        return True
    if not named and unit_code in actor.unit_path:
        return True
    return "chief" in actor.duties and bool(actor.unit_code) and actor.unit_code in unit_path


def matters_for(actor: Actor, *, limit: int = 200) -> tuple[MatterInfo, ...]:
    """This function will list the open matters that the actor works on, newest first."""
    guard.require(actor, grants.SEE_MATTERS)
    if actor.user_id is None:
        return ()
    mine = Q(participants__contains=[actor.user_id])
    if actor.unit_path:
        mine |= Q(participants=[], unit_code__in=actor.unit_path)
    if "chief" in actor.duties and actor.unit_code:
        mine |= Q(unit_path__contains=[actor.unit_code])
    rows = Matter.objects.filter(mine, closed_at__isnull=True).order_by("-opened_at").values(*_FIELDS)[:limit]
    return tuple(_info(r) for r in rows)


def matter(ref: str) -> MatterInfo:
    """This function will give a matter; NotFound (`access.matter_unknown`) if it is not registered."""
    row = Matter.objects.filter(ref=ref).values(*_FIELDS).first()
    if row is None:
        raise NotFound(
            "access.matter_unknown",
            Words("没有登记这个事项", "No such matter"),
            Words("请核对编号，或者先在办案系统中登记。", "Check the reference, or have it registered first."),
        )
    return _info(row)


def _info(row: dict[str, Any]) -> MatterInfo:
    return MatterInfo(
        row["ref"],
        row["kind"],
        Words(row["title_zh"], row["title_en"]),
        row["unit_code"],
        row["opened_at"],
        row["closed_at"],
        tuple(str(p) for p in row["participants"]),
    )
