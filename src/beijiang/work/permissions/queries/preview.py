"""What an application would meet, while it is filled in. It leaves no leaf: nothing is applied for yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel import clock, guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.identity import queries as identity
from beijiang.trust.identity.types import Duty

from .. import rules
from ..grants import APPLY
from ..models import Application, Item
from ..types import OPEN, Draft, ItemInfo, Preview
from .areas import known_area
from .infos import column_lines
from .places import names_at, resources_of
from .vital import misfit, works_on

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource, MatterInfo

NONE = Words("", "")


def resources_to_choose(actor: Actor) -> tuple[tuple[str, Words, Words], ...]:
    """This function will list the datasets of the directory that one may apply for: name, title and owner."""
    guard.require(actor, APPLY)
    known = {k.resource.name for k in access.resources_known() if k.resource.grade != "core"}
    return tuple((e.name, e.title, e.owner_name) for e in exchange.directory(actor) if e.name in known)


def matter_of(ref: str) -> MatterInfo | None:
    """This function will find a matter by its reference, or None."""
    try:
        return access.matter(ref) if ref and ref.isprintable() else None
    except NotFound:
        return None


def faults_of(actor: Actor, *, draft: Draft, resources: dict[str, DatasetResource]) -> dict[str, Words]:
    """This function will check a draft against datasets, purposes and matters as they are now."""
    purpose, matter = access.find_purpose(draft.purpose), matter_of(draft.matter)
    return rules.draft_faults(
        draft,
        purpose=purpose,
        purpose_open=purpose is not None and access.is_open(purpose),
        resources=resources,
        misfits=[w for r in resources.values() if purpose and (w := misfit(r, purpose)) is not None],
        matter=matter,
        matter_mine=matter is not None and works_on(actor, ref=matter.ref),
        known_area=known_area,
    )


def preview(actor: Actor, *, draft: Draft) -> Preview:
    """This function will tell limits, columns with masks, who decides, and what stands in the way so far."""
    guard.require(actor, APPLY)
    purpose = access.find_purpose(draft.purpose)
    resources = resources_of(draft.terms)
    items = tuple(
        ItemInfo(
            dataset=name,
            title=r.title,
            owner_unit=r.owner_unit,
            owner_name=identity.unit_name(r.owner_unit),
            asked=draft.terms[name],
            passed=None,
            granted=None,
            approved_by="",
            approved_at=None,
            grant_id=None,
            columns=column_lines(r, draft.terms[name]),
            fault=misfit(r, purpose) if purpose else None,
        )
        for name, r in resources.items()
    )
    # What is not filled in yet is no fault yet.
    faults = faults_of(actor, draft=draft, resources=resources)
    shown = [w for field, w in faults.items() if (field == "matter" and draft.matter) or (field in ("purpose", "days") and draft.purpose)]
    return Preview(
        purpose=purpose.title if purpose else NONE,
        law=purpose.law if purpose else NONE,
        summary=purpose.summary if purpose else NONE,
        needs_matter=purpose.needs_matter if purpose else False,
        max_days=purpose.max_days if purpose else 0,
        row_cap=purpose.row_cap if purpose else 0,
        daily_rows=purpose.daily_rows if purpose else 0,
        items=items,
        deciders=_deciders(actor, resources),
        faults=tuple(shown),
        held=_held(actor, draft),
    )


def _deciders(actor: Actor, resources: dict[str, DatasetResource]) -> tuple[tuple[Words, tuple[Words, ...]], ...]:
    own = {actor.user_id} if actor.user_id else set()
    chief = identity.deciders(unit_code=actor.unit_code, duty=Duty.CHIEF, without=own)
    found = [(Words("单位负责人", "Chief"), names_at(chief))]
    for unit in dict.fromkeys(r.owner_unit for r in resources.values()):
        name = identity.unit_name(unit)
        place = identity.deciders(unit_code=unit, duty=Duty.OWNER, without=own)
        found.append((Words(f"数据所有人：{name.zh}", f"Data owner: {name.en}"), names_at(place)))
    return tuple(found)


def _held(actor: Actor, draft: Draft) -> tuple[Words, ...]:
    told = []
    for grant in access.grants_for(actor) if actor.user_id else ():
        if grant.dataset in draft.terms and (not draft.purpose or grant.purpose == draft.purpose) and grant.matter in ("", draft.matter):
            day = f"{clock.local(grant.end):%Y-%m-%d}"
            title, why = grant.dataset_title, grant.purpose_title
            told.append(
                Words(
                    f"您已有“{title.zh}”的授权（{why.zh}，至 {day}）。", f"You hold a grant on {title.en} already ({why.en}, until {day})."
                )
            )
    for row in open_like(actor, draft=draft):
        told.append(Words(f"您的申请 {row.number} 还在办理中。", f"Your application {row.number} is still waiting."))
    return tuple(told)


def open_like(actor: Actor, *, draft: Draft) -> list[Application]:
    """This function will find the actor's open applications for one of the same datasets, purpose and matter."""
    if actor.user_id is None:
        return []
    mine = Application.objects.filter(applicant=actor.user_id, state__in=OPEN, purpose=draft.purpose, matter=draft.matter)
    alike = Item.objects.filter(dataset__in=list(draft.terms), application__in=mine).values("application_id")
    return list(mine.filter(id__in=alike).order_by("sent_at"))
