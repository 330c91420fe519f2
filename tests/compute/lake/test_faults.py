"""What goes wrong around an ingestion: killed, full, cancelled, twice, at once. Nothing half-written, nothing lost."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from beijiang.compute.lake import actions, models, queries
from beijiang.compute.lake.actions import ingest as ingest_module
from beijiang.compute.lake.actions import run as run_module
from beijiang.compute.lake.adapters import tables
from beijiang.kernel.errors import Conflict, Unavailable
from beijiang.kernel.types import Actor

from . import make

SYSTEM = Actor.system("lake")


def start(dataset: str, path: Path) -> Any:
    """Hand a file over, without working on it."""
    return actions.start_ingest(make.STEWARD, dataset=dataset, source=path)


def data_files(lake: Path, dataset: str) -> list[str]:
    """The files in a table's folder."""
    return sorted(str(p) for p in (lake / "tables" / dataset / "data").glob("*.parquet"))


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_kill_9_in_the_middle_leaves_nothing_visible_and_the_run_is_taken_up(permissive: None, lake_root: Path, tmp_path: Path) -> None:
    lake, about, count = lake_root / "lake", make.dataset(), 600_000
    line = make.ROW.format(n=1, d=1)
    run = start(about.name, make.file(tmp_path, make.HEADER + "\n" + (line + "\n") * count))
    script = (
        "import django, sys, uuid; django.setup()\n"
        "from beijiang.kernel import guard; guard.install(lambda *a: None)\n"
        "from beijiang.kernel.types import Actor; from beijiang.compute.lake import actions\n"
        "actions.run_ingest(Actor.system('lake'), run_id=uuid.UUID(sys.argv[1]))"
    )
    environment = os.environ | {
        "BEIJIANG_DB_NAME": str(connection.settings_dict["NAME"]),
        "BEIJIANG_LAKE_ROOT": str(settings.ENV.lake_root),
        "DJANGO_SETTINGS_MODULE": "beijiang.config.settings",
    }
    process = subprocess.Popen([sys.executable, "-c", script, str(run.id)], env=environment, cwd="/")
    deadline = time.monotonic() + 60
    while not data_files(lake, about.name) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert queries.run(run.id).state in ("reading", "queued") and data_files(lake, about.name), "killed in the middle"
    assert tables.current_files(about.name) == (None, ()) and queries.dataset(about.name).rows == 0

    assert actions.resume_ingests(SYSTEM) == 1
    done = queries.run(run.id)
    assert (done.state, done.rows_ok, done.rows_bad) == ("done", count, 0)
    assert list(tables.current_files(about.name)[1]) == data_files(lake, about.name), "no orphan of the killed one"
    assert queries.dataset(about.name).rows == count and len(queries.snapshots(about.name)) == 1


