"""Durable audit appends per second, with 1 and 16 writers: beside the same bytes under group fsync, and beside pymerkle.

    python bench/audit_append.py [--seconds 1.5] [--rounds 2]

Each append of ours is `audit.actions.record` in a transaction of its own on the product's PostgreSQL settings (fsync
on), so it includes the frozen words, canonical JSON, salt and commit. The peers get the very bytes that ours stores
(event and salt): `group fsync` is one file, where whoever comes first writes for all who wait and syncs once;
`pymerkle` is its SqliteTree, which syncs each entry. Sealing (tree, tiles, signed checkpoint) is measured after, on
the rows just written; pymerkle does that part at once. Contestants alternate; median and spread over the rounds.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

WRITERS = (1, 16)


def set_up() -> object:
    """A durable PostgreSQL of our own and Django on it, with just the tables that are written."""
    os.environ.pop("BEIJIANG_TEST_SERVER", None)
    from tests import keys, servers

    server = servers.new_postgres(product=True)
    with server.connect() as connection:
        connection.execute("CREATE DATABASE bj_user")
    folder = Path(tempfile.mkdtemp(prefix="bj-bench-"))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="beijiang.config.settings",
        BEIJIANG_DOMAIN="user",
        BEIJIANG_DB_HOST=server.host,
        BEIJIANG_DB_PORT=str(server.port),
        BEIJIANG_DB_USER=server.user,
        BEIJIANG_DB_PASSWORD=server.password,
        BEIJIANG_DATA_DIR=str(folder),
        BEIJIANG_DJANGO_SECRET_KEY=secrets.token_hex(),
        BEIJIANG_BLOB_KEY=secrets.token_hex(32),
        BEIJIANG_SUBJECT_KEY=secrets.token_hex(32),
        BEIJIANG_LOG_LEVEL="warning",
        **keys.make(folder / "keys"),
    )
    import django

    django.setup()
    from django.db import connection

    from beijiang.trust.audit import models

    with connection.schema_editor() as editor:
        for model in (models.Intake, models.Entry, models.Subject, models.Tile, models.Checkpoint, models.Tally, models.Drained):
            editor.create_model(model)
    connection.close()
    return server


def people() -> tuple[object, object]:
    """Who acts and what they do: an ordinary question."""
    from beijiang.kernel.ids import new_id
    from beijiang.kernel.types import Actor
    from beijiang.kernel.words import Words
    from beijiang.trust.audit.events import UseRefused

    actor = Actor(
        user_id=new_id(),
        username="zhang.wei",
        name="张伟",
        unit_code="150103",
        unit_name_zh="呼和浩特市公安局回民区分局",
        unit_name_en="Huimin District Bureau",
        duties=frozenset({"officer"}),
        session_id=new_id(),
    )
    event = UseRefused(
        code="access.no_grant",
        title=Words("未获准许", "Not permitted"),
        permission="inquiry.ask",
        detail=Words("您没有这个数据集的授权。", "You have no grant for this dataset."),
        dataset="vehicle_registrations",
        purpose="case_investigation",
        matter="A1501032026110001",
    )
    return actor, event


def loop(append: Callable[[], None], seconds: float) -> int:
    """How many appends one writer gets done."""
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        append()
        done += 1
    return done


def threads(writers: int, append: Callable[[], None], seconds: float) -> float:
    """Appends per second of all writers together."""
    counts: list[int] = []
    started = time.perf_counter()
    crew = [threading.Thread(target=lambda: counts.append(loop(append, seconds))) for _ in range(writers)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def recorder(barrier: object, results: object, seconds: float) -> None:
    """One writer process of ours."""
    from django.db import connection, transaction

    from beijiang.trust.audit import actions

    actor, event = people()

    def append() -> None:
        with transaction.atomic():
            actions.record(actor, event)  # type: ignore[arg-type]

    append()
    barrier.wait()  # type: ignore[attr-defined]
    started, cpu = time.perf_counter(), time.process_time()
    done = loop(append, seconds)
    results.put((done, time.perf_counter() - started, time.process_time() - cpu))  # type: ignore[attr-defined]
    connection.close()


def ours(writers: int, seconds: float) -> tuple[float, float]:
    """(appends/s, client CPU ms per append) of `record`, each writer a process with its own connection, as in the product."""
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(writers), context.Queue()
    crew = [context.Process(target=recorder, args=(barrier, results, seconds)) for _ in range(writers)]
    for process in crew:
        process.start()
    got = [results.get(timeout=seconds + 60) for _ in crew]
    for process in crew:
        process.join()
    done = sum(g[0] for g in got)
    return done / max(g[1] for g in got), 1000 * sum(g[2] for g in got) / max(1, done)


class GroupFile:
    """A file to which many append and which is synced once for all that wait."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.mutex, self.leader = threading.Lock(), threading.Lock()
        self.waiting: list[tuple[bytes, threading.Event]] = []

    def append(self, data: bytes) -> None:
        """Return when `data` is on disk."""
        done = threading.Event()
        with self.mutex:
            self.waiting.append((data, done))
        with self.leader:
            if done.is_set():
                return
            with self.mutex:
                batch, self.waiting = self.waiting, []
            os.write(self.file, b"".join(item for item, _ in batch))
            os.fdatasync(self.file)
            for _, event in batch:
                event.set()


