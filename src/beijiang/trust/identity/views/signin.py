"""Sign-in and sign-out, by django-allauth's account flow."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.views import LoginView
from django.contrib.auth import authenticate, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from beijiang.kernel.errors import TooMany, Unauthenticated
from beijiang.kernel.routes import public
from beijiang.kernel.words import Words
from beijiang.ui.middleware import LANGUAGE_COOKIE

from .. import actions, queries
from ..rules import username_key
from .devices import known_devices, remember_device
from .session import ENDED_COOKIE

WRONG = Words("用户名或密码不正确。", "The username or password is not right.")
ENDED = {
    "ended": Words("此登录会话已被结束，请重新登录。", "This session was ended. Sign in again."),
    "expired": Words("登录已超过 12 小时，请重新登录。", "You had been signed in for 12 hours. Sign in again."),
    "idle": Words(
        "您已长时间没有操作，为安全起见已退出，请重新登录。", "Nothing was done here for a while, so you were signed out. Sign in again."
    ),
    "password": Words("密码已更改，请用新密码登录。", "The password was changed. Sign in with the new one."),
    "deactivated": Words("账户已停用，请联系单位负责人。", "The account is deactivated; ask your unit's chief."),
    "no_post": Words("您目前没有任何岗位，请联系单位负责人。", "You hold no post at present; ask your unit's chief."),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's flow under our rules: no sign-up, our throttle, one answer for unknown names and wrong passwords."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators and chiefs."""
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Whatever is wrong with name or password, the answer is the same."""
        if code.endswith("_password_mismatch"):
            return ValidationError(str(WRONG), code="wrong")
        return super().validation_error(code, *args)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own notes ("signed in as …") would speak a third kind of words; the page shows who is signed in."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Counts the try first, then looks at the password; a person without a live post is told so."""
        username, address = username_key(str(credentials.get("username", ""))), request.META.get("REMOTE_ADDR", "")
        try:
            device = actions.try_sign_in(username=username, address=address, devices=known_devices(request))
        except TooMany as locked:
            request.retry_after = locked.extra["retry_after"]  # type: ignore[attr-defined]
            raise ValidationError(str(locked.detail), code="locked") from None
        user = authenticate(request, username=username, password=credentials.get("password"))
        AuthenticationBackend.unstash_authenticated_user()
        if user is None:
            actions.try_failed(username=username, address=address, device=device, reason="password")
            return None
        try:
            queries.actor_for(user.pk)
        except Unauthenticated as shut:
            actions.try_failed(username=username, address=address, device=device, reason=shut.code)
            raise ValidationError(str(shut.detail), code="shut") from None
        actions.try_succeeded(username=username, address=address, device=device)
        return user


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "identity/sign_in.html"
    html_email_template_name = None

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with 429 and the time left where it must wait, else 422."""
        response = super().form_invalid(form)
        wait = getattr(self.request, "retry_after", None)
        response.status_code = 429 if wait else 422
        if wait:
            response["Retry-After"] = str(wait)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Signed in: this device is known from now on, and speaks the person's language unless it has its own."""
        response = super().form_valid(form)
        if self.request.user.is_authenticated:
            remember_device(self.request, response, self.request.user.pk)
            if self.request.user.language and LANGUAGE_COOKIE not in self.request.COOKIES:
                response.set_cookie(
                    LANGUAGE_COOKIE,
                    self.request.user.language,
                    max_age=365 * 24 * 3600,
                    httponly=True,
                    samesite="Lax",
                    secure=self.request.is_secure(),
                )
        response.delete_cookie(ENDED_COOKIE)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Why one was signed out, if so."""
        return super().get_context_data(**kwargs) | {"ended": ENDED.get(self.request.COOKIES.get(ENDED_COOKIE, ""))}


sign_in = public("everybody must be able to sign in")(SignIn.as_view())


@public("signing out needs no right")
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """This function will sign out on POST; GET only asks, so that no picture on another page signs anybody out."""
    if request.method == "POST":
        logout(request)
        return redirect("account_login")
    return render(request, "identity/sign_out.html")
