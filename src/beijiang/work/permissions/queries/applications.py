"""One's own applications, the queue of what waits for oneself, and one application with its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words
from beijiang.trust.identity import queries as identity
from beijiang.trust.identity.types import Duty

from ..grants import SEE_OWN, SEE_QUEUE
from ..models import Application, Item, Step, Waiting
from ..types import OPEN, ApplicationInfo
from .infos import info, infos, items_of
from .places import of_actor, places, resources_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from beijiang.kernel.types import Actor

MOST = 200


def mine(actor: Actor, *, ended: bool = False, limit: int = 50) -> tuple[ApplicationInfo, ...]:
    """This function will list the actor's own applications: those that wait, newest first, or with `ended` those that are over."""
    guard.require(actor, SEE_OWN)
    rows = Application.objects.filter(applicant=actor.user_id) if actor.user_id else Application.objects.none()
    rows = rows.exclude(state__in=OPEN).order_by("-ended_at") if ended else rows.filter(state__in=OPEN).order_by("-sent_at")
    return infos(rows[: min(limit, MOST)], viewer=actor, deciders=not ended)


def queue(actor: Actor, *, limit: int = 100) -> tuple[ApplicationInfo, ...]:
    """This function will list the applications on which the actor may decide now, the longest waiting first."""
    guard.require(actor, SEE_QUEUE)
    rows = _candidates(actor).order_by("waiting_since", "id")[: min(limit, MOST)]
    return tuple(found for found in infos(rows, viewer=actor) if found.mine)


def decided_by(actor: Actor, *, limit: int = 30) -> tuple[ApplicationInfo, ...]:
    """This function will list the applications on which the actor decided, the latest first."""
    guard.require(actor, SEE_QUEUE)
    if actor.user_id is None:
        return ()
    kinds = ("passed", "approved", "refused", "returned")
    ids = list(
        dict.fromkeys(Step.objects.filter(actor=actor.user_id, kind__in=kinds).order_by("-at").values_list("application_id", flat=True))
    )
    rows = {r.id: r for r in Application.objects.filter(id__in=ids[:limit])}
    return infos([rows[i] for i in ids[:limit]], viewer=actor, deciders=False)


def waiting_count(actor: Actor) -> int:
    """This function will count what waits for the actor to decide, for the badge on the pages."""
    if not guard.allowed(actor, SEE_QUEUE):
        return 0
    rows = list(_candidates(actor)[:MOST])
    items = items_of(rows)
    known = resources_of(i.dataset for many in items.values() for i in many)
    waiting = (places(row, items.get(row.id, []), resources=known) for row in rows)
    return sum(1 for found in waiting if of_actor(actor, waiting=found))


def _candidates(actor: Actor) -> QuerySet[Application]:
    """What may wait for the actor: in their own places, or told to them when a place was filled from elsewhere."""
    if actor.user_id is None:
        return Application.objects.none()
    held = identity.places_of(actor.user_id)
    chiefs = [unit for unit, duty in held if duty == Duty.CHIEF]
    owners = [unit for unit, duty in held if duty == Duty.OWNER]
    told = Waiting.objects.filter(user_id=actor.user_id).values("application_id")
    owned = Item.objects.filter(owner_unit__in=owners).values("application_id")
    here = Q(id__in=told) | Q(state="chief", unit_code__in=chiefs) | Q(state="owners", id__in=owned)
    return Application.objects.filter(here, state__in=("chief", "owners"))


def application(actor: Actor, *, application_id: UUID) -> ApplicationInfo:
    """This function will give one application with its timeline to whom it concerns: the applicant, who decided or was told
    to, and who fills a place that decides on it. NotFound else."""
    guard.require(actor, SEE_OWN)
    row = Application.objects.filter(id=application_id).first()
    if row is None or not concerns(actor, row=row):
        raise unknown()
    items = items_of([row]).get(row.id, [])
    steps = Step.objects.filter(application=row).order_by("at", "id")
    return info(row, items, viewer=actor, resources=resources_of(i.dataset for i in items), steps=steps, columns=True)


def concerns(actor: Actor, *, row: Application) -> bool:
    """This function will say whether an application is the actor's business."""
    if actor.user_id is None:
        return False
    if row.applicant == actor.user_id or Step.objects.filter(application=row, actor=actor.user_id).exists():
        return True
    if Waiting.objects.filter(application=row, user_id=actor.user_id).exists():
        return True
    held = identity.places_of(actor.user_id)
    if any(duty == Duty.CHIEF and unit in _path(row.unit_code) for unit, duty in held):
        return True
    owners = {unit for unit, duty in held if duty == Duty.OWNER}
    named = {r.owner_unit for r in resources_of(Item.objects.filter(application=row).values_list("dataset", flat=True)).values()}
    return bool(owners) and any(owners & set(_path(unit)) for unit in named)


def _path(code: str) -> tuple[str, ...]:
    try:
        return identity.unit(code).path
    except NotFound:
        return ()


def unknown() -> NotFound:
    """This function will make the answer for an application that is not there, or not the actor's business."""
    return NotFound(
        "permissions.application_unknown",
        Words("没有这份申请", "No such application"),
        Words("它不存在，或者与您无关。", "It does not exist, or it is not your business."),
    )