def group_fsync(folder: Path, writers: int, data: bytes, seconds: float) -> float:
    """Appends per second of the same bytes to one file."""
    file = GroupFile(folder / f"group-{time.monotonic_ns()}")
    try:
        return threads(writers, lambda: file.append(data), seconds)
    finally:
        os.close(file.file)


def pymerkle(folder: Path, writers: int, data: bytes, seconds: float) -> float:
    """Appends per second of the same bytes to pymerkle's tree on SQLite."""
    from pymerkle import SqliteTree

    with SqliteTree(str(folder / f"tree-{time.monotonic_ns()}.db")) as tree:
        return threads(writers, lambda: tree.append_entry(data), seconds)


def main() -> None:
    """Run all and write bench/results/audit_append.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=2)
    said = parser.parse_args()

    load = os.getloadavg()[0]
    server = set_up()
    from django.db import connection

    from beijiang.kernel.canonical import canonical_json
    from beijiang.kernel.events import payload, registry
    from beijiang.trust.audit import actions
    from beijiang.trust.audit.actions.record import _envelope

    actor, event = people()
    kind = registry[event.event_type]  # type: ignore[attr-defined]
    data = canonical_json(_envelope(actor, kind.words, payload(event), "done", [])) + os.urandom(32)  # type: ignore[arg-type]
    # The peers write to the file system that PostgreSQL writes to.
    folder = Path(tempfile.mkdtemp(prefix="bj-bench-peers-", dir=server.directory.parent))  # type: ignore[attr-defined]

    rates: dict[tuple[str, int], list[float]] = {}
    cpu: dict[int, list[float]] = {}
    for _ in range(said.rounds):
        for writers in WRITERS:
            rate, milliseconds = ours(writers, said.seconds)
            rates.setdefault(("audit.record", writers), []).append(rate)
            cpu.setdefault(writers, []).append(milliseconds)
            rates.setdefault(("group fsync", writers), []).append(group_fsync(folder, writers, data, said.seconds))
            rates.setdefault(("pymerkle SqliteTree", writers), []).append(pymerkle(folder, writers, data, said.seconds))
    started, used, sealed = time.perf_counter(), time.process_time(), 0
    while done := actions.sequence(batch=1000):
        sealed += done
    wall, used = time.perf_counter() - started, time.process_time() - used
    from beijiang.trust.audit import queries

    report = queries.verify_log()
    if not report.ok or report.size != sealed:
        raise SystemExit(f"the log that was measured does not verify: {report.findings}")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]

    middle = {key: statistics.median(values) for key, values in rates.items()}
    rows = [
        {
            "what": name,
            "writers": writers,
            "appends/s": middle[name, writers],
            "spread": f"{min(values):,.0f}–{max(values):,.0f}",
            "client CPU ms/append": round(statistics.median(cpu[writers]), 2) if name == "audit.record" else "",
        }
        for (name, writers), values in sorted(rates.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    rows.append(
        {
            "what": "sealing (leaf, tree, tiles, signed checkpoint)",
            "writers": 1,
            "appends/s": sealed / wall,
            "spread": "",
            "client CPU ms/append": round(1000 * used / max(1, sealed), 2),
        }
    )
    rows.append(
        {
            "what": "verifying the whole log",
            "writers": 1,
            "appends/s": report.size / report.seconds,
            "spread": "",
            "client CPU ms/append": "",
        }
    )
    import run

    run.write(
        "audit_append",
        title="Durable audit appends",
        command=f"python bench/audit_append.py --seconds {said.seconds} --rounds {said.rounds}",
        versions={"PostgreSQL": postgres, "psycopg": version("psycopg"), "Django": version("django"), "pymerkle": version("pymerkle")},
        rows=rows,
        ratios={
            **{f"audit.record / group fsync, {w} writers": middle["audit.record", w] / middle["group fsync", w] for w in WRITERS},
            **{f"audit.record / pymerkle, {w} writers": middle["audit.record", w] / middle["pymerkle SqliteTree", w] for w in WRITERS},
        },
        note=f"{len(data):,} bytes an append; median of {said.rounds} alternating rounds of {said.seconds} s. Ours are processes, the peers' writers"
        " threads (pymerkle's tree is one connection). `audit.record` builds the event and commits it; `group fsync` only writes bytes."
        f" Load of the machine when it began: {load:.1f}.",
    )
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
