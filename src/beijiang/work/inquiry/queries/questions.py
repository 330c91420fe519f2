"""One's own questions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from ..grants import SEE_OWN
from ..models import Question
from ..types import Asked, AskedPage

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

PAGE = 30


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotFound("inquiry.question_unknown", detail=Words("只有具体的人有自己的提问。", "Only a person has questions of their own."))
    return actor.user_id


def questions(actor: Actor, *, dataset: str = "", cursor: str = "", limit: int = PAGE) -> AskedPage:
    """This function will list the actor's questions, newest first, and the cursor of the next page."""
    guard.require(actor, SEE_OWN)
    rows = Question.objects.filter(user_id=_person(actor))
    if dataset:
        rows = rows.filter(dataset=dataset)
    if cursor:
        at, last = _cursor(cursor)
        rows = rows.filter(Q(asked_at__lt=at) | Q(asked_at=at, id__lt=last))
    found = list(rows.order_by("-asked_at", "-id")[: limit + 1])
    more = f"{found[limit - 1].asked_at.isoformat()}|{found[limit - 1].id}" if len(found) > limit else None
    titles = {p.code: p.title for p in access.purposes()}
    return AskedPage(tuple(_asked(row, titles) for row in found[:limit]), more)


def question(actor: Actor, *, question_id: UUID) -> Asked:
    """This function will give one of the actor's own questions; NotFound for anybody else's."""
    guard.require(actor, SEE_OWN)
    row = Question.objects.filter(id=question_id, user_id=_person(actor)).first()
    if row is None:
        raise NotFound(
            "inquiry.question_unknown", detail=Words("没有这条提问，或不是您的提问。", "There is no such question, or it is not yours.")
        )
    return _asked(row, {p.code: p.title for p in access.purposes()})


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
        outcome=row.outcome,  # type: ignore[arg-type]
        receipt=row.receipt,
        row_count=row.row_count,
        truncated=row.truncated,
        by_sql=row.by_sql,
        reason=Words(row.reason_zh, row.reason_en),
        asked_at=row.asked_at,
        shape=row.shape,
    )
