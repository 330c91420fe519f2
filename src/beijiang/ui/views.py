"""The switch of language, and the mark that browsers ask for by themselves."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel.errors import Invalid
from beijiang.kernel.routes import public
from beijiang.kernel.words import EN, LANGUAGES, ZH, Words

from . import assetmap
from .middleware import LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600


@public("everybody reads the pages in their own language, before signing in too")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """This function will keep the chosen language for a year and return to the page it was chosen on."""
    wanted = request.POST.get("language", "").lower()
    if wanted not in LANGUAGES:
        raise Invalid(
            "ui.no_such_language",
            detail=Words("本系统只有简体中文和英文两种语言。", "This system speaks Simplified Chinese and English only."),
        )
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        LANGUAGE_COOKIE,
        EN if wanted == EN else ZH,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@public("browsers ask for it on pages that name none, such as the log's plain files")
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """This function will point to the product's mark."""
    response = HttpResponseRedirect(assetmap.url("icon.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response
