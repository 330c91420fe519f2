"""The caller's side of a question (user domain)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..adapters import credentials, send
from ..grants import ASK
from ..rules import content_digest, read_reply, target, write_question
from ..types import LAKE

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from ..types import AskReply, AskRequest


def ask(actor: Actor, *, request: AskRequest) -> AskReply:
    """This function will ask the data domain in the actor's name and return rows with their receipt.

    The leaf is the provider's, in the data domain. Raises Refused with the door's reasons (`reasons`, `next`,
    `receipt` in extra), Invalid for a question that cannot be read, Unavailable when the door is away.
    """
    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    body = write_question(request)
    user_token, app_token = credentials(actor)
    sent = send(
        "POST",
        target(LAKE, "ask"),
        user_token=user_token,
        app_token=app_token,
        digest=content_digest(body),
        body=body,
    )
    return read_reply(sent.body)
