"""Asking by form: the form, what it would stand on, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel.errors import NotFound, Problem
from beijiang.kernel.ids import new_id
from beijiang.kernel.routes import actor_of, guarded

from .. import queries
from ..forms import AskForm
from ..forms.ask import FUNCTIONS
from ..grants import ASK, SEE
from ..rules import OPERATORS, stored_conditions
from .answer import put
from .common import private

if TYPE_CHECKING:
    from typing import Any

    from beijiang.flow.exchange.types import DirectoryEntry
    from beijiang.kernel.types import Actor

    from ..types import Preview


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ASK)
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """This function will show the form, or ask what was filled in; `action` is one of ask, csv, xlsx, check, add, edit."""
    actor = actor_of(request)
    entry = exchange.entry(actor, name=name)
    if request.method != "POST":
        return _form(request, actor, _empty(request, actor, entry))
    form = AskForm(request.POST, entry=entry, actor=actor)
    action = request.POST.get("action", "ask")
    if action in ("add", "edit", "check"):
        # Nothing is asked yet: the form comes back as it was, with room for more, or with what it would stand on.
        return _form(request, actor, form, more=2 if action == "add" else 1, quiet=True)
    if not form.is_valid():
        return _form(request, actor, form, status=422)
    return put(request, actor, form, entry=entry, back=lambda problem: _form(request, actor, form, problem=problem, status=problem.status))


@require_safe
@guarded(SEE)
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """This function will show what a question would stand on, for the form while it is filled in."""
    actor = actor_of(request)
    entry = exchange.entry(actor, name=name)
    found = _preview(actor, entry, request.GET.get("purpose", ""), request.GET.get("matter", ""))
    return private(
        render(request, "inquiry/preview.html", {"preview": found, "matter": request.GET.get("matter", "")[:80], "entry": entry})
    )


def _empty(request: HttpRequest, actor: Actor, entry: DirectoryEntry) -> AskForm:
    """A fresh form: filled from a question asked before, else from the first grant that fits."""
    initial: dict[str, Any] = {"joined": "all"}
    lines, totals = None, None
    try:
        before = queries.question(actor, question_id=UUID(request.GET["question"]))
    except (KeyError, ValueError, NotFound):
        held = queries.standing(actor, entry=entry).grants
        if held:
            initial |= {"purpose": held[0].purpose, "matter": held[0].matter}
    else:
        shape = before.shape
        initial |= {
            "purpose": before.purpose,
            "matter": before.matter,
            "columns": shape.get("columns", []),
            "group_by": shape.get("group_by", []),
            "joined": "any" if shape.get("any_of") else "all",
            "limit": shape.get("limit"),
        }
        lines = stored_conditions(shape)
        totals = [(function, column) for function, column in shape.get("aggregates", [])]
    return AskForm(None, entry=entry, actor=actor, lines=lines, totals=totals, initial=initial)


def _form(
    request: HttpRequest,
    actor: Actor,
    form: AskForm,
    *,
    more: int = 1,
    quiet: bool = False,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    if quiet:
        purpose, matter = str(form.data.get("purpose", "")), str(form.data.get("matter", ""))
        form._errors = ErrorDict()  # type: ignore[attr-defined]  # it was not sent to be asked, so nothing is wrong with it yet
    else:
        purpose, matter = str(form["purpose"].value() or ""), str(form["matter"].value() or "")
    found = _preview(actor, form.entry, purpose, matter)
    chosen = set(form["columns"].value() or [])
    masks = {rule.name: rule.mask for rule in found.columns} if found and found.permit else None
    columns = [
        (c, c.name in chosen, masks.get(c.name) if masks is not None else c.default_mask, masks is None or c.name in masks)
        for c in form.entry.columns
    ]
    context = {
        "form": form,
        "entry": form.entry,
        "preview": found,
        "matter": matter,
        "columns": columns,
        "lines": form.shown_lines(more),
        "totals": form.shown_totals(),
        "grouped": set(form["group_by"].value() or []),
        "operators": OPERATORS.items(),
        "functions": FUNCTIONS.items(),
        "problem": problem,
        "number": new_id(),
        "running": queries.running(actor),
        "advanced": bool(form.totals or form["order"].value() or form["limit"].value()),
    }
    return private(render(request, "inquiry/ask.html", context, status=status))


def _preview(actor: Actor, entry: DirectoryEntry, purpose: str, matter: str) -> Preview | None:
    try:
        return queries.preview(actor, dataset=entry.name, purpose=purpose, matter=matter[:80]) if purpose else None
    except NotFound:
        return None
