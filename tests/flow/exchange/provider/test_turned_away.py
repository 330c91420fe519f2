"""Requests that did not come through the door leave one leaf a source and minute; nobody stands in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import DatabaseError

from beijiang.flow.exchange import actions, rules
from beijiang.flow.exchange.actions import turned_away
from beijiang.flow.exchange.models import TurnedAway
from beijiang.flow.exchange.types import LAKE
from beijiang.kernel import clock
from beijiang.kernel.errors import Refused
from beijiang.kernel.types import Actor
from beijiang.trust.audit.models import Intake
from tests.flow.exchange.make import REQUEST, Caller, code

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
BODY = rules.write_question(REQUEST)
NOON = datetime(2026, 11, 25, 4, 0, 10, tzinfo=UTC)
SYSTEM = Actor.system("door")


def leaves() -> list[dict[str, Any]]:
    return [json.loads(i.event)["event"] for i in Intake.objects.filter(type="exchange.requests.turned_away.v1").order_by("id")]


def test_refused_requests_become_one_leaf_a_source_and_minute(door: Caller) -> None:
    def without(name: str) -> httpx.Response:
        return door.post(door.message(BODY), BODY, lambda m: m.headers.pop(name))

    assert code(without("x-app-token")) == "exchange.app_token_missing"
    assert code(without("x-app-token")) == "exchange.app_token_missing"
    assert code(door.post(door.message(BODY, app_token="a.b.c"), BODY)) == "identity.token_invalid"
    assert code(without("signature")) == "exchange.signature_missing"
    assert code(without("x-road-client")) == "exchange.bad_client"
    message = door.message(BODY)
    door.post(message, BODY)
    assert code(door.post(message, BODY)) == "exchange.replayed"
    assert code(door.post(door.message(BODY), b"{}")) == "exchange.digest_mismatch"
    assert actions.seal_turned_away(SYSTEM) == 0 or not leaves(), "not before the minute is over"
    with clock.shifted(timedelta(minutes=2)):
        actions.seal_turned_away(SYSTEM)
        assert actions.seal_turned_away(SYSTEM) == 0, "once"
    found: dict[str, dict[str, int]] = {}
    for leaf in leaves():
        for reason, many in leaf["reasons"].items():
            of = found.setdefault(leaf["source"], {})
            of[reason] = of.get(reason, 0) + many
        assert leaf["requests"] == sum(leaf["reasons"].values())
    assert found == {
        "net:127.0.0.0/24": {"exchange.app_token_missing": 2, "identity.token_invalid": 1},
        "app:user": {"exchange.signature_missing": 1, "exchange.bad_client": 1, "exchange.replayed": 1, "exchange.digest_mismatch": 1},
    }
    assert not TurnedAway.objects.exists()
    text = "".join(Intake.objects.filter(type="exchange.requests.turned_away.v1").values_list("event", flat=True))
    assert "zhang" not in text and "张伟" not in text and '"outcome":"refused"' in text


def test_who_came_in_is_not_counted(door: Caller) -> None:
    door.ask()
    assert not TurnedAway.objects.exists()


def test_a_flood_of_sources_is_bounded(db: None) -> None:
    with clock.frozen(NOON):
        for i in range(300):
            actions.note_turned_away(application="", address=f"10.{i % 256}.{i // 256}.9", code="exchange.app_token_missing")
    assert TurnedAway.objects.count() == 51
    assert TurnedAway.objects.get(source="others").many == 250
    with clock.frozen(NOON + timedelta(minutes=1)):
        actions.note_turned_away(application="", address="10.9.9.9", code="x")
        assert actions.seal_turned_away(SYSTEM) == 51
    assert TurnedAway.objects.count() == 1, "this minute's wait"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", "net:10.1.2.0/24"),
        ("2001:db8:1:2::3", "net:2001:db8:1::/48"),
        ("::ffff:10.1.2.3", "net:10.1.2.0/24"),
        ("fe80::1%eth0", "net:fe80::/48"),
        ("", "net:unknown"),
        ("nonsense" * 50, "net:unknown"),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str, expected: str) -> None:
    assert turned_away.network(address) == expected


def test_a_refusal_stands_when_it_cannot_be_counted(door: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> str:
        raise DatabaseError("away")

    monkeypatch.setattr(turned_away, "_source", broken)
    answer = door.post(door.message(BODY), BODY, lambda m: m.headers.pop("x-app-token"))
    assert (answer.status_code, code(answer)) == (401, "exchange.app_token_missing")


def test_only_the_system_seals() -> None:
    with pytest.raises(Refused):
        actions.seal_turned_away(Actor(user_id=UUID(int=5), username="x", name="x", duties=frozenset({"auditor"})))


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
def test_other_methods_and_addresses_are_problems(door: Caller, accept: str) -> None:
    base = f"{door.base}/r1/{LAKE}"
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = httpx.request(method, f"{base}/ask", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
        assert answer.headers["allow"] == "POST" and answer.json()["code"] == "kernel.method_not_allowed"
        assert "POST" in answer.json()["detail"]
    for path in ("/", "/nothing", f"/r1/{LAKE}/nothing", "/r1/", "/admin/"):
        answer = httpx.get(f"{door.base}{path}", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
        assert answer.json()["code"] == "kernel.not_found"
