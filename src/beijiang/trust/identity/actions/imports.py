"""Units and people by the thousand: checked row by row, written in bulk, one leaf a batch."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from beijiang.kernel import guard, search
from beijiang.kernel.canonical import canonical_json
from beijiang.kernel.clock import now
from beijiang.kernel.errors import TooLarge
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..events import PeopleImported, UnitsImported
from ..grants import IMPORT_PEOPLE, MANAGE_UNITS
from ..models import Post, Unit, User
from ..rules import clean_text, path_of, person_fault, unit_fault, username_key
from ..types import ImportReport, PersonRow, Rejected, UnitRow
from .passwords import check_password_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from beijiang.kernel.types import Actor

MOST = 50_000
_BATCH = 1000


def _taken(rows: Iterable[Any]) -> tuple[list[Any], str]:
    found = list(rows)
    if len(found) > MOST:
        raise TooLarge(
            "identity.import_too_large",
            detail=Words(f"一次最多导入 {MOST} 行，没有导入任何内容。", f"{MOST} rows at most at a time; nothing was imported."),
        )
    return found, hashlib.sha256(canonical_json([asdict(r) for r in found])).hexdigest()


@transaction.atomic
def import_units(actor: Actor, *, rows: Iterable[UnitRow]) -> ImportReport:
    """This function will put units into the tree in any order, or bring those of the same code up to date.

    A row that cannot be used is rejected with its reason, and so is everything below it.
    """
    guard.require(actor, MANAGE_UNITS)
    given, digest = _taken(rows)
    units = {u.code: u for u in Unit.objects.select_for_update().all()}
    before = {code: _state(u) for code, u in units.items()}
    rejected: list[Rejected] = []
    by_id = {u.id: u.code for u in units.values()}
    parents = {code: by_id[u.parent_id] if u.parent_id else "" for code, u in units.items()}
    numbers: dict[str, int] = {}
    for number, row in enumerate(given, start=1):
        fault = unit_fault(code=row.code, name_zh=row.name_zh, name_en=row.name_en, kind=row.kind, division=row.division)
        if fault is None and row.code in numbers:
            fault = Words("单位代码在文件中重复。", "The unit code is twice in the file.")
        if fault:
            rejected.append(Rejected(number, row.code[:40], fault))
            continue
        numbers[row.code] = number
        unit = units.get(row.code) or Unit(code=row.code)
        unit.name_zh, unit.name_en, unit.sort_key = row.name_zh.strip(), row.name_en.strip(), search.sort_key(row.name_zh)
        unit.kind, unit.division, unit.branch = str(row.kind), row.division, row.branch[:40]
        unit.valid_from, unit.valid_until = row.valid_from, row.valid_until
        units[row.code], parents[row.code] = unit, row.parent_code
    # A code whose chain does not end at a root hangs in the air or bites its own tail: out, with all below.
    paths = _paths(parents)
    for code in sorted(set(numbers) - set(paths), key=numbers.__getitem__):
        rejected.append(
            Rejected(
                numbers[code], code, Words("上级单位不存在，或上下级循环。", "The parent unit does not exist, or the chain is a circle.")
            )
        )
        units.pop(code, None)
    for code in paths:
        units[code].path, units[code].parent = paths[code], units.get(parents[code])
    new = sorted((units[c] for c in paths if c not in before), key=lambda u: u.path.count("/"))
    changed = [units[c] for c in paths if c in before and _state(units[c]) != before[c]]
    for depth in sorted({u.path.count("/") for u in new}):
        Unit.objects.bulk_create([u for u in new if u.path.count("/") == depth], batch_size=_BATCH)
    Unit.objects.bulk_update(
        changed,
        ["name_zh", "name_en", "sort_key", "kind", "division", "branch", "valid_from", "valid_until", "parent", "path"],
        batch_size=_BATCH,
    )
    report = ImportReport(
        len(new),
        len(changed),
        len(numbers.keys() & paths.keys()) - len(new) - len(set(numbers) & {u.code for u in changed}),
        tuple(rejected),
    )
    audit.record(actor, UnitsImported(created=report.created, updated=report.updated, rejected=len(rejected), digest=digest))
    return report


def _state(u: Unit) -> tuple[Any, ...]:
    return u.name_zh, u.name_en, u.kind, u.division, u.branch, u.valid_from, u.valid_until, u.parent_id, u.path


def _paths(parents: dict[str, str]) -> dict[str, str]:
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(code)
    paths: dict[str, str] = {}
    waiting = [(code, path_of("", code)) for code in below.get("", [])]
    while waiting:
        code, path = waiting.pop()
        if len(path) > 400:
            continue
        paths[code] = path
        waiting.extend((child, path_of(path, child)) for child in below.get(code, []))
    return paths


@transaction.atomic
def import_people(actor: Actor, *, rows: Iterable[PersonRow], password: str | None = None) -> ImportReport:
    """This function will make accounts with their posts, or bring names and posts of known usernames up to date.

    `password` is set for accounts that have none, hashed once for all of them: for demonstrations. Without it
    the accounts have none and people get one-time links. Rejected rows change nothing.
    """
    guard.require(actor, IMPORT_PEOPLE)
    given, digest = _taken(rows)
    if password is not None:
        check_password_rules(password, username="")
    hashed = make_password(password)
    codes = dict(Unit.objects.filter(code__in={r.unit_code for r in given}).values_list("code", "id"))
    users = {u.username: u for u in User.objects.select_for_update().filter(username__in={username_key(r.username) for r in given})}
    holders = dict(
        User.objects.filter(police_number__in={r.police_number for r in given if r.police_number}).values_list("police_number", "username")
    )
    rejected: list[Rejected] = []
    new: list[User] = []
    changed: list[User] = []
    wanted: list[tuple[User, PersonRow]] = []
    seen: set[str] = set()
    for number, row in enumerate(given, start=1):
        key = username_key(row.username)
        fault = person_fault(username=key, name=row.name, duties=row.duties, police_number=row.police_number)
        if fault is None and row.unit_code not in codes:
            fault = Words("没有这个单位。", "There is no such unit.")
        if fault is None and key in seen:
            fault = Words("用户名在文件中重复。", "The username is twice in the file.")
        if fault is None and row.police_number and holders.get(row.police_number, key) != key:
            fault = Words("警号已被他人使用。", "The police number is somebody else's.")
        if fault:
            rejected.append(Rejected(number, key[:40], fault))
            continue
        seen.add(key)
        user = users.get(key)
        name = str(clean_text(row.name, limit=80))
        if user is None:
            user = User(username=key, password=hashed, language=row.language)
            if password is not None:
                user.password_changed_at = now()
            new.append(user)
        elif (user.name, user.police_number) != (name, row.police_number or user.police_number) or (
            password and not user.has_usable_password()
        ):
            changed.append(user)
            if password and not user.has_usable_password():
                user.password, user.password_changed_at = hashed, now()
        user.name, user.sort_key, user.police_number = name, search.sort_key(name), row.police_number or user.police_number
        if user.police_number:
            holders[user.police_number] = key
        wanted.append((user, row))
    User.objects.bulk_create(new, batch_size=_BATCH)
    User.objects.bulk_update(changed, ["name", "sort_key", "police_number", "password", "password_changed_at"], batch_size=_BATCH)
    posted = _posts(wanted, codes)
    touched = {u.id for u in new} | {u.id for u in changed} | posted
    report = ImportReport(len(new), len(touched) - len(new), len(wanted) - len(touched), tuple(rejected))
    audit.record(actor, PeopleImported(created=report.created, updated=report.updated, rejected=len(rejected), digest=digest))
    return report


def _posts(wanted: Sequence[tuple[User, PersonRow]], codes: dict[str, Any]) -> set[Any]:
    """Gives each person the post of their row unless they hold it; ends what they held as primary elsewhere."""
    live = {}
    for post in Post.objects.filter(user_id__in=[u.id for u, _ in wanted], ends_at__isnull=True, is_primary=True):
        live[post.user_id] = post
    instant = now()
    fresh, over = [], []
    for user, row in wanted:
        unit_id, duties = codes[row.unit_code], list(dict.fromkeys(row.duties))
        held = live.get(user.id)
        if held is not None and held.unit_id == unit_id and sorted(held.duties) == sorted(duties):
            continue
        if held is not None:
            held.ends_at, held.is_primary = instant, False
            over.append(held)
        fresh.append(
            Post(
                user=user,
                unit_id=unit_id,
                title_zh=row.title_zh[:80],
                title_en=row.title_en[:120],
                duties=duties,
                starts_at=instant,
                is_primary=True,
            )
        )
    Post.objects.bulk_update(over, ["ends_at", "is_primary"], batch_size=_BATCH)
    Post.objects.bulk_create(fresh, batch_size=_BATCH)
    return {p.user_id for p in fresh}
