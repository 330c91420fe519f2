"""Decisions kept for moments: the same as fresh ones, and void with the first change of anything they rest on."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction

from beijiang.kernel import clock, counters
from beijiang.kernel.words import Words
from beijiang.trust.access import actions, queries
from beijiang.trust.access.types import Decision, Question
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity.types import UnitRow

from .make import CASE, QUESTION, REASON, SYSTEM, House, asking, grant, house, later, resource

pytestmark = pytest.mark.django_db(transaction=True)
kept = importlib.import_module("beijiang.trust.access.queries.kept")
module = importlib.import_module("beijiang.trust.access.queries.decide")
OPEN = Question("lost_property", "lost_found")


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The instance's file of marks, as the supervisor makes it."""
    path = tmp_path / "decisions"
    counters.make(path)
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, decision_marks=path, decision_cache=True))
    kept.forget_kept()
    yield path
    kept.forget_kept()


@pytest.fixture
def region() -> House:
    return house()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """The questions for which the database was read."""
    asked: list[Question] = []
    real = module.gather

    def gather(actor: Any, *, question: Question) -> Any:
        asked.append(question)
        return real(actor, question=question)

    monkeypatch.setattr(module, "gather", gather)
    return asked


def fresh(actor: Any, question: Question) -> Decision:
    kept.forget_kept()
    return queries.decide(actor, question)


def test_the_same_question_again_reads_nothing(region: House, reads: list[Question], django_assert_num_queries: Any) -> None:
    grant(region)
    first = queries.decide(region.zhang, QUESTION)
    with django_assert_num_queries(0):
        again = queries.decide(region.zhang, QUESTION)
    assert first.permit and again == first and len(reads) == 1
    assert queries.decide_all(region.zhang, (QUESTION,)) == (first,) and len(reads) == 1


def test_another_session_shares_it_and_nothing_else_does(region: House, reads: list[Question]) -> None:
    grant(region, holder_user=None, holder_unit="150103001")
    queries.decide(region.zhang, QUESTION)
    queries.decide(replace(region.zhang, session_id=uuid4(), level="strong"), QUESTION)
    assert len(reads) == 1
    others: tuple[Any, ...] = (
        replace(region.zhang, user_id=uuid4()),
        replace(region.zhang, duties=frozenset({"officer", "auditor"})),
        replace(region.zhang, unit_path=("150000",)),
        replace(region.zhang, unit_code="150702001"),
        replace(region.zhang, kind="service"),
    )
    for number, other in enumerate(others, 2):
        queries.decide(other, QUESTION)
        assert len(reads) == number
    assert not queries.decide(others[1], QUESTION).permit and not queries.decide(others[4], QUESTION).permit
    for question in (asking(columns=("item",)), asking(matter=""), asking(purpose="property_return")):
        queries.decide(region.zhang, question)
        assert reads[-1] == question


def test_refusals_are_decided_each_time(region: House, reads: list[Question]) -> None:
    for _ in range(2):
        assert not queries.decide(region.zhang, QUESTION).permit
    assert len(reads) == 2


@pytest.mark.parametrize("off", ["switch", "file"])
def test_off_and_without_the_file_nothing_is_kept(
    region: House, reads: list[Question], off: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(region)
    changes: dict[str, Any] = {"decision_cache": False} if off == "switch" else {"decision_marks": file.with_name("none")}
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, **changes))
    for _ in range(2):
        assert queries.decide(region.zhang, QUESTION).permit
    assert len(reads) == 2


# --- everything a decision rests on --------------------------------------------------------------------------------


def unit_grant(region: House) -> Any:
    return grant(region, areas=("150702",), holder_user=None, holder_unit="150100")


def smash(region: House, **changes: Any) -> Any:
    terms = {"dataset": "stolen_property", "purpose": "case_investigation", "matter": CASE}
    return actions.break_glass(region.zhang, **{**terms, "reason": "有群众报警称家人携带药物走失,情况紧急", **changes})


def unjustified(region: House) -> Any:
    return actions.review_break_glass(
        region.he, grant_id=queries.grants_to_review(region.he)[0].id, outcome="unjustified", note="没有紧急情形"
    )


