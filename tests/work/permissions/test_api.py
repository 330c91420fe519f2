"""/api/v1/permissions as programs use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from beijiang.work.permissions.models import Application

from .make import CASE, REASON, bearer

if TYPE_CHECKING:
    from django.test import Client

    from .make import Town

pytestmark = pytest.mark.django_db
BASE = "/api/v1/permissions/"
BODY = {
    "purpose": "case_investigation",
    "matter": CASE,
    "reason": REASON,
    "datasets": [{"dataset": "stolen_property", "columns": ["item", "county", "owner_id"], "areas": ["150103"], "days": 30}],
}


@pytest.fixture
def call(client: Client, region: Town) -> Any:
    """`call("zhang", "post", "applications", body, key="k")`."""
    tokens: dict[str, dict[str, str]] = {}

    def send(who: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = tokens.setdefault(who, bearer(region.a(who))) | ({"idempotency-key": key} if key else {})
        return getattr(client, method)(BASE + path, body, content_type="application/json", headers=headers)

    return send


def test_the_whole_way(call: Any, client: Client, region: Town) -> None:
    sent = call("zhang", "post", "applications", BODY)
    assert sent.status_code == 201, sent.content
    made = sent.json()
    assert (made["state"], made["edition"], made["mine"]) == ("chief", 1, [])
    assert made["words"]["en"] and made["waits_for"][0]["zh"] == "李敏"
    assert [a["id"] for a in call("zhang", "get", "applications").json()] == [made["id"]]
    assert [a["id"] for a in call("limin", "get", "queue").json()] == [made["id"]]
    narrowed = [BODY["datasets"][0] | {"days": 10}]  # type: ignore[index]
    decision = {"stage": "chief", "verdict": "approve", "seen": 1, "datasets": narrowed, "note": "十天足够"}
    on = call("limin", "post", f"applications/{made['id']}/decide", decision).json()
    assert on["state"] == "owners" and on["items"][0]["passed"]["days"] == 10
    done = call("zhao", "post", f"applications/{made['id']}/decide", {"stage": "owners", "verdict": "approve", "seen": 1}).json()
    assert done["state"] == "granted" and UUID(done["items"][0]["grant_id"])
    assert [s["kind"] for s in done["steps"]] == ["sent", "passed", "approved", "granted"]
    assert all(UUID(s["receipt"]) for s in done["steps"] if s["kind"] != "granted")
    assert call("zhang", "get", "applications").json() == []
    assert [a["state"] for a in call("zhang", "get", "applications?ended=true").json()] == ["granted"]
    grants = client.get("/api/v1/access/grants", headers=bearer(region.a("zhang"))).json()
    assert [(g["dataset"], g["bundle"]) for g in grants] == [("stolen_property", made["id"])]


def test_asked_back_answered_withdrawn(call: Any) -> None:
    made = call("zhang", "post", "applications", BODY).json()
    here = f"applications/{made['id']}"
    back = call("limin", "post", f"{here}/decide", {"stage": "chief", "verdict": "return", "seen": 1, "note": "与本案何干？"}).json()
    assert back["state"] == "back" and back["steps"][-1]["note"] == "与本案何干？"
    again = call("zhang", "post", f"{here}/amend", BODY | {"answer": "同一嫌疑人所为", "seen": 1}).json()
    assert (again["state"], again["edition"]) == ("chief", 2)
    assert call("zhang", "post", f"{here}/withdraw").json()["state"] == "withdrawn"
    over = call("zhang", "post", f"{here}/withdraw")
    assert over.status_code == 409 and over.json()["code"] == "permissions.over"


def test_the_same_key_is_the_same_application(call: Any) -> None:
    first, second = (call("zhang", "post", "applications", BODY, key="one") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"] and Application.objects.count() == 1
    other = call("zhang", "post", "applications", BODY | {"reason": REASON + "。"}, key="one")
    assert other.status_code == 409 and other.json()["code"] == "permissions.key_reused"
    here = f"applications/{first.json()['id']}/decide"
    decision = {"stage": "chief", "verdict": "approve", "seen": 1}
    one, two = (call("limin", "post", here, decision, key="d") for _ in range(2))
    assert one.status_code == two.status_code == 200 and len(two.json()["steps"]) == 2
    late = call("hegang", "post", here, decision)
    assert late.status_code == 409
    assert late.json()["decided_by"] == "李敏" and "李敏" in late.json()["detail_words"]["en"]
    assert call("zhang", "post", "applications", BODY, key="k" * 81).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": "x"}, "purpose"),
        ({"matter": ""}, "matter"),
        ({"reason": "短"}, "reason"),
        ({"datasets": []}, "body.body.datasets"),
        ({"datasets": [{"dataset": "stolen_property", "columns": [], "days": 3}]}, "columns"),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["item"], "days": 0}]}, "days"),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["item"], "areas": ["1"], "days": 3}]}, "areas"),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["nation"], "areas": ["150103"], "days": 3}]}, "columns"),
        ({"datasets": [{"dataset": "a\x00b", "columns": ["item"], "days": 3}]}, "dataset"),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["a\x00b"], "areas": ["150103"], "days": 3}]}, "columns"),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["\ud800"], "areas": ["\ud800"], "days": 3}]}, "columns"),
        ({"matter": "A\x00"}, "matter"),
        ({"purpose": "\ud800"}, "purpose"),
        ({"reason": "\x00" * 30}, "reason"),
        ({"datasets": "all"}, "datasets"),
        ({"purpose": None}, "purpose"),
    ],
)
def test_faults_are_named_by_field(call: Any, change: dict[str, Any], field: str) -> None:
    answer = call("zhang", "post", "applications", BODY | change)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert any(field in f["field"] for f in answer.json()["fields"]), answer.json()
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"verdict": "delete"}, 422),
        ({"stage": "king"}, 422),
        ({"seen": 0}, 422),
        ({"seen": 5}, 409),
        ({"stage": "owners"}, 409),
        ({"verdict": "refuse"}, 422),
        ({"verdict": "refuse", "note": "\x00\ud800\x00\x00\x00"}, 422),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["\ud800\x00"], "areas": ["150103"], "days": 3}]}, 422),
        ({"datasets": [{"dataset": "\ud800", "columns": ["item"], "areas": ["150103"], "days": 3}]}, 422),
        ({"datasets": [{"dataset": "stolen_property", "columns": ["item"], "areas": ["\x00"], "days": 3}]}, 422),
    ],
)
def test_decisions_that_cannot_be(call: Any, change: dict[str, Any], status: int) -> None:
    made = call("zhang", "post", "applications", BODY).json()
    decision = {"stage": "chief", "verdict": "approve", "seen": 1} | change
    answer = call("limin", "post", f"applications/{made['id']}/decide", decision)
    assert answer.status_code == status, answer.content
    assert Application.objects.get().state == "chief"


def test_who_may_not(call: Any, client: Client) -> None:
    made = call("zhang", "post", "applications", BODY).json()
    here = f"applications/{made['id']}"
    decision = {"stage": "chief", "verdict": "approve", "seen": 1}
    assert call("zhang", "post", f"{here}/decide", decision).json()["code"] == "permissions.own_application"
    assert call("wang", "post", f"{here}/decide", decision).status_code == 403
    assert call("qian", "post", f"{here}/decide", decision).status_code == 404
    assert call("li", "get", here).status_code == 404
    assert call("chen", "post", "applications", BODY).status_code == 403
    assert call("zhang", "get", f"applications/{UUID(int=9)}").status_code == 404
    for path in ("applications", "queue", here):
        assert client.get(BASE + path).status_code == 401


def test_the_document_names_the_key(client: Client) -> None:
    from beijiang.config.api import api

    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    for path, operations in paths.items():
        if path.startswith("/api/v1/permissions/") and "post" in operations:
            assert "Idempotency-Key" in [p["name"] for p in operations["post"]["parameters"]], path
