"""`/audit/checks/…`: the week's sample, and one check for who was asked."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.kernel import guard
from beijiang.kernel.errors import Problem
from beijiang.kernel.routes import actor_of, guarded, signed_in

from .. import actions, queries
from ..forms import AnswerForm, FindingForm
from ..grants import CHECK


@guarded(CHECK)
@require_safe
def checks(request: HttpRequest, monday: str = "") -> HttpResponse:
    """This view will show the sample of one week, the newest first of all."""
    actor = actor_of(request)
    weeks = queries.weeks(actor)
    try:
        day = date.fromisoformat(monday) if monday else (weeks[0].monday if weeks else None)
    except ValueError:
        raise Http404 from None
    found = queries.checks(actor, monday=day) if day else ()
    return render(
        request, "audit/checks.html", {"weeks": weeks, "week": next((w for w in weeks if w.monday == day), None), "checks": found}
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """This view will show one check: to auditors with the finding, to who was asked with the answer."""
    actor = actor_of(request)
    found = queries.check(actor, check_id=check_id)
    auditing = guard.allowed(actor, CHECK) and not (found.entry and found.entry.actor_id == actor.user_id)
    form = FindingForm(request.POST or None) if auditing else AnswerForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            if auditing:
                actions.note_check(actor, check_id=check_id, **form.cleaned_data)
                return redirect("audit:week", found.week.isoformat())
            actions.answer_check(actor, check_id=check_id, **form.cleaned_data)
            return redirect("audit:check", check_id)
        except Problem as raised:
            if raised.status not in (409, 422):
                raise
            problem = raised
    status = 409 if problem else 422 if request.method == "POST" else 200
    context = {"check": found, "entry": found.entry, "form": form, "auditing": auditing, "problem": problem}
    return render(request, "audit/check.html", context, status=status)
