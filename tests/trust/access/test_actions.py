"""Writes: who may, what is refused, what stays as it was, and a leaf for each."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from beijiang.kernel import guard, todo
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, Unauthenticated
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words
from beijiang.trust.access import actions, grants, queries
from beijiang.trust.access.models import Grant, Matter, OpenShare, Resource
from beijiang.trust.audit.models import Intake

from .make import CASE, LOST, QUESTION, STOLEN, SYSTEM, House, grant, later, resource

URGENT = "有群众报警称家人携带药物走失,情况紧急"


def leaves(kind: str) -> int:
    return Intake.objects.filter(type=kind).count()


# --- grants ------------------------------------------------------------------------------------------------------


def test_issuing_leaves_a_leaf_and_says_whose_it_is(region: House) -> None:
    issued = grant(region, areas=("150103000", "150103"))
    assert issued.areas == ("150103",) and issued.holder_name == "张伟" and issued.issued_by == "赵敏"
    assert leaves("access.grant.issued.v1") == 1


@pytest.mark.parametrize("who", ["zhang", "wang", "qian", "chen", "admin"])
def test_only_the_owner_of_the_dataset_issues(region: House, who: str) -> None:
    with pytest.raises(Refused):
        grant(region, actor=getattr(region, who), holder_user=region.li.user_id)
    assert Grant.objects.count() == 0 and leaves("access.grant.issued.v1") == 0


def test_nobody_issues_to_themselves_or_their_own_unit(region: House) -> None:
    for holder in (
        {"holder_user": region.zhao.user_id},
        {"holder_user": None, "holder_unit": "150000XZ"},
        {"holder_user": None, "holder_unit": "150000"},
    ):
        with pytest.raises(Refused):
            grant(region, **holder)
    assert Grant.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"holder_unit": "150103"}, Invalid),
        ({"holder_user": None}, Invalid),
        ({"holder_user": uuid4()}, Problem),
        ({"holder_user": None, "holder_unit": "999999"}, NotFound),
        ({"dataset": "nowhere"}, NotFound),
        ({"purpose": "curiosity"}, NotFound),
        ({"matter": "NEVER"}, Invalid),
        ({"matter": ""}, Invalid),
        ({"origin": "emergency"}, Invalid),
        ({"days": 400}, Invalid),
        ({"days": -1}, Invalid),
        ({"reason": "x"}, Invalid),
        ({"areas": ("9",)}, Invalid),
        ({"columns": ("nation",)}, Invalid),
        ({"row_cap": 10**9}, Invalid),
        ({"row_cap": 0}, Invalid),
    ],
)
def test_bad_terms_change_nothing(region: House, changes: dict[str, Any], error: type[Problem]) -> None:
    with pytest.raises(error) as caught:
        grant(region, **changes)
    assert caught.value.detail or caught.value.title
    assert Grant.objects.count() == 0


def test_revoking_needs_the_owner_and_a_reason_and_happens_once(region: House) -> None:
    issued = grant(region)
    for stranger in (region.qian, region.zhang, region.wang):
        with pytest.raises(Refused):
            actions.revoke_grant(stranger, grant_id=issued.id, reason="不再需要")
    with pytest.raises(Invalid):
        actions.revoke_grant(region.zhao, grant_id=issued.id, reason="  ")
    assert queries.decide(region.zhang, QUESTION).permit
    over = actions.revoke_grant(region.zhao, grant_id=issued.id, reason="不再需要")
    assert over.state == "revoked" and over.version == 2 and over.revoked_by == "赵敏"
    with pytest.raises(Conflict):
        actions.revoke_grant(region.zhao, grant_id=issued.id, reason="不再需要")
    with pytest.raises(NotFound):
        actions.revoke_grant(region.zhao, grant_id=uuid4(), reason="不再需要")
    assert leaves("access.grant.revoked.v1") == 1


def test_an_expired_grant_cannot_be_revoked(region: House) -> None:
    issued = grant(region)
    with later(days=31), pytest.raises(Conflict):
        actions.revoke_grant(region.zhao, grant_id=issued.id, reason="不再需要")


def test_a_holder_gives_back_only_their_own(region: House) -> None:
    issued = grant(region)
    with pytest.raises(NotFound):
        actions.return_grant(region.li, grant_id=issued.id, reason="办结")
    actions.return_grant(region.zhang, grant_id=issued.id, reason="案件办结")
    assert not queries.decide(region.zhang, QUESTION).permit


# --- break-glass -------------------------------------------------------------------------------------------------


def smash(region: House, **changes: Any) -> Any:
    terms: dict[str, Any] = {"dataset": "stolen_property", "purpose": "case_investigation", "matter": CASE, "reason": URGENT, **changes}
    return actions.break_glass(changes.pop("actor", region.zhang), **{k: v for k, v in terms.items() if k != "actor"})


def test_break_glass_works_at_once_is_loud_and_ends(region: House) -> None:
    broken = smash(region)
    decision = queries.decide(region.zhang, QUESTION)
    assert decision.permit and decision.row_cap == 200 and decision.mask_of("owner_id") == "last4"
    assert leaves("access.glass.broken.v1") == 1
    for watcher in (region.he, region.zhao):
        (item,) = todo.for_actor(watcher)
        assert item.loud and "张伟" in item.title.zh
    with later(hours=4):
        assert not queries.decide(region.zhang, QUESTION).permit
    assert queries.grants_to_review(region.he)[0].id == broken.id


def test_break_glass_is_neither_stacked_nor_chained_unseen(region: House) -> None:
    """Otherwise a break-glass every four hours would be a grant that nobody ever gave."""
    smash(region)
    with pytest.raises(Invalid) as caught:
        smash(region)
    assert caught.value.extra["fields"][0]["field"] == "dataset"
    for turn in range(1, 5):
        with later(hours=4 * turn):
            smash(region)
    with later(hours=20):
        with pytest.raises(Invalid) as caught:
            smash(region)
        assert caught.value.extra["fields"][0]["field"] == "reason" and leaves("access.glass.broken.v1") == 5
        actions.review_break_glass(region.he, grant_id=queries.grants_to_review(region.he)[0].id, outcome="justified", note="确有警情")
        assert smash(region).origin == "emergency"


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": 0},
        {"hours": 5},
        {"reason": "急"},
        {"matter": ""},
        {"matter": "NEVER"},
        {"purpose": "traffic_accident"},
        {"reason": " " * 40},
    ],
)
def test_break_glass_has_bounds(region: House, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        smash(region, **changes)
    assert Grant.objects.count() == 0


def test_break_glass_is_for_those_on_the_matter_and_with_the_duty(region: House) -> None:
    with pytest.raises(Invalid):
        smash(region, actor=region.li)
    for person in (region.zhao, region.chen, region.admin, SYSTEM):
        with pytest.raises(Problem):
            smash(region, actor=person)
    with pytest.raises(Unauthenticated):
        smash(region, actor=ANONYMOUS)
    assert Grant.objects.count() == 0


def test_an_unjustified_break_ends_at_once(region: House) -> None:
    broken = smash(region)
    with pytest.raises(Refused):
        actions.review_break_glass(region.zhang, grant_id=broken.id, outcome="justified", note="没有问题")
    with pytest.raises(Invalid):
        actions.review_break_glass(region.he, grant_id=broken.id, outcome="fine", note="没有问题")
    with pytest.raises(Invalid):
        actions.review_break_glass(region.he, grant_id=broken.id, outcome="justified", note="")
    reviewed = actions.review_break_glass(region.he, grant_id=broken.id, outcome="unjustified", note="没有紧急情形")
    assert reviewed.state == "revoked" and reviewed.review_outcome == "unjustified"
    assert not queries.decide(region.zhang, QUESTION).permit and todo.for_actor(region.he) == []
    with pytest.raises(Conflict):
        actions.review_break_glass(region.he, grant_id=broken.id, outcome="justified", note="改为正当")
    with pytest.raises(NotFound):
        actions.review_break_glass(region.he, grant_id=uuid4(), outcome="justified", note="没有问题")


def test_nobody_reviews_their_own_even_with_the_duty(region: House) -> None:
    from dataclasses import replace

    both = replace(region.zhang, duties=frozenset({"officer", "supervisor"}))
    broken = smash(region, actor=both)
    with pytest.raises(Refused) as caught:
        actions.review_break_glass(both, grant_id=broken.id, outcome="justified", note="没有问题")
    assert "perform.own_review" in caught.value.extra["policies"]


# --- datasets ----------------------------------------------------------------------------------------------------


def test_registering_the_same_again_changes_nothing(region: House) -> None:
    before = leaves("access.resource.registered.v1")
    assert actions.register_resource(SYSTEM, resource=STOLEN).version == 1
    assert leaves("access.resource.registered.v1") == before
    assert actions.register_resource(region.zhao, resource=resource(title=Words("赃物", "Loot"))).version == 2


def test_others_neither_take_a_dataset_over_nor_make_it_less_guarded(region: House) -> None:
    looser = tuple(type(c)(c.name, c.title) for c in STOLEN.columns)
    for changed in (resource(owner_unit="150000JJ"), resource(grade="open"), resource(personal=False), resource(columns=looser)):
        with pytest.raises(Refused):
            actions.register_resource(region.qian, resource=changed)
    assert queries.resource("stolen_property").resource == STOLEN
    assert actions.register_resource(region.zhao, resource=resource(grade="internal")).version == 2


def test_a_faulty_dataset_is_refused_whole(region: House) -> None:
    for bad in (resource(name="Bad Name"), resource(allowed_purposes=("curiosity",)), resource(area_column="gone")):
        with pytest.raises(Invalid):
            actions.register_resource(SYSTEM, resource=bad)
    with pytest.raises(Refused):
        actions.register_resource(region.zhang, resource=STOLEN)
    assert Resource.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ()},
        {"columns": ("gone",)},
        {"row_cap": 101},
        {"row_cap": 0},
        {"areas": ("150103",)},
        {"areas": ("x",)},
        {"reason": "x"},
        {"dataset": "stolen_property", "columns": ("item",)},
    ],
)
def test_open_shares_have_bounds(region: House, changes: dict[str, Any]) -> None:
    terms: dict[str, Any] = {"dataset": "lost_property", "columns": ("item",), "reason": "便民招领,全区共享", **changes}
    with pytest.raises(Invalid):
        actions.set_open_share(region.zhao, **terms)
    with pytest.raises(Refused):
        actions.set_open_share(region.qian, **terms)
    with pytest.raises(Conflict):
        actions.end_open_share(region.zhao, dataset="lost_property", reason="停止开放")
    assert OpenShare.objects.count() == 0 and LOST.grade == "internal"


# --- matters -----------------------------------------------------------------------------------------------------


def test_matters_belong_to_their_unit(region: House) -> None:
    with pytest.raises(Refused):
        actions.register_matter(region.li, ref="A-5", kind="case", title=Words("案", "case"), unit_code="150103001")
    with pytest.raises(Refused):
        actions.close_matter(region.li, ref=CASE)
    assert actions.register_matter(region.wang, ref="A-5", kind="case", title=Words("案", "case"), unit_code="150103001").ref == "A-5"
    with pytest.raises(Conflict):
        actions.register_matter(SYSTEM, ref="A-5", kind="incident", title=Words("案", "case"), unit_code="150103001")
    actions.close_matter(region.wang, ref="A-5")
    with pytest.raises(Conflict):
        actions.close_matter(region.wang, ref="A-5")
    with pytest.raises(NotFound):
        actions.close_matter(region.wang, ref="NEVER")


@pytest.mark.parametrize(
    "changes",
    [{"ref": ""}, {"ref": "x" * 61}, {"ref": "a\nb"}, {"ref": " a"}, {"kind": "gossip"}, {"title": Words("", "")}, {"unit_code": "999"}],
)
def test_bad_matters_are_refused(region: House, changes: dict[str, Any]) -> None:
    terms: dict[str, Any] = {"ref": "A-6", "kind": "case", "title": Words("案", "case"), "unit_code": "150103001", **changes}
    with pytest.raises(Problem):
        actions.register_matter(SYSTEM, **terms)
    assert Matter.objects.count() == 1


# --- the guard ---------------------------------------------------------------------------------------------------


def test_the_guard_explains_a_refusal_in_both_languages(region: House) -> None:
    with pytest.raises(Refused) as caught:
        guard.require(region.zhang, grants.ISSUE_GRANT)
    detail = caught.value.detail
    assert detail and "数据所有人" in detail.zh and "Data owner" in detail.en and caught.value.code == "access.not_permitted"


def test_an_undeclared_or_altered_permission_is_refused(region: House) -> None:
    forged = guard.Permission("access.issue_grant", grants.ISSUE_GRANT.words, frozenset({"officer"}))
    unknown = guard.Permission("access.anything", Words("x", "x"), frozenset({"officer"}))
    for wanted in (forged, unknown, "access.nothing"):
        assert not guard.allowed(region.zhang, wanted)


def test_nothing_is_allowed_before_the_policy_is_installed(region: House) -> None:
    guard.install(None)
    assert not guard.allowed(region.zhang, grants.SEE_OWN)
    with pytest.raises(Refused):
        queries.grants_for(region.zhang)
