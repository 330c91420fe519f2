"""Units as a tree, and the people in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Replace

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.words import Words

from ..grants import SEE_DIRECTORY
from ..models import Post, User
from ..models import Unit as UnitModel
from ..rules import cares_for, path_codes, username_key
from ..types import Duty, Person, PostInfo, Unit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from beijiang.kernel.types import Actor

PAGE = 100
_UNIT = ("id", "code", "name_zh", "name_en", "kind", "path", "division", "branch", "valid_from", "valid_until")


def unit(code: str) -> Unit:
    """This function will give a unit by its code, in either domain; NotFound if there is none."""
    found = _units(UnitModel.objects.filter(code=code))
    if not found:
        raise NotFound("identity.unit_unknown", detail=Words("没有这个单位。", "There is no such unit."))
    return found[0]


def unit_name(code: str) -> Words:
    """This function will name a unit; by its code where it is gone."""
    try:
        return unit(code).name
    except NotFound:
        return Words(code, code)


def units_under(code: str = "", *, depth: int | None = None, kind: UnitKind | None = None) -> tuple[Unit, ...]:
    """This function will list the units below `code` (all, if empty), parents before children, in pinyin order.

    `depth` 1 gives only the next level. The unit itself is not in the list.
    """
    rows = UnitModel.objects.all()
    base = 0
    if code:
        top = unit(code)
        base = len(top.path)
        rows = rows.filter(path__startswith=f"/{'/'.join(top.path)}/").exclude(code=code)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if depth is not None:
        rows = rows.filter(path__regex=rf"^(/[^/]+){{{base + 1},{base + depth}}}/$")
    return _units(rows)


def _units(rows: QuerySet[UnitModel]) -> tuple[Unit, ...]:
    found = []
    # sort_key is not exposed to the data domain, where order is of no matter.
    order = ("path",) if rows.db == "reader" else ("kind", "sort_key", "code")
    for row in rows.order_by(*order).values(*_UNIT):
        path = path_codes(row["path"])
        found.append(
            Unit(
                id=row["id"],
                code=row["code"],
                name=Words(row["name_zh"], row["name_en"]),
                kind=UnitKind(row["kind"]),
                parent_code=path[-2] if len(path) > 1 else "",
                path=path,
                division=row["division"],
                branch=row["branch"],
                valid_from=row["valid_from"],
                valid_until=row["valid_until"],
            )
        )
    return tuple(found)


def unit_counts(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """This function will give, for each unit, how many units are right below it and how many people have a post in it."""
    wanted = list(codes)
    below = UnitModel.objects.filter(parent__code__in=wanted).values("parent__code").annotate(n=Count("id"))
    people_ = _live(Post.objects.filter(unit__code__in=wanted)).values("unit__code").annotate(n=Count("user_id", distinct=True))
    out = {code: [0, 0] for code in wanted}
    for row in below:
        out[row["parent__code"]][0] = row["n"]
    for post in people_:
        out[post["unit__code"]][1] = post["n"]
    return {code: (a, b) for code, (a, b) in out.items()}


def headcount(code: str) -> int:
    """This function will count the people who hold a post in a unit or below it today."""
    live = _live(Post.objects.filter(unit__path__contains=f"/{code}/", user__is_active=True))
    return live.values("user_id").distinct().count()


def people(
    actor: Actor, *, unit_code: str, text: str = "", below: bool = False, cursor: str = "", limit: int = PAGE
) -> tuple[tuple[Person, ...], str]:
    """This function will list a unit's people in pinyin order, and the cursor of the next page ("" at the end).

    `text` finds by name, pinyin (whole or initials), username and police number; `below` includes all
    units under it. Leavers who held their last post there are listed too, as inactive.
    """
    top = unit(unit_code)
    guard.require(actor, SEE_DIRECTORY, guard.Resource("unit", top.code, {"path": top.path}))
    if not (cares_for(actor, top.path) or "kexin" in actor.duties):
        raise Refused(
            "identity.not_your_unit",
            detail=Words("只能查看本单位及下级单位的人员。", "You can see the people of your own unit and those below it only."),
        )
    posts = Post.objects.filter(unit__path__startswith=f"/{'/'.join(top.path)}/") if below else Post.objects.filter(unit__code=top.code)
    live = _live(posts).values("user_id")
    rows = User.objects.filter(Q(id__in=live) | Q(is_active=False, id__in=posts.values("user_id")))
    if text.strip():
        rows = _matching(rows, text)
    key, _, last = cursor.partition("|")
    if last:
        rows = rows.filter(Q(sort_key__gt=key) | Q(sort_key=key, username__gt=last))
    found = list(rows.order_by("sort_key", "username")[: limit + 1])
    more = f"{found[limit - 1].sort_key}|{found[limit - 1].username}" if len(found) > limit else ""
    return _persons(found[:limit]), more


def _matching(rows: QuerySet[User], text: str) -> QuerySet[User]:
    typed = username_key(text)[:40]
    wanted = Q(name__icontains=typed) | Q(username__startswith=typed) | Q(police_number__startswith=typed.upper())
    letters = re.sub(r"[^a-z]", "", typed)
    if letters and letters == re.sub(r"\s", "", typed):
        rows = rows.annotate(run=Replace(F("sort_key"), Value(" "), Value("")))
        initials = r"^" + r"[a-z]* ".join(letters)
        wanted |= Q(run__startswith=letters) | Q(sort_key__regex=initials)
    return rows.filter(wanted)


def person(actor: Actor, *, user_id: UUID) -> Person:
    """This function will give one person with their live posts, to those who look after them; else NotFound."""
    row = User.objects.filter(id=user_id).first()
    if row is None:
        raise _no_person()
    found = _persons([row])[0]
    if actor.user_id != user_id:
        guard.require(actor, SEE_DIRECTORY, guard.Resource("user", str(user_id)))
        homes = [path_codes(p) for p in home_paths(user_id)]
        if homes and not any(cares_for(actor, path) for path in homes):
            raise _no_person()
    return found


def person_by_username(username: str) -> Person:
    """This function will give one person by username, for commands run by the operator; NotFound if there is none."""
    row = User.objects.filter(username=username_key(username)).first()
    if row is None:
        raise _no_person()
    return _persons([row])[0]


def posts_of(user_id: UUID) -> tuple[PostInfo, ...]:
    """This function will give a person's live posts, the primary one first."""
    return _posts([user_id]).get(user_id, ())


