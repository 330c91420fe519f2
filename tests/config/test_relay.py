"""A log that cannot be sealed: tried again less and less often, said where `status` finds it, and the news goes on."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection

from beijiang.config.cli import troubles
from beijiang.config.processes import relay as module
from beijiang.config.processes.relay import DAMAGED, FAILED, PATIENCE_SECONDS, SOUND, Listener, Relay
from beijiang.kernel import outbox
from beijiang.kernel.models import DeadLetter
from beijiang.trust.audit import actions as audit
from beijiang.trust.audit.types import LogDamaged


class Ear:
    """Stands for the connection to bj_user."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def say(self, state: str) -> None:
        self.states.append(state)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A relay whose clock, log and outboxes are in hand."""
    made = SimpleNamespace(now=1000.0, tries=[], fault=LogDamaged("the tiles do not fit"), pumped=0, ear=Ear())

    def sequence(**_: Any) -> int:
        made.tries.append(made.now)
        if made.fault:
            raise made.fault
        return 0

    def pump(*_: Any, **__: Any) -> int:
        made.pumped += 1
        return 0

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: made.now))
    monkeypatch.setattr(audit, "sequence", sequence)
    monkeypatch.setattr(outbox, "pump", pump)
    made.relay = Relay(SimpleNamespace(there=True, publish=None))  # type: ignore[arg-type]
    made.relay.listener, made.relay.forgot = made.ear, made.now
    return made


def rounds(bench: SimpleNamespace, seconds: float) -> None:
    end = bench.now + seconds
    while bench.now < end:
        bench.relay.round()
        bench.now += module.IDLE_SECONDS
        bench.relay.forgot = bench.now


@pytest.mark.parametrize(
    ("fault", "state"), [(LogDamaged("x"), DAMAGED), (IntegrityError("duplicate index"), FAILED), (ValueError("no JSON"), FAILED)]
)
def test_it_is_tried_less_and_less_often_and_the_news_goes_on(bench: SimpleNamespace, fault: Exception, state: str) -> None:
    bench.fault = fault
    rounds(bench, 300)
    gaps = [later - earlier for earlier, later in zip(bench.tries, bench.tries[1:], strict=False)]
    assert gaps[:6] == [1, 2, 4, 8, 16, PATIENCE_SECONDS] and set(gaps[5:]) == {PATIENCE_SECONDS}
    assert bench.pumped == 2 * 600, "both outboxes, every round"
    assert bench.ear.states == [state], "said once"


def test_mended_it_goes_on_at_once_and_forgets_its_patience(bench: SimpleNamespace) -> None:
    rounds(bench, 100)
    bench.fault = None
    rounds(bench, 31)
    assert bench.ear.states == [DAMAGED, SOUND]
    before = len(bench.tries)
    rounds(bench, 5)
    assert len(bench.tries) - before == 10
    bench.fault = LogDamaged("again")
    rounds(bench, 2)
    assert bench.relay.pause <= 2.0


def test_a_database_that_is_away_is_not_the_logs_fault(bench: SimpleNamespace) -> None:
    bench.fault = OperationalError("away")
    with pytest.raises(OperationalError):
        bench.relay.round()
    assert (bench.relay.state, bench.relay.seal_at) == (SOUND, 0.0)


def test_a_new_connection_is_told_anew(bench: SimpleNamespace) -> None:
    rounds(bench, 3)
    bench.relay.listener, bench.relay.said = Ear(), SOUND
    rounds(bench, 1)
    assert bench.relay.listener.states == [DAMAGED]


@pytest.mark.django_db(transaction=True)
def test_status_reads_state_and_dead_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    # The relay's own role is the supervisor's making; here its name is that of the tests' user.
    settings = {**connection.settings_dict}
    listener = Listener(settings)
    for consumer in ("a", "b"):
        DeadLetter.objects.create(
            consumer=consumer, document={"id": "7", "type": "t.v1", "data": {"secret": "内容"}}, error="Invalid: 内容", tries=8
        )
    options = {name.lower(): settings[name] for name in ("HOST", "PORT", "USER", "PASSWORD")}
    with psycopg.connect(dbname=settings["NAME"], autocommit=True, **options) as database:
        found = troubles.letters(database)
        for state, name in ((SOUND, "running"), (DAMAGED, "damaged"), (FAILED, "failed")):
            listener.say(state)
            query = "SELECT application_name FROM pg_stat_activity WHERE application_name = %s"
            assert database.execute(query, [state]).fetchall() == [(state,)]
            assert troubles.SEALING[state] == name
        listener.connection.close()
        for _ in range(50):
            if troubles.sealing(database) == "stopped":
                break
            time.sleep(0.05)
        assert troubles.sealing(database) == "stopped"
    assert found["count"] == 2 and found["latest"][0]["type"] == "t.v1" and found["latest"][0]["error"] == "Invalid"
    assert "内容" not in str(found)


def test_what_is_told() -> None:
    quiet = {"sealing": "running", "dead_letters": {"user": {"count": 0, "latest": []}, "data": None}}
    assert troubles.tell(quiet) == []
    loud = {"sealing": "damaged", "dead_letters": {"user": None, "data": {"count": 3, "latest": [{"consumer": "c", "type": "t.v1"}]}}}
    first, second = troubles.tell(loud)
    assert "audit verify" in first and "3" in second and "c ← t.v1" in second
