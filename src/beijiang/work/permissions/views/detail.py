"""One application: where it stands, how it came there, and the decision of whoever it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel import guard, todo
from beijiang.kernel.errors import Conflict, Invalid, Refused
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions, queries, rules
from ..actions.route import news_key
from ..forms import DecideForm
from ..forms.common import put_faults
from ..grants import APPLY, SEE_OWN, SEE_QUEUE
from .common import SAMPLES, picker, tabs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from ..types import ApplicationInfo

DONE = {
    "approve": Words("已同意。", "Approved."),
    "return": Words("已退回，申请人会收到您的问题。", "Asked back; the applicant gets your question."),
    "refuse": Words("未予批准，申请人会收到理由。", "Refused; the applicant gets your reason."),
}


@guarded(SEE_OWN)
@require_safe
def detail(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """This function will show an application with its timeline, and the form of a decision to whom it waits for."""
    actor = actor_of(request)
    found = queries.application(actor, application_id=application_id)
    if found.own and actor.user_id is not None:
        todo.done(news_key(actor.user_id, found.id))
    return _page(request, found, DecideForm(None, application=found, initial={"request_key": uuid4().hex}) if found.mine else None)


@guarded(SEE_QUEUE)
@require_POST
def decide(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """This function will take a decision: approve as it stands or narrowed, ask back, refuse."""
    actor = actor_of(request)
    found = queries.application(actor, application_id=application_id)
    form = DecideForm(request.POST, application=found)
    if not form.is_valid():
        return _page(request, found, form if found.mine else None, status=422)
    data = form.cleaned_data
    try:
        after = actions.decide(
            actor,
            application_id=application_id,
            stage=data["stage"],
            verdict=data["verdict"],
            seen=data["seen"],
            note=data["note"],
            terms=form.terms() if data["verdict"] == "approve" else None,
            request_key=data["request_key"],
        )
    except Invalid as problem:
        put_faults(form, problem.extra.get("fields", ()))
        if not form.errors:
            form.add_error(None, str(problem.detail or problem.title))
        return _page(request, found, form if found.mine else None, status=422)
    except Conflict as problem:
        messages.error(request, str(problem.detail or problem.title))
        return redirect("permissions:detail", application_id)
    except Refused as problem:
        guard.report_refusal(actor, problem)
        messages.error(request, str(problem.detail or problem.title))
        return redirect("permissions:detail", application_id)
    said = DONE[data["verdict"]]
    if data["verdict"] == "approve":
        said = Words(f"已同意。申请现在：{after.words.zh}。", f"Approved. The application is now {after.words.en}.")
    messages.success(request, str(said))
    return redirect("permissions:detail", application_id)


@guarded(APPLY)
@require_POST
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """This function will take the viewer's own application back."""
    try:
        actions.withdraw(actor_of(request), application_id=application_id)
    except Conflict as problem:
        messages.warning(request, str(problem.detail or problem.title))
    else:
        messages.success(request, str(Words("申请已撤回。", "The application was withdrawn.")))
    return redirect("permissions:detail", application_id)


def _page(request: HttpRequest, found: ApplicationInfo, form: DecideForm | None, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    areas = set(form["areas"].value() or ()) if form else set()
    context = tabs(actor, "detail") | {
        "a": found,
        "form": form,
        "samples": SAMPLES,
        "others": [i for i in found.items if i.dataset not in found.mine] if form else [],
        "groups": picker(_narrower(found), areas),
        "areas": areas,
        "columns": set(form["columns"].value() or ()) if form else set(),
        "note_min": rules.NOTE_MIN,
    }
    response = render(request, "permissions/detail.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _narrower(found: ApplicationInfo) -> list[queries.AreaGroup]:
    """The areas within what stands now, to narrow it to some of them."""
    outer = tuple(dict.fromkeys(a for i in found.items if i.dataset in found.mine for a in i.now.areas))
    groups = []
    for group in queries.area_groups():
        below = tuple(p for p in group.below if rules.area_within(p.code, outer))
        whole = rules.area_within(group.top.code, outer)
        if below or whole:
            groups.append(queries.AreaGroup(group.top, below, whole))
    return groups
