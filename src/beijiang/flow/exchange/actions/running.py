"""Stopping a question that runs. The question's own leaf says how it ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..adapters import call, leave_queue
from ..grants import ASK

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def stop(actor: Actor, *, question_id: UUID) -> bool:
    """This function will stop the actor's own question and say whether it was there to stop.

    False for one that is over or somebody else's, and for one that is still on its way, which then does not start.
    Raises Unavailable when the door or the worker is away.
    """
    guard.require(actor, ASK)
    if leave_queue(question_id):
        return True
    return bool(json.loads(call(actor, "POST", "ask", "running", str(question_id), "stop"))["stopped"])


def stop_running(actor: Actor, *, question_id: UUID) -> bool:
    """This function will stop a question of the actor's in the lake worker (data domain); see `stop`."""
    from beijiang.compute.lake import queries as lake

    guard.require(actor, ASK)
    return actor.user_id is not None and lake.stop(question_id, owner=actor.user_id)
