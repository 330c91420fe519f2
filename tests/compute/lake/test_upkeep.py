"""Upkeep: rows past their time go for good, small files are merged under readers' feet, and nothing that is named is deleted."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from beijiang.compute.lake import actions, models, queries
from beijiang.compute.lake.actions import upkeep as upkeep_module
from beijiang.compute.lake.adapters import tables, upkeep
from beijiang.compute.lake.types import ColumnSpec, Dataset, Select
from beijiang.kernel import clock
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit.models import Intake

from . import make

SYSTEM = Actor.system("lake")


def files(name: str) -> list[str]:
    """What the table names now."""
    return list(tables.current_files(name)[1])


def on_disk(lake: Path, about: Dataset) -> set[str]:
    """What lies in the table's folder."""
    return {str(p) for p in (lake / "tables" / about.name / "data").glob("*.parquet")}


def old(path: Path | str, days: int = 1) -> None:
    """Let a file have lain for some days."""
    moment = clock.now().timestamp() - days * 86_400
    os.utime(path, (moment, moment))


def test_rows_past_their_retention_go_with_snapshots_and_files(lake: Path, worker: Any) -> None:
    about = make.dataset()
    models.Dataset.objects.filter(name=about.name).update(retention_days=30)
    with clock.shifted(timedelta(days=-40)):
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(6))
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(4))
    gone = next(f for f in files(about.name) if (pq.read_metadata(f).metadata or {})[tables.CAME] < clock.now().date().isoformat().encode())
    assert actions.keep_up_table(SYSTEM, dataset=about.name)
    assert queries.dataset(about.name).rows == 4 and gone not in files(about.name)
    assert len(queries.answer(Select(about.name), make.decision()).rows) == 2
    leaf = Intake.objects.filter(type="lake.rows.retired.v1").get()
    assert '"rows":6' in leaf.event.replace(" ", "")
    assert Path(gone).exists(), "a question that began before may still read it"
    assert not actions.keep_up_table(SYSTEM, dataset=about.name), "once is enough"
    for path in on_disk(lake, about):
        old(path)
    with clock.shifted(timedelta(days=5)):
        actions.keep_up_table(SYSTEM, dataset=about.name)
    assert not Path(gone).exists() and on_disk(lake, about) == set(files(about.name)), "within seven days the file is gone too"
    assert len(queries.snapshots(about.name)) == 1


def test_a_dataset_of_which_all_is_past_answers_with_nothing(lake: Path, worker: Any) -> None:
    about = make.dataset()
    with clock.shifted(timedelta(days=-4000)):
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(6))
    assert actions.keep_up(SYSTEM) == 1
    assert queries.dataset(about.name).rows == 0 and queries.answer(Select(about.name), make.decision()).rows == ()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(2))
    assert queries.dataset(about.name).rows == 2


def test_small_files_are_merged_while_questions_run(lake: Path, worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_module, "MANY", 8)
    about = make.dataset()
    for n in range(12):
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(10, item_no=f"N{n}"))
    before = files(about.name)
    assert len(before) == 12
    held = tables.current_files(about.name)
    assert actions.keep_up_table(SYSTEM, dataset=about.name)
    assert len(files(about.name)) == 1 and queries.dataset(about.name).rows == 120
    assert all(Path(f).exists() for f in held[1]), "who began before still finds its files"
    merged = pq.read_table(files(about.name)[0])
    assert merged.num_rows == 120 and sorted(set(merged.column("item_no").to_pylist())) == sorted(f"N{n}" for n in range(12))
    assert len(queries.answer(Select(about.name), make.decision()).rows) == 60
    for path in before:
        old(path)
    with clock.shifted(timedelta(days=5)):
        actions.keep_up_table(SYSTEM, dataset=about.name)
    assert on_disk(lake, about) == set(files(about.name)) and queries.dataset(about.name).rows == 120


def test_files_of_before_a_column_was_added_are_merged_with_it(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_module, "MANY", 1)
    about = make.dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3))
    actions.define_dataset(
        make.STEWARD,
        name=about.name,
        title=about.title,
        columns=[*about.columns, ColumnSpec("colour", Words("颜色", "Colour"))],
        owner_unit=about.owner_unit,
        grade=about.grade,
        personal=True,
        area_column="area",
        retention_days=3650,
    )
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(2, colour="红"))
    assert actions.keep_up_table(SYSTEM, dataset=about.name)
    assert sorted(map(str, pq.read_table(files(about.name)[0]).column("colour").to_pylist())) == ["None"] * 3 + ["红"] * 2


