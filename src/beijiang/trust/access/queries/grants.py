"""Reads of grants: one's own, those on one's data, and what waits to be reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import grants
from ..models import Grant, Resource
from ..rules import EXPIRING_DAYS, grant_state
from ..types import GrantInfo
from .purposes import find_purpose
from .resources import titles_of


def grants_for(actor: Actor, *, ended: bool = False, limit: int = 200) -> tuple[GrantInfo, ...]:
    """This function will list the actor's live and coming grants, nearest end first; with `ended`, the latest ended ones."""
    guard.require(actor, grants.SEE_OWN)
    mine = Q(holder_user=actor.user_id) if actor.user_id else Q(pk__isnull=True)
    if actor.unit_path:
        mine |= Q(holder_unit__in=actor.unit_path)
    over = Q(revoked_at__isnull=False) | Q(end__lte=clock.now())
    rows = Grant.objects.filter(mine & over).order_by("-end") if ended else Grant.objects.filter(mine & ~over).order_by("end")
    return infos(rows[:limit])


def grants_on(actor: Actor, *, ended: bool = False, limit: int = 500) -> tuple[GrantInfo, ...]:
    """This function will list the grants on datasets that the actor's unit owns."""
    guard.require(actor, grants.REVOKE_GRANT)
    owned = Resource.objects.filter(owner_unit=actor.unit_code).values("name")
    over = Q(revoked_at__isnull=False) | Q(end__lte=clock.now())
    rows = Grant.objects.filter(dataset__in=owned)
    rows = rows.filter(over).order_by("-end") if ended else rows.filter(~over).order_by("end")
    return infos(rows[:limit])


def grants_in(*, bundles: Iterable[UUID]) -> tuple[GrantInfo, ...]:
    """This function will list the live and coming grants of some bundles, whoever owns their datasets.

    For pages that tell an owner what one of the grants takes with it; nothing of the others but how many is shown there.
    """
    rows = Grant.objects.filter(bundle__in=list(bundles), revoked_at__isnull=True, end__gt=clock.now())
    return infos(rows.order_by("issued_at", "id"))


def expiring(*, within_days: int = EXPIRING_DAYS) -> tuple[GrantInfo, ...]:
    """This function will list live grants that end within so many days and were not renewed, nearest end first.

    For jobs of the house, not for a page: it looks at everybody's grants. A grant counts as renewed when its holder
    has a later-ending one on the same dataset for the same purpose and matter.
    """
    now = clock.now()
    return infos(unrenewed(live_until(now, now + timedelta(days=within_days))))


def live_until(now: datetime, until: datetime) -> QuerySet[Grant]:
    """This function will give grants live at `now` that end by `until`, nearest end first; never break-glass."""
    rows = Grant.objects.filter(revoked_at__isnull=True, start__lte=now, end__gt=now, end__lte=until)
    return rows.exclude(origin="emergency").order_by("end", "id")


def unrenewed(rows: QuerySet[Grant]) -> QuerySet[Grant]:
    """This function will leave out grants that a later-ending one of the same holder, purpose and matter follows."""
    later = Grant.objects.filter(
        Q(holder_user=OuterRef("holder_user")) | Q(holder_user__isnull=True, holder_unit=OuterRef("holder_unit")),
        holder_unit=OuterRef("holder_unit"),
        dataset=OuterRef("dataset"),
        purpose=OuterRef("purpose"),
        matter=OuterRef("matter"),
        revoked_at__isnull=True,
        end__gt=OuterRef("end"),
    ).exclude(origin="emergency")
    return rows.filter(~Exists(later))


def grants_to_review(actor: Actor, *, reviewed: bool = False, limit: int = 200) -> tuple[GrantInfo, ...]:
    """This function will list break-glass uses that wait to be reviewed, oldest first; or the latest reviewed."""
    guard.require(actor, grants.REVIEW_BREAK_GLASS)
    rows = Grant.objects.filter(origin="emergency", reviewed_at__isnull=not reviewed)
    return infos(rows.order_by("-reviewed_at" if reviewed else "issued_at")[:limit])


def grant(actor: Actor, *, grant_id: UUID) -> GrantInfo:
    """This function will give one grant to its holder, the owner of its dataset, or a reviewer; else NotFound."""
    row = Grant.objects.filter(id=grant_id).first()
    if row is not None and _may_see(actor, row):
        return infos([row])[0]
    raise NotFound("access.grant_unknown", Words("没有这份授权", "No such grant"))


def _may_see(actor: Actor, row: Grant) -> bool:
    """This function will say whether a grant is the actor's business."""
    if row.holder_user is not None and row.holder_user == actor.user_id:
        return True
    if row.holder_unit and row.holder_unit in actor.unit_path:
        return True
    if row.origin == "emergency" and guard.allowed(actor, grants.REVIEW_BREAK_GLASS):
        return True
    owner = Resource.objects.filter(name=row.dataset).values_list("owner_unit", flat=True).first()
    return owner is not None and guard.allowed(actor, grants.REVOKE_GRANT, guard.Resource("grant", str(row.id), {"owner_unit": owner}))


def infos(rows: Iterable[Grant]) -> tuple[GrantInfo, ...]:
    """This function will give grants as others see them."""
    found = list(rows)
    titles = titles_of(g.dataset for g in found)
    return tuple(_info(g, titles) for g in found)


def _info(row: Grant, titles: dict[str, Words]) -> GrantInfo:
    purpose: Any = find_purpose(row.purpose)
    state, left = grant_state(now=clock.now(), start=row.start, end=row.end, revoked_at=row.revoked_at)
    return GrantInfo(
        id=row.id,
        bundle=row.bundle,
        origin=row.origin,  # type: ignore[arg-type]
        holder_user=row.holder_user,
        holder_unit=row.holder_unit,
        holder_name=row.holder_name,
        dataset=row.dataset,
        dataset_title=titles.get(row.dataset, Words(row.dataset, row.dataset)),
        purpose=row.purpose,
        purpose_title=purpose.title if purpose else Words(row.purpose, row.purpose),
        matter=row.matter,
        columns=tuple(row.columns),
        masks=dict(row.masks),
        areas=tuple(row.areas),
        own_unit_only=row.own_unit_only,
        row_cap=row.row_cap,
        start=row.start,
        end=row.end,
        issued_by=row.issued_by_name,
        approved_by=row.approved_by_name,
        reason=row.reason,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by_name,
        revoke_reason=row.revoke_reason,
        version=row.version,
        reviewed_at=row.reviewed_at,
        review_outcome=row.review_outcome,
        state=state,
        days_left=left,
    )
