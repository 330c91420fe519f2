"""Stopping a question of one's own that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.flow.exchange import actions as exchange
from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..grants import ASK
from ..models import Question

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def stop(actor: Actor, *, question_id: UUID) -> bool:
    """This function will stop the actor's question and say whether it was still there to stop.

    It ends with the outcome `stopped`, which its own asking writes. False when it is over. Raises NotFound for a number that
    is not the actor's, Unavailable when the door is away.
    """
    guard.require(actor, ASK)
    mine = Question.objects.filter(id=question_id, user_id=actor.user_id) if actor.user_id else Question.objects.none()
    found = mine.values_list("outcome", flat=True).first()
    if found is None:
        raise NotFound(
            "inquiry.question_unknown", detail=Words("没有这次提问，或不是您的提问。", "There is no such question, or it is not yours.")
        )
    return found == "running" and exchange.stop(actor, question_id=question_id)
