"""My account: password, where I am signed in, language."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel.errors import Invalid, TooMany, Unauthenticated
from beijiang.kernel.routes import actor_of, signed_in
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.ui.middleware import LANGUAGE_COOKIE

from .. import actions, queries
from ..forms import ChangePasswordForm
from ..handlers import web_key


def _own_id(actor: Actor) -> UUID:
    """Services have no account page."""
    if actor.user_id is None:
        raise Unauthenticated("kernel.sign_in")
    return actor.user_id


def _page(request: HttpRequest, form: ChangePasswordForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    return render(
        request,
        "identity/account.html",
        {
            "form": form,
            "person": queries.person(actor, user_id=_own_id(actor)),
            "sessions": queries.sessions_of(actor),
            "ended": queries.sessions_of(actor, ended=True),
        },
        status=status,
    )


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """This function will show one's own account."""
    return _page(request, ChangePasswordForm())


@signed_in
@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """This function will change one's own password; this session goes on under a new key, all others end."""
    actor, form = actor_of(request), ChangePasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        actions.change_password(
            actor, old=form.cleaned_data["old"], new=form.cleaned_data["password"], address=request.META.get("REMOTE_ADDR", "")
        )
    except (Invalid, TooMany) as problem:
        form.add_error((problem.extra.get("fields") or [None])[0], str(problem.detail))
        return _page(request, form, problem.status)
    update_session_auth_hash(request, _fresh(request))
    if actor.session_id is not None:
        actions.rebind_session(actor.session_id, web_key=web_key(request))
    messages.success(
        request, str(Words("密码已更改，其他设备上的登录已结束。", "The password was changed; sign-ins on other devices have ended."))
    )
    return redirect("identity:account")


def _fresh(request: HttpRequest) -> Any:
    """The signed-in user with the new password's hash, which Django's session check is about to compare."""
    user: Any = request.user
    user.refresh_from_db()
    return user


@signed_in
@require_POST
def end_one(request: HttpRequest, sid: UUID) -> HttpResponse:
    """This function will end one of one's own sessions."""
    actions.end_session(actor_of(request), sid=sid)
    messages.success(request, str(Words("该登录会话已结束。", "That session has ended.")))
    return redirect("identity:account")


@signed_in
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """This function will end all of one's sessions but this one."""
    actor = actor_of(request)
    count = actions.end_sessions_of(actor, user_id=_own_id(actor), except_current=True)
    messages.success(request, str(Words(f"已结束其他 {count} 个登录会话。", f"{count} other sessions have ended.")))
    return redirect("identity:account")


@signed_in
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """This function will remember one's language, for new devices too, and speak it here."""
    chosen = request.POST.get("language", "")
    actions.set_language(actor_of(request), language=chosen)
    response = redirect("identity:account")
    response.set_cookie(
        LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
