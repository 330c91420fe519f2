"""Asking in SQL, through the same door."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel.errors import NotFound
from beijiang.kernel.ids import new_id
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from .. import queries
from ..forms import SqlForm
from ..grants import ASK, SEE
from .answer import put
from .common import private, type_words

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from beijiang.kernel.errors import Problem
    from beijiang.kernel.types import Actor

    from ..types import Vocabulary

_PLACE = re.compile(r"[（(](\d{1,6}):(\d{1,6})[）)]")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ASK)
def sql(request: HttpRequest) -> HttpResponse:
    """This function will show the SQL form, or ask what was written; `action` is one of ask, csv, xlsx, edit."""
    actor = actor_of(request)
    if request.method != "POST":
        return _form(request, actor, SqlForm(None, actor=actor, initial=_initial(request, actor)))
    form = SqlForm(request.POST, actor=actor)
    if request.POST.get("action", "ask") == "edit":
        return _form(request, actor, form)
    if not form.is_valid():
        return _form(request, actor, form, status=422)
    return put(request, actor, form, back=lambda problem: _form(request, actor, form, problem=problem, status=problem.status))


@require_safe
@guarded(SEE)
def sql_names(request: HttpRequest) -> HttpResponse:
    """This function will list what SQL may name under a purpose and matter, for the panel and the editor beside it."""
    actor = actor_of(request)
    purpose, matter = request.GET.get("purpose", "")[:64], request.GET.get("matter", "").strip()[:80]
    chosen = next((p for p in access.open_purposes() if p.code == purpose), None)
    return private(
        render(request, "inquiry/sql_names.html", {**_names(actor, purpose, matter), "chosen": chosen, "matter": matter, "oob": True})
    )


def _names(actor: Actor, purpose: str, matter: str) -> dict[str, Any]:
    found = queries.vocabulary(actor, purpose=purpose, matter=matter)
    tables = [(table, [(column, type_words(column.type)) for column in table.columns]) for table in found.tables]
    return {
        "tables": tables,
        "others": found.others,
        "words": _words(found),
        "purpose_chosen": bool(purpose),
        "basis": Words("按所问的数据集确定", "by the datasets asked") if tables else "",
    }


def _words(found: Vocabulary) -> str:
    """The same for the editor, as JSON."""
    words = {
        "tables": [
            {
                "name": table.name,
                "title": str(table.title),
                "columns": [
                    {"name": c.name, "title": str(c.title), "type": str(type_words(c.type)), "mask": c.mask} for c in table.columns
                ],
            }
            for table in found.tables
        ],
        "functions": [{"name": name, "kind": str(kind)} for name, kind in found.functions],
        "keywords": list(found.keywords),
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))


def _initial(request: HttpRequest, actor: Actor) -> dict[str, str]:
    if request.GET.get("question"):
        try:
            before = queries.question(actor, question_id=UUID(request.GET["question"]))
        except (ValueError, NotFound):
            return {}
        # The text of the SQL is not kept here: it may hold names and numbers. The asker's browser may have it.
        return {"purpose": before.purpose, "matter": before.matter, "sql": _sample(before.dataset.split(", ")[0])}
    try:
        entry = exchange.entry(actor, name=request.GET["dataset"])
    except (KeyError, NotFound):
        return {}
    held = queries.standing(actor, entry=entry).grants
    start = {"sql": _sample(entry.name)}
    return start | ({"purpose": held[0].purpose, "matter": held[0].matter} if held else {})


def _form(request: HttpRequest, actor: Actor, form: SqlForm, *, status: int = 200, problem: Problem | None = None) -> HttpResponse:
    purpose, matter = str(form["purpose"].value() or ""), str(form["matter"].value() or "")
    place = _PLACE.search(str(problem.detail or "")) if problem and problem.code.startswith("lake.sql") else None
    context = {
        "form": form,
        "problem": problem,
        "line": place[1] if place else "",
        "column": place[2] if place else "",
        "chosen": next((p for p in form.purposes if p.code == purpose), None),
        "matter": matter,
        "number": new_id(),
        "running": queries.running(actor),
        "before": request.GET.get("question", "")[:36] if request.method != "POST" else "",
        **_names(actor, purpose, matter[:80]),
    }
    return private(render(request, "inquiry/sql.html", context, status=status))


def _sample(dataset: str) -> str:
    return f"SELECT *\nFROM {dataset}\nLIMIT 20" if dataset else ""
