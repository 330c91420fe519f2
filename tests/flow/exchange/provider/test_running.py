"""A question of some seconds, at the door: followed and stopped by who asked it, withdrawn in the middle, asked twice."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connections, transaction

from beijiang.compute.lake.adapters import client, tables
from beijiang.flow.exchange import actions, queries, rules
from beijiang.flow.exchange.adapters import queue as turns
from beijiang.flow.exchange.types import LAKE, Aggregate, AskReply, AskRequest
from beijiang.kernel.errors import Conflict, Problem, Refused, Unavailable
from beijiang.kernel.ids import new_id
from beijiang.trust.access import actions as access
from beijiang.trust.access import queries as known
from beijiang.trust.audit.models import Intake
from tests.compute.lake.conftest import lake_root, start_worker, worker  # noqa: F401 - fixtures
from tests.flow.exchange.make import REQUEST, Caller, caller, code
from tests.trust.access.make import House

from .test_ask import asking, leaves  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
COUNT = 1_000_000
HEAVY = replace(REQUEST, aggregates=(Aggregate("count_distinct", "item", "n"),))


@pytest.fixture(scope="module")
def big(lake_root: Path) -> Path:  # noqa: F811
    """A million rows of the dataset, in the lake's folder."""
    folder = lake_root / "lake" / "tables" / "big"
    folder.mkdir(parents=True, exist_ok=True)
    items = [f"物品{n}" for n in range(COUNT)]
    same = {"county": "150103", "unit": "150103001", "owner_id": "150103199001010000"}
    days = pa.array(["2026-01-05"] * COUNT).cast(pa.date32())
    table = pa.table({"item": items, **{name: [value] * COUNT for name, value in same.items()}, "stolen_on": days})
    pq.write_table(table, folder / "big.parquet")
    return folder / "big.parquet"


@pytest.fixture
def heavy(asking: Caller, big: Path, monkeypatch: pytest.MonkeyPatch) -> Caller:  # noqa: F811
    """A caller whose dataset takes many seconds to count."""
    monkeypatch.setattr(tables, "current_files", lambda name: (1, [str(big)] * 60))
    return asking


class Asked(threading.Thread):
    """A question of the client in a thread of its own."""

    def __init__(self, actor: Any, request: AskRequest) -> None:
        super().__init__(daemon=True)
        self.actor, self.request = actor, request
        self.reply: AskReply | None = None
        self.error: Problem | None = None
        self.ended = 0.0
        self.start()

    def run(self) -> None:
        try:
            self.reply = actions.ask(self.actor, request=self.request)
        except Problem as problem:
            self.error = problem
        finally:
            self.ended = time.monotonic()
            connections.close_all()


