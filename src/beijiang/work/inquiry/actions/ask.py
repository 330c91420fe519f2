"""One question, through the door, and a line in the asker's list."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange import queries as directory
from beijiang.kernel import clock, guard
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.words import Words

from ..grants import ASK
from ..models import Question
from ..rules import shape_of
from ..types import Answered

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import AskRequest
    from beijiang.kernel.types import Actor


def ask(actor: Actor, *, request: AskRequest) -> Answered:
    """This function will ask at the door and note the question in the actor's list, refused ones too.

    The use is sealed by the door; the list keeps neither rows nor values. Raises what the door raises.
    """
    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    try:
        reply = exchange.ask(actor, request=request)
    except Refused as refused:
        _note_refused(actor, request, refused)
        raise
    row = Question.objects.create(
        **_common(actor, request, reply.dataset, reply.title),
        outcome="answered",
        receipt=reply.receipt,
        row_count=len(reply.rows),
        truncated=reply.truncated,
    )
    return Answered(reply, row.id)


def _note_refused(actor: Actor, request: AskRequest, refused: Refused) -> None:
    dataset = str(refused.extra.get("dataset") or request.dataset)
    try:
        title = directory.entry(actor, name=dataset).title
    except (NotFound, Refused):
        title = Words(dataset, dataset)
    said = refused.detail or refused.title
    receipt = refused.extra.get("receipt")
    Question.objects.create(
        **_common(actor, request, dataset, title),
        outcome="refused",
        receipt=UUID(receipt) if receipt else None,
        reason_zh=said.zh,
        reason_en=said.en,
    )


def _common(actor: Actor, request: AskRequest, dataset: str, title: Words) -> dict[str, object]:
    return {
        "user_id": actor.user_id,
        "dataset": dataset[:128],
        "title_zh": title.zh,
        "title_en": title.en,
        "purpose": request.purpose[:64],
        "matter": request.matter[:80],
        "shape": shape_of(request),
        "by_sql": bool(request.sql),
        "asked_at": clock.now(),
    }
