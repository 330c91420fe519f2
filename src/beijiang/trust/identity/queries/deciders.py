"""Who may decide in the place of a duty: holders of posts, their substitutes, and those above where nobody is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from beijiang.kernel import clock
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from ..models import Post, Substitution
from ..models import Unit as UnitModel
from ..rules import path_codes
from ..types import Decider, Deciders, Duty
from .directory import _units

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from ..types import Unit


def deciders(*, unit_code: str, duty: Duty, without: Iterable[UUID] = ()) -> Deciders:
    """This function will say who may decide now for `duty` at a unit, in that unit or in the first above where anybody is.

    Holders of the duty there, and who acts for one of them today (never a chain: a substitute's own substitute does
    not count). Nobody of `without` decides, nor whoever acts for one of them. Units whose time is over are passed by.
    """
    barred = set(without)
    row = UnitModel.objects.filter(code=unit_code).values_list("path", flat=True).first()
    if row is None:
        return Deciders(duty, None, None)
    path = path_codes(row)
    units = {u.code: u for u in _units(UnitModel.objects.filter(code__in=path))}
    instant = clock.now()
    by_unit: dict[str, list[Decider]] = {}
    for holder, substitutes in _holders(list(units), duty, instant):
        if holder["user_id"] in barred:
            continue
        found = by_unit.setdefault(holder["unit__code"], [])
        found.append(Decider(holder["user_id"], holder["user__name"]))
        found += [
            Decider(s["substitute_id"], s["substitute__name"], holder["user_id"], holder["user__name"])
            for s in substitutes
            if s["substitute_id"] not in barred
        ]
    day = clock.local(instant).date()
    for code in reversed(path):
        unit = units[code]
        people = by_unit.get(code, [])
        if people and (unit.valid_from or day) <= day <= (unit.valid_until or day):
            return Deciders(duty, units[unit_code], unit, _once(people))
    return Deciders(duty, units[unit_code], None)


def _holders(codes: list[str], duty: Duty, instant: datetime) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Live holders of the duty in these units, each with the live substitutes for the very post."""
    posts = list(
        Post.objects.filter(
            _still(instant),
            unit__code__in=codes,
            duties__contains=[str(duty)],
            starts_at__lte=instant,
            user__is_active=True,
        )
        .order_by("starts_at", "id")
        .values("id", "user_id", "user__name", "unit__code")
    )
    live = _live_substitutions(instant).filter(post_id__in=[p["id"] for p in posts])
    by_post: dict[UUID, list[dict[str, Any]]] = {}
    for row in live.order_by("starts_at", "id").values("post_id", "substitute_id", "substitute__name"):
        by_post.setdefault(row["post_id"], []).append(dict(row))
    return [(dict(p), by_post.get(p["id"], [])) for p in posts]


def _live_substitutions(instant: datetime) -> QuerySet[Substitution]:
    # Whoever lost their last post acts for nobody either.
    own = Post.objects.filter(_still(instant), user_id=OuterRef("substitute_id"), starts_at__lte=instant)
    return Substitution.objects.filter(
        Exists(own), ended_at__isnull=True, starts_at__lte=instant, ends_at__gt=instant, substitute__is_active=True
    )


def _still(instant: datetime) -> Q:
    return Q(ends_at__isnull=True) | Q(ends_at__gt=instant)


def _once(people: list[Decider]) -> tuple[Decider, ...]:
    """Each person once; who holds the duty themself decides in their own name."""
    first: dict[UUID, Decider] = {}
    for one in sorted(people, key=lambda d: d.for_user is not None):
        first.setdefault(one.user_id, one)
    return tuple(first.values())


def acting(actor: Actor, *, place: Deciders) -> Actor | None:
    """This function will give the actor in the place in which they decide, or None if it is not theirs to decide.

    The person stays the same; name, unit and duty are those of the place: both names where somebody is acted for, the
    unit above named where a vacant place is filled from there, and the one duty of the place and no other.
    """
    found = place.by(actor.user_id)
    if found is None or place.asked is None or place.found is None:
        return None
    unit: Unit = place.asked
    name = f"{found.said}（{place.found.name.zh}代行）" if place.climbed else found.said
    return replace(
        actor,
        name=name[:160],
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name_zh=unit.name.zh,
        unit_name_en=unit.name.en,
        unit_path=unit.path,
        division=unit.division,
        branch=unit.branch,
        duties=frozenset({str(place.duty)}),
    )


def places_of(user_id: UUID) -> frozenset[tuple[str, str]]:
    """This function will give the places (unit code, duty) that a person fills today, by their own posts or for another."""
    instant = clock.now()
    lent = _live_substitutions(instant).filter(substitute_id=user_id).values("post_id")
    posts = Post.objects.filter(_still(instant), Q(user_id=user_id) | Q(id__in=lent), starts_at__lte=instant, user__is_active=True)
    return frozenset((code, duty) for code, duties in posts.values_list("unit__code", "duties") for duty in duties)


def nobody_words(place: Deciders) -> Words:
    """This function will say that a place has nobody up to the root."""
    unit = place.asked.name if place.asked else Words("该单位", "the unit")
    return Words(
        f"{unit.zh}及其上级都没有可以办理的{place.duty.words.zh}。",
        f"Neither {unit.en} nor any unit above has a {place.duty.words.en.lower()} who may decide.",
    )
