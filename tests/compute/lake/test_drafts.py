"""Drafts in the lake: brought, profiled, corrected, published; killed, full, twice, at once. Nothing lost, nothing in silence."""

from __future__ import annotations

import errno
import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection, connections

from beijiang.compute.lake import actions, models, queries
from beijiang.compute.lake.actions import profile as profile_module
from beijiang.compute.lake.adapters import readers, spool, tables
from beijiang.compute.lake.types import ColumnSpec, DatasetSpec, Draft, SpecColumn
from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused, TooLarge, Unavailable
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from . import make

SYSTEM = Actor.system("lake")
OTHER = replace(make.STEWARD, user_id=uuid.UUID(int=8), username="li.gang", name="李刚")


def take(path: Path, actor: Actor = make.STEWARD) -> Draft:
    """Bring a file and have it looked through."""
    draft = actions.take_draft(actor, source=path)
    actions.profile_draft(SYSTEM, draft_id=draft.id)
    return queries.draft(actor, draft_id=draft.id)


def agreed(draft: Draft, **changes: Any) -> DatasetSpec:
    """The suggestions as they are."""
    columns = tuple(
        SpecColumn(c.header, None, drop=True)
        if c.refused
        else SpecColumn(
            c.header,
            ColumnSpec(
                c.name, c.title, c.type, c.element.code if c.element else "", c.subject, False, c.suggested_mask, c.length, c.digits
            ),
        )
        for c in draft.columns
    )
    values: dict[str, Any] = {
        "name": make.fresh_name("draft"),
        "title": Words("测试", "Test"),
        "owner_unit": "150000XZ",
        "grade": "sensitive",
        "retention_days": 365,
        "columns": columns,
    }
    return DatasetSpec(**(values | changes))


def publish(draft: Draft, spec: DatasetSpec, actor: Actor = make.STEWARD) -> Any:
    """Publish and run at once."""
    run = actions.publish_draft(actor, draft_id=draft.id, spec=spec)
    return actions.run_ingest(SYSTEM, run_id=run.id)


def drafts_folder() -> list[str]:
    """What lies in the drafts' folder."""
    return sorted(p.name for p in (tables.root() / "drafts").iterdir())


