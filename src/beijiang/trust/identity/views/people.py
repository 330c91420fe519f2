"""Units and people, for administrators and chiefs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beijiang.kernel import guard
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import actions, queries
from ..forms import PersonForm, PostForm
from ..grants import MANAGE_PEOPLE, SEE_DIRECTORY
from ..rules import cares_for, outranked
from ..types import Duty


@guarded(SEE_DIRECTORY)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """This function will lead to the unit that one looks after: the root for administrators, one's own for chiefs."""
    actor = actor_of(request)
    code = actor.unit_path[0] if {Duty.ADMINISTRATOR, Duty.KEXIN} & actor.duties else actor.unit_code
    return redirect("identity:unit", code=code)


def _sees(actor: Actor, path: tuple[str, ...]) -> bool:
    """Whether a link to that unit would open for the actor."""
    return cares_for(actor, path) or Duty.KEXIN in actor.duties


def _offer(form: PostForm, actor: Actor) -> PostForm:
    """Only the duties that the actor may give."""
    form.fields["duties"].choices = [(d.value, d.words) for d in Duty if not outranked(actor, [d])]  # type: ignore[attr-defined]
    return form


@guarded(SEE_DIRECTORY)
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """This function will show a unit: what is below it and who is in it."""
    actor = actor_of(request)
    found = queries.unit(code)
    text, below = request.GET.get("q", "")[:60], request.GET.get("below") == "1"
    people, more = queries.people(actor, unit_code=code, text=text, below=below, cursor=request.GET.get("cursor", "")[:300])
    children = queries.units_under(code, depth=1)
    counts = queries.unit_counts([u.code for u in children])
    context = {
        "unit": found,
        "above": [(queries.unit(c), _sees(actor, found.path[: i + 1])) for i, c in enumerate(found.path[:-1])],
        "children": [(u, *counts[u.code]) for u in children],
        "people": people,
        "next_cursor": more,
        "text": text,
        "below": below,
        "may_manage": guard.allowed(actor, MANAGE_PEOPLE),
    }
    return render(request, "identity/unit.html", context)


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """This function will make an account and lead to the person's page, where their link is issued."""
    actor = actor_of(request)
    form = PersonForm(request.POST or None, initial={"unit_code": request.GET.get("unit", actor.unit_code), "duties": ["officer"]})
    _offer(form, actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.create_user(
                actor,
                username=data["username"],
                name=data["name"],
                unit_code=data["unit_code"].strip().upper(),
                duties=data["duties"],
                title=form.title,
                police_number=data["police_number"].strip().upper() or None,
            )
        except (Invalid, Conflict, NotFound) as problem:
            form.add_error(None, str(problem.detail))
        else:
            messages.success(
                request,
                str(
                    Words(
                        "账户已建立。请签发一次性链接，由本人设置密码。",
                        "The account was made. Issue a one-time link, so that its owner sets a password.",
                    )
                ),
            )
            return redirect("identity:person", user_id=made)
    return render(request, "identity/new_person.html", {"form": form}, status=422 if form.errors else 200)


def _person(request: HttpRequest, user_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "person": queries.person(actor, user_id=user_id),
        "form": _offer(PostForm(initial={"duties": ["officer"]}), actor),
        "may_manage": guard.allowed(actor, MANAGE_PEOPLE) and actor.user_id != user_id,
    }
    return render(request, "identity/person.html", context | more, status=status)


@guarded(SEE_DIRECTORY)
@require_safe
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """This function will show one person and what can be done for them."""
    return _person(request, user_id)


@guarded(MANAGE_PEOPLE)
@require_POST
def issue_link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """This function will issue a one-time link and show it, this once."""
    link = actions.issue_link(actor_of(request), user_id=user_id)
    return _person(request, user_id, link=link, url=request.build_absolute_uri(link.path))


@guarded(MANAGE_PEOPLE)
@require_POST
def assign_post(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """This function will give the person a post."""
    form = _offer(PostForm(request.POST), actor_of(request))
    if not form.is_valid():
        return _person(request, user_id, 422, form=form)
    try:
        actions.assign_post(
            actor_of(request),
            user_id=user_id,
            unit_code=form.cleaned_data["unit_code"].strip().upper(),
            duties=form.cleaned_data["duties"],
            title=form.title,
            primary=request.POST.get("primary") == "1",
        )
    except (Invalid, Conflict, NotFound, Refused) as problem:
        form.add_error(None, str(problem.detail))
        return _person(request, user_id, problem.status, form=form)
    messages.success(request, str(Words("已任岗。", "The post was given.")))
    return redirect("identity:person", user_id=user_id)


@guarded(MANAGE_PEOPLE)
@require_POST
def end_post(request: HttpRequest, user_id: UUID, post_id: UUID) -> HttpResponse:
    """This function will end a post."""
    actions.end_post(actor_of(request), post_id=post_id)
    messages.success(request, str(Words("已离岗。", "The post has ended.")))
    return redirect("identity:person", user_id=user_id)


@guarded(MANAGE_PEOPLE)
@require_POST
def change(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """This function will deactivate, activate or sign out a person."""
    actor, what = actor_of(request), request.POST.get("what", "")
    if what == "deactivate":
        actions.deactivate(actor, user_id=user_id)
        said = Words("账户已停用，所有登录已结束。", "The account is deactivated and all its sessions have ended.")
    elif what == "activate":
        actions.activate(actor, user_id=user_id)
        said = Words("账户已恢复。请签发一次性链接。", "The account is active again. Issue a one-time link.")
    elif what == "sign_out":
        count = actions.end_sessions_of(actor, user_id=user_id)
        said = Words(f"已结束 {count} 个登录会话。", f"{count} sessions have ended.")
    else:
        raise Invalid("identity.change_unknown", detail=Words("没有这个操作。", "There is no such action."))
    messages.success(request, str(said))
    return redirect("identity:person", user_id=user_id)
