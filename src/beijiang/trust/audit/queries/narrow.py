"""From filters to the rows that fit them: of entries, or of tallies where these tell as much."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from beijiang.kernel import clock
from beijiang.kernel.errors import Invalid
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import models
from ..types import OUTCOMES, Filters
from .names import names

EMERGENCY = "emergency"
MOST_GLASS = 10_000


def check(filters: Filters) -> None:
    """This function will refuse what no entry can fit: Invalid for an outcome, a time span or a grant that cannot be."""
    if filters.outcome and filters.outcome not in OUTCOMES:
        raise Invalid("audit.bad_outcome", detail=Words("结果只能是“已执行”或“已拒绝”。", "The outcome is either done or refused."))
    if filters.since and filters.until and filters.since > filters.until:
        raise Invalid("audit.bad_span", detail=Words("开始时间晚于结束时间。", "The beginning is later than the end."))
    if filters.grant:
        try:
            UUID(filters.grant)
        except ValueError:
            raise Invalid(
                "audit.bad_grant", detail=Words("授权编号的写法不对，请整个复制。", "This is no number of a grant; copy all of it.")
            ) from None


def entries(actor: Actor, *, filters: Filters) -> QuerySet[models.Entry]:
    """This function will give the entries that fit all filters, in no order."""
    check(filters)
    wanted = _common(models.Entry.objects.all(), actor, filters)
    if filters.matter:
        wanted = wanted.filter(matter=filters.matter)
    if filters.grant:
        wanted = wanted.filter(grants__contains=[str(UUID(filters.grant))])
    if filters.column:
        wanted = wanted.filter(columns__contains=[filters.column])
    if filters.basis == EMERGENCY:
        wanted = wanted.filter(Q(basis=EMERGENCY) | Q(grants__overlap=glass()))
    if filters.since:
        wanted = wanted.filter(time__gte=filters.since)
    if filters.until:
        wanted = wanted.filter(time__lt=filters.until)
    return wanted


def tallies(actor: Actor, *, filters: Filters) -> QuerySet[models.Tally] | None:
    """This function will give the tallies that fit, or None when they know less than the filters ask for."""
    check(filters)
    if filters.matter or filters.grant or filters.column or filters.basis == EMERGENCY or not (_day(filters.since) and _day(filters.until)):
        return None
    wanted = _common(models.Tally.objects.filter(many__gt=0), actor, filters)
    if filters.since:
        wanted = wanted.filter(day__gte=clock.local(filters.since).date())
    if filters.until:
        wanted = wanted.filter(day__lt=clock.local(filters.until).date())
    return wanted


def glass() -> list[str]:
    """This function will list the grants that somebody gave themselves in an emergency, the latest 10,000."""
    found = models.Entry.objects.filter(type=models.GLASS).order_by("-index").values_list("grants", flat=True)[:MOST_GLASS]
    return [grant for grants in found for grant in grants]


def _day(moment: datetime | None) -> bool:
    return moment is None or clock.local(moment).time().isoformat() == "00:00:00"


def _common(wanted: Any, actor: Actor, filters: Filters) -> Any:
    """What entries and tallies have both."""
    if filters.uses:
        wanted = wanted.filter(use=True)
    if filters.mine:
        # Without an id (the system itself) nothing is one's own.
        wanted = wanted.filter(actor_id=actor.user_id) if actor.user_id else wanted.none()
    if filters.person:
        who = Q(actor_name=filters.person) | Q(actor_username=filters.person)
        with suppress(ValueError):
            who |= Q(actor_id=UUID(filters.person))
        wanted = wanted.filter(who)
    if filters.unit:
        wanted = wanted.filter(_unit(filters))
    if filters.dataset:
        wanted = wanted.filter(datasets__contains=[_code("dataset", filters.dataset)])
    if filters.purpose:
        wanted = wanted.filter(purpose=_code("purpose", filters.purpose))
    if filters.code:
        wanted = wanted.filter(codes__contains=[filters.code])
    if filters.basis and filters.basis != EMERGENCY:
        wanted = wanted.filter(basis=filters.basis)
    for name in ("outcome", "room"):
        if value := getattr(filters, name):
            wanted = wanted.filter(**{name: value})
    return wanted


def _unit(filters: Filters) -> Q:
    known = names("unit")
    codes = [filters.unit] if filters.unit in known else [c for c, w in known.items() if filters.unit in (w.zh, w.en)]
    if filters.below:
        return Q(unit_path__overlap=codes or [filters.unit]) | Q(unit_zh=filters.unit) | Q(unit_en=filters.unit)
    return Q(unit__in=codes or [filters.unit]) | Q(unit_zh=filters.unit) | Q(unit_en=filters.unit)


def _code(kind: str, said: str) -> str:
    """A code, also when somebody wrote its words."""
    known = names(kind)
    return said if said in known else next((code for code, words in known.items() if said in (words.zh, words.en)), said)
