"""/api/v1/identity, by session and by bearer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from beijiang.kernel.types import Actor
from beijiang.trust.identity import actions
from beijiang.trust.identity.models import Session

from .make import PASSWORD
from .test_queries import DOOR, forged, start

if TYPE_CHECKING:
    from .make import Region

ME = "/api/v1/identity/me"


@pytest.fixture
def bearer(house: Region, settings: Any) -> str:
    """An access token of zhang.wei."""
    settings.BEIJIANG_DEMO = True
    return actions.issue_access_token(Actor.system("demo"), username="zhang.wei").token


def ask(method: str, address: str, token: str) -> Any:
    """A call with a bearer, as strict about CSRF as browsers are."""
    return Client(enforce_csrf_checks=True).generic(method, address, headers={"authorization": token, "accept": "application/json"})


def test_who_am_i(house: Region, bearer: str) -> None:
    by_token = ask("GET", ME, f"Bearer {bearer}").json()
    assert (
        by_token["username"] == "zhang.wei"
        and by_token["unit_path"] == ["150000", "150100", "150103", "150103001"]
        and by_token["duties"] == ["officer"]
    )
    client = Client()
    client.post("/accounts/login/", {"login": "zhang.wei", "password": PASSWORD})
    assert client.get(ME).json() | {"session": ""} == by_token | {"session": ""}


def test_nobody_is_nobody(house: Region) -> None:
    answer = Client().get(ME)
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json" and "Bearer" in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header", ["Basic emhhbmc6d2Vp", "Bearer", "Bearer ", "Bearer x", "bearer a.b.c", "Token x", "Bearer " + "A" * 6000]
)
def test_headers_that_are_no_bearer(house: Region, header: str) -> None:
    answer = ask("GET", ME, header)
    assert answer.status_code == 401 and answer.json()["code"].startswith("identity.token")


def test_forged_bearers_are_refused(house: Region, bearer: str) -> None:
    for name, token in forged(bearer).items():
        if "\x00" not in token:
            assert ask("GET", ME, f"Bearer {token}").status_code == 401, name


def test_a_door_token_is_no_bearer_here(house: Region) -> None:
    token = actions.issue_user_token(start(house, "zhang.wei"), audience=DOOR)
    assert ask("GET", ME, f"Bearer {token}").status_code == 401
    token = actions.issue_user_token(start(house, "zhang.wei"), audience="beijiang-api")
    assert ask("GET", ME, f"Bearer {token}").status_code == 401


def test_a_bearer_opens_no_page(bearer: str) -> None:
    assert ask("GET", "/accounts/", f"Bearer {bearer}").status_code in (302, 401)


def test_a_wrong_bearer_is_not_saved_by_a_good_session(house: Region) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "zhang.wei", "password": PASSWORD})
    assert client.get(ME, headers={"authorization": "Bearer x"}).status_code == 401


def test_sessions_are_listed_and_ended(house: Region, bearer: str) -> None:
    (one,) = ask("GET", "/api/v1/identity/sessions", f"Bearer {bearer}").json()
    assert one["current"] and one["kind"] == "token"
    other = start(house, "li.na").session_id
    assert ask("DELETE", f"/api/v1/identity/sessions/{other}", f"Bearer {bearer}").status_code in (403, 404)
    assert ask("DELETE", "/api/v1/identity/sessions/nonsense", f"Bearer {bearer}").status_code == 422
    assert ask("DELETE", f"/api/v1/identity/sessions/{one['sid']}", f"Bearer {bearer}").status_code == 204
    assert ask("GET", ME, f"Bearer {bearer}").status_code == 401 and Session.objects.get(sid=other).ended_at is None
