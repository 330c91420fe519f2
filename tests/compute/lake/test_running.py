"""A question that runs: followed, stopped, withdrawn in the middle, orphaned. It ends at once and gives no rows."""

from __future__ import annotations

import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from beijiang.compute.lake.adapters import client
from beijiang.compute.lake.types import Running
from beijiang.kernel.errors import Conflict, Problem, Refused, Unavailable
from beijiang.kernel.ids import new_id

from .conftest import start_worker

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER, OTHER = UUID(int=11), UUID(int=12)


def guarded(*columns: str) -> str:
    """A dataset as the lake's governed texts read it."""
    shown = ", ".join(f'CASE WHEN t."#ok" THEN t.{c} END AS {c}' for c in columns)
    inner = ", ".join(f"p.{c} AS {c}" for c in columns)
    return f'(SELECT {shown} FROM (SELECT {inner}, TRUE AS "#ok" FROM READ_PARQUET(?) AS p) AS t WHERE t."#ok")'


HEAVY = f"SELECT COUNT(DISTINCT SHA256(d.a || d.b)) AS n FROM {guarded('a', 'b')} AS d"
LIGHT = f"SELECT COUNT(*) AS n FROM {guarded('a')} AS d"
CROSSED = f"SELECT COUNT(*) AS n FROM {guarded('a', 'b')} AS d CROSS JOIN {guarded('a', 'b')} AS e WHERE d.a || e.b = 'none'"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, subprocess.Popen[bytes]]]:
    """A worker of this file's own, with two places, and a file that it can be given any number of times."""
    root = tmp_path_factory.mktemp("bjr")
    (root / "tables").mkdir()
    data = root / "tables" / "f.parquet"
    count = 2_000_000
    pq.write_table(pa.table({"a": [f"{n}" for n in range(count)], "b": ["x" * 40] * count}), data)
    process = start_worker(root / "s", root, "--places", "2")
    yield root / "s", data, process
    process.kill()
    process.wait(10)


class Asking(threading.Thread):
    """A question in a thread of its own, with how it ended and when."""

    def __init__(self, socket: Path, data: Path, *, times: int = 50, sql: str = HEAVY, **running: Any) -> None:
        super().__init__(daemon=True)
        self.number = running.pop("id", new_id())
        self._run = lambda: client.ask(
            socket,
            sql,
            [client.FILES] * sql.count("READ_PARQUET"),
            [str(data)] * times,
            timeout_ms=30_000,
            running=Running(self.number, owner=OWNER, **running),
        )
        self.reply: client.Reply | None = None
        self.error: Exception | None = None
        self.ended = 0.0
        self.start()

    def run(self) -> None:
        try:
            self.reply = self._run()
        except Exception as error:
            self.error = error
        self.ended = time.monotonic()


