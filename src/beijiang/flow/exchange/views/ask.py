"""`POST …/ask`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from .. import actions
from ..rules import read_question, write_reply
from ..types import ASK_LIMIT
from .gate import ask_once, door, hear


@require_POST
@door
def ask(request: HttpRequest) -> HttpResponse:
    """This function will answer one question. The rows of the reply stand behind a committed receipt."""
    caller, body = hear(request, limit=ASK_LIMIT)
    question = read_question(body)
    ask_once(caller, question.id)
    reply = actions.answer(caller.actor, request=question, application=caller.application, request_id=caller.request_id)
    return HttpResponse(write_reply(reply), content_type="application/json")
