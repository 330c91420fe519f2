"""Writes: who may, what is refused, what stays as it was, and a leaf for each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from beijiang.kernel import clock, guard, todo
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, Unauthenticated
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words
from beijiang.trust.access import actions, grants, queries
from beijiang.trust.access.models import Grant, Matter, OpenShare, Resource
from beijiang.trust.audit.models import Intake

from .make import CASE, LOST, QUESTION, STOLEN, SYSTEM, House, asking, grant, later, resource

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


@pytest.mark.django_db(transaction=True)
def test_of_two_revocations_at_once_one_stands() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from .make import house

    region = house()
    issued = grant(region)

    def revoke(number: int) -> str:
        try:
            actions.revoke_grant(region.zhao, grant_id=issued.id, reason=f"理由{number}")
        except Conflict as conflict:
            return conflict.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(revoke, range(4)))
    assert found == ["access.grant_over"] * 3 + ["done"]
    row = Grant.objects.get(id=issued.id)
    assert row.version == 2 and leaves("access.grant.revoked.v1") == 1 and len(todo.for_actor(region.zhang)) == 1


def test_a_unit_or_person_that_is_gone_gets_no_grant(region: House) -> None:
    from beijiang.trust.identity.models import Unit

    Unit.objects.filter(code="150103001").update(valid_until=clock.local(clock.now()).date() - timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        grant(region, holder_user=None, holder_unit="150103001")
    assert caught.value.extra["fields"][0]["field"] == "holder" and "撤销" in caught.value.extra["fields"][0]["message"].zh
    with pytest.raises(Problem):  # 张伟 served nowhere else
        grant(region)
    Unit.objects.filter(code="150103").update(valid_from=clock.local(clock.now()).date() + timedelta(days=1))
    with pytest.raises(Invalid):
        grant(region, holder_user=None, holder_unit="150103")
    assert Grant.objects.count() == 0


def test_a_dataset_whose_owner_is_gone_is_granted_by_nobody_else(region: House) -> None:
    actions.register_resource(SYSTEM, resource=resource(name="orphan", owner_unit="150000GONE"))
    with pytest.raises(Refused):
        grant(region, dataset="orphan")
    assert "150000GONE" in queries.decide(region.zhang, asking(dataset="orphan")).reasons[0].next.zh


def test_who_acts_for_an_owner_issues_nothing_to_their_own_unit(region: House) -> None:
    """代理: the actor then carries the owner's unit, but serves where they serve."""
    from dataclasses import replace

    acting = replace(region.zhao, user_id=region.wang.user_id, name="王强（代 赵敏）")
    for holder in ("150103", "150100"):
        with pytest.raises(Refused) as caught:
            grant(region, actor=acting, holder_user=None, holder_unit=holder)
        assert "perform.own_unit_grant" in caught.value.extra["policies"]
    with pytest.raises(Refused):
        grant(region, actor=acting, holder_user=region.wang.user_id)
    assert grant(region, actor=acting, holder_user=region.li.user_id).issued_by == "王强（代 赵敏）"


