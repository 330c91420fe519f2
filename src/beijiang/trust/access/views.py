"""Pages: my permissions, grants on my data, break-glass and its review, purposes."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel.errors import Conflict, Invalid, NotFound
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words
from beijiang.trust.audit import queries as audit
from beijiang.trust.identity import queries as identity

from . import actions, grants, queries
from .forms import BreakGlassForm, OwnedForm, ReasonForm, ReviewForm
from .types import GrantInfo


@guarded(grants.SEE_OWN)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """This function will show the actor's grants: live, coming, and the latest that ended."""
    actor = actor_of(request)
    live = queries.grants_for(actor)
    uses = audit.grant_uses(actor, grant_ids=[g.id for g in live])
    context = {
        "live": [(g, uses.get(g.id)) for g in live],
        "ended": queries.grants_for(actor, ended=True, limit=50),
        "actor": actor,
        "matters": queries.matters_for(actor, limit=50),
    }
    return render(request, "access/mine.html", context)


@guarded(grants.RETURN_GRANT)
@require_POST
def give_back(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """This function will give a grant back early."""
    return _end(request, grant_id, "return")


@guarded(grants.REVOKE_GRANT)
@require_safe
def owned(request: HttpRequest) -> HttpResponse:
    """This function will show the grants on datasets of the actor's unit: whom each lets in, how often it was used, what
    revoking it touches."""
    actor = actor_of(request)
    every = queries.grants_on(actor)
    form = OwnedForm(request.GET, grants=every)
    live = [g for g in every if form.fits(g)]
    uses, touched = audit.grant_uses(actor, grant_ids=[g.id for g in live]), _touched(live)
    context = {
        "form": form,
        "live": [(g, uses.get(g.id), touched[g.id]) for g in live],
        "every": every,
        "ended": queries.grants_on(actor, ended=True, limit=50),
    }
    return render(request, "access/owned.html", context)


def _touched(live: list[GrantInfo]) -> dict[UUID, tuple[Words, ...]]:
    """Whom and what revoking each grant touches: its holder or the unit's people, and joins with the rest of its bundle."""
    bundles = Counter(g.bundle for g in queries.grants_in(bundles=[g.bundle for g in live]))
    counted = {unit: identity.headcount(unit) for unit in {g.holder_unit for g in live if g.holder_unit}}
    told: dict[UUID, tuple[Words, ...]] = {}
    for grant in live:
        if grant.holder_unit:
            name, many = identity.unit(grant.holder_unit).name, counted[grant.holder_unit]
            who = Words(f"{name.zh}及下级单位的 {many} 人", f"{many} people of {name.en} and the units below")
        else:
            who = Words(grant.holder_name, grant.holder_name)
        told[grant.id] = (who,)
        others = bundles[grant.bundle] - 1
        if others:
            told[grant.id] += (
                Words(
                    f"同批签发的另外 {others} 个数据集不能再与它关联",
                    f"{others} more datasets of its bundle can no longer be joined with it",
                ),
            )
    return told


@guarded(grants.REVOKE_GRANT)
@require_POST
def revoke(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """This function will revoke a grant at once."""
    return _end(request, grant_id, "revoke")


def _end(request: HttpRequest, grant_id: UUID, way: str) -> HttpResponse:
    actor, form = actor_of(request), ReasonForm(request.POST)
    page = "access:owned" if way == "revoke" else "access:mine"
    if not form.is_valid():
        messages.error(request, str(Words("没有写明理由，授权没有改动。", "No reason was given; the grant is unchanged.")))
        return redirect(page)
    try:
        if way == "revoke":
            actions.revoke_grant(actor, grant_id=grant_id, reason=form.cleaned_data["reason"])
        else:
            actions.return_grant(actor, grant_id=grant_id, reason=form.cleaned_data["reason"])
    except Conflict as problem:
        messages.warning(request, str(problem.title))
    else:
        done = (
            Words("授权已撤销，立即生效。", "The grant is revoked, as of now.")
            if way == "revoke"
            else Words("授权已交还。", "The grant was given back.")
        )
        messages.success(request, str(done))
    return redirect(page)


@guarded(grants.BREAK_GLASS)
def break_glass(request: HttpRequest) -> HttpResponse:
    """This function will show the break-glass form and, once sent, open the way for a few hours."""
    actor = actor_of(request)
    initial = {k: request.GET[k] for k in ("dataset", "purpose", "matter") if k in request.GET}
    form = BreakGlassForm(request.POST) if request.method == "POST" else BreakGlassForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        told = {k: v for k, v in form.cleaned_data.items() if k != "understood"}
        try:
            made = actions.break_glass(actor, **told)
        except Invalid as problem:
            _put(form, problem)
        else:
            messages.warning(
                request,
                str(
                    Words(
                        f"紧急查询已启用：{made.dataset_title.zh}。督察和数据所有单位已收到通报。",
                        f"The glass is broken: {made.dataset_title.en}. Supervisors and the owner have been told.",
                    )
                ),
            )
            return redirect("access:mine")
    context = {"form": form, "matters": queries.matters_for(actor, limit=20)}
    return render(request, "access/break_glass.html", context, status=422 if form.errors else 200)


@guarded(grants.REVIEW_BREAK_GLASS)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """This function will list break-glass uses that wait to be reviewed, and those that were."""
    actor = actor_of(request)
    context = {"waiting": queries.grants_to_review(actor), "reviewed": queries.grants_to_review(actor, reviewed=True, limit=50)}
    return render(request, "access/reviews.html", context)


@guarded(grants.REVIEW_BREAK_GLASS)
def review(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """This function will show one break-glass use and take the reviewer's finding."""
    actor = actor_of(request)
    used = queries.grant(actor, grant_id=grant_id)
    if used.origin != "emergency":
        raise NotFound("access.grant_unknown", Words("没有这次紧急查询", "No such break-glass use"))
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_break_glass(actor, grant_id=grant_id, **form.cleaned_data)
        except Invalid as problem:
            _put(form, problem)
        except Conflict as problem:
            messages.warning(request, str(problem))
            return redirect("access:reviews")
        else:
            messages.success(request, str(Words("复核已记录。", "The review is recorded.")))
            return redirect("access:reviews")
    return render(request, "access/review.html", {"grant": used, "form": form}, status=422 if form.errors else 200)


@guarded(grants.SEE_PURPOSES)
@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    """This function will show the closed list of purposes with their articles."""
    return render(request, "access/purposes.html", {"purposes": queries.purposes()})


def _put(form: django_forms.Form, problem: Invalid) -> None:
    for fault in problem.extra.get("fields", ()):
        form.add_error(fault["field"] if fault["field"] in form.fields else None, str(fault["message"]))
    if not form.errors:
        form.add_error(None, str(problem.detail or problem.title))