def until(condition: Any, seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


def followed(who: Any, number: UUID) -> Any:
    return until(lambda: (p := queries.progress(who, question_id=number)) and p.state == "running" and p)


def path(number: UUID, *rest: str) -> str:
    return rules.target(LAKE, "ask", "running", str(number), *rest)


def test_its_asker_follows_and_stops_it(heavy: Caller) -> None:
    number = new_id()
    asked = Asked(heavy.actor, replace(HEAVY, id=number))
    followed(heavy.actor, number)
    told = until(lambda: (p := queries.progress(heavy.actor, question_id=number)) and p.share and p)
    assert 0 < told.share < 1
    at = time.monotonic()
    assert actions.stop(heavy.actor, question_id=number) is True
    asked.join(10)
    assert asked.ended - at < 1.5 and asked.reply is None
    assert isinstance(asked.error, Conflict) and asked.error.code == "lake.cancelled"
    assert leaves("answered") == [] and len(leaves("stopped")) == 1
    leaf = leaves("stopped")[0]
    assert leaf["event"]["dataset"] == "stolen_property" and leaf["event"]["purpose"] == "case_investigation"
    assert asked.error.extra["receipt"] == str(Intake.objects.get(type="exchange.question.stopped.v1").id)
    assert queries.progress(heavy.actor, question_id=number) is None
    assert actions.stop(heavy.actor, question_id=number) is False, "it is over"


def test_nobody_else_follows_or_stops_it(heavy: Caller, region: House) -> None:
    number = new_id()
    asked = Asked(heavy.actor, replace(HEAVY, id=number))
    followed(heavy.actor, number)
    with transaction.atomic(using="reader"):
        others = [caller(region.li, heavy.base), caller(region.zhao, heavy.base), caller(region.chen, heavy.base)]
    for other in others:
        assert queries.progress(other.actor, question_id=number) is None
        assert actions.stop(other.actor, question_id=number) is False
        answer = other.post(other.message(b"", path=path(number), method="GET"), b"")
        assert answer.json() == {"state": "", "share": None, "elapsed_ms": 0}, "as for one that never was"
    assert asked.is_alive()
    assert actions.stop(heavy.actor, question_id=number)
    asked.join(10)


def test_a_stop_that_comes_first(heavy: Caller) -> None:
    number = new_id()
    assert actions.stop(heavy.actor, question_id=number) is False
    with pytest.raises(Conflict) as caught:
        actions.ask(heavy.actor, request=replace(HEAVY, id=number))
    assert caught.value.code == "lake.cancelled" and len(leaves("stopped")) == 1


def test_unknown_and_bent_numbers(heavy: Caller) -> None:
    assert queries.progress(heavy.actor, question_id=uuid4()) is None
    assert actions.stop(heavy.actor, question_id=uuid4()) is False
    for bent in ("x", str(uuid4()).upper(), "0"):
        answer = heavy.post(heavy.message(b"", path=rules.target(LAKE, "ask", "running", bent), method="GET"), b"")
        assert answer.status_code == 404
    for method, rest in (("POST", ()), ("GET", ("stop",))):
        answer = heavy.post(heavy.message(b"", path=path(uuid4(), *rest), method=method), b"")
        assert answer.status_code == 405
    unsigned = heavy.message(b"", path=path(uuid4(), "stop"))
    assert heavy.post(unsigned, b"", lambda m: m.headers.pop("signature")).status_code == 401
    replayed = heavy.message(b"", path=path(uuid4(), "stop"))
    assert [heavy.post(replayed, b"").status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize("number", [5, "", "x", "0190d0e2-4b6a-7c3d-8e9f-0123456789AB", ["a"], "0190d0e24b6a7c3d8e9f0123456789ab", True])
def test_numbers_that_are_none(asking: Caller, number: Any) -> None:  # noqa: F811
    body = json.dumps({"purpose": "case_investigation", "dataset": "stolen_property", "id": number}).encode()
    answer = asking.post(asking.message(body), body)
    assert (answer.status_code, code(answer)) == (422, "exchange.bad_question")


def test_one_number_is_asked_once(asking: Caller, region: House) -> None:  # noqa: F811
    number = new_id()
    first = actions.ask(asking.actor, request=replace(REQUEST, id=number))
    assert len(first.rows) == 20
    for changed in (REQUEST, replace(REQUEST, limit=1)):
        with pytest.raises(Conflict) as caught:
            actions.ask(asking.actor, request=replace(changed, id=number))
        assert caught.value.code == "exchange.already_asked"
    assert len(leaves("answered")) == 1
    # A number is one's own: somebody else's equal number is another.
    with transaction.atomic(using="reader"):
        other = caller(region.li, asking.base)
    with pytest.raises(Refused):
        actions.ask(other.actor, request=replace(REQUEST, id=number))
    # A refused question is used up, too.
    with pytest.raises(Conflict):
        actions.ask(other.actor, request=replace(REQUEST, id=number))


def test_twenty_at_once_with_one_number_leave_one_leaf(asking: Caller) -> None:  # noqa: F811
    number = new_id()

    def one(_: int) -> str:
        try:
            return f"{len(actions.ask(asking.actor, request=replace(REQUEST, id=number)).rows)} rows"
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        ends = sorted(pool.map(one, range(20)))
    assert ends == ["20 rows", *["exchange.already_asked"] * 19]
    assert len(leaves("answered")) == 1


def test_revoked_in_the_middle_is_refused_without_rows(heavy: Caller, region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LOOK_SECONDS", 0.3)
    number = new_id()
    asked = Asked(heavy.actor, replace(HEAVY, id=number))
    followed(heavy.actor, number)
    with transaction.atomic(using="reader"):
        access.revoke_grant(region.zhao, grant_id=known.grants_for(region.zhang)[0].id, reason="案件已移交")
    at = time.monotonic()
    asked.join(10)
    assert asked.ended - at < 2.5 and asked.reply is None
    assert isinstance(asked.error, Refused) and asked.error.code == "lake.revoked_midway"
    assert asked.error.extra["receipt"]
    assert leaves("answered") == [] and leaves("refused")[0]["event"]["codes"] == ["lake.revoked_midway"]
    until(lambda: client.progress(settings.ENV.lake_socket, number, heavy.actor.user_id) is None, 3)


def test_the_worker_killed_in_the_middle(heavy: Caller, lake_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    process = start_worker(lake_root / "k", lake_root / "lake")
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, lake_socket=lake_root / "k"))
    number = new_id()
    asked = Asked(heavy.actor, replace(HEAVY, id=number))
    followed(heavy.actor, number)
    process.kill()
    process.wait(5)
    asked.join(10)
    assert isinstance(asked.error, Unavailable) and asked.error.code == "lake.worker_away" and asked.reply is None
    assert leaves("answered") == []
    with pytest.raises(Unavailable):
        actions.stop(heavy.actor, question_id=number)
    with pytest.raises(Unavailable):
        queries.progress(heavy.actor, question_id=number)


@pytest.fixture
def one_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A client that asks one question at a time."""
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, threads=1))
    turns._places.cache_clear()
    yield
    turns._places.cache_clear()


def test_who_waits_for_a_turn_can_still_stop(heavy: Caller, one_place: None) -> None:
    first, second = new_id(), new_id()
    running = Asked(heavy.actor, replace(HEAVY, id=first))
    followed(heavy.actor, first)
    waiting = Asked(heavy.actor, replace(HEAVY, id=second))
    until(lambda: second in turns._waiting)
    told = queries.progress(heavy.actor, question_id=second)
    assert told is not None and told.state == "waiting"
    at = time.monotonic()
    assert actions.stop(heavy.actor, question_id=second) is True
    waiting.join(5)
    assert waiting.ended - at < 1 and isinstance(waiting.error, Conflict) and waiting.error.code == "lake.cancelled"
    assert running.is_alive() and not turns._waiting
    assert actions.stop(heavy.actor, question_id=first)
    running.join(10)


def test_too_long_a_queue_says_so(heavy: Caller, one_place: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.5)
    first = new_id()
    running = Asked(heavy.actor, replace(HEAVY, id=first))
    followed(heavy.actor, first)
    with pytest.raises(Unavailable) as caught:
        actions.ask(heavy.actor, request=replace(HEAVY, id=new_id()))
    assert caught.value.code == "exchange.busy" and caught.value.detail
    assert actions.stop(heavy.actor, question_id=first)
    running.join(10)


def test_two_hundred_at_once_are_all_answered_and_sealed(asking: Caller) -> None:  # noqa: F811
    numbers = [new_id() for _ in range(200)]

    def one(number: UUID) -> UUID:
        try:
            reply = actions.ask(asking.actor, request=replace(REQUEST, id=number))
            assert len(reply.rows) == 20
            return reply.receipt
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as pool:
        receipts = list(pool.map(one, numbers))
    assert len(set(receipts)) == 200
    assert set(Intake.objects.filter(type="exchange.question.answered.v1").values_list("id", flat=True)) == set(receipts)


def test_the_leaf_says_that_rows_left_as_a_file(asking: Caller) -> None:  # noqa: F811
    actions.ask(asking.actor, request=replace(REQUEST, as_file="xlsx"))
    actions.ask(asking.actor, request=REQUEST)
    assert [leaf["event"]["as_file"] for leaf in leaves("answered")] == ["xlsx", ""]
    body = json.dumps({"purpose": "case_investigation", "dataset": "stolen_property", "as_file": "exe"}).encode()
    assert asking.post(asking.message(body), body).status_code == 422


def test_a_refusal_while_it_runs_leaves_one_leaf(asking: Caller) -> None:  # noqa: F811
    with pytest.raises(Refused) as caught:
        actions.ask(asking.actor, request=replace(REQUEST, columns=("nation",)))
    assert caught.value.extra["receipt"] and len(leaves("refused")) == 1
