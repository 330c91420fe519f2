"""Putting a question and showing what comes of it: an answer, a file, a refusal, or the form again with what went wrong."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel import clock, places
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words

from .. import actions
from ..rules import FILES, csv_text, file_name, xlsx_bytes
from ..types import NUMBERS
from .common import cells, names_of, private, receipt_of
from .refusal import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from beijiang.flow.exchange.types import AskReply, DirectoryEntry
    from beijiang.kernel.errors import Problem
    from beijiang.kernel.types import Actor

    from ..forms import AskForm, SqlForm


def put(
    request: HttpRequest,
    actor: Actor,
    form: AskForm | SqlForm,
    *,
    back: Callable[[Problem], HttpResponse],
    entry: DirectoryEntry | None = None,
) -> HttpResponse:
    """This function will ask what a valid form says. `back` shows the form again with a problem, and what was typed."""
    action = request.POST.get("action", "ask")
    kind = action if action in FILES else ""
    question = form.question()
    # A file is asked for from a page that stays: its button may be pressed again, and is then another use.
    question = replace(question, id=None if kind else form.cleaned_data["id"])
    began = time.perf_counter()
    try:
        answered = actions.ask(actor, request=question, as_file=kind)
    except Refused as problem:
        return private(refused(request, actor, problem, form=form, entry=entry))
    except (Conflict, Invalid, TooLarge, NotFound, Unavailable) as problem:
        return private(back(problem))
    if kind:
        return file_response(actor, answered.reply, kind)
    reply = answered.reply
    context = {
        "reply": reply,
        "entry": entry,
        "form": form,
        "rows": cells(reply),
        "numbers": NUMBERS,
        "datasets": _titles(actor, reply),
        "receipt": receipt_of(reply.receipt),
        "question": answered.question_id,
        "total_ms": (time.perf_counter() - began) * 1000,
        "again": form.hidden(),
        "totals": bool(question.aggregates),
        "region": next((place.code[:2] for place in places.places("region")), ""),
    }
    return private(render(request, "inquiry/result.html", context))


def file_response(actor: Actor, reply: AskReply, kind: str) -> HttpResponse:
    """This function will send an answer as a watermarked file.

    The file is a question of its own, asked and sealed anew (RIGHTS 8): its watermark names the receipt under which these
    very rows left, and nobody carries out more than a page once showed under a receipt that says nothing of a file.
    """
    now = clock.now()
    content = csv_text(actor, reply, now).encode() if kind == "csv" else xlsx_bytes(actor, reply, now)
    response = HttpResponse(content, content_type=FILES[kind])
    response["Content-Disposition"] = f'attachment; filename="{file_name(reply, kind)}"'
    return private(response)


def _titles(actor: Actor, reply: AskReply) -> list[tuple[str, Words]]:
    found = []
    for name in names_of(reply.dataset):
        try:
            found.append((name, exchange.entry(actor, name=name).title))
        except (NotFound, Refused):
            found.append((name, Words(name, name)))
    return found