def the_only(region: House) -> Any:
    return queries.grants_for(region.zhang)[0].id


BEFORE: dict[str, Callable[[House], Any]] = {"revoke a break-glass": smash}
CHANGES: dict[str, Callable[[House], Any]] = {
    "revoke": lambda r: actions.revoke_grant(r.zhao, grant_id=the_only(r), reason="不再需要"),
    "give back": lambda r: actions.return_grant(r.zhang, grant_id=the_only(r), reason="案件办结"),
    "revoke a break-glass": unjustified,
    "issue another": lambda r: grant(r, areas=("150702",)),
    "issue to a unit above": unit_grant,
    "break the glass": smash,
    "close the matter": lambda r: actions.close_matter(r.wang, ref=CASE),
    "take off the matter": lambda r: actions.register_matter(
        SYSTEM, ref=CASE, kind="case", title=Words("案", "case"), unit_code="150103001", participants=[r.wang.user_id]
    ),
    "raise the grade": lambda r: actions.register_resource(SYSTEM, resource=resource(grade="core")),
    "lose the area column": lambda r: actions.register_resource(SYSTEM, resource=resource(area_column=None)),
    "limit the purposes": lambda r: actions.set_allowed_purposes(
        r.zhao, dataset="stolen_property", purposes=("property_return",), reason="限定目的"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_call_sees_every_change(region: House, reads: list[Question], change: str) -> None:
    if change in BEFORE:
        BEFORE[change](region)
    else:
        grant(region)
    before = queries.decide(region.zhang, QUESTION)
    assert before.permit and queries.decide(region.zhang, QUESTION) is before and len(reads) == 1
    CHANGES[change](region)
    after = queries.decide(region.zhang, QUESTION)
    assert len(reads) == 2 and after == fresh(region.zhang, QUESTION) and after != before


def test_open_shares_opened_changed_and_ended(region: House, reads: list[Question]) -> None:
    def share(*columns: str) -> None:
        actions.set_open_share(region.zhao, dataset="lost_property", columns=columns, reason="便民招领,全区共享")

    share("item")
    assert [c.name for c in queries.decide(region.li, OPEN).columns] == ["item"]
    share("item", "found_on")
    assert len(queries.decide(region.li, OPEN).columns) == 2
    assert queries.decide(region.li, OPEN).permit and len(reads) == 2
    actions.end_open_share(region.zhao, dataset="lost_property", reason="停止开放")
    assert not queries.decide(region.li, OPEN).permit


def test_what_concerns_others_voids_nothing(region: House, reads: list[Question]) -> None:
    grant(region)
    queries.decide(region.zhang, QUESTION)
    grant(region, holder_user=region.li.user_id)
    grant(region, dataset="lost_property", areas=())
    actions.register_matter(SYSTEM, ref="A-5", kind="case", title=Words("案", "case"), unit_code="150103001")
    queries.decide(region.zhang, QUESTION)
    assert len(reads) == 1


def test_while_a_change_is_under_way_and_after_a_rollback(region: House, reads: list[Question]) -> None:
    issued = grant(region)
    assert queries.decide(region.zhang, QUESTION).permit
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.revoke_grant(region.zhao, grant_id=issued.id, reason="不再需要")
        assert not queries.decide(region.zhang, QUESTION).permit  # in its own transaction it is revoked
        raise ZeroDivisionError
    for _ in range(3):
        assert queries.decide(region.zhang, QUESTION).permit
    assert len(reads) == 3


def test_a_change_while_a_decision_is_made_is_not_kept_over(region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = grant(region)
    real = module.gather

    def slow(actor: Any, *, question: Question) -> Any:
        facts = real(actor, question=question)
        monkeypatch.setattr(module, "gather", real)
        actions.revoke_grant(region.zhao, grant_id=issued.id, reason="不再需要")
        return facts

    monkeypatch.setattr(module, "gather", slow)
    assert queries.decide(region.zhang, QUESTION).permit  # read a moment before
    assert not queries.decide(region.zhang, QUESTION).permit


def test_a_chief_s_own_units_are_read_each_time(region: House, reads: list[Question]) -> None:
    """Units are identity's; a new one below must count at once."""
    grant(region, areas=(), own_unit_only=True, holder_user=region.wang.user_id)
    assert "150103009" not in str(queries.decide(region.wang, QUESTION).filter)
    identity.import_units(SYSTEM, rows=[UnitRow("150103009", "新设派出所", "New station", "station", "150103", "150103")])
    assert "150103009" in str(queries.decide(region.wang, QUESTION).filter) and len(reads) == 2


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "read"), [(0, 1), (4.9, 1), (5, 2), (-1, 2), (3600, 2)])
def test_kept_for_five_seconds_forward_only(region: House, reads: list[Question], seconds: float, read: int) -> None:
    grant(region, start=clock.now() - timedelta(hours=1))
    now = clock.now()
    with clock.frozen(now):
        queries.decide(region.zhang, QUESTION)
    with clock.frozen(now + timedelta(seconds=seconds)):
        assert queries.decide(region.zhang, QUESTION).permit and len(reads) == read


def test_the_end_of_a_grant_is_met_to_the_moment(region: House, reads: list[Question]) -> None:
    issued = grant(region)
    with clock.frozen(issued.end - timedelta(seconds=2)):
        assert queries.decide(region.zhang, QUESTION).permit
    with clock.frozen(issued.end - timedelta(milliseconds=1)):
        assert queries.decide(region.zhang, QUESTION).permit and len(reads) == 1
    with clock.frozen(issued.end):
        assert not queries.decide(region.zhang, QUESTION).permit


def test_the_start_of_the_next_grant_is_met_to_the_moment(region: House) -> None:
    soon = clock.now() + timedelta(hours=1)
    grant(region)
    second = grant(region, areas=("150702",), start=soon)
    with clock.frozen(soon - timedelta(seconds=2)):
        assert len(queries.decide(region.zhang, QUESTION).grant_ids) == 1
    with clock.frozen(soon):
        assert second.id in queries.decide(region.zhang, QUESTION).grant_ids


def test_a_purpose_that_closes_at_midnight(region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    midnight = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)  # in Shanghai
    grant(region, start=midnight - timedelta(days=1), days=30)
    closed = replace(queries.purpose("case_investigation"), closed_on="2026-12-02")
    monkeypatch.setattr(importlib.import_module("beijiang.trust.access.queries.purposes"), "_all", lambda: {closed.code: closed})
    with clock.frozen(midnight - timedelta(seconds=1)):
        assert queries.decide(region.zhang, QUESTION).permit
    with clock.frozen(midnight):
        assert not queries.decide(region.zhang, QUESTION).permit


def test_with_the_clock_ahead_or_behind(region: House) -> None:
    grant(region, days=2)
    for ahead, permit in ((0, True), (47, True), (48, False), (1, True), (-1, False), (0, True)):
        with later(hours=ahead):
            assert queries.decide(region.zhang, QUESTION).permit is permit, ahead


def test_no_more_than_so_many_are_kept(region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    grant(region)
    for names in (("item",), ("county",), ("unit",), ("item", "unit"), ("item", "county")):
        assert queries.decide(region.zhang, asking(columns=names)).permit
        assert len(kept._kept) <= 3


def test_every_action_that_changes_a_row_that_decides_marks_it() -> None:
    """A write that somebody adds without a mark would be seen seconds late."""
    folder = Path(actions.__file__).parent
    unmarked = []
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name in NOT_DECISIVE:
                continue
            calls = {ast.unparse(n.func).split(".")[-1] for n in ast.walk(node) if isinstance(n, ast.Call)}
            if calls & {"save", "create", "update", "bulk_create", "bulk_update", "delete", "update_or_create"} and "_mark" not in calls:
                unmarked.append(f"{path.name}:{node.name}")
    assert not unmarked
    assert REASON


NOT_DECISIVE = {"remind_holders", "forget_reminder"}
"""They write which notice a holder has had, on which nothing is decided."""
