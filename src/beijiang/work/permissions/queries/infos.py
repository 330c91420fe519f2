"""Applications as pages and programs see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.identity import queries as identity

from .. import rules
from ..models import Application, Item, Step
from ..types import OPEN, STEPS, ApplicationInfo, ColumnLine, ItemInfo, StepInfo, Terms
from . import places as who
from .vital import misfit

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource, Purpose


def items_of(rows: Iterable[Application]) -> dict[UUID, list[Item]]:
    """This function will give the items of applications, in the order in which they were named."""
    found: dict[UUID, list[Item]] = {}
    for item in Item.objects.filter(application__in=[r.id for r in rows]).order_by("id"):
        found.setdefault(item.application_id, []).append(item)
    return found


def infos(rows: Iterable[Application], *, viewer: Actor, deciders: bool = True) -> tuple[ApplicationInfo, ...]:
    """This function will give applications without their timelines, for lists."""
    found = list(rows)
    items = items_of(found)
    known = who.resources_of({i.dataset for many in items.values() for i in many})
    return tuple(info(r, items.get(r.id, []), viewer=viewer, resources=known, deciders=deciders) for r in found)


def info(
    row: Application,
    items: list[Item],
    *,
    viewer: Actor,
    resources: dict[str, DatasetResource],
    steps: Iterable[Step] = (),
    deciders: bool = True,
    columns: bool = False,
) -> ApplicationInfo:
    """This function will give one application; `columns` adds the columns of each dataset with their masks."""
    purpose = access.find_purpose(row.purpose)
    waiting = who.places(row, items, resources=resources) if deciders and row.state in OPEN else ()
    mine = who.of_actor(viewer, waiting=waiting)
    lost = next((p.deciders for p in waiting if p.deciders.found is None), None)
    return ApplicationInfo(
        id=row.id,
        number=row.number,
        applicant=row.applicant,
        applicant_name=row.applicant_name,
        unit_code=row.unit_code,
        unit_name=Words(row.unit_zh, row.unit_en),
        purpose=row.purpose,
        purpose_title=purpose.title if purpose else Words(row.purpose, row.purpose),
        law=purpose.law if purpose else Words("", ""),
        matter=row.matter,
        matter_title=_matter_title(row.matter),
        reason=row.reason,
        state=row.state,  # type: ignore[arg-type]
        edition=row.edition,
        sent_at=row.sent_at,
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        overdue=row.state in OPEN and rules.overdue(since=row.waiting_since, now=clock.now()),
        ended_at=row.ended_at,
        items=tuple(item_info(i, resources.get(i.dataset), purpose, columns=columns) for i in items),
        steps=tuple(_step(s) for s in steps),
        waits_for=tuple(name for p in waiting for name in who.names_at(p.deciders)),
        nobody=identity.nobody_words(lost) if lost else None,
        stage=row.state if mine else None,  # type: ignore[arg-type]
        mine=tuple(d for p in mine for d in p.datasets),
        own=row.applicant == viewer.user_id,
    )


def _matter_title(ref: str) -> Words:
    try:
        return access.matter(ref).title if ref else Words("", "")
    except NotFound:
        return Words("", "")


def item_info(item: Item, resource: DatasetResource | None, purpose: Purpose | None, *, columns: bool) -> ItemInfo:
    """This function will give one dataset of an application."""
    asked = rules.terms_from(item.asked)
    passed, granted = (rules.terms_from(t) if t else None for t in (item.passed, item.granted))
    owner = resource.owner_unit if resource else item.owner_unit
    fault = None
    if resource is None:
        fault = Words("数据集已不存在。", "The dataset no longer exists.")
    elif purpose is not None and columns:
        fault = misfit(resource, purpose)
    return ItemInfo(
        dataset=item.dataset,
        title=resource.title if resource else Words(item.title_zh, item.title_en),
        owner_unit=owner,
        owner_name=identity.unit_name(owner),
        asked=asked,
        passed=passed,
        granted=granted,
        approved_by=item.approved_name,
        approved_at=item.approved_at,
        grant_id=item.grant_id,
        columns=column_lines(resource, asked, passed, granted) if columns else (),
        fault=fault,
    )


def column_lines(
    resource: DatasetResource | None, asked: Terms, passed: Terms | None = None, granted: Terms | None = None
) -> tuple[ColumnLine, ...]:
    """This function will give every column of a dataset, and those that were asked but are gone."""
    wanted, kept, given = set(asked.columns), set(passed.columns if passed else ()), set(granted.columns if granted else ())
    known = resource.columns if resource else ()
    lines = [
        ColumnLine(c.name, c.title, c.default_mask, c.name in wanted, c.name in kept, c.name in given, rules.withheld(c)) for c in known
    ]
    missing = [name for name in asked.columns if name not in {c.name for c in known}]
    return (*lines, *(ColumnLine(n, Words(n, n), "none", True, n in kept, n in given, gone=True) for n in missing))


def _step(row: Step) -> StepInfo:
    return StepInfo(
        at=row.at,
        kind=row.kind,
        words=STEPS.get(row.kind, Words(row.kind, row.kind)),
        actor=row.actor_name,
        unit=Words(row.unit_zh, row.unit_en),
        note=row.note,
        changes=tuple(Words(zh, en) for zh, en in row.changes),
        receipt=row.receipt,
    )
