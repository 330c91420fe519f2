"""decide_all(): one basis names every dataset of a question, or nothing of it is answered (RIGHTS 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.ids import new_id
from beijiang.trust.access import actions, queries
from beijiang.trust.access.models import Grant
from beijiang.trust.access.rules import matches
from beijiang.trust.access.types import Decision, Question

from .make import CASE, LOST, QUESTION, SYSTEM, House, asking, grant, later

CARS = replace(LOST, name="vehicle_registrations", owner_unit="150000JJ")
OTHER = Question("lost_property", "case_investigation", CASE)
BOTH = (QUESTION, OTHER)


def codes(decisions: tuple[Decision, ...]) -> list[set[str]]:
    return [{r.code for r in d.reasons} for d in decisions]


def bundle(region: House, **changes: Any) -> Any:
    """Grants on both datasets, issued together."""
    shared = new_id()
    grant(region, bundle=shared, **changes)
    grant(region, bundle=shared, dataset="lost_property", areas=(), **changes)
    return shared


def test_a_grant_stands_alone_unless_it_is_issued_with_others(region: House) -> None:
    alone = grant(region)
    assert alone.bundle == alone.id and queries.decide(region.zhang, QUESTION).basis_key == f"grant:{alone.id}"
    shared = bundle(region)
    assert {g.bundle for g in queries.grants_for(region.zhang)} == {alone.id, shared}


def test_grants_issued_together_may_be_joined(region: House) -> None:
    shared = bundle(region)
    first, second = queries.decide_all(region.zhang, BOTH)
    assert first.permit and second.permit and {first.basis, second.basis} == {"grant"}
    assert first.basis_key == second.basis_key == f"grant:{shared}"
    assert first.question == QUESTION and second.question == OTHER
    assert matches(first.filter, {"county": "150103", "unit": None}) and not matches(first.filter, {"county": "150702", "unit": None})
    assert first.budget_rows == second.budget_rows == 6000 and first.personal and not second.personal
    assert [d.question for d in queries.decide_all(region.zhang, BOTH[::-1])] == [OTHER, QUESTION]


def test_a_grant_on_each_is_no_basis_for_both(region: House) -> None:
    grant(region)
    grant(region, dataset="lost_property", areas=())
    assert all(queries.decide(region.zhang, q).permit for q in BOTH)
    decisions = queries.decide_all(region.zhang, BOTH)
    assert codes(decisions) == [{"access.no_joint_basis"}] * 2 and not any(d.permit for d in decisions)
    reason = decisions[0].reasons[0]
    assert "被盗物品" in reason.words.zh and "遗失物" in reason.words.zh and "一份申请" in reason.next.zh and reason.next.en
    assert decisions[0].columns == () and decisions[0].row_cap == 0 and decisions[0].basis_key == ""


def test_two_pairs_do_not_make_a_triple(region: House) -> None:
    actions.register_resource(SYSTEM, resource=CARS)
    cars = replace(OTHER, dataset=CARS.name)
    bundle(region)
    shared = new_id()
    grant(region, bundle=shared, dataset="lost_property", areas=())
    grant(region, bundle=shared, dataset=CARS.name, areas=(), actor=region.qian)
    assert all(d.permit for d in queries.decide_all(region.zhang, BOTH))
    assert all(d.permit for d in queries.decide_all(region.zhang, (OTHER, cars)))
    assert not any(d.permit for d in queries.decide_all(region.zhang, (QUESTION, OTHER, cars)))
    assert not any(d.permit for d in queries.decide_all(region.zhang, (QUESTION, cars)))


def test_who_lacks_one_dataset_is_told_so_and_gets_neither(region: House) -> None:
    grant(region)
    decisions = queries.decide_all(region.zhang, BOTH)
    assert codes(decisions) == [{"access.no_joint_basis"}, {"access.no_grant"}] and not any(d.permit for d in decisions)


def test_a_join_ends_with_the_first_of_its_grants(region: House) -> None:
    shared = new_id()
    short = grant(region, bundle=shared, days=3)
    grant(region, bundle=shared, dataset="lost_property", areas=())
    assert {d.expires_at for d in queries.decide_all(region.zhang, BOTH)} == {short.end}
    with later(days=3):
        assert codes(queries.decide_all(region.zhang, BOTH)) == [{"access.grant_expired"}, {"access.no_joint_basis"}]


def test_revoking_one_ends_the_join_at_once(region: House) -> None:
    shared = bundle(region)
    one = Grant.objects.get(bundle=shared, dataset="lost_property")
    actions.revoke_grant(region.zhao, grant_id=one.id, reason="不再需要")
    assert not any(d.permit for d in queries.decide_all(region.zhang, BOTH))
    assert queries.decide(region.zhang, QUESTION).permit


def test_a_bundle_that_begins_later_does_not_join_yet(region: House) -> None:
    from beijiang.kernel import clock

    bundle(region, start=clock.now() + timedelta(hours=1))
    assert not any(d.permit for d in queries.decide_all(region.zhang, BOTH))
    with later(hours=1, seconds=1):
        assert all(d.permit for d in queries.decide_all(region.zhang, BOTH))


def test_a_fuller_grant_outside_the_bundle_adds_nothing_to_a_join(region: House) -> None:
    shared = new_id()
    grant(region, bundle=shared, columns=("item", "county"))
    grant(region, bundle=shared, dataset="lost_property", areas=())
    grant(region, areas=())
    first, _ = queries.decide_all(region.zhang, BOTH)
    assert [c.name for c in first.columns] == ["item", "county"] and first.basis_key == f"grant:{shared}"
    assert not matches(first.filter, {"county": "150702", "unit": None})
    assert len(queries.decide(region.zhang, QUESTION).columns) == 5


def test_open_shares_join_among_themselves_and_not_with_grants(region: House) -> None:
    actions.register_resource(SYSTEM, resource=CARS)
    pair = (Question("lost_property", "lost_found"), Question(CARS.name, "lost_found"))
    actions.set_open_share(region.zhao, dataset="lost_property", columns=("item",), reason="便民招领,全区共享")
    assert codes(queries.decide_all(region.li, pair)) == [{"access.no_joint_basis"}, {"access.no_grant"}]
    grant(region, actor=region.qian, holder_user=region.li.user_id, dataset=CARS.name, purpose="lost_found", matter="", areas=())
    assert all(queries.decide(region.li, q).permit for q in pair)
    assert codes(queries.decide_all(region.li, pair)) == [{"access.no_joint_basis"}] * 2
    actions.set_open_share(region.qian, dataset=CARS.name, columns=("found_on",), reason="便民招领,全区共享")
    decisions = queries.decide_all(region.li, pair)
    assert [d.basis for d in decisions] == ["open_share"] * 2
    assert [d.basis_key for d in decisions] == [f"open:{region.li.user_id}:{q.dataset}" for q in pair]


@pytest.mark.parametrize("change", [{"purpose": "property_return"}, {"matter": ""}, {"matter": "A-2"}])
def test_one_purpose_and_one_matter(region: House, change: dict[str, str]) -> None:
    bundle(region)
    decisions = queries.decide_all(region.zhang, (QUESTION, replace(OTHER, **change)))
    assert codes(decisions) == [{"access.join_unlike"}] * 2


def test_unknown_datasets_and_purposes_refuse_all(region: House) -> None:
    bundle(region)
    decisions = queries.decide_all(region.zhang, (QUESTION, replace(OTHER, dataset="nowhere")))
    assert codes(decisions) == [{"access.no_joint_basis"}, {"access.dataset_unknown"}]
    unlisted = tuple(replace(q, purpose="curiosity") for q in BOTH)
    assert codes(queries.decide_all(region.zhang, unlisted)) == [{"access.purpose_unknown"}] * 2
    assert queries.decide_all(region.zhang, ()) == ()


def test_one_question_alone_is_decided_as_ever(region: House) -> None:
    grant(region)
    assert queries.decide_all(region.zhang, (QUESTION,)) == (queries.decide(region.zhang, QUESTION),)
    assert queries.decide_all(region.zhang, (asking(matter=""),))[0].permit is False


def test_joined_grants_name_every_basis(region: House) -> None:
    first, second = grant(region), grant(region, areas=("150702",))
    assert set(queries.decide(region.zhang, QUESTION).basis_keys) == {f"grant:{first.id}", f"grant:{second.id}"}


@pytest.mark.parametrize(
    "change", [{"holder_user": "li"}, {"purpose": "property_return"}, {"origin": "duty"}, {"holder_user": None, "holder_unit": "150103"}]
)
def test_a_bundle_has_one_holder_purpose_and_matter(region: House, change: dict[str, Any]) -> None:
    shared = new_id()
    grant(region, bundle=shared)
    if change.get("holder_user"):
        change = {**change, "holder_user": region.li.user_id}
    with pytest.raises(Invalid) as caught:
        grant(region, bundle=shared, dataset="lost_property", areas=(), **change)
    assert caught.value.extra["fields"][0]["field"] == "bundle" and Grant.objects.count() == 1


def test_no_owner_widens_a_grant_that_another_issued_to_stand_alone(region: House) -> None:
    actions.register_resource(SYSTEM, resource=CARS)
    alone = grant(region)
    with pytest.raises(Refused):
        grant(region, bundle=alone.id, dataset=CARS.name, areas=(), actor=region.qian)
    assert Grant.objects.count() == 1
    assert grant(region, bundle=alone.id, dataset="lost_property", areas=()).bundle == alone.id  # their own, they may
