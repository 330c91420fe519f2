"""Which tests hold which line of RIGHTS. A line whose rooms are not built yet is named as open, never passed over."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

HELD: dict[int, tuple[str, ...]] = {
    1: ("rights/test_never.py::test_1_2_3_no_column_holds_a_special_category_a_biometric_or_a_score",),
    2: (
        "rights/test_never.py::test_1_2_3_no_event_carries_one",
        "compute/lake/test_actions.py::test_a_dataset_of_special_categories_is_refused",
        "compute/lake/test_actions.py::test_special_categories_are_dropped_and_told",
        "flow/exchange/provider/test_records.py::test_special_categories_never_come_in",
    ),
    3: ("rights/test_never.py::test_1_2_3_no_event_carries_one",),
    5: ("rights/test_never.py::test_the_pattern_bites",),
    7: (
        "compute/lake/test_queries.py::test_row_cap",
        "flow/exchange/provider/test_budget.py::test_two_hundred_questions_at_once_never_go_over",
        "trust/access/test_joined.py::test_a_grant_on_each_is_no_basis_for_both",
        "compute/lake/attacks/test_attacks.py::test_attack",
    ),
    8: (
        "flow/exchange/provider/test_ask.py::test_no_receipt_no_rows",
        "flow/exchange/provider/test_ask.py::test_refusals_are_sealed_and_say_why",
        "trust/access/test_purposes.py::test_every_purpose_stands_on_an_article_and_is_bounded",
        "journeys/test_one_question.py::test_bad_questions_are_refused_by_name_and_give_no_rows",
    ),
    13: (
        "trust/access/test_actions.py::test_nobody_issues_to_themselves_or_their_own_unit",
        "trust/access/test_actions.py::test_nobody_reviews_their_own_even_with_the_duty",
        "trust/access/test_actions.py::test_break_glass_works_at_once_is_loud_and_ends",
        "work/permissions/test_actions.py::test_a_chief_who_applies_is_decided_on_one_unit_up",
        "work/permissions/test_actions.py::test_who_decided_as_chief_does_not_decide_as_owner",
        "work/permissions/test_actions.py::test_a_substitute_never_decides_on_their_own_application",
        "trust/identity/test_substitutes.py::test_a_chief_makes_no_puppet_owner",
    ),
    14: (
        "journeys/test_one_question.py::test_an_auditor_finds_both_and_the_content_of_neither",
        "trust/access/test_queries.py::test_auditors_and_administrators_see_no_content_even_with_a_grant",
    ),
    15: ("trust/audit/test_actions.py::test_forgetting_keeps_leaf_and_proof",),
}
OPEN: dict[int, str] = {
    4: "checkpoints, hotlists and alerts are not built",
    6: "subscriptions are not built",
    9: "positions are not built",
    10: "the digests are kept and audit.uses_of finds them; the page for the person is not built",
    11: "requests for a copy or a correction are not built",
    12: "custody clocks are not built",
}


def test_every_line_is_held_or_named_as_open() -> None:
    assert HELD.keys() | OPEN.keys() == set(range(1, 16))
    assert not HELD.keys() & OPEN.keys()


@pytest.mark.parametrize(("number", "node"), [(n, node) for n, nodes in HELD.items() for node in nodes])
def test_the_tests_that_hold_a_line_exist(number: int, node: str) -> None:
    file, name = node.split("::")
    tree = ast.parse((TESTS / file).read_text())
    assert name in {f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)}, (
        f"RIGHTS {number} is held by a test that is gone: {node}"
    )
