"""The page behind a one-time link: set a password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.kernel.errors import Invalid
from beijiang.kernel.routes import public
from beijiang.kernel.words import Words

from .. import actions, queries
from ..forms import NewPasswordForm

COOKIE = "bj_link"
PATH = "/accounts/link/"


@public("whoever holds the link has no password yet")
@require_safe
def link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """This function will move the token from the address into a cookie of this page, so that history and logs end here."""
    queries.link_info(token)
    response = redirect("identity:link")
    response.set_cookie(COOKIE, token, max_age=1800, path=PATH, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@public("whoever holds the link has no password yet")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """This function will show the form for a new password and set it, once."""
    token = request.COOKIES.get(COOKIE, "")
    info = queries.link_info(token)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.redeem_link(token=token, password=form.cleaned_data["password"])
        except Invalid as problem:
            form.add_error("password", str(problem.detail))
        else:
            logout(request)
            messages.success(request, str(Words("密码已设置，请登录。", "The password is set. Please sign in.")))
            response = redirect("account_login")
            response.delete_cookie(COOKIE, path=PATH)
            return response
    return render(request, "identity/link.html", {"info": info, "form": form}, status=422 if form.errors else 200)
