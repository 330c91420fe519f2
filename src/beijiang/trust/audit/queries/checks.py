"""Spot checks (随机抽查): which uses were drawn, and what was found."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from ..grants import ANSWER_CHECK, CHECK
from ..models import Entry as EntryModel
from ..models import Sample, SpotCheck
from ..types import CheckInfo, Week
from .find import LISTED, entry_of


def weeks(actor: Actor, *, limit: int = 26) -> tuple[Week, ...]:
    """This function will list the sampled weeks, newest first. Requires audit.check."""
    guard.require(actor, CHECK)
    rows: dict[date, tuple[int, int]] = {
        r["sample_id"]: (r["drawn"], r["open"])
        for r in SpotCheck.objects.values("sample_id").annotate(drawn=Count("id"), open=Count("id", filter=~Q(state="justified")))
    }
    return tuple(
        Week(s.monday, s.population, *rows.get(s.monday, (0, 0)), s.seed, s.size) for s in Sample.objects.order_by("-monday")[:limit]
    )


def checks(actor: Actor, *, monday: date) -> tuple[CheckInfo, ...]:
    """This function will list one week's sample in the order of the log. Requires audit.check."""
    guard.require(actor, CHECK)
    return _infos(list(SpotCheck.objects.filter(sample_id=monday).order_by("entry__index")))


def check(actor: Actor, *, check_id: UUID) -> CheckInfo:
    """This function will give one spot check to auditors, and to whoever was asked or whose unit it was flagged to.

    NotFound for everybody else, and for one that nobody was asked about.
    """
    row = SpotCheck.objects.filter(id=check_id).first()
    if guard.allowed(actor, CHECK):
        guard.require(actor, CHECK)
    else:
        guard.require(actor, ANSWER_CHECK)
        row = row if row is not None and concerns(actor, check_id=check_id) else None
    if row is None:
        raise NotFound(
            "audit.no_check", detail=Words("没有这项抽查，或它与您无关。", "There is no such spot check, or it does not concern you.")
        )
    return _infos([row])[0]


def concerns(actor: Actor, *, check_id: UUID) -> bool:
    """This function will say whether the actor was asked: the person themselves, or a chief of the unit it was flagged to."""
    row = SpotCheck.objects.get(id=check_id)
    said = EntryModel.objects.filter(id=row.entry_id).values("actor_id", "unit").first()
    if said is None or row.state not in ("asked", "flagged", "answered"):
        return False
    if said["actor_id"] is not None and said["actor_id"] == actor.user_id:
        return row.state != "flagged"
    return "chief" in actor.duties and bool(said["unit"]) and said["unit"] == actor.unit_code and row.flagged


def _infos(rows: list[SpotCheck]) -> tuple[CheckInfo, ...]:
    found = {r["id"]: entry_of(r) for r in EntryModel.objects.filter(id__in=[row.entry_id for row in rows]).values(*LISTED)}
    return tuple(
        CheckInfo(
            id=row.id,
            week=row.sample_id,
            state=row.state,  # type: ignore[arg-type]
            note=row.note,
            noted_by=row.noted_name,
            noted_at=row.noted_at,
            answer=row.answer,
            answered_by=row.answered_name,
            answered_at=row.answered_at,
            entry=found.get(row.entry_id),
        )
        for row in rows
    )