def test_profile_and_publish(lake: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    draft = take(make.file(tmp_path, make.csv_text(50)))
    assert (draft.state, draft.rows, draft.bad, len(draft.columns)) == ("ready", 50, 0, 10), draft.error
    types = {c.header: c.type for c in draft.columns}
    assert types == {
        "物品编号": "text", "辖区": "text", "失主姓名": "text", "证件号码": "text", "类别": "text", "价值": "decimal", "件数": "integer",
        "被盗日期": "date", "录入时间": "timestamp", "是否追回": "boolean",
    }  # fmt: skip
    spec = agreed(draft)
    with django_capture_on_commit_callbacks(execute=True):
        run = publish(draft, spec)
    assert (run.state, run.rows_ok, run.encoding, run.kind) == ("done", 50, "UTF-8", "csv")
    about = queries.dataset(spec.name)
    assert about.rows == 50 and about.columns[0].aliases == () and about.columns[0].title.zh == "物品编号"
    assert models.Draft.objects.get(pk=draft.id).state == "used" and str(draft.id) not in drafts_folder()


def test_a_steward_corrects_what_was_guessed(lake: Path, tmp_path: Path) -> None:
    draft = take(make.file(tmp_path, "no,旗县,n\n1,150103,007\n2,150103,008\n"))
    columns = (
        SpecColumn("no", ColumnSpec("n", Words("编号", "No."), "integer")),
        SpecColumn("旗县", ColumnSpec("area", Words("旗县", "County"))),
        SpecColumn("n", ColumnSpec("no", Words("序号", "Serial"), "integer")),
    )
    spec = agreed(draft, columns=columns, personal=False, area_column="area")
    run = publish(draft, spec)
    assert (run.state, run.rows_ok) == ("done", 2), run.error
    rows = pq.read_table(tables.current_files(spec.name)[1][0]).sort_by("n").to_pylist()
    assert [(r["n"], r["no"]) for r in rows] == [(1, 7), (2, 8)], "names that cross are taken as the steward said, not by likeness"


def test_next_months_file_finds_its_columns(lake: Path, tmp_path: Path) -> None:
    draft = take(make.file(tmp_path, "登记编号(新),旗县区\nA1,150103\n"))
    spec = agreed(draft, personal=False)
    publish(draft, spec)
    again = actions.start_ingest(make.STEWARD, dataset=spec.name, source=make.file(tmp_path, "登记编号(新),旗县区\nA2,150103\n"))
    assert actions.run_ingest(SYSTEM, run_id=again.id).rows_ok == 1


def test_append_with_a_new_column_and_refused_with_another_type(lake: Path, worker: Any, tmp_path: Path) -> None:
    first = take(make.file(tmp_path, "编号,旗县区,件数\nA1,150103,1\nA2,150702,2\n"))
    spec = agreed(first, personal=False, area_column="area_code")
    publish(first, spec)
    second = take(make.file(tmp_path, "编号,旗县区,件数,颜色\nA3,150103,3,红\nA4,150103,4,蓝\n"))
    run = publish(second, agreed(second, name=spec.name, append=True, personal=False, area_column="area_code"))
    assert (run.state, run.rows_ok) == ("done", 2), run.error
    about = queries.dataset(spec.name)
    assert [c.name for c in about.columns] == ["bian_hao", "area_code", "quantity", "colour"] and about.evolved and about.rows == 4
    third = take(make.file(tmp_path, "编号,旗县区,件数\nA5,150103,很多\n"))
    wrong = agreed(third, name=spec.name, append=True, personal=False)
    wrong = replace(wrong, columns=(*wrong.columns[:2], SpecColumn("件数", ColumnSpec("quantity", Words("件数", "Pieces")))))
    with pytest.raises(Conflict) as caught:
        actions.publish_draft(make.STEWARD, draft_id=third.id, spec=wrong)
    assert caught.value.code == "lake.column_type" and "quantity" in str(caught.value.detail)
    missing = take(make.file(tmp_path, "编号\nA5\n"))
    with pytest.raises(Invalid, match="area_code"):
        actions.publish_draft(make.STEWARD, draft_id=missing.id, spec=agreed(missing, name=spec.name, append=True, personal=False))
    with pytest.raises(NotFound):
        actions.publish_draft(make.STEWARD, draft_id=third.id, spec=agreed(third, name="not_there", append=True))
    assert queries.dataset(spec.name).rows == 4 and queries.draft(make.STEWARD, draft_id=third.id).state == "ready"

    from beijiang.trust.access.types import ColumnRule, Decision, In

    decision = Decision(
        permit=True,
        reasons=(),
        basis="grant",
        filter=In("area_code", ("150103",)),
        row_cap=100,
        columns=tuple(ColumnRule(c.name, "none") for c in about.columns),
    )
    from beijiang.compute.lake.types import Order, Select

    found = queries.answer(Select(spec.name, columns=("bian_hao", "colour"), order_by=(Order("bian_hao"),)), decision)
    assert found.rows == (("A1", None), ("A3", "红"), ("A4", "蓝")), "older files do not have the column: NULL there, and still filtered"


def test_columns_that_a_rolled_back_definition_added_do_no_harm(lake: Path, tmp_path: Path) -> None:
    from django.db import transaction

    about = make.dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3))

    def define(*more: ColumnSpec) -> Any:
        return actions.define_dataset(
            make.STEWARD,
            name=about.name,
            title=about.title,
            columns=[*about.columns, *more],
            owner_unit=about.owner_unit,
            grade=about.grade,
            personal=True,
            area_column="area",
            retention_days=3650,
        )

    with pytest.raises(RuntimeError), transaction.atomic():
        define(ColumnSpec("extra", Words("多", "extra")), ColumnSpec("more", Words("再多", "more"), "integer"))
        raise RuntimeError("killed before the commit")
    assert [c.name for c in queries.dataset(about.name).columns] == [c.name for c in about.columns]
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(2))
    assert define(ColumnSpec("extra", Words("多", "extra"), "integer")).evolved, "the left-over column of another type gives way"
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(2, extra=5))
    for files in (tables.current_files(about.name)[1],):
        assert sum(pq.ParquetFile(f).metadata.num_rows for f in files) == 7
    with pytest.raises(Conflict) as caught:
        define(ColumnSpec("extra", Words("多", "extra"), "date"))
    assert caught.value.code == "lake.columns_changed"


