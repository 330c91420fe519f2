"""Applying, with a preview while the form is filled in, and answering what was asked back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from beijiang.kernel.errors import Conflict, Invalid, Problem
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from .. import actions, queries, rules
from ..forms import AmendForm, ApplyForm
from ..forms.common import columns_of, put_faults
from ..grants import APPLY
from .common import SAMPLES, picker, tabs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, QueryDict

    from beijiang.kernel.types import Actor

    from ..types import ApplicationInfo

DEFAULT_DAYS = 30


@guarded(APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This function will show the form, filled from the address (`dataset`, `purpose`, `matter`, `columns`, `areas`,
    `days`), and send the application; `action` is one of send, add (a dataset), check."""
    actor = actor_of(request)
    if request.method != "POST":
        return _form(request, actor, _fresh(actor, request.GET))
    names = _names(request.POST)
    form = ApplyForm(_with(request.POST, names), actor=actor, resources=queries.resources_of(names))
    if request.POST.get("action", "send") != "send":
        return _form(request, actor, form, quiet=True)
    if form.is_valid():
        try:
            made = actions.apply(actor, draft=form.draft(), request_key=form.cleaned_data["request_key"])
        except Invalid as problem:
            put_faults(form, problem.extra.get("fields", ()))
        except Conflict as problem:
            return _form(request, actor, form, problem=problem)
        else:
            said = Words(f"申请 {made.number} 已提交，正在等待负责人审批。", f"{made.number} was sent and waits for your chief.")
            messages.success(request, str(said))
            return redirect("permissions:detail", made.id)
    return _form(request, actor, form, status=422)


@guarded(APPLY)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """This function will show what the application would meet, for the form while it is filled in. Nothing is kept."""
    actor = actor_of(request)
    names = _names(request.POST)
    form = ApplyForm(_with(request.POST, names), actor=actor, resources=queries.resources_of(names))
    context = {"preview": queries.preview(actor, draft=form.draft()), "samples": SAMPLES, "draft": form.draft()}
    response = render(request, "permissions/preview.html", context)
    response["Cache-Control"] = "no-store"
    return response


@guarded(APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """This function will show what was asked back beside the form as it stands, and send the answer."""
    actor = actor_of(request)
    found = queries.application(actor, application_id=application_id)
    if found.state != "back" or not found.own:
        messages.warning(request, str(Words("这份申请现在不需要补充。", "This application waits for no answer now.")))
        return redirect("permissions:detail", application_id)
    names = [i.dataset for i in found.items]
    resources = queries.resources_of(names)
    if request.method != "POST":
        return _form(request, actor, AmendForm(None, actor=actor, resources=resources, initial=_as_it_stands(found)), back=found)
    form = AmendForm(_with(request.POST, names), actor=actor, resources=resources, initial={"matter": found.matter})
    if request.POST.get("action", "send") != "send":
        return _form(request, actor, form, quiet=True, back=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.amend(
                actor,
                application_id=application_id,
                draft=form.draft(),
                answer=data["answer"],
                seen=data["seen"],
                request_key=data["request_key"],
            )
        except Invalid as problem:
            put_faults(form, problem.extra.get("fields", ()))
        except Conflict as problem:
            messages.warning(request, str(problem.detail or problem.title))
            return redirect("permissions:detail", application_id)
        else:
            messages.success(request, str(Words("已补充并再次提交。", "Amended and sent again.")))
            return redirect("permissions:detail", application_id)
    return _form(request, actor, form, status=422, back=found)


def _names(data: QueryDict) -> list[str]:
    """The datasets chosen, with the one to add, as many as an application may have and one more, so that the fault shows."""
    names = [*data.getlist("dataset"), *(data.getlist("add") if data.get("action") == "add" else [])]
    return list(dict.fromkeys(n.strip()[:63] for n in names if n.strip()))[: rules.MOST_DATASETS + 1]


def _with(data: QueryDict, names: list[str]) -> QueryDict:
    copy = data.copy()
    copy.setlist("dataset", list(names))
    return copy


def _split(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _fresh(actor: Actor, asked: QueryDict) -> ApplyForm:
    """A form filled from the address; own county and a month where it names none."""
    names = _split(asked.getlist("dataset"))[: rules.MOST_DATASETS + 1]
    resources = queries.resources_of(names)
    names = [n for n in names if n in resources]
    columns = columns_of(_split(asked.getlist("columns")), names)
    purpose = next((p for p in access.purposes() if p.code == asked.get("purpose")), None)
    county = actor.division if queries.known_area(actor.division) else ""
    days = asked.get("days", "")
    most = purpose.max_days if purpose else DEFAULT_DAYS
    initial: dict[str, Any] = {
        "dataset": names,
        "purpose": purpose.code if purpose else "",
        "matter": asked.get("matter", "")[:60],
        "columns": [f"{d}.{c}" for d, many in columns.items() for c in many if resources[d].column(c)],
        "areas": [a for a in _split(asked.getlist("areas")) if queries.known_area(a)] or ([county] if county else []),
        "days": min(int(days), most) if days.isascii() and days.isdigit() and len(days) < 5 and int(days) else min(DEFAULT_DAYS, most),
        "request_key": uuid4().hex,
    }
    return ApplyForm(None, actor=actor, resources=resources, initial=initial)


def _as_it_stands(found: ApplicationInfo) -> dict[str, Any]:
    first = found.items[0].now
    return {
        "dataset": [i.dataset for i in found.items],
        "purpose": found.purpose,
        "matter": found.matter,
        "columns": [f"{i.dataset}.{c}" for i in found.items for c in i.now.columns if not _gone(i, c)],
        "areas": list(dict.fromkeys(a for i in found.items for a in i.now.areas)),
        "days": first.days,
        "reason": found.reason,
        "seen": found.edition,
        "request_key": uuid4().hex,
    }


def _gone(item: Any, column: str) -> bool:
    return any(line.gone for line in item.columns if line.name == column)


def _form(
    request: HttpRequest,
    actor: Actor,
    form: ApplyForm,
    *,
    status: int = 200,
    quiet: bool = False,
    problem: Problem | None = None,
    back: ApplicationInfo | None = None,
) -> HttpResponse:
    if quiet:
        form._errors = ErrorDict()  # type: ignore[attr-defined]  # it was not sent, so nothing is wrong with it yet
    draft = form.draft()
    chosen, areas = set(draft.terms), set(form["areas"].value() or ())
    context = tabs(actor, "new") | {
        "form": form,
        "draft": draft,
        "preview": queries.preview(actor, draft=draft),
        "samples": SAMPLES,
        "others": [(n, t, o) for n, t, o in queries.resources_to_choose(actor) if n not in chosen],
        "by_area": any(r.area_column for r in form.resources.values()),
        "groups": picker(queries.area_groups(), areas),
        "areas": areas,
        "reason_min": rules.REASON_MIN,
        "most": len(chosen) >= rules.MOST_DATASETS,
        "problem": problem,
        "back": back,
    }
    response = render(request, "permissions/new.html", context, status=problem.status if problem else status)
    response["Cache-Control"] = "no-store"
    return response
