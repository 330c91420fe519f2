"""What every answer carries: the viewer's language, and the headers that keep a page's content to the page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from beijiang.kernel.words import EN, ZH, speaking

from .headers import HEADERS

LANGUAGE_COOKIE = "bj_language"
HSTS = "max-age=31536000"

Handler = Callable[[HttpRequest], HttpResponse]


def chosen_language(request: HttpRequest) -> str:
    """This function will give the viewer's language: their choice, else their browser's first that we have, else Chinese."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen:
        return EN if chosen.lower().startswith("en") else ZH
    for accepted, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if weight <= 0:
            continue
        if accepted.startswith("zh"):
            return ZH
        if accepted.startswith("en"):
            return EN
    return ZH


class Language:
    """Speaks the viewer's language for the length of the request, in our words and in Django's own messages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This function will answer the request in the viewer's language."""
        language = chosen_language(request)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with speaking(language), translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if language == EN else "zh-Hans")
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class SecurityHeaders:
    """Sets the security headers on every answer, and keeps personal pages out of every cache.

    Static files are served before this by whitenoise, with the functions of `headers`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This function will answer the request with the headers of the house."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure() and not settings.DEBUG:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
