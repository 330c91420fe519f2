"""Who decides on an application, at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beijiang.kernel.errors import NotFound, Unauthenticated
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.identity import queries as identity
from beijiang.trust.identity.types import Deciders, Duty

from .. import rules
from ..models import Application, Item
from ..types import Case
from ..types import Item as CaseItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource


@dataclass(frozen=True, slots=True)
class Place:
    """A place that must decide, who fills it now, and on which datasets."""

    deciders: Deciders
    datasets: tuple[str, ...]


def case_of(row: Application, items: Iterable[Item]) -> Case:
    """This function will give an application as its rules look at it."""

    def read(stored: object) -> object:
        return rules.terms_from(stored) if stored else None  # type: ignore[arg-type]

    return Case(
        row.state,  # type: ignore[arg-type]
        row.edition,
        tuple(CaseItem(i.dataset, rules.terms_from(i.asked), read(i.passed), read(i.granted)) for i in items),  # type: ignore[arg-type]
        row.back_from,  # type: ignore[arg-type]
    )


def resources_of(names: Iterable[str]) -> dict[str, DatasetResource]:
    """This function will give those of the datasets that exist, as access knows them."""
    found = {}
    for name in names:
        if not name.isprintable():
            continue  # the driver takes no such text
        try:
            found[name] = access.resource(name).resource
        except NotFound:
            continue
    return found


def void_approvals(items: Iterable[Item], resources: dict[str, DatasetResource]) -> tuple[str, ...]:
    """This function will name datasets whose approval no longer holds: another owner, or granted columns that are gone."""
    return tuple(
        i.dataset
        for i in items
        if i.granted
        and (resource := resources.get(i.dataset)) is not None
        and (i.approved_unit != resource.owner_unit or not set(i.granted["columns"]) <= set(rules.available(resource)))
    )


def chief_place(row: Application) -> Deciders:
    """This function will say who decides as chief of the applicant's unit; never the applicant (RIGHTS 13)."""
    return identity.deciders(unit_code=row.unit_code, duty=Duty.CHIEF, without={row.applicant})


def owner_place(row: Application, owner_unit: str) -> Deciders:
    """This function will say who decides as owner: not the applicant, and not who decided as chief unless nobody else exists."""
    chiefs = {user for user in (row.chief_by, row.chief_for) if user is not None}
    found = identity.deciders(unit_code=owner_unit, duty=Duty.OWNER, without={row.applicant, *chiefs})
    if found.found is None and chiefs:
        return identity.deciders(unit_code=owner_unit, duty=Duty.OWNER, without={row.applicant})
    return found


def places(row: Application, items: Iterable[Item], *, resources: dict[str, DatasetResource] | None = None) -> tuple[Place, ...]:
    """This function will give the places that an application waits for now, each with its datasets."""
    found = list(items)
    if row.state == "chief":
        return (Place(chief_place(row), tuple(i.dataset for i in found)),)
    if row.state != "owners":
        return ()
    known = resources if resources is not None else resources_of(i.dataset for i in found)
    again = void_approvals(found, known)
    by_unit: dict[str, list[str]] = {}
    for item in found:
        if (item.granted is None or item.dataset in again) and item.dataset in known:
            by_unit.setdefault(known[item.dataset].owner_unit, []).append(item.dataset)
    return tuple(Place(owner_place(row, unit), tuple(names)) for unit, names in by_unit.items())


def of_actor(actor: Actor, *, waiting: Iterable[Place]) -> tuple[Place, ...]:
    """This function will give those places that the actor fills now."""
    return tuple(p for p in waiting if p.deciders.by(actor.user_id) is not None)


def names_at(place: Deciders) -> tuple[Words, ...]:
    """This function will name who may decide, with the unit where a place is filled from above."""
    if not place.climbed or place.found is None:
        return tuple(d.words for d in place.people)
    unit = place.found.name
    return tuple(Words(f"{d.words.zh}（{unit.zh}代行）", f"{d.words.en} (from {unit.en})") for d in place.people)


def applicant_now(row: Application) -> Actor | None:
    """This function will give the applicant as they are now, None if they can no longer act at all."""
    try:
        return identity.actor_for(row.applicant)
    except Unauthenticated:
        return None