def until(condition: Any, seconds: float = 5) -> Any:
    """Wait until `condition()` holds, and give it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


def running(socket: Path, asking: Asking) -> Any:
    """Its progress, once the worker runs it."""
    return until(lambda: (p := client.progress(socket, asking.number, OWNER)) and p.state == "running" and p)


def test_it_can_be_followed_and_stopped_by_its_owner_alone(own: Any) -> None:
    socket, data, _ = own
    asking = Asking(socket, data)
    running(socket, asking)
    told = until(lambda: (p := client.progress(socket, asking.number, OWNER)) and p.share and p, 10)
    assert 0 < told.share < 1 and told.elapsed_ms > 0
    assert client.progress(socket, asking.number, OTHER) is None
    assert client.stop(socket, asking.number, OTHER) is False
    time.sleep(0.3)
    assert asking.is_alive(), "somebody else's stop changes nothing"
    at = time.monotonic()
    assert client.stop(socket, asking.number, OWNER) is True
    asking.join(5)
    assert asking.ended - at < 1.0 and asking.reply is None
    assert isinstance(asking.error, Conflict) and asking.error.code == "lake.cancelled"
    assert client.progress(socket, asking.number, OWNER) is None


def test_a_cross_join_without_end_stops_at_once(own: Any) -> None:
    socket, data, _ = own
    asking = Asking(socket, data, sql=CROSSED, times=2)
    running(socket, asking)
    time.sleep(1.0)
    at = time.monotonic()
    assert client.stop(socket, asking.number, OWNER)
    asking.join(5)
    assert asking.ended - at < 1.0 and isinstance(asking.error, Conflict)


def test_stop_before_it_comes_and_after_it_is_over(own: Any) -> None:
    socket, data, _ = own
    number = new_id()
    assert client.stop(socket, number, OWNER) is False
    early = Asking(socket, data, id=number)
    early.join(5)
    assert isinstance(early.error, Conflict) and early.error.code == "lake.cancelled"
    # The stop is used up, and one by somebody else was never one.
    assert client.stop(socket, number, OTHER) is False
    late = Asking(socket, data, times=1, sql=LIGHT, id=number)
    late.join(5)
    assert late.reply is not None and late.reply.table.to_pydict() == {"n": [2_000_000]}
    assert client.stop(socket, new_id(), OWNER) is False and late.reply is not None


def test_a_question_that_waits_for_its_turn_says_so_and_can_be_stopped(own: Any) -> None:
    socket, data, _ = own
    first, second = Asking(socket, data), Asking(socket, data)
    running(socket, first), running(socket, second)
    third = Asking(socket, data)
    told = until(lambda: client.progress(socket, third.number, OWNER))
    assert (told.state, told.share) == ("waiting", None)
    assert client.stop(socket, third.number, OWNER)
    third.join(2)
    assert isinstance(third.error, Conflict) and third.error.code == "lake.cancelled" and first.is_alive()
    for asking in (first, second):
        assert client.stop(socket, asking.number, OWNER)
        asking.join(2)
    light = Asking(socket, data, times=1, sql=LIGHT)
    light.join(5)
    assert light.reply is not None, "the places are free again"


def test_the_same_number_does_not_run_twice_at_once(own: Any) -> None:
    socket, data, _ = own
    first = Asking(socket, data)
    running(socket, first)
    second = Asking(socket, data, id=first.number)
    second.join(5)
    assert isinstance(second.error, Conflict) and second.error.code == "lake.already_running" and first.is_alive()
    assert client.stop(socket, first.number, OWNER)
    first.join(2)
    assert isinstance(first.error, Conflict)


def test_withdrawn_in_the_middle(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    socket, data, _ = own
    monkeypatch.setattr(client, "LOOK_SECONDS", 0.2)
    holds = threading.Event()
    holds.set()
    asking = Asking(socket, data, still=holds.is_set)
    running(socket, asking)
    time.sleep(0.5)
    assert asking.is_alive()
    at = time.monotonic()
    holds.clear()
    asking.join(5)
    assert asking.ended - at < 1.0 and asking.reply is None
    assert isinstance(asking.error, Refused) and asking.error.code == "lake.revoked_midway"
    # The worker was told by the hang-up: the query does not run on.
    until(lambda: client.progress(socket, asking.number, OWNER) is None, 2)


def test_when_it_cannot_be_known_whether_the_basis_holds_it_ends(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    socket, data, _ = own
    monkeypatch.setattr(client, "LOOK_SECONDS", 0.1)

    def away() -> bool:
        raise Unavailable("kernel.database_away")

    asking = Asking(socket, data, still=away)
    asking.join(5)
    assert isinstance(asking.error, Unavailable) and asking.reply is None
    until(lambda: client.progress(socket, asking.number, OWNER) is None, 2)


def test_a_quick_question_is_not_asked_about(own: Any) -> None:
    socket, data, _ = own
    asked: list[bool] = []
    asking = Asking(socket, data, times=1, sql=LIGHT, still=lambda: asked.append(True) or True)  # type: ignore[func-returns-value]
    asking.join(5)
    assert asking.reply is not None and not asked


def test_cursors_come_back_clean_after_stops_and_faults(own: Any) -> None:
    socket, data, _ = own
    for _ in range(6):
        asking = Asking(socket, data)
        running(socket, asking)
        client.stop(socket, asking.number, OWNER)
        asking.join(3)
        assert isinstance(asking.error, Conflict)
    bad = Asking(socket, data, times=1, sql=f"SELECT SUM(d.a) AS n FROM {guarded('a')} AS d")
    bad.join(5)
    assert isinstance(bad.error, Problem) and bad.reply is None
    counted = Asking(socket, data, times=40)
    running(socket, counted)
    assert until(lambda: (p := client.progress(socket, counted.number, OWNER)) and p.share, 10), "it still counts how far it is"
    client.stop(socket, counted.number, OWNER)
    counted.join(3)


def test_hundreds_of_stops_never_hit_somebody_elses_question(own: Any) -> None:
    """Stops race with the ends of short questions; the answers of others stay whole."""
    socket, data, _ = own

    def one(n: int) -> str:
        number = new_id()
        if n % 2:
            threading.Timer(0.003 * (n % 7), lambda: client.stop(socket, number, OWNER)).start()
        try:
            reply = client.ask(socket, LIGHT, [client.FILES], [str(data)] * 3, timeout_ms=20_000, running=Running(number, owner=OWNER))
        except Conflict:
            return "stopped" if n % 2 else "hit by a stop that was not its own"
        assert reply.table.to_pydict() == {"n": [6_000_000]}
        return "answered"

    with ThreadPoolExecutor(12) as pool:
        ends = list(pool.map(one, range(200)))
    assert set(ends) <= {"stopped", "answered"} and ends.count("answered") >= 100


@pytest.mark.parametrize(
    "header",
    [
        {"stop": 5, "owner": "x"},
        {"stop": "x"},
        {"stop": "a" * 1000, "owner": "b" * 1000},
        {"progress": None, "owner": []},
        {"progress": {"a": 1}},
        {"stop": "", "owner": ""},
    ],
)
def test_bent_stops_are_harmless(own: Any, header: dict[str, Any]) -> None:
    told = client._say(own[0], header)
    assert told["ok"] and not told.get("stopped") and not told.get("state")


def test_the_worker_killed_in_the_middle(tmp_path_factory: pytest.TempPathFactory, own: Any) -> None:
    root = tmp_path_factory.mktemp("bjk")
    (root / "tables").mkdir()
    data = root / "tables" / "f.parquet"
    data.write_bytes(own[1].read_bytes())
    process = start_worker(root / "s", root)
    asking = Asking(root / "s", data)
    running(root / "s", asking)
    process.kill()
    process.wait(5)
    asking.join(5)
    assert isinstance(asking.error, Unavailable) and asking.error.code == "lake.worker_away" and asking.reply is None
    with pytest.raises(Unavailable):
        client.stop(root / "s", asking.number, OWNER)
    with pytest.raises(Unavailable):
        client.progress(root / "s", asking.number, OWNER)


def test_days_are_those_of_shanghai_whatever_the_machine_thinks(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    root = tmp_path_factory.mktemp("bjt")
    (root / "tables").mkdir()
    moment = pa.array(["2026-01-01T20:00:00+00:00"]).cast(pa.timestamp("us", tz="UTC"))
    pq.write_table(pa.table({"t": moment}), root / "tables" / "f.parquet")
    process = start_worker(root / "s", root)
    try:
        reply = client.ask(
            root / "s",
            f"SELECT DAY(d.t) AS d FROM {guarded('t')} AS d",
            [client.FILES],
            [str(root / "tables" / "f.parquet")],
            timeout_ms=5000,
        )
        assert reply.table.to_pydict() == {"d": [2]}
    finally:
        process.kill()
        process.wait(5)
