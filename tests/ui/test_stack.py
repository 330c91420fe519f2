"""The headers as real answers of the running stack carry them: pages, errors, files."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from beijiang.ui import assetmap
from beijiang.ui.headers import HEADERS

pytestmark = pytest.mark.django_db
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("address", "status"), [("/accounts/login/", 200), ("/nowhere/", 404), ("/", 302), ("/healthz", 200), ("/language/", 405)]
)
def test_every_answer_is_protected(address: str, status: int) -> None:
    answer = Client().get(address, headers=PAGE)
    assert answer.status_code == status
    assert {name: answer[name] for name in HEADERS} == HEADERS


def test_personal_pages_are_kept_nowhere() -> None:
    for address in ("/accounts/login/", "/"):
        assert "no-store" in Client().get(address, headers=PAGE)["Cache-Control"]


def test_an_unknown_address_gets_a_page_in_the_readers_language() -> None:
    assert "回到首页" in Client().get("/nowhere/", headers=PAGE).content.decode()
    english = Client().get("/nowhere/", headers={**PAGE, "Accept-Language": "en"}).content.decode()
    assert "Home page" in english
    assert 'lang="en"' in english


def test_an_error_tells_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("beijiang.ui.views.url_has_allowed_host_and_scheme", broken)
    client = Client(raise_request_exception=False)
    answer = client.post("/language/", {"language": "en", "next": "/"}, headers=PAGE)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "secret of the inside" not in page
    assert "Traceback" not in page
    assert "编号" in page
    assert {name: answer[name] for name in HEADERS} == HEADERS


@pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`")
def test_bundles_are_sent_packed_protected_and_for_ever() -> None:
    answer = Client().get(assetmap.url("app.css"), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip"
    assert "immutable" in answer["Cache-Control"]
    assert {name: answer[name] for name in HEADERS} == HEADERS
    names = json.loads((assetmap.DIST / "manifest.json").read_text("utf-8"))
    assert {"app.js", "app.css", "theme.js", "map.js", "map.css", "map-worker.js", "chart.js", "icon.svg"} <= set(names)


def test_browsers_find_the_mark_by_themselves() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".svg")
