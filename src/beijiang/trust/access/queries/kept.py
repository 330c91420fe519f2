"""Decisions kept for moments, and used only while nothing that they rest on has changed (kernel.marks).

What changes by itself, with time, ends an entry: the end of a grant, the start of the next, midnight in Shanghai (a
purpose may close with the day), and five seconds in any case. Only permits are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, Q

from beijiang.kernel import clock, marks
from beijiang.kernel.counters import slots_of
from beijiang.kernel.types import Actor

from ..models import Grant
from ..rules import decision_marks
from ..types import Decision, Question
from .facts import Facts

MOST_SECONDS = 5
MOST_KEPT = 4000


@dataclass(slots=True)
class Watch:
    """What a decision will rest on, as it stood before anything was read."""

    key: Any
    slots: tuple[int, ...]
    seen: marks.Seen


@dataclass(slots=True)
class _Kept:
    decision: Decision
    slots: tuple[int, ...]
    seen: marks.Seen
    since: datetime
    until: datetime


_kept: dict[Any, _Kept] = {}


def find(actor: Actor, question: Question) -> Decision | None:
    """This function will give the decision on this question if it was made a moment ago and nothing has changed since."""
    if not settings.ENV.decision_cache:
        return None
    entry = _kept.get(_key(actor, question))
    if entry is None or not entry.since <= clock.now() < entry.until or marks.seen(entry.slots) != entry.seen:
        return None
    return entry.decision


def watch(actor: Actor, question: Question) -> Watch | None:
    """This function will note, before anything is read, how everything stands that the decision may rest on."""
    if not settings.ENV.decision_cache:
        return None
    names = decision_marks(dataset=question.dataset, matter=question.matter, user=actor.user_id, units=actor.unit_path)
    slots = slots_of(names)
    found = marks.seen(slots)
    return Watch(_key(actor, question), slots, found) if found is not None else None


def keep(watched: Watch, *, actor: Actor, facts: Facts, decision: Decision) -> None:
    """This function will keep a permit. If anything changed while it was made, `find` sees other marks than those before."""
    if not decision.permit or _rests_on_more(actor, facts):
        return
    until = _until(actor, facts, decision.question)
    if until <= facts.now:
        return
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[watched.key] = _Kept(decision, watched.slots, watched.seen, facts.now, until)


def forget_kept() -> None:
    """This function will drop every decision kept in this process."""
    _kept.clear()


def _key(actor: Actor, question: Question) -> Any:
    # All of the actor that ask_context tells, and nothing that differs from one session to the next.
    return actor.user_id, actor.kind, actor.unit_code, actor.unit_path, actor.duties, question


def _rests_on_more(actor: Actor, facts: Facts) -> bool:
    """A chief's own unit is the units below it, which identity keeps and marks nowhere."""
    return "chief" in actor.duties and any(g.own_unit_only for g in facts.grants)


def _until(actor: Actor, facts: Facts, question: Question) -> datetime:
    now = facts.now
    latest = now + timedelta(seconds=MOST_SECONDS)
    midnight = datetime.combine(clock.local(now).date() + timedelta(days=1), time.min, clock.SHANGHAI)
    mine = Q(holder_unit__in=[code for code in actor.unit_path if code])
    if actor.user_id is not None:
        mine |= Q(holder_user=actor.user_id)
    coming = Grant.objects.filter(
        mine, dataset=question.dataset, purpose=question.purpose, revoked_at__isnull=True, start__gt=now, start__lte=latest
    ).aggregate(first=Min("start"))["first"]
    return min(latest, midnight, *(g.end for g in facts.grants), *([coming] if coming else []))
