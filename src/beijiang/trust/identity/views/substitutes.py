"""Who acts for whom: one's own posts, and those of people in one's care."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, Unauthenticated
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions, queries
from ..forms import SubstituteForm
from ..grants import MANAGE_PEOPLE, SUBSTITUTES
from ..types import Person


@guarded(SUBSTITUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """This function will show who acts for oneself and for whom one acts, and take an appointment."""
    user_id = actor_of(request).user_id
    if user_id is None:
        raise Unauthenticated("kernel.sign_in")
    return _page(request, user_id, "identity:substitutes")


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """This function will do the same for a person in the actor's care."""
    return _page(request, user_id, "identity:person-substitutes", user_id)


def _page(request: HttpRequest, user_id: UUID, address: str, *place: UUID) -> HttpResponse:
    actor = actor_of(request)
    person = queries.person(actor, user_id=user_id)
    form = _form(request, person)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.span()
        try:
            actions.appoint_substitute(
                actor,
                post_id=UUID(form.cleaned_data["post"]),
                substitute=UUID(form.cleaned_data["substitute"]),
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.cleaned_data["reason"],
            )
        except (Invalid, Conflict, Refused, NotFound) as problem:
            form.add_error(_field(problem), str(problem.detail or problem.title))
        else:
            messages.success(request, str(Words("代理人已指定，双方都会看到。", "The substitute is appointed; both will see it.")))
            return redirect(address, *place)
    context = {
        "person": person,
        "own": person.id == actor.user_id,
        "live": queries.substitutions_of(actor, user_id=user_id),
        "ended": queries.substitutions_of(actor, user_id=user_id, ended=True, limit=20),
        "form": form,
        "address": request.path,
    }
    return render(request, "identity/substitutes.html", context, status=422 if form.errors else 200)


def _field(problem: Problem) -> str | None:
    named = next((str(f["field"]) for f in problem.extra.get("fields", ())), "")
    return {"ends_at": "until", "substitute": "substitute", "reason": "reason"}.get(named)


def _form(request: HttpRequest, person: Person) -> SubstituteForm:
    posts = [(str(p.id), f"{p.unit_name} · {p.title or ''}".rstrip(" ·")) for p in person.posts]
    near = {
        str(p.id): f"{p.name} · {unit.name}" for post in person.posts for p, unit in queries.colleagues(actor_of(request), post_id=post.id)
    }
    today = clock.local(clock.now()).date()
    initial = {"since": today, "until": today, "post": posts[0][0] if len(posts) == 1 else ""}
    return SubstituteForm(request.POST if request.method == "POST" else None, posts=posts, people=list(near.items()), initial=initial)


@guarded(SUBSTITUTES)
@require_POST
def end(request: HttpRequest, substitution_id: UUID) -> HttpResponse:
    """This function will end a substitution now."""
    actor = actor_of(request)
    try:
        ended = actions.end_substitution(actor, substitution_id=substitution_id)
    except Conflict as problem:
        messages.warning(request, str(problem.detail or problem.title))
        return redirect("identity:substitutes")
    messages.success(request, str(Words("代理已结束。", "The substitution has ended.")))
    if actor.user_id in (ended.holder_id, ended.substitute_id):
        return redirect("identity:substitutes")
    return redirect("identity:person-substitutes", ended.holder_id)
