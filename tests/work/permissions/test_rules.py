"""The state machine, terms and faults: whatever is tried, nothing gets wider and nobody skips a step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beijiang.kernel import places
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.access.rules import ancestors, canonical_area
from beijiang.trust.access.types import MatterInfo
from beijiang.work.permissions import rules
from beijiang.work.permissions.types import OPEN, STATES, STEPS, Case, Draft, Item, Terms
from tests.trust.access.make import CASE, LOST, STOLEN

COLUMNS = ("a", "b", "c", "d")
AREAS = ("150000", "150100", "150103", "150104", "150702", "150103001")
DATASETS = ("x", "y", "z")

terms = st.builds(
    Terms,
    st.lists(st.sampled_from(COLUMNS), min_size=1, unique=True).map(tuple),
    st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(1, 60),
)


def fresh(*datasets: str, asked: Terms | None = None) -> Case:
    base = asked or Terms(COLUMNS, ("150000",), 30)
    return Case("chief", 1, tuple(Item(d, base) for d in datasets or ("x",)))


def as_asked(case: Case) -> dict[str, Terms]:
    return {i.dataset: i.now for i in case.items}


# --- terms -----------------------------------------------------------------------------------------------------


@given(st.sampled_from(AREAS), st.sampled_from(AREAS))
def test_areas_lie_within_each_other_as_access_has_it(inner: str, outer: str) -> None:
    assert rules.area_within(inner, [outer]) == (
        canonical_area(outer) in ancestors(inner) or canonical_area(outer) == canonical_area(inner)
    )


@given(terms, terms, terms)
def test_within_is_an_order(one: Terms, two: Terms, three: Terms) -> None:
    assert rules.wider(one, one) is None
    if rules.wider(one, two) is None and rules.wider(two, three) is None:
        assert rules.wider(one, three) is None


@pytest.mark.parametrize(
    ("inner", "outer", "field"),
    [
        (Terms(("a",), ("150103",), 5), Terms(("a", "b"), ("150100",), 5), None),
        (Terms(("a", "c"), ("150103",), 5), Terms(("a", "b"), ("150100",), 5), "columns"),
        (Terms(("a",), ("150702",), 5), Terms(("a",), ("150100",), 5), "areas"),
        (Terms(("a",), (), 5), Terms(("a",), ("150100",), 5), "areas"),
        (Terms(("a",), (), 5), Terms(("a",), (), 5), None),
        (Terms(("a",), ("150103",), 6), Terms(("a",), ("150103",), 5), "days"),
    ],
)
def test_what_is_wider_is_named(inner: Terms, outer: Terms, field: str | None) -> None:
    assert rules.wider(inner, outer) == field


@given(terms)
def test_terms_are_stored_and_read_alike(one: Terms) -> None:
    assert rules.terms_from(rules.terms_to(one)) == one


def test_changes_are_told_in_words() -> None:
    def title(name: str) -> Words:
        return Words(f"列{name}", f"column {name}")

    told = rules.changes(Terms(("a", "b"), ("150100",), 30), Terms(("a",), ("150103",), 10), title=title, area=places.full_name)
    assert [w.zh for w in told] == ["去掉列：列b", "区域由呼和浩特市改为呼和浩特市回民区", "期限由 30 天改为 10 天"]
    assert all(w.en for w in told)
    assert rules.changes(Terms(("a",), (), 1), Terms(("a",), (), 1), title=title, area=places.full_name) == ()
    assert "增加列" in rules.changes(Terms(("a",), (), 1), Terms(("a", "b"), (), 1), title=title, area=places.full_name)[0].zh


# --- the machine -----------------------------------------------------------------------------------------------

moves = st.one_of(
    st.tuples(st.just("pass"), st.dictionaries(st.sampled_from(DATASETS), terms)),
    st.tuples(st.just("approve"), st.dictionaries(st.sampled_from(DATASETS), terms)),
    st.tuples(st.just("amend"), st.dictionaries(st.sampled_from(DATASETS), terms), st.booleans()),
    st.tuples(st.just("void"), st.sets(st.sampled_from(DATASETS))),
    st.tuples(st.sampled_from(["refuse", "return", "withdraw", "lapse"])),
    st.tuples(st.just("as it stands")),
)


def act(case: Case, move: tuple[Any, ...]) -> Case:
    kind = move[0]
    if kind == "as it stands":
        if case.state == "chief":
            return rules.passed(case, as_asked(case))
        waiting = rules.open_items(case)
        return rules.approved(case, {i.dataset: i.now for i in waiting[:1]})
    if kind == "pass":
        return rules.passed(case, move[1])
    if kind == "approve":
        return rules.approved(case, move[1])
    if kind == "amend":
        return rules.amended(case, move[1], same_basis=move[2])
    if kind == "void":
        return rules.voided(case, move[1])
    return {"refuse": rules.refused, "return": rules.returned, "withdraw": rules.withdrawn, "lapse": rules.lapsed}[kind](case)


@settings(max_examples=400, deadline=None)
@given(st.lists(terms, min_size=1, max_size=3), st.lists(moves, max_size=12))
def test_whatever_is_tried_nothing_gets_wider_and_no_step_is_skipped(asked: list[Terms], tried: list[tuple[Any, ...]]) -> None:
    case = Case("chief", 1, tuple(Item(d, t) for d, t in zip(DATASETS, asked, strict=False)))
    chief_since_sent = False
    for move in tried:
        before = case
        try:
            case = act(case, move)
        except (rules.Illegal, rules.TooWide):
            assert case is before
            continue
        assert before.state in OPEN, "an ended case never moves again"
        assert case.edition == before.edition + (move[0] == "amend")
        assert [i.dataset for i in case.items] == [i.dataset for i in before.items]
        if before.state == "chief" and case.state == "owners":
            chief_since_sent = True
        elif move[0] == "amend" and case.state == "chief":
            chief_since_sent = False
        for item in case.items:
            assert item.now.columns and item.now.days >= 1
            if item.passed is not None:
                assert rules.wider(item.passed, item.asked) is None
            if item.granted is not None:
                assert item.passed is not None
                assert rules.wider(item.granted, item.passed) is None
        if case.state in ("owners", "granted"):
            assert chief_since_sent, "the chief was skipped"
            assert all(i.passed for i in case.items)
        if case.state == "granted":
            assert all(i.granted for i in case.items)
        if case.state == "owners":
            assert rules.open_items(case), "a case with nothing open is granted"
        if case.state == "chief":
            assert not any(i.passed or i.granted for i in case.items)
        if case.state == "back":
            assert case.back_from in ("chief", "owners")


@pytest.mark.parametrize("state", sorted(STATES))
def test_which_moves_fit_which_state(state: str) -> None:
    base = Terms(("a",), ("150103",), 5)
    case = Case(state, 1, (Item("x", base, base),), "owners" if state == "back" else "")  # type: ignore[arg-type]
    fits = {
        "pass": {"chief"},
        "approve": {"owners"},
        "void": {"owners"},
        "amend": {"back"},
        "refuse": {"chief", "owners"},
        "return": {"chief", "owners"},
        "withdraw": {"chief", "owners", "back"},
        "lapse": {"chief", "owners", "back"},
    }
    for kind, states in fits.items():
        move = {"pass": (kind, {"x": base}), "approve": (kind, {"x": base}), "amend": (kind, {"x": base}, True), "void": (kind, {"x"})}.get(
            kind, (kind,)
        )
        if state in states:
            assert act(case, move).state in STATES
        else:
            with pytest.raises(rules.Illegal):
                act(case, move)


def test_a_decision_names_all_it_decides_and_nothing_else() -> None:
    case = fresh("x", "y")
    for wrong in ({"x": case.items[0].asked}, as_asked(case) | {"z": case.items[0].asked}):
        with pytest.raises(rules.TooWide) as caught:
            rules.passed(case, wrong)
        assert caught.value.field == "dataset"
    owners = rules.passed(case, as_asked(case))
    for wrong in ({}, {"z": case.items[0].asked}):
        with pytest.raises(rules.TooWide):
            rules.approved(owners, wrong)
    once = rules.approved(owners, {"x": case.items[0].asked})
    assert once.state == "owners"
    with pytest.raises(rules.TooWide):
        rules.approved(once, {"x": case.items[0].asked})
    assert rules.approved(once, {"y": case.items[0].asked}).state == "granted"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"columns": ()}, "columns"),
        ({"columns": ("a", "q")}, "columns"),
        ({"areas": ()}, "areas"),
        ({"days": 31}, "days"),
        ({"days": 0}, "days"),
    ],
)
def test_a_chief_only_narrows(change: dict[str, Any], field: str) -> None:
    case = fresh("x")
    with pytest.raises(rules.TooWide) as caught:
        rules.passed(case, {"x": replace(case.items[0].asked, **change)})
    assert caught.value.field == field


def test_an_owner_is_bound_to_what_the_chief_passed() -> None:
    case = fresh("x")
    small = Terms(("a",), ("150103",), 10)
    owners = rules.passed(case, {"x": small})
    with pytest.raises(rules.TooWide):
        rules.approved(owners, {"x": case.items[0].asked})
    assert rules.approved(owners, {"x": small}).items[0].granted == small


def test_an_answer_returns_to_the_owner_only_within_what_the_chief_passed() -> None:
    case = fresh("x", "y")
    small = Terms(("a", "b"), ("150100",), 10)
    owners = rules.passed(case, {"x": small, "y": small})
    owners = rules.approved(owners, {"x": Terms(("a",), ("150103",), 5)})
    back = rules.returned(owners)
    same = rules.amended(back, {"x": small, "y": Terms(("a",), ("150103",), 9)}, same_basis=True)
    assert same.state == "owners" and same.edition == 2
    assert same.items[0].granted == Terms(("a",), ("150103",), 5), "the other owner's approval stands"
    assert same.items[1].granted is None and same.items[1].passed == Terms(("a",), ("150103",), 9)
    tighter = rules.amended(back, {"x": Terms(("b",), ("150100",), 10), "y": small}, same_basis=True)
    assert tighter.items[0].granted is None, "what was approved is no longer asked"
    wider = rules.amended(back, {"x": small, "y": Terms(("a",), ("150000",), 10)}, same_basis=True)
    other = rules.amended(back, {"x": small, "y": small}, same_basis=False)
    for again in (wider, other, rules.amended(rules.returned(case), as_asked(case), same_basis=True)):
        assert again.state == "chief"
        assert all(i.passed is None and i.granted is None for i in again.items)
    with pytest.raises(rules.TooWide):
        rules.amended(back, {"x": small}, same_basis=True)


def test_overdue_after_three_days_whatever_the_clock_does() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert not rules.overdue(since=now, now=now + timedelta(days=2, hours=23))
    assert rules.overdue(since=now, now=now + timedelta(days=3))
    assert not rules.overdue(since=now, now=now - timedelta(days=30))


def test_every_state_and_step_has_words() -> None:
    assert all(w.zh and w.en for w in (*STATES.values(), *STEPS.values()))
    assert set(STATES) >= OPEN


# --- what an application may say ---------------------------------------------------------------------------------

CASE_MATTER = MatterInfo(CASE, "case", Words("案", "case"), "150103001", datetime(2026, 1, 1, tzinfo=UTC), None)
GOOD = Draft("case_investigation", CASE, "理" * rules.REASON_MIN, {"stolen_property": Terms(("item", "county"), ("150103",), 30)})


def faults(draft: Draft = GOOD, **changes: Any) -> dict[str, Words]:
    given_ = {
        "purpose": next((p for p in access.purposes() if p.code == draft.purpose), None),
        "purpose_open": True,
        "resources": {r.name: r for r in (STOLEN, LOST) if r.name in draft.terms},
        "misfits": (),
        "matter": CASE_MATTER if draft.matter == CASE else None,
        "matter_mine": True,
        "known_area": lambda code: code.startswith("15"),
    }
    return rules.draft_faults(draft, **(given_ | changes))


def item(**changes: Any) -> dict[str, Terms]:
    return {"stolen_property": replace(GOOD.terms["stolen_property"], **changes)}


def test_a_good_application_has_no_fault() -> None:
    assert faults() == {}
    assert faults(replace(GOOD, terms=GOOD.terms | {"lost_property": Terms(("item",), (), 5)})) == {}


@pytest.mark.parametrize(
    ("draft", "more", "field"),
    [
        (replace(GOOD, terms={}), {}, "dataset"),
        (replace(GOOD, terms={"nothing": Terms(("a",), (), 3)}), {}, "dataset"),
        (
            replace(GOOD, terms={f"d{n}": Terms(("item",), ("150103",), 3) for n in range(6)}),
            {"resources": {f"d{n}": STOLEN for n in range(6)}},
            "dataset",
        ),
        (replace(GOOD, purpose="curiosity"), {}, "purpose"),
        (GOOD, {"purpose_open": False}, "purpose"),
        (GOOD, {"misfits": [Words("不合", "unfit")]}, "purpose"),
        (replace(GOOD, matter=""), {}, "matter"),
        (replace(GOOD, matter="A9"), {}, "matter"),
        (GOOD, {"matter": replace(CASE_MATTER, closed_at=datetime(2026, 2, 1, tzinfo=UTC))}, "matter"),
        (GOOD, {"matter": replace(CASE_MATTER, kind="incident")}, "matter"),
        (GOOD, {"matter_mine": False}, "matter"),
        (replace(GOOD, terms=item(columns=())), {}, "columns"),
        (replace(GOOD, terms=item(columns=("nothing",))), {}, "columns"),
        (replace(GOOD, terms=item(columns=("nation",))), {}, "columns"),
        (replace(GOOD, terms=item(columns=tuple(f"c{n}" for n in range(401)))), {}, "columns"),
        (replace(GOOD, terms=item(areas=())), {}, "areas"),
        (replace(GOOD, terms=item(areas=("990000",))), {}, "areas"),
        (replace(GOOD, terms=item(areas=tuple(f"15{n:04d}" for n in range(51)))), {}, "areas"),
        (replace(GOOD, terms={"lost_property": Terms(("item",), ("150103",), 3)}), {}, "areas"),
        (replace(GOOD, terms=item(days=0)), {}, "days"),
        (replace(GOOD, terms=item(days=181)), {}, "days"),
        (replace(GOOD, reason="理" * (rules.REASON_MIN - 1)), {}, "reason"),
        (replace(GOOD, reason="  " + "理" * (rules.REASON_MIN - 1) + "  "), {}, "reason"),
        (replace(GOOD, reason="理" * (rules.REASON_MAX + 1)), {}, "reason"),
    ],
)
def test_each_fault_is_named_by_its_field_in_both_languages(draft: Draft, more: dict[str, Any], field: str) -> None:
    found = faults(draft, **more)
    assert list(found) == [field], found
    assert found[field].zh and found[field].en


def test_a_purpose_without_matter_needs_none() -> None:
    assert faults(replace(GOOD, purpose="lost_found", matter="", terms={"lost_property": Terms(("item",), (), 9)})) == {}


def test_special_categories_are_withheld_with_the_reason() -> None:
    assert "nation" not in rules.available(STOLEN)
    nation = STOLEN.column("nation")
    assert nation is not None
    why = rules.withheld(nation)
    assert why is not None and "第 2 条" in why.zh and "RIGHTS 2" in why.en


@given(st.text())
def test_plain_text_can_be_stored_and_sent(text: str) -> None:
    kept = rules.plain(text + "\x00\ud800")
    assert "\x00" not in kept
    kept.encode()
    assert rules.plain(kept) == kept
