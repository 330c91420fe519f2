"""Security headers, one by one, on pages, errors and files; the language of each answer."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from beijiang.kernel.words import EN, ZH, Words
from beijiang.ui.headers import HEADERS, POLICY, immutable_file, static_headers
from beijiang.ui.middleware import LANGUAGE_COOKIE, Language, SecurityHeaders, chosen_language

WANTED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}


def answered(request: HttpRequest, **headers: str) -> HttpResponse:
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers=headers)

    return SecurityHeaders(page)(request)


def test_policy_has_exactly_the_sources_of_the_house() -> None:
    assert dict(part.split(" ", 1) for part in POLICY.split("; ")) == WANTED
    assert "unsafe" not in POLICY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ],
)
def test_each_header_is_on_every_page(name: str, value: str) -> None:
    assert answered(RequestFactory().get("/"))[name] == value


def test_the_browser_is_denied_what_no_page_needs() -> None:
    permissions = answered(RequestFactory().get("/"))["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(permissions.split(", "))


def test_hsts_is_sent_over_https_only() -> None:
    with override_settings(DEBUG=False):
        assert "Strict-Transport-Security" not in answered(RequestFactory().get("/"))
        secure = answered(RequestFactory().get("/", secure=True))
    assert secure["Strict-Transport-Security"] == "max-age=31536000"


def test_a_view_that_says_how_it_may_be_kept_is_heard() -> None:
    assert answered(RequestFactory().get("/"), **{"Cache-Control": "private, max-age=3600"})["Cache-Control"] == "private, max-age=3600"


def test_files_carry_the_same_protection() -> None:
    headers: dict[str, str] = {}
    static_headers(headers, "/x/app.js", "/static/ui/dist/app.js")
    assert headers == HEADERS


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/static/ui/dist/app-7ZV42QLQ.css", True),
        ("/static/ui/dist/asset-noto-sans-sc-4-wght-normal-KYQMGMBO.woff2", True),
        ("/static/ui/dist/manifest.json", False),
        ("/static/other/app-7ZV42QLQ.css", False),
        ("/static/ui/dist/app.css", False),
    ],
)
def test_only_files_named_by_content_are_kept_for_ever(url: str, kept: bool) -> None:
    assert immutable_file("", url) is kept


@pytest.mark.parametrize(
    ("cookie", "accepts", "language"),
    [
        ("", "", ZH),
        ("", "en-US,en;q=0.9", EN),
        ("", "zh-CN,en;q=0.8", ZH),
        ("", "fr,en;q=0.3,zh;q=0.2", EN),
        ("", "fr", ZH),
        ("", "en;q=0,zh;q=0.5", ZH),
        ("en", "zh-CN", EN),
        ("zh-hans", "en", ZH),
        ("klingon", "en", ZH),
        ("", ";;q=,,\x00" * 300, ZH),
    ],
)
def test_language_is_the_choice_then_the_browsers_then_chinese(cookie: str, accepts: str, language: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": accepts} if accepts else {})
    if cookie:
        request.COOKIES[LANGUAGE_COOKIE] = cookie
    assert chosen_language(request) == language


def test_an_answer_names_its_language_and_the_next_request_starts_afresh() -> None:
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(Words("中", "E")))

    answer = Language(page)(RequestFactory().get("/", headers={"Accept-Language": "en"}))
    assert (answer.content, answer["Content-Language"]) == (b"E", "en")
    assert "Accept-Language" in answer["Vary"]
    assert "Cookie" in answer["Vary"]
    assert str(Words("中", "E")) == "中"
