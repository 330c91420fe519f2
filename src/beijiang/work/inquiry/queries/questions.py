"""One's own questions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from ..grants import SEE_OWN
from ..models import Question
from ..types import Asked, AskedPage

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

PAGE = 30
LOST = timedelta(minutes=3)
"""Longer than waiting for a turn and for the door's answer together: what runs longer has lost the process that asked it."""


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotFound("inquiry.question_unknown", detail=Words("只有具体的人有自己的提问。", "Only a person has questions of their own."))
    return actor.user_id


def questions(
    actor: Actor,
    *,
    dataset: str = "",
    outcome: str = "",
    since: date | None = None,
    by_sql: bool | None = None,
    cursor: str = "",
    limit: int = PAGE,
) -> AskedPage:
    """This function will list the actor's questions, newest first, and the cursor of the next page.

    `outcome` is one of types.OUTCOMES; `since` a day in Asia/Shanghai.
    """
    guard.require(actor, SEE_OWN)
    rows = Question.objects.filter(user_id=_person(actor))
    if dataset:
        rows = rows.filter(dataset=dataset)
    if outcome:
        rows = rows.filter(_ended(outcome))
    if since:
        rows = rows.filter(asked_at__gte=datetime.combine(since, time.min, clock.SHANGHAI))
    if by_sql is not None:
        rows = rows.filter(by_sql=by_sql)
    if cursor:
        at, last = _cursor(cursor)
        rows = rows.filter(Q(asked_at__lt=at) | Q(asked_at=at, id__lt=last))
    found = list(rows.order_by("-asked_at", "-id")[: limit + 1])
    more = f"{found[limit - 1].asked_at.isoformat()}|{found[limit - 1].id}" if len(found) > limit else None
    titles = _titles()
    return AskedPage(tuple(_asked(row, titles) for row in found[:limit]), more)


def running(actor: Actor) -> tuple[Asked, ...]:
    """This function will list the actor's questions that run at this moment, newest first."""
    guard.require(actor, SEE_OWN)
    titles = _titles()
    rows = Question.objects.filter(_ended("running"), user_id=_person(actor)).order_by("-asked_at")
    return tuple(_asked(row, titles) for row in rows[:20])


def datasets_asked(actor: Actor) -> tuple[tuple[str, Words], ...]:
    """This function will list what the actor has asked: name and title of each dataset, in order of name."""
    guard.require(actor, SEE_OWN)
    rows = Question.objects.filter(user_id=_person(actor)).exclude(dataset="").order_by("dataset", "-asked_at")
    return tuple((name, Words(zh, en)) for name, zh, en in rows.distinct("dataset").values_list("dataset", "title_zh", "title_en"))


def _ended(outcome: str) -> Q:
    lost = Q(outcome="running", asked_at__lt=clock.now() - LOST)
    if outcome == "running":
        return Q(outcome="running", asked_at__gte=clock.now() - LOST)
    return (Q(outcome=outcome) | lost) if outcome == "unknown" else Q(outcome=outcome)


def _titles() -> dict[str, Words]:
    return {p.code: p.title for p in access.purposes()}


def question(actor: Actor, *, question_id: UUID) -> Asked:
    """This function will give one of the actor's own questions; NotFound for anybody else's."""
    guard.require(actor, SEE_OWN)
    row = Question.objects.filter(id=question_id, user_id=_person(actor)).first()
    if row is None:
        raise NotFound(
            "inquiry.question_unknown", detail=Words("没有这条提问，或不是您的提问。", "There is no such question, or it is not yours.")
        )
    return _asked(row, _titles())


def _cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, _, last = cursor.partition("|")
        found = datetime.fromisoformat(at)
        if found.tzinfo is None:
            raise ValueError(cursor)
        return found, UUID(last)
    except ValueError:
        raise Invalid(
            "inquiry.bad_cursor",
            detail=Words("翻页位置无效，请从第一页开始。", "The place in the list is not valid; start from the first page."),
        ) from None


def _asked(row: Question, titles: dict[str, Words]) -> Asked:
    return Asked(
        id=row.id,
        dataset=row.dataset,
        title=Words(row.title_zh, row.title_en),
        purpose=row.purpose,
        purpose_title=titles.get(row.purpose, Words(row.purpose, row.purpose)),
        matter=row.matter,
        outcome="unknown" if row.outcome == "running" and clock.now() - row.asked_at > LOST else row.outcome,  # type: ignore[arg-type]
        receipt=row.receipt,
        row_count=row.row_count,
        truncated=row.truncated,
        by_sql=row.by_sql,
        reason=Words(row.reason_zh, row.reason_en),
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        as_file=row.as_file,
        shape=row.shape,
    )
