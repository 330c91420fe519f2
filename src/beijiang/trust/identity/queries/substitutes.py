"""Substitutions as others see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..grants import SUBSTITUTES
from ..models import Post, Substitution, User
from ..models import Unit as UnitModel
from ..rules import cares_for, path_codes
from ..types import Duty, SubstitutionInfo
from .directory import _live, _persons, _units, person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beijiang.kernel.types import Actor

    from ..types import Person, Unit


def substitutions_of(actor: Actor, *, user_id: UUID | None = None, ended: bool = False, limit: int = 100) -> tuple[SubstitutionInfo, ...]:
    """This function will list who acts for a person and for whom they act, present and coming first.

    One's own, or with `user_id` those of a person in the actor's care (NotFound else). `ended`: the latest that are over.
    """
    guard.require(actor, SUBSTITUTES)
    who = user_id or actor.user_id
    if who is None:
        return ()
    if who != actor.user_id:
        person(actor, user_id=who)
    mine = Q(post__user_id=who) | Q(substitute_id=who)
    instant = clock.now()
    over = Q(ended_at__isnull=False) | Q(ends_at__lte=instant)
    rows = Substitution.objects.filter(mine & (over if ended else ~over)).select_related("post__unit", "post__user", "substitute")
    return substitution_infos(rows.order_by("-ends_at" if ended else "starts_at", "id")[:limit])


def colleagues(actor: Actor, *, post_id: UUID, limit: int = 400) -> tuple[tuple[Person, Unit], ...]:
    """This function will list who could act for the holder of a post: people of its unit, of the units right above and
    below, and of those beside it, in pinyin order; to the holder and to who looks after them (NotFound else)."""
    guard.require(actor, SUBSTITUTES)
    post = Post.objects.filter(id=post_id).select_related("unit").first()
    if post is None or (post.user_id != actor.user_id and not cares_for(actor, path_codes(post.unit.path))):
        raise NotFound("identity.post_unknown", detail=Words("没有这个岗位。", "There is no such post."))
    near = Q(id=post.unit_id) | Q(parent_id=post.unit_id)
    if post.unit.parent_id:
        near |= Q(id=post.unit.parent_id) | Q(parent_id=post.unit.parent_id)
    units = {u.code: u for u in _units(UnitModel.objects.filter(near))}
    live = _live(Post.objects.filter(unit__code__in=list(units), user__is_active=True)).exclude(user_id=post.user_id)
    found = _persons(User.objects.filter(id__in=live.values("user_id")).order_by("sort_key", "username")[:limit])
    return tuple((p, units[q.unit_code]) for p in found for q in p.posts[:1] if q.unit_code in units)


def substitution_infos(rows: Iterable[Substitution]) -> tuple[SubstitutionInfo, ...]:
    """This function will give substitutions as others see them."""
    return tuple(_info(row) for row in rows)


def _info(row: Substitution) -> SubstitutionInfo:
    post, instant = row.post, clock.now()
    state: Any = "ended" if row.ended_at else "over" if row.ends_at <= instant else "coming" if row.starts_at > instant else "live"
    return SubstitutionInfo(
        id=row.id,
        post_id=post.id,
        unit_code=post.unit.code,
        unit_name=Words(post.unit.name_zh, post.unit.name_en),
        duties=tuple(Duty(d) for d in post.duties),
        holder_id=post.user_id,
        holder_name=post.user.name,
        substitute_id=row.substitute_id,
        substitute_name=row.substitute.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        appointed_by=row.appointed_by_name,
        ended_at=row.ended_at,
        ended_by=row.ended_by_name,
        state=state,
    )
