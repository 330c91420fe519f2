"""Asking in SQL, through the same door."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel.errors import Invalid, NotFound, Refused, TooLarge, Unavailable
from beijiang.kernel.routes import actor_of, guarded

from .. import actions, queries
from ..forms import SqlForm
from ..grants import ASK
from .ask import csv_response
from .common import cells, receipt_of, refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ASK)
def sql(request: HttpRequest) -> HttpResponse:
    """This function will show the SQL form, or ask what was written; `action` is one of ask, csv, edit."""
    actor = actor_of(request)
    if request.method != "POST":
        return _form(request, SqlForm(None, actor=actor, initial=_initial(request)))
    form = SqlForm(request.POST, actor=actor)
    action = request.POST.get("action", "ask")
    if action == "edit":
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    began = time.perf_counter()
    try:
        answered = actions.ask(actor, request=form.question())
    except Refused as problem:
        return refused(request, actor, problem, form=form)
    except (Invalid, TooLarge, NotFound, Unavailable) as problem:
        return _form(request, form, problem=problem, status=problem.status)
    reply = answered.reply
    if action == "csv":
        return csv_response(actor, reply)
    context = {
        "reply": reply,
        "form": form,
        "rows": cells(reply),
        "receipt": receipt_of(reply.receipt),
        "total_ms": (time.perf_counter() - began) * 1000,
        "again": [(n, form.data.get(n, "")) for n in ("purpose", "matter", "sql")],
    }
    response = render(request, "inquiry/result.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _initial(request: HttpRequest) -> dict[str, str]:
    actor = actor_of(request)
    dataset = request.GET.get("dataset", "")
    if request.GET.get("question"):
        try:
            before = queries.question(actor, question_id=UUID(request.GET["question"]))
        except (ValueError, NotFound):
            return {}
        # The text of the SQL is not kept: it may hold names and numbers.
        return {"purpose": before.purpose, "matter": before.matter, "sql": _sample(before.dataset)}
    if not dataset:
        return {}
    try:
        entry = exchange.entry(actor, name=dataset)
    except NotFound:
        return {}
    held = queries.standing(actor, entry=entry).grants
    start = {"sql": _sample(entry.name)}
    return start | ({"purpose": held[0].purpose, "matter": held[0].matter} if held else {})


def _form(request: HttpRequest, form: SqlForm, *, status: int = 200, problem: object = None) -> HttpResponse:
    entries = exchange.directory(actor_of(request))
    purpose = str(form["purpose"].value() or "")
    chosen = next((p for p in form.purposes if p.code == purpose), None)
    context = {"form": form, "entries": entries, "problem": problem, "chosen": chosen, "matter": form["matter"].value()}
    response = render(request, "inquiry/sql.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _sample(dataset: str) -> str:
    return f"SELECT * FROM {dataset} LIMIT 20"  # noqa: S608 - a text in a box, parsed by the lake like anybody's
