"""The policy text itself: valid against its schema, named and worded, and each rule can be seen to bite."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cedarpy
import pytest

from beijiang.kernel import guard
from beijiang.trust.access.adapters import engine, policy_texts
from beijiang.trust.access.adapters.cedar import Engine

FOLDER = Path(__file__).resolve().parents[2] / "policies"
TEXT = "\n".join(policy_texts().values())
SCHEMA = (FOLDER / "schema.cedarschema").read_text("utf-8")


def test_policies_are_valid_against_the_schema() -> None:
    result = cedarpy.validate_policies(TEXT, SCHEMA)
    assert result.validation_passed, [str(e) for e in result.errors]


@pytest.mark.parametrize("fault", ["context.purpose.opened", "context.grant.revoked", "principal.age > 3", 'context.now == "x"'])
def test_the_schema_catches_a_slip(fault: str) -> None:
    slip = f'permit (principal, action == Action::"ask", resource) when {{ {fault} }};'
    assert not cedarpy.validate_policies(slip, SCHEMA).validation_passed


def test_files_are_short_and_policies_are_tens() -> None:
    assert all(len(text.splitlines()) < 150 for text in policy_texts().values())
    assert 20 <= len(engine().lines) < 100


def test_ids_are_unique_and_worded_in_both_languages() -> None:
    ids = re.findall(r'@id\("([^"]+)"\)', TEXT)
    assert len(ids) == len(set(ids)) == len(re.findall(r"^(?:permit|forbid) \(", TEXT, re.M))
    for words in engine().lines.values():
        assert re.search("[一-鿿]", words.zh) and not re.search("[一-鿿]", words.en)


def test_a_policy_without_words_does_not_load() -> None:
    with pytest.raises(ValueError, match="@id"):
        Engine("permit (principal, action, resource);")
    with pytest.raises(ValueError):
        Engine("permit (principal")


@pytest.mark.django_db
def test_permissions_that_policies_name_exist() -> None:
    named = set(re.findall(r'"([a-z]+\.[a-z_]+)"', re.sub(r"@\w+\(.*\)", "", TEXT)))
    assert named and named <= set(guard.permissions())


def about(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "permission": "x.do",
        "carried_by": ["officer"],
        "kind": "person",
        "actor": "me",
        "has_post": True,
        "duties": ["officer"],
        "unit": "u1",
        "unit_path": ["root", "u1"],
        "about": {},
    }
    return {**base, **changes}


@pytest.mark.parametrize(
    ("changes", "allowed", "policy"),
    [
        ({}, True, "perform.duty"),
        ({"duties": ["chief"]}, False, None),
        ({"duties": []}, False, None),
        ({"carried_by": []}, False, None),
        ({"carried_by": ["*"], "duties": []}, True, "perform.everyone"),
        ({"carried_by": ["*"], "duties": [], "has_post": False}, False, None),
        ({"carried_by": ["*"], "duties": [], "has_post": False, "kind": "service"}, True, "perform.everyone"),
        ({"carried_by": ["public"], "duties": [], "has_post": False, "kind": "nobody"}, True, "perform.public"),
        ({"carried_by": ["administrator"], "kind": "system", "duties": ["system"]}, True, "perform.system"),
        ({"about": {"applicant": "me"}}, False, "perform.own_request"),
        ({"about": {"applicant": "other"}}, True, "perform.duty"),
        ({"permission": "access.issue_grant", "about": {"holder": "me"}}, False, "perform.own_grant"),
        ({"permission": "access.issue_grant", "about": {"unit": "root"}}, False, "perform.own_unit_grant"),
        ({"permission": "access.issue_grant", "about": {"unit": "u2", "holder": "other"}}, True, "perform.duty"),
        ({"permission": "access.review_break_glass", "about": {"holder": "me"}}, False, "perform.own_review"),
        ({"permission": "access.revoke_grant", "about": {"owner_unit": "u2"}}, False, "perform.other_owner"),
        ({"permission": "access.revoke_grant", "about": {"owner_unit": "u1"}}, True, "perform.duty"),
        ({"permission": "lake.ingest", "about": {"owner_unit": "u2"}}, False, "perform.other_owner_records"),
        ({"permission": "lake.append", "about": {"owner_unit": "u2"}}, False, "perform.other_owner_records"),
        ({"permission": "lake.define_dataset", "about": {"owner_unit": "u2"}}, False, "perform.other_owner_records"),
        ({"permission": "lake.ingest", "about": {"owner_unit": "u1"}}, True, "perform.duty"),
        (
            {"permission": "lake.ingest", "about": {"owner_unit": "u2"}, "carried_by": ["steward"], "duties": ["steward"]},
            True,
            "perform.duty",
        ),
        ({"permission": "access.close_matter", "about": {"unit_path": ["root", "u2"]}}, False, "perform.foreign_matter"),
        ({"permission": "access.close_matter", "about": {"unit_path": ["root", "u1", "s"]}}, True, "perform.duty"),
    ],
)
def test_who_may_perform_what(changes: dict[str, Any], allowed: bool, policy: str | None) -> None:
    result = engine().perform(principal="me", context=about(**changes), kind="thing")
    assert result.allowed is allowed
    assert (policy in result.policy_ids) if policy else result.policy_ids == ()


def test_a_policy_that_cannot_be_evaluated_refuses() -> None:
    policy = Engine(
        '@id("a") @zh("x") @en("x") permit (principal, action, resource);'
        '@id("b") @zh("x") @en("x") forbid (principal, action, resource) when { context.missing };'
    )
    assert not policy.perform(principal="me", context={}, kind="x").allowed
