"""Bringing files: in pieces, by a plain form, by a drop folder; and what is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from beijiang.flow.exchange import queries as exchange
from beijiang.flow.exchange.types import FILE_LIMIT
from beijiang.kernel.errors import Problem, Refused, TooMany
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions, queries
from ..forms.words import upload_words
from ..grants import SEE, UPLOAD
from ..types import CHUNK, FORM_LIMIT, KEEP_HOURS, REFUSED_DAYS, STILL_SECONDS, TAKEN_DAYS
from .common import DRAFT_STATES, asked, kind_words, private, run_view

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from beijiang.kernel.types import Actor

SHOWN_RUNS = 5


@guarded(SEE)
@require_safe
def bring(request: HttpRequest) -> HttpResponse:
    """This function will show where files are brought, what is on its way, and the latest runs."""
    actor = actor_of(request)
    runs, away = asked(lambda: exchange.runs(actor, limit=SHOWN_RUNS))
    context = _ways(actor) | {
        "tab": "bring",
        "runs": [run_view(run) for run in runs],
        "away": away,
        "folder": queries.drop_folder(actor),
        "still": STILL_SECONDS,
        "taken_days": TAKEN_DAYS,
        "refused_days": REFUSED_DAYS,
        "chunk": CHUNK,
        "limit": FILE_LIMIT,
        "form_limit": FORM_LIMIT >> 20,
        "keep_hours": KEEP_HOURS,
        "upload_words": {name: str(words) for name, words in upload_words().items()},
    }
    return private(render(request, "stewardship/bring.html", context))


@guarded(SEE)
@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    """This function will give the list of what is on its way alone; while something moves it asks for itself again."""
    return private(render(request, "stewardship/ways.html", _ways(actor_of(request))))


def _ways(actor: Actor) -> dict[str, Any]:
    uploads = [
        u
        for u in queries.uploads(actor)
        if u.state in ("receiving", "sending", "waiting", "failed") and not (u.source == "drop" and u.state == "failed")
    ]
    drafts, away = asked(lambda: exchange.drafts(actor))
    return {
        "uploads": uploads,
        "drafts": [(d, DRAFT_STATES.get(d.state, Words(d.state, d.state)), kind_words(d.kind), round(d.progress * 100)) for d in drafts],
        "drafts_away": away,
        "moving": any(u.state == "sending" for u in uploads) or any(d.state in ("received", "profiling") for d in drafts),
    }


@guarded(UPLOAD)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """This function will take files from a browser without JavaScript; each is taken or not by itself, and the page says so."""
    actor = actor_of(request)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, str(Words("没有选择文件。", "No file was chosen.")))
    for file in files:
        try:
            taken = actions.take_form_file(actor, file_name=file.name or "", size=file.size or 0, stream=file)
            messages.success(request, str(Words(f"已收到 {taken.file_name}。", f"{taken.file_name} has come.")))
        except Refused:
            raise
        except Problem as problem:
            messages.error(request, f"{file.name}: {problem.title}. {problem.detail or ''}")
            if isinstance(problem, TooMany):
                break
    return redirect("stewardship:bring")


@guarded(UPLOAD)
@require_POST
def steer_upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """This function will give an upload up, or send it on."""
    actor = actor_of(request)
    try:
        if request.POST.get("action") == "go_on":
            found = actions.go_on(actor, upload_id=upload_id)
            messages.success(request, str(Words(f"{found.file_name} 继续送入。", f"{found.file_name} goes on.")))
        else:
            found = actions.abandon_upload(actor, upload_id=upload_id)
            messages.success(request, str(Words(f"已放弃 {found.file_name}。", f"{found.file_name} was given up.")))
    except Refused:
        raise
    except Problem as problem:
        messages.error(request, str(problem.detail or problem.title))
    return redirect("stewardship:bring")


@guarded(UPLOAD)
@require_POST
def drop_folder(request: HttpRequest) -> HttpResponse:
    """This function will open or close the viewer's drop folder."""
    actor = actor_of(request)
    if request.POST.get("action") == "close":
        actions.close_drop_folder(actor)
        messages.success(request, str(Words("投放文件夹已关闭。", "Your drop folder is closed.")))
    else:
        folder = actions.open_drop_folder(actor)
        messages.success(request, str(Words(f"投放文件夹已开启：{folder.path}", f"Your drop folder is open: {folder.path}")))
    return redirect("stewardship:bring")