def test_special_categories_by_value_never_come_in(lake: Path, tmp_path: Path) -> None:
    text = "编号,备用\n" + "".join(f"A{n},{g}\n" for n, g in enumerate(["汉族", "蒙古族", "回族"] * 20))
    draft = take(make.file(tmp_path, text))
    column = next(c for c in draft.columns if c.header == "备用")
    assert column.refused and "民族" in column.refused.zh and not column.examples and all("备用" not in row for row in draft.sample)
    kept = b"".join(p.read_bytes() for p in (tables.root() / "drafts" / str(draft.id)).iterdir() if p.name != spool.FILE)
    assert "蒙古族".encode() not in kept
    taken = tuple(SpecColumn(c.header, ColumnSpec(f"c{i}", Words("x", "y"))) for i, c in enumerate(draft.columns))
    with pytest.raises(Refused):
        actions.publish_draft(make.STEWARD, draft_id=draft.id, spec=agreed(draft, columns=taken))
    # Handed straight to a dataset whose column calls itself otherwise, the same values stop the run.
    about = actions.define_dataset(
        make.STEWARD,
        name=make.fresh_name(),
        title=Words("x", "y"),
        columns=[ColumnSpec("bian_hao", Words("编号", "No.")), ColumnSpec("spare", Words("备用", "Spare"))],
        owner_unit="150000XZ",
        grade="internal",
        personal=False,
    )
    run = actions.start_ingest(make.STEWARD, dataset=about.name, source=tmp_path / "data.csv")
    done = actions.run_ingest(SYSTEM, run_id=run.id)
    assert done.state == "failed" and done.error and "spare" in done.error.en and "RIGHTS 2" in done.error.en
    assert tables.current_files(about.name) == (None, ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n", "没有数据"),
        ("a,a\n1,2\n", "出现了两次"),
        ("a,\n1,2\n", "没有列名"),
        (",".join(f"c{i}" for i in range(5000)) + "\n1\n", "5000 列"),
        ("# Notes\n\nSome prose, with commas, and more.\nAnother line, again.\n", "不像一张表"),
        ("a,b\n1\n2\n3\n4,5\n", "不像一张表"),
        ("<html></html>", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "xlsx"),
    ],
)
def test_files_that_are_no_tables_fail_in_words_and_are_not_kept(
    lake: Path, tmp_path: Path, content: str | bytes, said: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        draft = take(make.file(tmp_path, content))
    assert draft.state == "failed" and draft.error and said in draft.error.zh and draft.error.en
    assert str(draft.id) not in drafts_folder() and not draft.columns
    with pytest.raises(Conflict):
        actions.publish_draft(make.STEWARD, draft_id=draft.id, spec=DatasetSpec("x"))
    with django_capture_on_commit_callbacks(execute=True):
        again = take(make.file(tmp_path, content))
    assert again.id == draft.id and again.state == "failed", "the same file again is looked through again"


def test_nothing_comes_in_that_is_empty_too_large_or_has_no_room(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid):
        actions.take_draft(make.STEWARD, source=make.file(tmp_path, b""))
    with monkeypatch.context() as small:
        small.setattr(readers, "MAX_BYTES", 100)
        with pytest.raises(TooLarge):
            actions.take_draft(make.STEWARD, source=io.BytesIO(b"x" * 200))
    with monkeypatch.context() as full:
        full.setattr("beijiang.compute.lake.actions.disk.RESERVE", 1 << 60)
        with pytest.raises(Unavailable) as caught:
            actions.take_draft(make.STEWARD, source=io.BytesIO(b"x" * 200), size=200)
        assert caught.value.code == "lake.disk_full"

    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Unavailable):
        actions.take_draft(make.STEWARD, source=Full())
    assert not models.Draft.objects.exists() and not [n for n in drafts_folder() if n.startswith("incoming")]


