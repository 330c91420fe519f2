"""/api/v1/inquiry as `./beijiang ask` and other programs use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client

from beijiang.flow.exchange import rules as wire
from beijiang.flow.exchange.types import Compare
from beijiang.kernel.errors import Unavailable
from beijiang.work.inquiry.models import Question
from tests.trust.access.make import CASE

from .make import bearer, refusal, uuid7

if TYPE_CHECKING:
    from tests.flow.exchange.stub import StubDoor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
ASK = "/api/v1/inquiry/ask"
QUESTION = {"purpose": "case_investigation", "case": CASE, "sql": "SELECT item FROM stolen_property"}


@pytest.fixture
def token(house: House) -> dict[str, str]:
    """张伟's bearer."""
    from beijiang.trust.identity.queries import actor_for

    return bearer(actor_for(house.zhang.user_id))  # type: ignore[arg-type]


def post(client: Client, token: dict[str, str], body: Any) -> Any:
    return client.post(ASK, body, content_type="application/json", headers=token)


def test_ask_in_sql(client: Client, token: dict[str, str], door: StubDoor) -> None:
    answer = post(client, token, QUESTION)
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    data = answer.json()
    assert data["rows"][0] == ["物品0", "***1234", "2026-01-02"]
    assert data["receipt"] == str(door.reply.receipt)
    assert data["columns"][1] == {
        "name": "owner_id",
        "title": {"zh": "失主证件号", "en": "Owner's ID number"},
        "type": "text",
        "mask": "last4",
    }
    assert data["basis"]["kind"] == "grant"
    sent = wire.read_question(door.seen[-1][1])
    assert (sent.sql, sent.matter) == (QUESTION["sql"], CASE)


def test_ask_by_parts(client: Client, token: dict[str, str], door: StubDoor) -> None:
    answer = post(
        client,
        token,
        {
            "purpose": "case_investigation",
            "case": CASE,
            "dataset": "stolen_property",
            "columns": ["item"],
            "limit": 3,
            "where": {"op": "=", "column": "item", "literal": "手机"},
        },
    )
    assert answer.status_code == 200
    sent = wire.read_question(door.seen[-1][1])
    assert (sent.columns, sent.where, sent.limit) == (("item",), Compare("item", "=", "手机"), 3)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"purpose": "p"},
        {"purpose": "p", "sql": "SELECT 1", "dataset": "d"},
        {"purpose": "p" * 65, "sql": "SELECT 1"},
        {"purpose": "p", "sql": ""},
        {"purpose": "p", "dataset": "d", "where": {"op": "exec"}},
        {"purpose": "p", "dataset": "d", "limit": -1},
        {"purpose": "p", "dataset": "d", "columns": [1]},
        {"purpose": "p", "sql": "x" * 70_000},
        {"purpose": 3, "sql": "SELECT 1"},
        {"purpose": "p", "dataset": "d", "aggregates": [{"function": "sum"}]},
    ],
)
def test_questions_that_cannot_be_read(client: Client, token: dict[str, str], door: StubDoor, body: dict[str, Any]) -> None:
    answer = post(client, token, body)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert door.seen == []


def test_a_refusal_is_a_problem_with_reasons_and_receipt(client: Client, token: dict[str, str], door: StubDoor) -> None:
    door.problem = refusal()
    answer = post(client, token, QUESTION)
    assert answer.status_code == 403
    data = answer.json()
    assert data["code"] == "access.no_grant"
    assert data["detail_words"]["en"]
    assert data["reasons"][0]["next"]["zh"]
    assert data["receipt"] == door.problem.extra["receipt"]
    door.problem = Unavailable("lake.worker_away")
    assert post(client, token, QUESTION).status_code == 503


def test_who_may_not(client: Client, house: House, door: StubDoor) -> None:
    assert client.post(ASK, QUESTION, content_type="application/json").status_code == 401
    assert post(client, {"authorization": "Bearer x.y.z"}, QUESTION).status_code == 401
    for path in ("datasets", "datasets/stolen_property/columns", "questions", f"receipts/{UUID(int=1)}"):
        assert client.get(f"/api/v1/inquiry/{path}").status_code == 401
    assert door.seen == []


def test_directory_columns_and_questions(client: Client, token: dict[str, str], door: StubDoor) -> None:
    found = client.get("/api/v1/inquiry/datasets", {"q": "beidao"}, headers=token).json()
    assert [(d["name"], d["may_ask"], d["rows"]) for d in found] == [("stolen_property", True, 200_000)]
    columns = client.get("/api/v1/inquiry/datasets/stolen_property/columns", headers=token).json()
    assert {c["name"]: c["mask"] for c in columns}["owner_id"] == "last4"
    assert client.get("/api/v1/inquiry/datasets/nothing/columns", headers=token).status_code == 404
    post(client, token, QUESTION)
    listed = client.get("/api/v1/inquiry/questions", headers=token).json()
    assert [(q["dataset"], q["outcome"]) for q in listed["items"]] == [("stolen_property", "answered")]
    assert client.get("/api/v1/inquiry/questions", {"cursor": "x"}, headers=token).status_code == 422


def test_receipts(client: Client, token: dict[str, str], door: StubDoor) -> None:
    number = post(client, token, QUESTION).json()["receipt"]
    answer = client.get(f"/api/v1/inquiry/receipts/{number}", headers=token)
    assert answer.json()["state"] == "pending"
    assert client.get(f"/api/v1/inquiry/receipts/{UUID(int=5)}", headers=token).status_code == 404
    assert client.get("/api/v1/inquiry/receipts/nonsense", headers=token).status_code == 422


def test_a_question_with_a_number_is_followed_and_stopped(client: Client, token: dict[str, str], door: StubDoor, house: House) -> None:
    number = str(uuid7())
    body = {"id": number, "purpose": "case_investigation", "case": CASE, "sql": "SELECT item FROM stolen_property"}
    assert post(client, token, body).json()["question"] == number
    again = post(client, token, body)
    assert (again.status_code, again.json()["code"]) == (409, "inquiry.already_asked")
    told = client.get(f"/api/v1/inquiry/running/{number}", headers=token).json()
    assert (told["outcome"], told["row_count"], told["share"]) == ("answered", 2, None)
    assert client.post(f"/api/v1/inquiry/running/{number}/stop", headers=token).json() == {"stopped": False}
    Question.objects.filter(id=number).update(outcome="running")
    door.content = b'{"stopped": true}'
    assert client.post(f"/api/v1/inquiry/running/{number}/stop", headers=token).json() == {"stopped": True}
    other = bearer(house.li)
    for path in (f"{number}", f"{number}/stop", f"{uuid7()}"):
        way = client.post if path.endswith("stop") else client.get
        assert way(f"/api/v1/inquiry/running/{path}", headers=other).status_code == 404
    assert post(client, token, body | {"id": "nonsense"}).status_code == 422