def home_paths(user_id: UUID) -> list[str]:
    """This function will give the stored paths of a person's live posts' units; of the last post if none is live."""
    live = list(_live(Post.objects.filter(user_id=user_id)).values_list("unit__path", flat=True))
    return live or list(Post.objects.filter(user_id=user_id).order_by("-ends_at").values_list("unit__path", flat=True)[:1])


def _live(posts: QuerySet[Post]) -> QuerySet[Post]:
    instant = now()
    return posts.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=instant), starts_at__lte=instant)


def _no_person() -> NotFound:
    return NotFound(
        "identity.person_unknown", detail=Words("没有这个人员，或不归您管理。", "There is no such person, or not in your care.")
    )


def _posts(user_ids: list[UUID]) -> dict[UUID, tuple[PostInfo, ...]]:
    out: dict[UUID, list[PostInfo]] = {}
    for p in _live(Post.objects.filter(user_id__in=user_ids)).select_related("unit").order_by("-is_primary", "starts_at"):
        out.setdefault(p.user_id, []).append(
            PostInfo(
                id=p.id,
                unit_code=p.unit.code,
                unit_name=Words(p.unit.name_zh, p.unit.name_en),
                title=Words(p.title_zh, p.title_en or p.title_zh),
                duties=tuple(Duty(d) for d in p.duties),
                starts_at=p.starts_at,
                ends_at=p.ends_at,
                is_primary=p.is_primary,
            )
        )
    return {k: tuple(v) for k, v in out.items()}


def _persons(rows: Iterable[User]) -> tuple[Person, ...]:
    found = list(rows)
    posts = _posts([u.id for u in found])
    return tuple(
        Person(
            id=u.id,
            username=u.username,
            name=u.name,
            police_number=u.police_number,
            is_active=u.is_active,
            has_password=u.has_usable_password(),
            language=u.language,
            posts=posts.get(u.id, ()),
        )
        for u in found
    )