def test_an_append_between_reading_and_replacing_is_not_lost(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_module, "MANY", 2)
    about = make.dataset()
    for _ in range(4):
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5))
    real = upkeep.merged

    def slow(*args: Any, **kwargs: Any) -> Any:
        made = real(*args, **kwargs)
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(7))
        return made

    monkeypatch.setattr(upkeep, "merged", slow)
    assert actions.keep_up_table(SYSTEM, dataset=about.name)
    assert tables.total_rows(about.name) == 27 and len(files(about.name)) == 2
    parts = upkeep.files(about.name)
    assert upkeep.replace(about.name, gone=[parts[0].path, Path("/gone")], new=[], key="x") is None
    assert tables.total_rows(about.name) == 27


def test_what_nobody_names_goes_and_what_is_being_written_stays(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3))
    folder = lake / "tables" / about.name
    orphan, fresh, strange = folder / "data/k-lost-00000.parquet", folder / "data/k-new-00000.parquet", folder / "metadata/lost.avro"
    for path in (orphan, fresh, strange):
        path.write_bytes(b"x")
    old(orphan)
    old(strange)
    actions.keep_up_table(SYSTEM, dataset=about.name)
    assert not orphan.exists() and not strange.exists() and fresh.exists()
    assert queries.dataset(about.name).rows == 3 and tables.load(about.name).current_snapshot() is not None
    run = actions.start_ingest(make.STEWARD, dataset=about.name, source=make.file(tmp_path, make.csv_text(3)))
    old(fresh)
    assert not actions.keep_up_table(SYSTEM, dataset=about.name) and fresh.exists(), "a table with an open run is left alone"
    actions.run_ingest(SYSTEM, run_id=run.id)


def test_rows_set_aside_are_not_kept_for_ever(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    run = actions.start_ingest(make.STEWARD, dataset=about.name, source=make.file(tmp_path, make.csv_text(3) + "x\n"))
    actions.run_ingest(SYSTEM, run_id=run.id)
    kept = lake / models.IngestRun.objects.get(pk=run.id).bad_rows
    actions.keep_up(SYSTEM)
    assert kept.exists() and len(queries.bad_rows(make.STEWARD, run_id=run.id)) == 1
    with clock.shifted(timedelta(days=100)):
        actions.keep_up(SYSTEM)
        assert not kept.exists() and queries.bad_rows(make.STEWARD, run_id=run.id) == () and queries.run(run.id).rows_bad == 1


def test_a_swept_key_never_deletes_what_the_table_names(lake: Path) -> None:
    about = make.dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3), key="k1")
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3), key="k2")
    with clock.shifted(timedelta(days=5)):
        actions.keep_up_table(SYSTEM, dataset=about.name)
    assert tables.committed(tables.load(about.name), "k1") is None, "its snapshot has expired"
    assert tables.sweep(about.name, "k1") >= 0 and all(Path(f).exists() for f in files(about.name))


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_merging_and_appending_at_once_lose_nothing(permissive: None, lake_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    monkeypatch.setattr(upkeep_module, "MANY", 3)
    about = make.dataset()
    for _ in range(6):
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5))
    errors: list[BaseException] = []

    def appending() -> None:
        try:
            for n in range(6):
                actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5), key=f"during-{n}")
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)
        finally:
            tables._local.catalog.engine.dispose()
            connections.close_all()

    thread = threading.Thread(target=appending)
    thread.start()
    for _ in range(4):
        actions.keep_up_table(SYSTEM, dataset=about.name)
    thread.join()
    assert not errors and tables.total_rows(about.name) == 60
    assert sum(pq.read_metadata(f).num_rows for f in files(about.name)) == 60


def test_a_worker_deletes_what_killed_ones_spilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    from beijiang.compute.lake.adapters.worker import spill

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    left, living = tmp_path / f"bj-lake-{dead.stdout.strip()}-abc", tmp_path / f"bj-lake-{os.getpid()}-abc"
    other, target = tmp_path / "bj-lake-notes", tmp_path / "bj-lake-1234567-link"
    for path in (left, living, other):
        path.mkdir()
        (path / "spilled").write_bytes(b"x")
    target.symlink_to(other)
    with spill.folder() as own:
        assert Path(own).is_dir() and oct(Path(own).stat().st_mode)[-3:] == "700"
        assert not left.exists() and living.exists() and (other / "spilled").exists() and target.is_symlink()
    assert not Path(own).exists()