def test_disk_full_while_unpacking_fails_the_draft_in_words(lake: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    import gzip

    path = make.file(tmp_path, gzip.compress(b"a,b\n" + os.urandom(1 << 20).hex().encode() + b",1\n"))
    draft = actions.take_draft(make.STEWARD, source=path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.profile_draft(SYSTEM, draft_id=draft.id)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    failed = queries.draft(make.STEWARD, draft_id=draft.id)
    assert failed.state == "failed" and failed.error and "磁盘" in failed.error.zh and str(draft.id) not in drafts_folder()


def test_given_up_while_it_is_looked_through(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = actions.take_draft(make.STEWARD, source=make.file(tmp_path, make.csv_text(10)))
    feed = profile_module.Profiler.feed

    def dropping(self: Any, batch: Any) -> None:
        feed(self, batch)
        actions.drop_draft(make.STEWARD, draft_id=draft.id)

    monkeypatch.setattr(profile_module.Profiler, "feed", dropping)
    assert actions.profile_draft(SYSTEM, draft_id=draft.id).state == "dropped"  # type: ignore[union-attr]
    assert str(draft.id) not in drafts_folder()


def test_left_too_long_it_is_deleted(lake: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    draft = take(make.file(tmp_path, make.csv_text(10)))
    stray = tables.root() / "drafts" / "incoming-gone"
    stray.write_bytes(b"x")
    os.utime(stray, (1, 1))
    assert actions.expire_drafts(SYSTEM) == 0 and not stray.exists() and str(draft.id) in drafts_folder()
    with clock.shifted(timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        assert actions.expire_drafts(SYSTEM) == 1
    assert models.Draft.objects.get(pk=draft.id).state == "dropped" and str(draft.id) not in drafts_folder()


def test_a_run_that_fails_gives_the_draft_back_and_can_be_taken_up(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    draft = take(make.file(tmp_path, make.csv_text(20)))
    spec = agreed(draft)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(tables.pq.ParquetWriter, "write_table", full)
        failed = publish(draft, spec)
    assert failed.state == "failed" and failed.error and "磁盘" in failed.error.zh
    assert queries.draft(make.STEWARD, draft_id=draft.id).state == "ready" and queries.run(failed.id).resumable
    resumed = actions.resume_ingest(make.STEWARD, run_id=failed.id)
    assert (resumed.id, resumed.state) == (failed.id, "queued") and actions.resume_ingest(make.STEWARD, run_id=failed.id).repeated
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.run_ingest(SYSTEM, run_id=failed.id).rows_ok == 20
    with pytest.raises(Conflict):
        actions.resume_ingest(make.STEWARD, run_id=failed.id)
    with pytest.raises(NotFound):
        actions.resume_ingest(make.STEWARD, run_id=uuid.uuid4())


def test_a_dataset_whose_rows_never_came_in_is_made_anew_by_its_draft(lake: Path, tmp_path: Path) -> None:
    draft = take(make.file(tmp_path, "编号,件数\nA1,一\nA2,二\n"))
    wrong = tuple(SpecColumn(c.header, ColumnSpec(c.name, c.title, "integer" if c.header == "件数" else "text")) for c in draft.columns)
    spec = agreed(draft, personal=False, columns=wrong)
    assert publish(draft, spec).state == "failed", "all rows are bad"
    right = agreed(draft, name=spec.name, personal=False)
    assert publish(draft, right).rows_ok == 2
    assert queries.dataset(spec.name).columns[1].type == "text"


def test_a_direct_run_that_failed_for_want_of_room_is_taken_up(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = make.dataset()
    run = actions.start_ingest(make.STEWARD, dataset=about.name, source=make.file(tmp_path, make.csv_text(9)))
    with monkeypatch.context() as broken:
        broken.setattr("beijiang.compute.lake.actions.disk.RESERVE", 1 << 60)
        assert actions.run_ingest(SYSTEM, run_id=run.id).state == "failed"
    assert queries.run(run.id).resumable
    actions.resume_ingest(make.STEWARD, run_id=run.id)
    assert actions.run_ingest(SYSTEM, run_id=run.id).rows_ok == 9


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_two_stewards_want_the_same_name_at_once(permissive: None, lake_root: Path, tmp_path: Path) -> None:
    mine = take(make.file(tmp_path, "编号,件数\nA1,1\n", "a.csv"))
    theirs = take(make.file(tmp_path, "号码,颜色\nB1,红\n", "b.csv"), OTHER)
    name, gate = make.fresh_name("race"), threading.Barrier(2)
    got: dict[str, Any] = {}

    def go(actor: Actor, draft: Draft) -> None:
        try:
            gate.wait(10)
            got[actor.name] = actions.publish_draft(actor, draft_id=draft.id, spec=agreed(draft, name=name, personal=False))
        except Exception as error:  # noqa: BLE001 - looked at below
            got[actor.name] = error
        finally:
            if hasattr(tables._local, "catalog"):
                tables._local.catalog.engine.dispose()
            connections.close_all()

    threads = [threading.Thread(target=go, args=pair) for pair in ((make.STEWARD, mine), (OTHER, theirs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = [v for v in got.values() if isinstance(v, Exception)]
    won = [v for v in got.values() if not isinstance(v, Exception)]
    assert len(won) == 1 and len(lost) == 1 and isinstance(lost[0], Conflict) and lost[0].code == "lake.name_taken", got
    assert actions.run_ingest(SYSTEM, run_id=won[0].id).state == "done"
    states = {models.Draft.objects.get(pk=d.id).state for d in (mine, theirs)}
    assert states == {"used", "ready"}, "the other's draft is as it was"


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_kill_9_in_the_middle_of_a_profile(permissive: None, lake_root: Path, tmp_path: Path) -> None:
    line = make.ROW.format(n=1, d=1)
    draft = actions.take_draft(make.STEWARD, source=make.file(tmp_path, make.HEADER + "\n" + (line + "\n") * 150_000))
    script = (
        "import django, sys, uuid; django.setup()\n"
        "from beijiang.kernel import guard; guard.install(lambda *a: None)\n"
        "from beijiang.kernel.types import Actor; from beijiang.compute.lake import actions\n"
        "actions.profile_draft(Actor.system('lake'), draft_id=uuid.UUID(sys.argv[1]))"
    )
    environment = os.environ | {
        "BEIJIANG_DB_NAME": str(connection.settings_dict["NAME"]),
        "BEIJIANG_LAKE_ROOT": str(settings.ENV.lake_root),
        "DJANGO_SETTINGS_MODULE": "beijiang.config.settings",
    }
    process = subprocess.Popen([sys.executable, "-c", script, str(draft.id)], env=environment, cwd="/")
    deadline = time.monotonic() + 90
    while models.Draft.objects.get(pk=draft.id).state == "received" and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert models.Draft.objects.get(pk=draft.id).state == "profiling" and spool.draft_file(draft.id).exists()
    for _ in range(100):  # the server notices the lost session, and lets its lock go
        if actions.resume_drafts(SYSTEM) == 1:
            break
        time.sleep(0.1)
    after = queries.draft(make.STEWARD, draft_id=draft.id)
    assert (after.state, after.rows) == ("ready", 150_000)


def test_memory_stays_bounded_while_a_long_file_is_looked_through(lake: Path, tmp_path: Path) -> None:
    line = make.ROW.format(n=1, d=1)
    draft = actions.take_draft(make.STEWARD, source=make.file(tmp_path, make.HEADER + "\n" + (line + "\n") * 300_000))
    pool = pa.default_memory_pool()
    before, peaks, stop = pool.bytes_allocated(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.01):
            peaks.append(pool.bytes_allocated() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        actions.profile_draft(SYSTEM, draft_id=draft.id)
    finally:
        stop.set()
        watcher.join()
    assert max(peaks) < 150 << 20
