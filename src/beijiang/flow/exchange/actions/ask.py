"""The caller's side of a question (user domain)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..adapters import credentials, send, turn
from ..grants import ASK
from ..rules import content_digest, read_reply, target, write_question
from ..types import LAKE

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from ..types import AskReply, AskRequest

ANSWER_SECONDS = 60.0
"""The lake's own limit and what it may wait for a place, with a margin."""


def ask(actor: Actor, *, request: AskRequest) -> AskReply:
    """This function will ask the data domain in the actor's name and return rows with their receipt.

    The leaf is the provider's, in the data domain. Raises Refused with the door's reasons (`reasons`, `next`,
    `receipt` in extra), Invalid for a question that cannot be read, Conflict for one that was stopped or whose number was
    asked before, Unavailable when the door is away.
    """
    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    body = write_question(request)
    with turn(request.id):
        # The tokens are made when the turn has come: they live for minutes only.
        user_token, app_token = credentials(actor)
        sent = send(
            "POST",
            target(LAKE, "ask"),
            user_token=user_token,
            app_token=app_token,
            digest=content_digest(body),
            body=body,
            seconds=ANSWER_SECONDS,
        )
    return read_reply(sent.body)
