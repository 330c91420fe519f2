"""Runs: how far, what came in, what was set aside and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.flow.exchange import actions as door
from beijiang.flow.exchange import queries as exchange
from beijiang.kernel.errors import Conflict, Unavailable
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions
from ..forms import RunsForm
from ..grants import SEE
from .common import asked, private, run_view, streamed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

    from beijiang.flow.exchange.types import Run

PAGE = 100


@guarded(SEE)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """This function will list runs, by dataset, state, and whether one brought them oneself."""
    actor = actor_of(request)
    names = {e.name: e.title for e in exchange.directory(actor)}
    form = RunsForm(request.GET, datasets=names)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {"dataset": "", "state": "", "mine": False}
    found, away = asked(lambda: exchange.runs(actor, dataset=wanted["dataset"], state=wanted["state"], mine=wanted["mine"], limit=200))
    context = {
        "tab": "runs",
        "form": form,
        "away": away,
        "runs": [(run_view(run), names.get(run.dataset, Words(run.dataset, run.dataset))) for run in found],
        "searched": any(request.GET.get(name) for name in ("dataset", "state", "mine")),
    }
    return private(render(request, "stewardship/runs.html", context))


@guarded(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will show a run; `action` cancels it or takes it up again."""
    actor = actor_of(request)
    if request.method == "POST":
        resume = request.POST.get("action") == "resume"
        try:
            (actions.resume_run if resume else actions.cancel_run)(actor, run_id=run_id)
        except (Conflict, Unavailable) as problem:
            messages.error(request, str(problem.detail or problem.title))
        else:
            said = (
                Words("已重新开始。", "It was taken up again.")
                if resume
                else Words("已取消，没有数据写入。", "Cancelled; nothing was written.")
            )
            messages.success(request, str(said))
        return redirect("stewardship:run", run_id)
    return private(render(request, "stewardship/run.html", _about(exchange.run(actor, run_id=run_id))))


@guarded(SEE)
@require_safe
def run_state(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will give the live part of a run's page alone; when the run is over, htmx loads the page anew."""
    context = _about(exchange.run(actor_of(request), run_id=run_id))
    response = private(render(request, "stewardship/run_state.html", context))
    if not context["open"]:
        response["HX-Refresh"] = "true"
    return response


def _about(found: Run) -> dict[str, object]:
    rows = found.rows_ok + found.rows_bad
    most = max((reason.rows for reason in found.reasons), default=1)
    return run_view(found) | {
        "rows": rows,
        "share_bad": _share(found.rows_bad, rows),
        "reasons": [(reason, max(1, round(100 * reason.rows / most))) for reason in found.reasons],
    }


def _share(part: int, whole: int) -> str:
    """In percent; what is there is never rounded to nothing."""
    percent = 100 * part / whole if whole else 0.0
    return "<0.1" if 0 < percent < 0.1 else f"{percent:.1f}"


@guarded(SEE)
@require_safe
def bad_rows(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will open rows that a run set aside, a hundred at a time; each opening is sealed in the log."""
    actor = actor_of(request)
    asked_for = request.GET.get("offset", "0")
    offset = int(asked_for) if asked_for.isascii() and asked_for.isdigit() and len(asked_for) < 12 else 0
    opened = door.bad_rows(actor, run_id=run_id, offset=offset, limit=PAGE)
    headers = list(dict.fromkeys(header for row in opened.rows for header in row.raw))
    context = {
        "opened": opened,
        "headers": headers,
        "rows": [(row, [row.raw.get(h) for h in headers]) for row in opened.rows],
        "first": offset + 1,
        "last": offset + len(opened.rows),
        "before": max(0, offset - PAGE) if offset else None,
        "after": offset + PAGE if offset + PAGE < opened.total else None,
    }
    return private(render(request, "stewardship/bad_rows.html", context))


@guarded(SEE)
@require_safe
def bad_rows_csv(request: HttpRequest, run_id: UUID) -> StreamingHttpResponse:
    """This function will send all rows that a run set aside as a file that can be mended and brought in again."""
    export, file = actions.bad_rows_file(actor_of(request), run_id=run_id)
    name = re.sub(r"[^a-z0-9_-]", "", export.dataset) or "rows"
    return streamed(request, file, name=f"bad-rows-{name}-{run_id.hex[-8:]}.csv", content_type="text/csv; charset=utf-8")
