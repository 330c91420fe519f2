"""What policies read of the context: exactly, never too little, and what is kept by it is never mixed up."""

from __future__ import annotations

import json
from typing import Any

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beijiang.trust.access.adapters import policy_texts
from beijiang.trust.access.adapters.cedar import Engine, engine
from beijiang.trust.access.rules import Reads, compile_decision, reads

from .test_rules import BREAKS, COLUMNS, GRANT_AREAS, context, filtered

NEW = Engine("\n".join(policy_texts().values()))


def read_by(text: str) -> Reads:
    return reads(json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"])


def test_the_shipped_policies_that_see_the_row_read_four_things() -> None:
    """If this grows, decisions are slower; if it holds `now`, nothing would be kept."""
    sets = engine()._sets["ask"]
    assert sets.seeing_reads == Reads(frozenset({"by_area", "areas", "by_unit", "units"}), principal=False)
    assert sets.blind_reads.context is not None and {"now", "grant", "row_cap"} <= sets.blind_reads.context
    assert not {"areas", "units"} & sets.blind_reads.context and sets.blind_reads.principal


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("true", Reads(frozenset(), False)),
        ("context.a", Reads(frozenset({"a"}), False)),
        ("context has a && context.a.b == 1", Reads(frozenset({"a"}), False)),
        ("context.a.b.contains(context.c)", Reads(frozenset({"a", "c"}), False)),
        ("resource has area && resource.area in context.areas", Reads(frozenset({"areas"}), False)),
        ("context.a == principal", Reads(frozenset({"a"}), True)),
        ('if context["x y"] then true else false', Reads(frozenset({"x y"}), False)),
        ("context == {a: 1}", Reads(None, False)),
        ("[context.a, 1].contains(2) && {b: context}.b.c", Reads(None, False)),
    ],
)
def test_what_a_condition_reads(condition: str, expected: Reads) -> None:
    assert read_by(f"permit (principal, action, resource) when {{ {condition} }};") == expected


def test_a_scope_reads_the_principal() -> None:
    assert read_by('permit (principal == Officer::"a", action, resource);').principal
    assert read_by("permit (principal is Officer, action, resource);").principal


def test_of_a_context_read_whole_all_is_told() -> None:
    assert Reads(None, False).of({"a": 1, "b": 2}) == {"a": 1, "b": 2}
    assert Reads(frozenset({"a", "c"}), False).of({"a": 1, "b": 2}) == {"a": 1}


@settings(max_examples=150, deadline=None)
@given(changes=BREAKS, areas=GRANT_AREAS, by_unit=st.booleans(), units=st.lists(st.sampled_from(["150103001", "x"]), max_size=2))
def test_what_is_kept_says_what_a_new_engine_says(changes: dict[str, Any], areas: list[str], by_unit: bool, units: list[str]) -> None:
    told = context(areas=areas, by_unit=by_unit, units=units, **changes)
    fresh = NEW.partial(principal="me", action="ask", context=told)
    NEW._seen.clear()
    kept = engine().partial(principal="me", action="ask", context=told)
    assert (kept.decision, kept.policy_ids, kept.errors) == (fresh.decision, fresh.policy_ids, fresh.errors)
    assert filtered(told) == compile_decision(fresh.decision, fresh.residuals, fresh.errors, COLUMNS)


def test_a_policy_that_names_the_principal_is_kept_for_each() -> None:
    engine_ = Engine(
        '@id("a") @zh("甲") @en("A")\npermit (principal, action == Action::"ask", resource);\n'
        '@id("b") @zh("乙") @en("B")\nforbid (principal == Officer::"bad", action == Action::"ask", resource) when { resource has unit };'
    )
    for who in ("good", "bad", "good", "bad"):
        partial = engine_.partial(principal=who, action="ask", context=context())
        assert partial.decision == ("Allow" if who == "good" else "NoDecision"), who


def test_no_more_than_so_many_residuals_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.trust.access.adapters import cedar

    monkeypatch.setattr(cedar, "_KEPT", 3)
    for number in range(10):
        NEW.partial(principal="me", action="ask", context=context(areas=[f"15010{number}"]))
        assert len(NEW._seen) <= 3
