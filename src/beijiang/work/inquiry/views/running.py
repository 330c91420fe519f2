"""Questions that run: where they stand, and stopping them. Only one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions, queries
from ..grants import ASK, SEE_OWN
from .common import private

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
@guarded(SEE_OWN)
def running(request: HttpRequest) -> HttpResponse:
    """This function will list the viewer's questions that run, with a way to stop each; the list follows by itself."""
    actor = actor_of(request)
    found = [queries.progress(actor, question_id=asked.id) for asked in queries.running(actor)]
    return private(render(request, "inquiry/running.html", {"running": found, "follow": True}))


@require_safe
@guarded(SEE_OWN)
def progress(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """This function will say where one question stands, for the page that asked it."""
    found = queries.progress(actor_of(request), question_id=question_id)
    return private(JsonResponse({"outcome": found.asked.outcome, "waiting": found.waiting, "share": found.share, "seconds": found.seconds}))


@guarded(ASK)
@require_POST
def stop(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """This function will stop a question of the viewer's. Whether it was still there is told; how it ended its own line says."""
    stopped = actions.stop(actor_of(request), question_id=question_id)
    if "application/json" in request.headers.get("Accept", ""):
        return private(JsonResponse({"stopped": stopped}))
    said = (
        Words("已要求停止。", "It was told to stop.")
        if stopped
        else Words(
            "这次提问已经结束，或者还在路上；还在路上的不会再执行。",
            "That question is over, or still on its way; if so, it will not be run.",
        )
    )
    messages.info(request, str(said))
    return redirect("inquiry:questions")
