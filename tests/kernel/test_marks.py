"""Marks of change: once in a transaction, over with it whichever way it ends, seen by every process."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from beijiang.kernel import counters, marks

pytestmark = pytest.mark.django_db(transaction=True)
SLOTS = counters.slots_of(("a",))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "marks"
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, decision_marks=path))
    counters.make(path)
    return path


def test_a_change_under_way_is_seen_and_its_end_too(file: Path) -> None:
    before = marks.seen(SLOTS)
    assert before is not None and marks.seen(SLOTS) == before
    with transaction.atomic():
        assert marks.seen(SLOTS) == before
        marks.changing("a", using="default")
        assert marks.seen(SLOTS) is None and marks.seen(counters.slots_of(("b",))) is not None
    after = marks.seen(SLOTS)
    assert after is not None and after != before


def test_a_transaction_counts_each_slot_once(file: Path) -> None:
    before = marks.seen(SLOTS)
    with transaction.atomic():
        for _ in range(3):
            marks.changing("a", "a", using="default")
        with transaction.atomic():
            marks.changing("a", "b", using="default")
    after = marks.seen(SLOTS)
    assert before is not None and after is not None and after[1] == before[1] + 1
    assert len(connection.run_on_commit) == 0


def test_a_rollback_ends_it_as_a_commit_does(file: Path) -> None:
    before = marks.seen(SLOTS)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        marks.changing("a", using="default")
        raise ZeroDivisionError
    after = marks.seen(SLOTS)
    assert after is not None and after != before


def test_a_rolled_back_savepoint_ends_only_its_own(file: Path) -> None:
    other = counters.slots_of(("b",))
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            marks.changing("b", using="default")
            raise ZeroDivisionError
        assert marks.seen(other) is not None
        marks.changing("a", using="default")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            marks.changing("b", using="default")
            raise ZeroDivisionError
        assert marks.seen(SLOTS) is None and marks.seen(other) is None  # at the latest with the whole
    assert marks.seen(SLOTS) is not None and marks.seen(other) is not None


def test_two_transactions_at_once_both_count(file: Path) -> None:
    """The second's begin must not look like the first's end."""
    from threading import Barrier

    step = Barrier(2)

    def other() -> None:
        try:
            with transaction.atomic():
                marks.changing("a", using="default")
                step.wait(5)
                step.wait(5)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(other)
        step.wait(5)
        with transaction.atomic():
            marks.changing("a", using="default")
        assert marks.seen(SLOTS) is None
        step.wait(5)
        running.result(5)
    assert marks.seen(SLOTS) is not None


def test_it_must_run_in_the_transaction(file: Path) -> None:
    with pytest.raises(RuntimeError):
        marks.changing("a", using="default")


def test_without_a_file_nothing_is_kept_and_changes_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, decision_marks=tmp_path / "none"))
    assert marks.seen(SLOTS) is None
    with transaction.atomic():
        marks.changing("a", using="default")


@pytest.mark.parametrize("content", [b"", b"x", bytes(counters.SIZE), bytes(counters.SIZE + 1)])
def test_a_file_of_another_kind_is_no_file(file: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    file.unlink()
    file.write_bytes(content)
    marks._reader.look_at = 0
    assert marks.seen(SLOTS) is None
    with transaction.atomic():
        marks.changing("a", using="default")
    assert "cannot be used" in caplog.text and file.read_bytes() == content


def test_a_file_that_was_made_anew_is_taken_up(file: Path) -> None:
    before = marks.seen(SLOTS)
    counters.make(file)  # in its place: another epoch, the same counts
    after = marks.seen(SLOTS)
    assert before is not None and after is not None and before[0] != after[0] and before[1:] == after[1:]
    fresh = file.with_name("fresh")
    counters.make(fresh)
    fresh.replace(file)  # another file by the same name
    with transaction.atomic():
        marks.changing("a", using="default")
        marks._reader.look_at = 0  # it looks once a second
        assert marks.seen(SLOTS) is None
    assert marks.seen(SLOTS) is not None


def test_a_change_begun_before_the_file_was_made_anew_ends_nothing_in_it(file: Path) -> None:
    with transaction.atomic():
        marks.changing("a", using="default")
        counters.make(file)
    found = marks.seen(SLOTS)
    assert found is not None and found[1:] == (0,)


def test_a_connection_lost_in_the_middle_leaves_the_slot_open(file: Path) -> None:
    """Nobody knows whether the commit arrived, so nothing may be kept until the next start."""
    with pytest.raises(Exception, match="closed|terminat|lost"), transaction.atomic():
        marks.changing("a", using="default")
        connection.connection.close()
        connection.cursor().execute("SELECT 1")
    connection.close()
    assert marks.seen(SLOTS) is None
    counters.make(file)
    assert marks.seen(SLOTS) is not None


def _count(path: str, times: int) -> None:
    opened = counters.Counters(Path(path), write=True)
    for _ in range(times):
        opened.count(list(SLOTS), ended=False)
        opened.count(list(SLOTS), ended=True)


def test_processes_do_not_lose_each_other_s_counts(file: Path) -> None:
    started = [multiprocessing.get_context("spawn").Process(target=_count, args=(str(file), 500)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    found = marks.seen(SLOTS)
    assert found is not None and found[1] == 1500


def test_a_reader_needs_no_right_to_write(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(os, "open", lambda path, flags, *mode, real=os.open: opened.append(flags) or real(path, flags, *mode))
    marks._reader.opened, marks._reader.look_at = None, 0
    assert marks.seen(SLOTS) is not None and opened and all(flags & os.O_ACCMODE == os.O_RDONLY for flags in opened)
