"""Following and stopping a question that the worker has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from ..adapters import client

if TYPE_CHECKING:
    from uuid import UUID

    from ..types import Progress


def progress(question_id: UUID, *, owner: UUID) -> Progress | None:
    """This function will say where the owner's question stands; None when it is not in the worker, or somebody else's.

    Raises Unavailable when the worker is away.
    """
    return client.progress(settings.ENV.lake_socket, question_id, owner)


def stop(question_id: UUID, *, owner: UUID) -> bool:
    """This function will stop the owner's question and say whether it was there to stop.

    False for one that is over, not there yet or somebody else's; one of the owner's that comes within a minute does
    not start. Raises Unavailable when the worker is away.
    """
    return client.stop(settings.ENV.lake_socket, question_id, owner)