def test_killed_between_the_commit_of_files_and_the_telling(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = make.dataset()
    run = start(about.name, make.file(tmp_path, make.csv_text(5)))
    done = run_module._done
    monkeypatch.setattr(run_module, "_done", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        actions.run_ingest(SYSTEM, run_id=run.id)
    monkeypatch.setattr(run_module, "_done", done)
    after = actions.run_ingest(SYSTEM, run_id=run.id)
    assert (after.state, after.rows_ok) == ("done", 5) and queries.dataset(about.name).rows == 5 and len(queries.snapshots(about.name)) == 1


def test_the_same_file_again_is_the_same_run(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    first = start(about.name, make.file(tmp_path, make.csv_text(5)))
    assert start(about.name, tmp_path / "data.csv").id == first.id
    actions.run_ingest(SYSTEM, run_id=first.id)
    again = start(about.name, make.file(tmp_path, make.csv_text(5), "renamed.csv"))
    assert (again.id, again.repeated, again.state) == (first.id, True, "done")
    actions.run_ingest(SYSTEM, run_id=first.id)
    assert queries.dataset(about.name).rows == 5 and models.IngestRun.objects.count() == 1
    assert start(make.dataset().name, tmp_path / "data.csv").id != first.id, "into another dataset it is another run"


@pytest.mark.parametrize("where", ["rows", "bad rows", "check before"])
def test_disk_full_fails_the_run_in_words_and_the_same_file_works_later(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    about = make.dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3))
    before = data_files(lake, about.name)
    run = start(about.name, make.file(tmp_path, make.csv_text(50) + "x\n"))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        if where == "rows":
            broken.setattr(tables.pq.ParquetWriter, "write_table", full)
        elif where == "bad rows":
            broken.setattr("beijiang.compute.lake.adapters.quarantine.Quarantine._flush", full)
        else:
            broken.setattr("beijiang.compute.lake.actions.disk.RESERVE", 1 << 60)
        failed = actions.run_ingest(SYSTEM, run_id=run.id)
    assert failed.state == "failed" and failed.error and "磁盘" in failed.error.zh and "disk is full" in failed.error.en
    assert data_files(lake, about.name) == before and queries.dataset(about.name).rows == 3
    assert not list((lake / "quarantine").glob(f"{run.id}*"))
    again = start(about.name, tmp_path / "data.csv")
    assert again.id == run.id and again.state == "queued"
    assert actions.run_ingest(SYSTEM, run_id=run.id).state == "done" and queries.dataset(about.name).rows == 53


def test_a_real_limit_of_the_system_is_a_full_disk_too(lake: Path, tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes the kernel refuse to write further, in the middle of a file."""
    about = make.dataset()
    table = pa.table({"item_no": [os.urandom(15).hex() for _ in range(100_000)], "area": ["150103"] * 100_000})
    pq.write_table(table, tmp_path / "big.parquet")
    run = start(about.name, tmp_path / "big.parquet")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        failed = actions.run_ingest(SYSTEM, run_id=run.id)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert failed.state == "failed" and failed.error and "disk is full" in failed.error.en
    assert data_files(lake, about.name) == []


def test_disk_full_while_handing_over_keeps_nothing(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = make.dataset()
    monkeypatch.setattr("beijiang.compute.lake.actions.disk.RESERVE", 1 << 60)
    with pytest.raises(Unavailable) as caught:
        start(about.name, make.file(tmp_path, make.csv_text()))
    assert (
        caught.value.code == "lake.disk_full" and not models.IngestRun.objects.exists() and not list((lake / "staging").glob("incoming-*"))
    )


def test_cancel_before_and_in_the_middle(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = make.dataset()
    run = start(about.name, make.file(tmp_path, make.csv_text(5)))
    assert actions.cancel_ingest(make.STEWARD, run_id=run.id).state == "cancelled"
    assert actions.run_ingest(SYSTEM, run_id=run.id).state == "cancelled"
    with pytest.raises(Conflict):
        actions.cancel_ingest(make.STEWARD, run_id=run.id)
    assert start(about.name, tmp_path / "data.csv").state == "queued", "handed in again it starts anew"
    monkeypatch.setattr(run_module, "TELL_SECONDS", 0.0)
    original = run_module._Told.progress

    def cancelling(self: Any, *args: Any, **values: Any) -> None:
        actions.cancel_ingest(make.STEWARD, run_id=run.id)
        original(self, *args, **values)

    monkeypatch.setattr(run_module._Told, "progress", cancelling)
    assert actions.run_ingest(SYSTEM, run_id=run.id).state == "cancelled"
    assert tables.current_files(about.name) == (None, ()) and data_files(lake, about.name) == []


def test_an_unexpected_fault_is_told_without_its_inside(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = make.dataset()
    run = start(about.name, make.file(tmp_path, make.csv_text(5)))
    monkeypatch.setattr(run_module, "fitted", lambda *_: 1 / 0)
    failed = actions.run_ingest(SYSTEM, run_id=run.id)
    assert failed.state == "failed" and failed.error and "division" not in failed.error.en + failed.error.zh


def test_the_file_waiting_was_removed(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    run = start(about.name, make.file(tmp_path, make.csv_text(5)))
    ingest_module.staged(run.sha256, about.name).unlink()
    failed = actions.run_ingest(SYSTEM, run_id=run.id)
    assert failed.state == "failed" and failed.error and "hand it in again" in failed.error.en


def test_an_append_that_died_after_its_files_is_finished_by_the_next_try(lake: Path) -> None:
    from beijiang.kernel.models import Outbox

    about = make.dataset()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(4), key="event-9")
        raise RuntimeError("killed before the commit of the database")
    assert queries.dataset(about.name).rows == 0 and not Outbox.objects.filter(type="lake.dataset.published.v1").exists()
    again = actions.append(make.STEWARD, dataset=about.name, rows=make.rows(4), key="event-9")
    assert again.entry_id is not None and not again.repeated, "the leaf is written by the try that succeeds"
    assert queries.dataset(about.name).rows == 4 and len(queries.snapshots(about.name)) == 1
    assert list(tables.current_files(about.name)[1]) == data_files(lake, about.name)
    assert actions.append(make.STEWARD, dataset=about.name, rows=make.rows(4), key="event-9").repeated


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_appends_at_once_all_arrive(permissive: None, lake_root: Path) -> None:
    about = make.dataset()
    errors: list[BaseException] = []

    def one(n: int) -> None:
        try:
            for i in range(3):
                actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5), key=f"k{n}-{i}")
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)
        finally:
            tables._local.catalog.engine.dispose()
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and queries.dataset(about.name).rows == 60 and len(queries.snapshots(about.name)) == 12


def test_memory_stays_bounded(lake: Path, tmp_path: Path) -> None:
    """A file of 45 MB in CSV is streamed: what Arrow holds at its peak is a part of it."""
    about = make.dataset()
    line = make.ROW.format(n=1, d=1)
    run = start(about.name, make.file(tmp_path, make.HEADER + "\n" + (line + "\n") * 500_000))
    pool = pa.default_memory_pool()
    before = pool.bytes_allocated()
    peaks: list[int] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.01):
            peaks.append(pool.bytes_allocated() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert actions.run_ingest(SYSTEM, run_id=run.id).rows_ok == 500_000
    finally:
        stop.set()
        watcher.join()
    assert max(peaks) < 150 << 20
