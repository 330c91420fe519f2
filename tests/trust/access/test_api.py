"""/api/v1/access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from beijiang.trust.identity import actions as identity

from .make import CASE, SYSTEM, grant

if TYPE_CHECKING:
    from .make import House


@pytest.fixture
def call(region: House, settings: Any) -> Any:
    """Calls as 张伟, with a bearer."""
    settings.BEIJIANG_DEMO = True
    token = identity.issue_access_token(SYSTEM, username="zhang.wei").token
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

    def ask(method: str, path: str, body: Any = None) -> Any:
        client = Client(enforce_csrf_checks=True)
        if method == "get":
            return client.get(f"/api/v1/access/{path}", headers=headers)
        return client.post(f"/api/v1/access/{path}", body, content_type="application/json", headers=headers)

    return ask


def test_my_grants_and_the_purposes(region: House, call: Any) -> None:
    issued = grant(region)
    (mine,) = call("get", "grants").json()
    assert mine["id"] == str(issued.id) and mine["state"] == "live" and call("get", "grants?ended=true").json() == []
    assert {p["code"] for p in call("get", "purposes").json()} >= {"case_investigation", "lost_found"}


def test_a_preview_says_what_the_door_would_say_and_no_filter(region: House, call: Any) -> None:
    question = {"dataset": "stolen_property", "purpose": "case_investigation", "matter": CASE}
    no = call("post", "preview", question).json()
    assert no["permit"] is False and no["reasons"][0]["code"] == "access.no_grant" and no["reasons"][0]["next"]["en"]
    grant(region)
    yes = call("post", "preview", question).json()
    assert yes["permit"] and {"name": "owner_id", "mask": "last4"} in yes["columns"] and "filter" not in yes


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"dataset": "x"},
        {"dataset": "", "purpose": "p"},
        {"dataset": "x" * 64, "purpose": "p"},
        {"dataset": 1, "purpose": []},
        "[",
        "null",
    ],
)
def test_bad_previews_are_refused(region: House, call: Any, body: Any) -> None:
    answer = call("post", "preview", body)
    assert answer.status_code in (400, 422) and answer.headers["content-type"].startswith("application/problem+json")


def test_strange_text_is_a_refusal_not_an_error(region: House, call: Any) -> None:
    for name in ("'; DROP TABLE access_grant; --", "被盗", "a\\b", "\u202e"):
        answer = call("post", "preview", {"dataset": name, "purpose": "case_investigation", "matter": name})
        assert answer.status_code == 200 and answer.json()["reasons"][0]["code"] == "access.dataset_unknown"
    for field in ("dataset", "purpose", "matter"):
        whole = {"dataset": "stolen_property", "purpose": "case_investigation", "matter": CASE}
        assert call("post", "preview", {**whole, field: "a\x00b"}).json()["permit"] is False
    assert call("post", "preview", {**whole, "columns": ["a\x00b", "item"]}).json()["permit"] is False


def test_nobody_gets_in_without_a_token(region: House) -> None:
    assert Client().get("/api/v1/access/grants", headers={"accept": "application/json"}).status_code == 401
