"""`GET …/ask/running/{id}` and `POST …/ask/running/{id}/stop`: a question while it runs, for who asked it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from .. import actions, queries
from .gate import door, hear

if TYPE_CHECKING:
    from uuid import UUID


@require_GET
@door
def running(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """This function will say where the caller's question stands; its state is empty when it is not there, or somebody else's."""
    caller, _ = hear(request)
    found = queries.running(caller.actor, question_id=question_id)
    return JsonResponse(
        {"state": found.state, "share": found.share, "elapsed_ms": found.elapsed_ms}
        if found
        else {"state": "", "share": None, "elapsed_ms": 0}
    )


@require_POST
@door
def stop(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """This function will stop the caller's question and say whether it was there to stop."""
    caller, _ = hear(request)
    return JsonResponse({"stopped": actions.stop_running(caller.actor, question_id=question_id)})
