"""The side bar shows what the viewer may open, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from beijiang.kernel import guard
from beijiang.kernel.errors import Refused
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import Words
from beijiang.ui import nav, shell

OFFICER = Actor(user_id=new_id(), username="zhang.wei", name="张伟", unit_code="u1", duties=frozenset({"officer"}))


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A side bar without entries, and a guard that lets only `test.open` pass."""
    monkeypatch.setattr(nav, "_entries", [])
    before = guard._decider
    guard.permission("test.open", Words("开", "Open"), {"*"})
    guard.permission("test.shut", Words("关", "Shut"), {"*"})
    guard.install(lambda actor, permission, resource: None if permission.code == "test.open" else Refused("test.no"))
    yield
    guard.install(before)


@pytest.mark.usefixtures("empty")
def test_only_what_the_policy_permits_is_shown() -> None:
    nav.add("work", Words("可开", "Open"), "language", "search", "test.open")
    nav.add("trust", Words("不可开", "Shut"), "language", "search", "test.shut")
    floors = nav.floors(OFFICER, "/")
    assert [(f.name, [str(e.label) for e in f.entries]) for f in floors] == [("work", ["可开"])]


@pytest.mark.usefixtures("empty")
def test_an_address_that_is_not_there_leaves_no_dead_link() -> None:
    nav.add("work", Words("无", "None"), "nowhere:at-all", "search")
    assert nav.floors(OFFICER, "/") == ()


@pytest.mark.usefixtures("empty")
def test_the_entry_of_the_page_is_marked() -> None:
    nav.add("work", Words("语", "Language"), "language", "language")
    assert nav.floors(OFFICER, "/language/x")[0].entries[0].here
    assert not nav.floors(OFFICER, "/elsewhere")[0].entries[0].here


@pytest.mark.usefixtures("empty")
def test_adding_twice_changes_nothing_and_keys_are_given_once() -> None:
    nav.add("work", Words("语", "Language"), "language", "language", keys="g l")
    nav.add("work", Words("语", "Language"), "language", "language", keys="g l")
    assert len(nav.floors(OFFICER, "/")[0].entries) == 1
    with pytest.raises(ValueError, match="g l"):
        nav.add("flow", Words("别", "Other"), "other", "search", keys="g l")
    with pytest.raises(ValueError, match="no floor"):
        nav.add("cellar", Words("别", "Other"), "other", "search")


def test_duties_are_written_in_the_order_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "_duties", {"officer": Words("民警", "Officer"), "chief": Words("负责人", "Chief")})
    assert shell.duty_words({"chief", "officer", "unheard"}) == "民警、负责人"
    assert shell.duty_words(()) == ""


def test_nobody_sees_a_side_bar_without_signing_in(rf) -> None:  # type: ignore[no-untyped-def]
    request = rf.get("/")
    request.actor = ANONYMOUS
    frame = shell.Frame(request)
    assert (frame.floors, frame.account, frame.todo_count) == ((), (), 0)
