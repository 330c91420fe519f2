"""The file by which processes of one machine learn of changed grants."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beijiang.config.env import load
from beijiang.config.processes import children, users
from beijiang.config.processes.layout import Layout
from beijiang.kernel import counters


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setattr(users, "separated", lambda: False)
    (tmp_path / "run").mkdir()
    return Layout(tmp_path)


def test_each_start_makes_it_anew_in_its_place(layout: Layout) -> None:
    users.make_marks(layout, alone=True)
    before = os.stat(layout.marks)
    first = counters.Counters(layout.marks, write=True)
    epoch = first.words[1]
    first.count([0, 7], ended=False)
    users.make_marks(layout, alone=True)
    after = os.stat(layout.marks)
    assert (before.st_ino, before.st_size) == (after.st_ino, after.st_size) and after.st_mode & 0o777 == 0o640
    assert first.words[1] != epoch and not any(first.words[2:])  # whoever still had it open sees it too


def test_where_others_may_write_the_database_there_is_none(layout: Layout) -> None:
    users.make_marks(layout, alone=True)
    users.make_marks(layout, alone=False)
    assert not layout.marks.exists()
    users.make_marks(layout, alone=False)


def test_every_process_of_both_domains_is_told_the_same_place(tmp_path: Path) -> None:
    env = load({"BEIJIANG_DATA_DIR": str(tmp_path)})
    layout = Layout(tmp_path)
    for process in ("user", "jobs-user", "data", "jobs-data"):
        told = children.environment(env, layout, process)
        assert told["BEIJIANG_DECISION_MARKS"] == str(layout.marks) and told["BEIJIANG_DECISION_CACHE"] == "yes"
