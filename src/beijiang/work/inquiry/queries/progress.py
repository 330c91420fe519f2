"""A question of one's own while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel import clock
from beijiang.kernel.errors import Unavailable

from ..types import Running
from .questions import question

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def progress(actor: Actor, *, question_id: UUID) -> Running:
    """This function will say where the actor's question stands; its outcome once it is over. NotFound for anybody else's.

    What cannot be learnt of the lake at the moment is left out: `share` None.
    """
    asked = question(actor, question_id=question_id)
    found = None
    if asked.outcome == "running":
        try:
            found = exchange.progress(actor, question_id=question_id)
        except Unavailable:
            found = None
    end = asked.ended_at or clock.now()
    return Running(
        asked=asked,
        waiting=found is not None and found.state == "waiting",
        share=found.share if found else None,
        seconds=max(0, int((end - asked.asked_at).total_seconds())),
    )
