"""Where a question stands while it runs, for who asked it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..adapters import call, waits
from ..grants import ASK
from ..types import Progress

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def progress(actor: Actor, *, question_id: UUID) -> Progress | None:
    """This function will ask the data domain where the actor's question stands; None when it is not there, or not theirs.

    Raises Unavailable when the door or the worker is away.
    """
    guard.require(actor, ASK)
    if waits(question_id):
        return Progress("waiting", None, 0.0)
    told = json.loads(call(actor, "GET", "ask", "running", str(question_id)))
    share = told.get("share")
    return Progress(told["state"], None if share is None else float(share), float(told["elapsed_ms"])) if told.get("state") else None


def running(actor: Actor, *, question_id: UUID) -> Progress | None:
    """This function will ask the lake worker where the actor's question stands (data domain); see `progress`."""
    from beijiang.compute.lake import queries as lake

    guard.require(actor, ASK)
    return None if actor.user_id is None else lake.progress(question_id, owner=actor.user_id)