def test_a_closed_purpose_is_granted_no_more(region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.trust.access.actions import grants as module

    monkeypatch.setattr(module, "is_open", lambda found: False)
    with pytest.raises(Invalid) as caught:
        grant(region)
    assert caught.value.extra["fields"][0]["field"] == "purpose"


# --- news for holders --------------------------------------------------------------------------------------------


def test_holders_hear_twice_that_a_grant_ends_and_no_more(region: House) -> None:
    issued = grant(region)
    assert actions.remind_holders() == 0 and todo.for_actor(region.zhang) == []
    with later(days=23, hours=1):
        assert [g.id for g in queries.expiring()] == [issued.id]
        assert actions.remind_holders() == 1 and actions.remind_holders() == 0
        (item,) = todo.for_actor(region.zhang)
        assert not item.loud and "被盗物品" in item.title.zh and item.due_at == issued.end and item.url == "/access/mine/"
    with later(days=29, hours=1):
        assert actions.remind_holders() == 1 and actions.remind_holders() == 0
        (item,) = todo.for_actor(region.zhang)
        assert item.loud
    with later(days=30):
        assert actions.remind_holders() == 0 and todo.for_actor(region.zhang) == [] and queries.expiring() == ()


def test_news_goes_away_when_the_grant_is_renewed_and_comes_back_if_that_fails(region: House) -> None:
    grant(region)
    with later(days=25):
        actions.remind_holders()
        renewed = grant(region)
        assert actions.remind_holders() == 0 and todo.for_actor(region.zhang) == [] and queries.expiring() == ()
        grant(region, matter=other_case(), days=60)  # another matter renews nothing
        actions.revoke_grant(region.zhao, grant_id=renewed.id, reason="不再需要")
        assert actions.remind_holders() == 1
        assert {i.title.zh[:4] for i in todo.for_actor(region.zhang)} == {"对被盗物"} and len(todo.for_actor(region.zhang)) == 2


def other_case() -> str:
    return actions.register_matter(SYSTEM, ref="A-77", kind="case", title=Words("案", "case"), unit_code="150103001").ref


def test_short_grants_and_break_glass_give_no_early_news(region: House) -> None:
    smash(region)
    grant(region, days=5)
    grant(region, days=1, matter=other_case())
    before = len(todo.for_actor(region.zhang))
    assert actions.remind_holders() == 0 and len(todo.for_actor(region.zhang)) == before
    with later(days=4, hours=1):
        assert actions.remind_holders() == 1  # a day before the end of the five


def test_a_unit_s_grant_is_told_to_its_chief(region: House) -> None:
    grant(region, holder_user=None, holder_unit="150103")
    with later(days=24):
        assert actions.remind_holders() == 1
        assert todo.for_actor(region.zhang) == [] and len(todo.for_actor(region.wang)) == 1


def test_a_revocation_is_told_to_the_holder_and_takes_other_news_away(region: House) -> None:
    issued = grant(region)
    with later(days=25):
        actions.remind_holders()
        actions.revoke_grant(region.zhao, grant_id=issued.id, reason="案件移送")
        (news,) = todo.for_actor(region.zhang)
        assert "赵敏" in news.title.zh and "案件移送" in news.title.zh and "revoked" in news.title.en
    with later(days=31):
        actions.remind_holders()
        assert len(todo.for_actor(region.zhang)) == 1
    with later(days=33):
        actions.remind_holders()
        assert todo.for_actor(region.zhang) == []


def test_giving_back_is_no_news_to_who_does_it(region: House) -> None:
    issued = grant(region)
    with later(days=25):
        actions.remind_holders()
        actions.return_grant(region.zhang, grant_id=issued.id, reason="案件办结")
        assert todo.for_actor(region.zhang) == []


def test_the_job_is_registered(region: House) -> None:
    from procrastinate.contrib.django import app

    app.tasks["access.remind_holders"](timestamp=0)


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
    for watcher in (region.he, region.zhao, region.chen):
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
    assert not queries.decide(region.zhang, QUESTION).permit
    assert todo.for_actor(region.he) == todo.for_actor(region.chen) == todo.for_actor(region.zhao) == []
    (news,) = todo.for_actor(region.zhang)
    assert "何岚" in news.title.zh and "没有紧急情形" in news.title.zh
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


def test_the_owner_limits_a_dataset_to_purposes_and_nobody_else(region: House) -> None:
    grant(region)
    for stranger in (region.qian, region.zhang, region.chen):
        with pytest.raises(Refused):
            actions.set_allowed_purposes(stranger, dataset="stolen_property", purposes=(), reason="放开目的")
    for purposes, reason in ((("curiosity",), "限定目的"), (("lost_found",), "限定目的"), (("property_return",), " ")):
        with pytest.raises(Invalid):
            actions.set_allowed_purposes(region.zhao, dataset="stolen_property", purposes=purposes, reason=reason)
    assert queries.decide(region.zhang, QUESTION).permit
    for _ in range(2):
        info = actions.set_allowed_purposes(region.zhao, dataset="stolen_property", purposes=("property_return",), reason="限定目的")
    assert info.version == 2 and leaves("access.purposes.set.v1") == 1
    assert queries.allowed_purposes(names=("stolen_property", "lost_property")) == {"stolen_property": ("property_return",)}
    decision = queries.decide(region.zhang, QUESTION)
    assert not decision.permit and "access.purpose_unfit" in {r.code for r in decision.reasons}
    with pytest.raises(NotFound):
        actions.set_allowed_purposes(region.zhao, dataset="nowhere", purposes=(), reason="限定目的")


def test_widening_purposes_by_another_registration_is_the_owner_s_alone(region: House) -> None:
    for wider in ((), ("case_investigation", "property_return", "supervision_audit")):
        with pytest.raises(Refused):
            actions.register_resource(region.qian, resource=resource(allowed_purposes=wider))
    assert actions.register_resource(region.zhao, resource=resource(allowed_purposes=())).version == 2


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
