"""Applying and deciding in the database: who may, who was first, what overtakes an application, and that nothing is lost."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from beijiang.kernel import clock, todo
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from beijiang.kernel.models import Number
from beijiang.trust.access import actions as access_actions
from beijiang.trust.access import queries as access
from beijiang.trust.access.models import Grant, Resource
from beijiang.trust.access.types import Question
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.trust.identity.models import Unit
from beijiang.work.permissions import actions, handlers, jobs, queries
from beijiang.work.permissions.models import Application, Item, Step, Waiting
from beijiang.work.permissions.types import Terms

from .make import CASE, STOLEN_TERMS, SYSTEM, VEHICLE_TERMS, applied, both, decide, draft, granted, later, passed, returned

if TYPE_CHECKING:
    from beijiang.work.permissions.types import ApplicationInfo

    from .make import Town

pytestmark = pytest.mark.django_db


def kinds(found: ApplicationInfo) -> list[str]:
    return list(Step.objects.filter(application_id=found.id).order_by("at", "id").values_list("kind", flat=True))


def leaves(kind: str) -> list[dict[str, Any]]:
    rows = Intake.objects.filter(type=f"permissions.application.{kind}.v1").order_by("time")
    return [json.loads(r.event) for r in rows]


def todos(region: Town, who: str) -> list[str]:
    return [t.key for t in todo.for_actor(region.a(who)) if t.key.startswith("permissions:")]


def state(found: ApplicationInfo) -> str:
    return Application.objects.get(id=found.id).state


def untouched(found: ApplicationInfo, before: str) -> None:
    assert state(found) == before
    assert not Grant.objects.exists()


def code(problem: Any) -> str:
    error = problem.value
    assert isinstance(error, Problem)
    assert error.title.zh and error.title.en
    assert error.detail is not None and error.detail.zh and error.detail.en
    return error.code


# --- the way through -----------------------------------------------------------------------------------------------


def test_an_application_goes_to_the_chief_then_the_owner_then_is_a_grant(region: Town) -> None:
    sent = applied(region)
    assert (sent.state, sent.number, sent.own) == ("chief", f"SQ-150103-{clock.local(clock.now()).year}-00001", True)
    assert {w.zh for w in sent.waits_for} == {"李敏", "何刚"}
    assert todos(region, "limin") and todos(region, "hegang") and not todos(region, "zhao")
    on = decide(region, "limin", sent)
    assert on.state == "owners" and {w.zh for w in on.waits_for} == {"赵敏", "冯雷"}
    assert todos(region, "zhao") and not todos(region, "limin") and not todos(region, "hegang")
    done = decide(region, "zhao", on)
    assert done.state == "granted" and done.waits_for == () and not todos(region, "zhao")
    grant = Grant.objects.get()
    assert (grant.origin, grant.holder_user, grant.bundle) == ("applied", region.ids["zhang"], sent.id)
    assert (grant.issued_by_name, grant.approved_by_name, grant.approved_by) == ("赵敏", "赵敏", region.ids["zhao"])
    assert set(grant.columns) == set(STOLEN_TERMS.columns) and grant.areas == ["150103"]
    assert abs(grant.end - clock.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert kinds(done) == ["sent", "passed", "approved", "granted"]
    assert [len(leaves(k)) for k in ("sent", "passed", "approved")] == [1, 1, 1]
    approved = leaves("approved")[0]
    assert approved["event"]["granted"] is True and approved["event"]["grant_ids"] == [str(grant.id)]
    assert approved["actor"]["name"] == "赵敏" and approved["event"]["place"] == "150000XZ"
    assert [t.key for t in todo.for_actor(region.a("zhang"))] == [f"permissions:news:{region.ids['zhang']}:{sent.id}"]
    decision = access.decide(region.a("zhang"), Question("stolen_property", "case_investigation", CASE))
    assert decision.permit and {c.name for c in decision.columns} == set(STOLEN_TERMS.columns)


def test_chief_and_owner_narrow_and_shorten_and_it_is_written_down(region: Town) -> None:
    sent = applied(region, terms={"stolen_property": replace(STOLEN_TERMS, areas=("150100",))})
    on = decide(region, "limin", sent, terms={"stolen_property": Terms(("item", "county", "owner_id"), ("150103",), 20)})
    done = decide(region, "zhao", on, terms={"stolen_property": Terms(("item", "county"), ("150103",), 10)}, note="身份证号与串并无关")
    grant = Grant.objects.get()
    assert (sorted(grant.columns), grant.areas) == (["county", "item"], ["150103"])
    assert (grant.end - grant.start).days == 10
    item = done.items[0]
    assert item.passed is not None and item.granted is not None
    assert (item.asked.days, item.passed.days, item.granted.days) == (30, 20, 10)
    steps = {s.kind: s for s in done.steps}
    assert [w.zh for w in steps["passed"].changes] == ["去掉列：被盗日期", "区域由呼和浩特市改为呼和浩特市回民区", "期限由 30 天改为 20 天"]
    assert steps["approved"].note == "身份证号与串并无关"
    assert leaves("passed")[0]["event"]["narrowed"] is True


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(("item", "unit"), ("150103",), 5), "columns"),
        (Terms((), ("150103",), 5), "columns"),
        (Terms(("item",), ("150100",), 5), "areas"),
        (Terms(("item",), (), 5), "areas"),
        (Terms(("item",), ("150103",), 31), "days"),
        (Terms(("item",), ("150103",), 0), "days"),
    ],
)
@pytest.mark.parametrize("who", ["limin", "zhao"])
def test_nobody_widens(region: Town, who: str, terms: Terms, field: str) -> None:
    found = applied(region) if who == "limin" else passed(region)
    with pytest.raises(Invalid) as caught:
        decide(region, who, found, terms={"stolen_property": terms})
    assert caught.value.extra["fields"][0]["field"] == field
    untouched(found, found.state)


def test_several_datasets_are_granted_together_in_one_bundle(region: Town) -> None:
    on = passed(region, draft=both())
    assert set(todos(region, "zhao")) and set(todos(region, "qian"))
    half = decide(region, "zhao", on)
    assert half.state == "owners" and not Grant.objects.exists(), "none before all"
    assert not todos(region, "zhao") and todos(region, "qian")
    assert half.mine == () and half.items[0].approved_by == "赵敏"
    with pytest.raises(Conflict) as caught:
        decide(region, "feng", half)
    assert code(caught) == "permissions.decided_already" and caught.value.extra["decided_by"] == "赵敏"
    done = decide(region, "qian", half, terms={"vehicles": replace(VEHICLE_TERMS, days=5)})
    assert done.state == "granted"
    grants = {g.dataset: g for g in Grant.objects.all()}
    assert {g.bundle for g in grants.values()} == {on.id}
    assert grants["vehicles"].issued_by_name == "钱军" and (grants["vehicles"].end - grants["vehicles"].start).days == 5
    stolen = grants["stolen_property"]
    assert (stolen.issued_by, stolen.approved_by, stolen.approved_by_name) == (None, region.ids["zhao"], "赵敏")
    asked = tuple(Question(name, "case_investigation", CASE) for name in grants)
    assert all(d.permit for d in access.decide_all(region.a("zhang"), asked)), "a join of both is permitted"


def test_an_owner_who_refuses_one_refuses_the_whole(region: Town) -> None:
    on = decide(region, "zhao", passed(region, draft=both()))
    done = decide(region, "qian", on, "refuse", note="与本案无关")
    assert done.state == "refused" and not Grant.objects.exists()
    assert done.steps[-1].note == "与本案无关" and leaves("refused")[0]["event"]["stage"] == "owners"
    assert "未获批准" in next(t.title.zh for t in todo.for_actor(region.a("zhang")))


@pytest.mark.parametrize("verdict", ["refuse", "return"])
@pytest.mark.parametrize("note", ["", "  ", "否", "x" * 501])
def test_refusing_and_asking_back_need_words(region: Town, verdict: str, note: str) -> None:
    found = applied(region)
    with pytest.raises(Invalid) as caught:
        decide(region, "limin", found, verdict, note=note)
    assert caught.value.extra["fields"][0]["field"] == "note"
    untouched(found, "chief")


def test_no_other_verdict_is_taken(region: Town) -> None:
    found = applied(region)
    with pytest.raises(Invalid):
        decide(region, "limin", found, "delete", note="请说明一下")
    with pytest.raises(Invalid):
        decide(region, "limin", found, terms={"stolen_property": STOLEN_TERMS, "licences": STOLEN_TERMS})
    untouched(found, "chief")


# --- asked back ------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_and_the_application_sent_again(region: Town) -> None:
    back = returned(region)
    assert back.state == "back" and back.question == "请说明与本案的关系"
    assert any(k.endswith(":back") for k in todos(region, "zhang")) and not todos(region, "limin")
    again = actions.amend(
        region.a("zhang"),
        application_id=back.id,
        draft=draft(terms={"stolen_property": replace(STOLEN_TERMS, days=10)}),
        answer="同一时段同一手法，需要比对",
        seen=back.edition,
    )
    assert (again.state, again.edition) == ("chief", 2)
    assert again.steps[-1].note == "同一时段同一手法，需要比对" and "10 天" in again.steps[-1].changes[0].zh
    assert not todos(region, "zhang") and todos(region, "limin")
    assert leaves("sent")[1]["event"]["edition"] == 2
    assert decide(region, "limin", again).state == "owners"


def test_an_owners_question_comes_back_to_the_owner_if_nothing_grew(region: Town) -> None:
    back = decide(region, "zhao", passed(region), "return")
    again = actions.amend(region.a("zhang"), application_id=back.id, draft=draft(), answer="因为系列案件", seen=1)
    assert again.state == "owners" and again.items[0].passed == STOLEN_TERMS
    assert decide(region, "feng", again).state == "granted"


def test_an_answer_that_asks_for_more_goes_to_the_chief_again(region: Town) -> None:
    back = decide(region, "zhao", passed(region), "return")
    wider = draft(terms={"stolen_property": replace(STOLEN_TERMS, days=60)})
    again = actions.amend(region.a("zhang"), application_id=back.id, draft=wider, answer="案情复杂需要更久", seen=1)
    assert again.state == "chief" and again.items[0].passed is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer": " "}, "answer"),
        ({"answer": "是"}, "answer"),
        ({"draft": both()}, "dataset"),
        ({"draft": draft(reason="短")}, "reason"),
        ({"draft": draft(terms={"stolen_property": Terms(("nation",), ("150103",), 5)})}, "columns"),
    ],
)
def test_an_answer_that_cannot_stand_changes_nothing(region: Town, change: dict[str, Any], field: str) -> None:
    back = returned(region)
    with pytest.raises(Invalid) as caught:
        actions.amend(region.a("zhang"), application_id=back.id, seen=1, **({"draft": draft(), "answer": "请看理由一栏"} | change))
    assert caught.value.extra["fields"][0]["field"] == field
    untouched(back, "back")
    assert Application.objects.get(id=back.id).edition == 1


def test_only_the_applicant_answers_and_only_what_is_back(region: Town) -> None:
    sent = applied(region)
    with pytest.raises(Conflict):
        actions.amend(region.a("zhang"), application_id=sent.id, draft=draft(), answer="补充说明", seen=1)
    with pytest.raises(NotFound):
        actions.amend(region.a("li"), application_id=sent.id, draft=draft(), answer="补充说明", seen=1)
    back = decide(region, "limin", sent, "return")
    with pytest.raises(Conflict):
        actions.amend(region.a("zhang"), application_id=back.id, draft=draft(), answer="补充说明", seen=7)


# --- what may not be applied for -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": "no_such"}, "purpose"),
        ({"purpose": "lost_found"}, "purpose"),
        ({"matter": ""}, "matter"),
        ({"matter": "A0"}, "matter"),
        ({"reason": "要用"}, "reason"),
        ({"terms": {}}, "dataset"),
        ({"terms": {"nothing": STOLEN_TERMS}}, "dataset"),
        ({"terms": {"stolen_property": replace(STOLEN_TERMS, columns=("item", "nation"))}}, "columns"),
        ({"terms": {"stolen_property": replace(STOLEN_TERMS, columns=())}}, "columns"),
        ({"terms": {"stolen_property": replace(STOLEN_TERMS, areas=("999999",))}}, "areas"),
        ({"terms": {"stolen_property": replace(STOLEN_TERMS, days=181)}}, "days"),
    ],
)
def test_applications_that_cannot_be_sent_leave_nothing(region: Town, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        applied(region, **change)
    assert field in [f["field"] for f in caught.value.extra["fields"]]
    assert code(caught) == "permissions.application_invalid"
    assert not Application.objects.exists() and not leaves("sent")
    assert not Number.objects.filter(series="permissions.application").exists(), "no number is lost"


def test_others_matters_are_not_named(region: Town) -> None:
    with pytest.raises(Invalid) as caught:
        actions.apply(region.a("li"), draft=draft())
    assert caught.value.extra["fields"][0]["field"] == "matter"


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_who_never_sees_data_cannot_apply(region: Town, who: str) -> None:
    with pytest.raises(Refused):
        actions.apply(region.a(who), draft=draft())
    with pytest.raises(Refused):
        actions.apply(SYSTEM, draft=draft())
    assert not Application.objects.exists()


def test_an_officer_who_is_auditor_too_cannot_apply(region: Town) -> None:
    actor = replace(region.a("zhang"), duties=frozenset({"officer", "auditor"}))
    with pytest.raises(Refused) as caught:
        actions.apply(actor, draft=draft())
    assert code(caught) == "permissions.separation"


def test_the_same_is_not_applied_for_twice_while_it_waits(region: Town) -> None:
    first = applied(region)
    with pytest.raises(Conflict) as caught:
        applied(region)
    assert code(caught) == "permissions.already_open" and caught.value.extra["number"] == first.number
    decide(region, "limin", first, "refuse")
    second = applied(region)
    assert second.number.endswith("-00002"), "no gap, no repetition"


def test_repeated_columns_and_spaces_are_tidied(region: Town) -> None:
    sent = applied(region, matter=f" {CASE} ", terms={"stolen_property": replace(STOLEN_TERMS, columns=("item", "item", "county"))})
    assert sent.items[0].asked.columns == ("item", "county") and sent.matter == CASE


# --- who decides ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["zhang", "wu", "zhao", "bai", "wang", "admin", "chen"])
def test_only_the_chief_of_the_applicants_unit_decides_first(region: Town, who: str) -> None:
    found = applied(region)
    with pytest.raises((Refused, NotFound)):
        decide(region, who, found)
    untouched(found, "chief")


@pytest.mark.parametrize("who", ["zhang", "limin", "hegang", "qian", "bai", "wang", "admin"])
def test_only_the_owner_decides_second(region: Town, who: str) -> None:
    found = passed(region)
    with pytest.raises((Refused, NotFound)):
        decide(region, who, found)
    untouched(found, "owners")


def test_a_chief_who_applies_is_decided_on_one_unit_up(region: Town) -> None:
    sent = actions.apply(region.a("limin"), draft=draft())
    assert {w.zh for w in sent.waits_for} == {"何刚"}, "a colleague of the same duty is there"
    with pytest.raises(Refused) as caught:
        decide(region, "limin", sent)
    assert code(caught) == "permissions.own_application"
    identity.deactivate(SYSTEM, user_id=region.ids["hegang"])
    actions.sweep(SYSTEM)
    seen = queries.application(region.a("limin"), application_id=sent.id)
    assert [w.zh for w in seen.waits_for] == ["王强（回民区分局代行）"] and todos(region, "wang")
    on = decide(region, "wang", seen)
    assert on.steps[-1].actor == "王强（回民区分局代行）"
    assert leaves("passed")[0]["event"]["place"] == "150103001"


def test_an_owner_who_applies_does_not_decide_on_their_own(region: Town) -> None:
    access_actions.register_matter(
        SYSTEM, ref="A2", kind="case", title=access.matter(CASE).title, unit_code="150000XZ", participants=[region.ids["zhao"]]
    )
    boss = identity.create_user(SYSTEM, username="lv.bu", name="吕布", unit_code="150000XZ", duties=("chief",))
    sent = actions.apply(region.a("zhao"), draft=draft(matter="A2"))
    region.ids["boss"] = boss
    on = decide(region, "boss", sent)
    with pytest.raises(Refused) as caught:
        decide(region, "zhao", on)
    assert code(caught) == "permissions.own_application"
    assert decide(region, "feng", on).state == "granted"


def both_duties(region: Town) -> ApplicationInfo:
    """白洁 of 刑侦 applies; 赵敏 is chief and owner of that unit."""
    identity.assign_post(SYSTEM, user_id=region.ids["zhao"], unit_code="150000XZ", duties=("chief",))
    access_actions.register_matter(
        SYSTEM, ref="A3", kind="case", title=access.matter(CASE).title, unit_code="150000XZ", participants=[region.ids["bai"]]
    )
    return decide(region, "zhao", actions.apply(region.a("bai"), draft=draft(matter="A3")))


def test_who_decided_as_chief_does_not_decide_as_owner(region: Town) -> None:
    on = both_duties(region)
    assert [w.zh for w in on.waits_for] == ["冯雷"]
    with pytest.raises(Refused) as caught:
        decide(region, "zhao", on)
    assert code(caught) == "permissions.not_yours"
    untouched(on, "owners")


def test_unless_nobody_else_exists_then_it_goes_up_first(region: Town) -> None:
    on = both_duties(region)
    identity.deactivate(SYSTEM, user_id=region.ids["feng"])
    top = identity.create_user(SYSTEM, username="tie.mu", name="铁木", unit_code="150000", duties=("owner",))
    seen = queries.application(region.a("zhao"), application_id=on.id)
    assert [w.zh for w in seen.waits_for] == ["铁木（内蒙古自治区公安厅代行）"]
    region.ids["top"] = top
    identity.deactivate(SYSTEM, user_id=top)
    alone = queries.application(region.a("zhao"), application_id=on.id)
    assert [w.zh for w in alone.waits_for] == ["赵敏"]
    assert decide(region, "zhao", alone).state == "granted"


def test_an_owner_above_decides_for_a_vacant_place_and_the_grant_stands(region: Town) -> None:
    on = passed(region)
    for name in ("zhao", "feng"):
        identity.deactivate(SYSTEM, user_id=region.ids[name])
    region.ids["top"] = identity.create_user(SYSTEM, username="tie.mu", name="铁木", unit_code="150000", duties=("owner",))
    actions.sweep(SYSTEM)
    assert todos(region, "top")
    done = decide(region, "top", on)
    assert done.state == "granted"
    assert Grant.objects.get().issued_by_name == "铁木（内蒙古自治区公安厅代行）"


def test_nobody_at_all_is_told_to_administrators_and_on_the_page(region: Town) -> None:
    for name in ("limin", "hegang", "wang", "zhou"):
        identity.deactivate(SYSTEM, user_id=region.ids[name])
    sent = applied(region)
    assert sent.waits_for == () and sent.nobody is not None and "通道街派出所" in sent.nobody.zh
    lost = [t for t in todo.for_actor(region.a("admin")) if t.key.endswith("lost:administrator")]
    assert lost and lost[0].loud
    identity.activate(SYSTEM, user_id=region.ids["zhou"])
    actions.sweep(SYSTEM)
    assert not [t for t in todo.for_actor(region.a("admin")) if ":lost:" in t.key]
    assert todos(region, "zhou")
    assert decide(region, "zhou", sent).state == "owners"


# --- substitutes ---------------------------------------------------------------------------------------------------


def stand_in(region: Town, holder: str, substitute: str, post: int = 0) -> None:
    now = clock.now()
    held = people.posts_of(region.ids[holder])[post].id
    identity.appoint_substitute(
        region.a(holder), post_id=held, substitute=region.ids[substitute], starts_at=now, ends_at=now + timedelta(days=5), reason="休假"
    )


def test_a_substitute_decides_with_both_names(region: Town) -> None:
    sent = applied(region)
    stand_in(region, "limin", "wang")
    assert not todos(region, "wang")
    handlers.substitute_appointed({"data": {}})
    assert todos(region, "wang") and sent.id in [a.id for a in queries.queue(region.a("wang"))]
    on = decide(region, "wang", sent)
    step = on.steps[-1]
    assert step.actor == "王强（代 李敏）" and step.unit.zh == "通道街派出所"
    leaf = leaves("passed")[0]
    assert leaf["actor"]["name"] == "王强（代 李敏）" and leaf["actor"]["id"] == str(region.ids["wang"])
    assert leaf["event"]["acted_for"] == str(region.ids["limin"])


def test_an_owners_substitute_grants_in_the_owners_place(region: Town) -> None:
    stand_in(region, "zhao", "bai")
    done = decide(region, "bai", passed(region))
    assert done.state == "granted"
    grant = Grant.objects.get()
    assert (grant.issued_by_name, grant.approved_by) == ("白洁（代 赵敏）", region.ids["bai"])
    assert region.a("bai").duties == {"officer"}
    with pytest.raises(Refused):
        access_actions.revoke_grant(region.a("bai"), grant_id=grant.id, reason="代理不带来这一职责")


def test_a_substitute_never_decides_on_their_own_application(region: Town) -> None:
    stand_in(region, "limin", "zhang")
    sent = applied(region)
    assert {w.zh for w in sent.waits_for} == {"李敏", "何刚"}
    with pytest.raises(Refused) as caught:
        decide(region, "zhang", sent)
    assert code(caught) == "permissions.own_application"
    untouched(sent, "chief")


def test_nobody_decides_for_an_applicant_who_is_away(region: Town) -> None:
    stand_in(region, "limin", "wang")
    sent = actions.apply(region.a("limin"), draft=draft())
    assert [w.zh for w in sent.waits_for] == ["何刚"], "王强 does not stand in for the applicant"
    with pytest.raises((Refused, NotFound)):
        decide(region, "wang", sent)


def test_a_substitution_that_ended_ends_the_queue(region: Town) -> None:
    sent = applied(region)
    stand_in(region, "limin", "wang")
    actions.sweep(SYSTEM)
    row = people.substitutions_of(region.a("limin"))[0]
    identity.end_substitution(region.a("limin"), substitution_id=row.id)
    with pytest.raises(Refused):
        decide(region, "wang", sent)
    handlers.substitute_ended({"data": {}})
    assert not todos(region, "wang") and not Waiting.objects.filter(user_id=region.ids["wang"]).exists()
    untouched(sent, "chief")


def test_who_acted_for_the_chief_does_not_decide_as_owner(region: Town) -> None:
    on = both_duties(region)
    decide(region, "feng", on, "refuse")
    stand_in(region, "zhao", "feng", post=1)
    sent = actions.apply(region.a("bai"), draft=draft(matter="A3"))
    second = decide(region, "feng", sent)  # 冯雷（代 赵敏） as chief
    assert second.steps[-1].actor == "冯雷（代 赵敏）"
    region.ids["top"] = identity.create_user(SYSTEM, username="tie.mu", name="铁木", unit_code="150000", duties=("owner",))
    seen = queries.application(region.a("zhao"), application_id=second.id)
    assert [w.zh for w in seen.waits_for] == ["铁木（内蒙古自治区公安厅代行）"], "neither who decided nor for whom"


# --- what happens meanwhile ----------------------------------------------------------------------------------------


def test_an_owner_who_left_while_approving_decides_nothing(region: Town) -> None:
    on, zhao = passed(region), region.a("zhao")
    identity.deactivate(SYSTEM, user_id=region.ids["zhao"])
    with pytest.raises((Refused, NotFound)):
        actions.decide(zhao, application_id=on.id, stage="owners", verdict="approve", seen=1)
    untouched(on, "owners")
    assert decide(region, "feng", on).state == "granted", "nothing was lost"


def test_an_owner_who_was_transferred_while_approving_decides_nothing(region: Town) -> None:
    on, zhao = passed(region), region.a("zhao")
    identity.end_post(SYSTEM, post_id=people.posts_of(region.ids["zhao"])[0].id)
    identity.assign_post(SYSTEM, user_id=region.ids["zhao"], unit_code="150000JJ", duties=("owner",))
    with pytest.raises((Refused, NotFound)):
        actions.decide(zhao, application_id=on.id, stage="owners", verdict="approve", seen=1)
    untouched(on, "owners")


def test_a_unit_abolished_while_approving_is_passed_over(region: Town) -> None:
    on, zhao = passed(region), region.a("zhao")
    region.ids["top"] = identity.create_user(SYSTEM, username="tie.mu", name="铁木", unit_code="150000", duties=("owner",))
    Unit.objects.filter(code="150000XZ").update(valid_until=date(2020, 1, 1))
    with pytest.raises(Refused):
        actions.decide(zhao, application_id=on.id, stage="owners", verdict="approve", seen=1)
    assert decide(region, "top", on).state == "granted"


def test_a_dataset_handed_over_waits_with_its_new_owner(region: Town) -> None:
    on = decide(region, "zhao", passed(region, draft=both()))
    Resource.objects.filter(name="stolen_property").update(owner_unit="150000JJ")
    seen = queries.application(region.a("qian"), application_id=on.id)
    assert set(seen.mine) == {"stolen_property", "vehicles"}, "the former owner's approval no longer holds"
    done = decide(region, "qian", seen)
    assert done.state == "granted"
    assert {g.approved_by_name for g in Grant.objects.all()} == {"钱军"}


def columns_without(dataset: str, *gone: str, sensitive: str = "") -> None:
    row = Resource.objects.get(name=dataset)
    row.columns = [c | {"sensitive": c["sensitive"] or c["name"] == sensitive} for c in row.columns if c["name"] not in gone]
    row.version += 1
    row.save()


@pytest.mark.parametrize(("gone", "sensitive"), [(("owner_id",), ""), ((), "owner_id")])
@pytest.mark.parametrize("who", ["limin", "zhao"])
def test_a_column_that_went_meanwhile_is_told_and_can_be_left_out(region: Town, who: str, gone: tuple[str, ...], sensitive: str) -> None:
    found = applied(region) if who == "limin" else passed(region)
    columns_without("stolen_property", *gone, sensitive=sensitive)
    with pytest.raises(Conflict) as caught:
        decide(region, who, found)
    assert code(caught) == "permissions.columns_changed" and caught.value.extra["columns"] == ["owner_id"]
    untouched(found, found.state)
    rest = replace(STOLEN_TERMS, columns=("item", "county", "stolen_on"))
    assert decide(region, who, found, terms={"stolen_property": rest}).state in ("owners", "granted")


def test_an_approval_whose_columns_went_before_the_last_one_is_given_again(region: Town) -> None:
    on = decide(region, "zhao", passed(region, draft=both()))
    columns_without("stolen_property", "owner_id")
    last = decide(region, "qian", on)
    assert last.state == "owners" and not Grant.objects.exists()
    seen = queries.application(region.a("zhao"), application_id=on.id)
    assert seen.mine == ("stolen_property",) and todos(region, "zhao")
    rest = replace(STOLEN_TERMS, columns=("item", "county", "stolen_on"))
    assert decide(region, "zhao", seen, terms={"stolen_property": rest}).state == "granted"
    assert Grant.objects.count() == 2


def overtaken_by(region: Town, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "matter_closed":
        access_actions.close_matter(SYSTEM, ref=CASE)
    elif what == "matter_left":
        access_actions.register_matter(
            SYSTEM, ref=CASE, kind="case", title=access.matter(CASE).title, unit_code="150103001", participants=[region.ids["li"]]
        )
    elif what == "purpose_closed":
        find = access.find_purpose
        monkeypatch.setattr(access, "find_purpose", lambda code: (known := find(code)) and replace(known, closed_on="2020-01-01"))
    elif what == "applicant_gone":
        identity.deactivate(SYSTEM, user_id=region.ids["zhang"])
    elif what == "applicant_moved":
        identity.assign_post(SYSTEM, user_id=region.ids["zhang"], unit_code="150702001", duties=("officer",), primary=True)
    elif what == "dataset_unfit":
        Resource.objects.filter(name="stolen_property").update(allowed_purposes=["property_return"], version=9)
    elif what == "dataset_gone":
        Resource.objects.filter(name="vehicles").delete()


@pytest.mark.parametrize(
    "what", ["matter_closed", "matter_left", "purpose_closed", "applicant_gone", "applicant_moved", "dataset_unfit", "dataset_gone"]
)
@pytest.mark.parametrize("who", ["limin", "zhao"])
def test_what_overtakes_an_application_ends_it_with_a_clear_word(
    region: Town, who: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = applied(region, draft=both()) if who == "limin" else passed(region, draft=both())
    overtaken_by(region, what, monkeypatch)
    with pytest.raises(Conflict) as caught:
        decide(region, who, found)
    assert code(caught) == "permissions.overtaken"
    untouched(found, "lapsed")
    assert leaves("lapsed")[0]["event"]["code"] == what
    assert kinds(found)[-1] == "lapsed"
    assert not [k for name in ("limin", "hegang", "zhao", "feng", "qian") for k in todos(region, name)]
    if what not in ("applicant_gone",):
        assert "已失效" in next(t.title.zh for t in todo.for_actor(region.a("zhang")))
    with pytest.raises(Conflict):
        decide(region, who, found)


@pytest.mark.parametrize("what", ["matter_closed", "purpose_closed", "applicant_gone"])
def test_the_sweep_ends_what_was_overtaken(region: Town, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = passed(region)
    overtaken_by(region, what, monkeypatch)
    assert actions.sweep(SYSTEM) == 1
    assert actions.sweep(SYSTEM) == 0
    untouched(found, "lapsed")


@pytest.mark.parametrize(("days", "ends"), [(13, False), (14, True)])
def test_nobody_decided_for_fourteen_days(region: Town, days: int, ends: bool) -> None:
    found = applied(region)
    with later(days=days):
        assert (actions.sweep(SYSTEM) == 1) is ends
        assert state(found) == ("lapsed" if ends else "chief")
    if ends:
        assert leaves("lapsed")[0]["event"]["code"] == "undecided"


def test_each_stage_has_its_own_fourteen_days(region: Town) -> None:
    found = applied(region)
    with later(days=13):
        on = decide(region, "limin", found)
    with later(days=20):
        assert actions.sweep(SYSTEM) == 0
        assert decide(region, "zhao", on).state == "granted"


def test_an_unanswered_question_lapses(region: Town) -> None:
    back = returned(region)
    with later(days=14):
        with pytest.raises(Conflict) as caught:
            actions.amend(region.a("zhang"), application_id=back.id, draft=draft(), answer="补充说明", seen=1)
        assert code(caught) == "permissions.overtaken"
        assert actions.sweep(SYSTEM) == 1
    assert leaves("lapsed")[0]["event"]["code"] == "unanswered"


def test_deciding_after_the_time_ends_it_though_no_sweep_came(region: Town) -> None:
    found = applied(region)
    with later(days=14, seconds=1):
        with pytest.raises(Conflict) as caught:
            decide(region, "limin", found)
        assert code(caught) == "permissions.overtaken"
    untouched(found, "lapsed")


def test_a_clock_set_back_harms_nothing(region: Town) -> None:
    with later(hours=2):
        found = applied(region)
    assert not queries.application(region.a("zhang"), application_id=found.id).overdue
    assert actions.sweep(SYSTEM) == 0
    on = decide(region, "limin", found)
    assert decide(region, "zhao", on).state == "granted"


# --- two at once, twice the same -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stage", ["chief", "owners"])
def test_two_approvers_at_once_exactly_one_wins(region: Town, stage: str) -> None:
    found = applied(region) if stage == "chief" else passed(region)
    pair = ("limin", "hegang") if stage == "chief" else ("zhao", "feng")
    gate, outcomes = threading.Barrier(2), {}

    def run(who: str, verdict: str) -> None:
        try:
            gate.wait(10)
            decide(region, who, found, verdict)
            outcomes[who] = "won"
        except Conflict as problem:
            outcomes[who] = f"{problem.code} {problem.extra['decided_by']}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=args) for args in zip(pair, ("approve", "refuse"), strict=True)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    names = {"limin": "李敏", "hegang": "何刚", "zhao": "赵敏", "feng": "冯雷"}
    winner = next(who for who, said in outcomes.items() if said == "won")
    loser = next(who for who in pair if who != winner)
    assert outcomes[loser] == f"permissions.decided_already {names[winner]}"
    assert Grant.objects.count() == (1 if (stage, winner) == ("owners", "zhao") else 0)
    assert sum(k in ("passed", "approved", "refused") for k in kinds(found)) == (1 if stage == "chief" else 2)


@pytest.mark.django_db(transaction=True)
def test_two_owners_of_two_datasets_at_once_both_count_and_the_grants_come_once(region: Town) -> None:
    found = passed(region, draft=both())
    gate, outcomes = threading.Barrier(2), []

    def run(who: str) -> None:
        try:
            gate.wait(10)
            outcomes.append(decide(region, who, found).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(who,)) for who in ("zhao", "qian")]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert sorted(outcomes) == ["granted", "owners"] and Grant.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twice_at_once_is_one_application(region: Town) -> None:
    zhang, gate, numbers = region.a("zhang"), threading.Barrier(2), []

    def run() -> None:
        try:
            gate.wait(10)
            numbers.append(actions.apply(zhang, draft=draft(), request_key="k1").number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert len(numbers) == 2 and len(set(numbers)) == 1 and Application.objects.count() == 1
    assert Number.objects.get(series="permissions.application").last == 1


def test_a_key_makes_once_of_twice(region: Town) -> None:
    one = actions.apply(region.a("zhang"), draft=draft(), request_key="a")
    assert actions.apply(region.a("zhang"), draft=draft(), request_key="a").id == one.id
    with pytest.raises(Conflict) as caught:
        actions.apply(region.a("zhang"), draft=draft(reason="另一个理由，同样需要核对同类物品被盗的时间地点"), request_key="a")
    assert code(caught) == "permissions.key_reused"
    first = decide(region, "limin", one, request_key="d")
    again = decide(region, "limin", one, request_key="d")
    assert first.state == again.state == "owners" and len(leaves("passed")) == 1
    with pytest.raises(Conflict):
        decide(region, "limin", one, "refuse", request_key="d")
    back = decide(region, "zhao", first, "return", request_key="r")
    for _ in range(2):
        sent = actions.amend(region.a("zhang"), application_id=back.id, draft=draft(), answer="补充说明", seen=1, request_key="m")
        assert sent.edition == 2
    for _ in range(2):
        assert actions.withdraw(region.a("zhang"), application_id=one.id, request_key="w").state == "withdrawn"
    assert len(leaves("withdrawn")) == 1
    with pytest.raises(Invalid):
        actions.withdraw(region.a("zhang"), application_id=one.id, request_key="k" * 81)


def test_a_decision_on_an_older_edition_is_not_taken(region: Town) -> None:
    back = returned(region)
    again = actions.amend(region.a("zhang"), application_id=back.id, draft=draft(), answer="补充说明", seen=1)
    with pytest.raises(Conflict) as caught:
        decide(region, "limin", again, seen=1)
    assert code(caught) == "permissions.decided_already"
    untouched(again, "chief")


def test_when_the_last_step_fails_nothing_of_it_stays(region: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    on = decide(region, "zhao", passed(region, draft=both()))
    real, calls = access_actions.issue_grant, []

    def failing(*args: Any, **more: Any) -> Any:
        calls.append(more["dataset"])
        if len(calls) == 2:
            raise RuntimeError("the power went")
        return real(*args, **more)

    monkeypatch.setattr(access_actions, "issue_grant", failing)
    with pytest.raises(RuntimeError):
        decide(region, "qian", on)
    untouched(on, "owners")
    assert len(leaves("approved")) == 1 and Item.objects.get(dataset="vehicles").granted is None
    monkeypatch.undo()
    assert decide(region, "qian", on).state == "granted"


# --- taking back, forgetting ---------------------------------------------------------------------------------------


def test_withdrawing(region: Town) -> None:
    found = passed(region)
    with pytest.raises(NotFound):
        actions.withdraw(region.a("limin"), application_id=found.id)
    assert actions.withdraw(region.a("zhang"), application_id=found.id).state == "withdrawn"
    assert not todos(region, "zhao")
    with pytest.raises(Conflict) as caught:
        actions.withdraw(region.a("zhang"), application_id=found.id)
    assert code(caught) == "permissions.over"
    with pytest.raises(Conflict):
        decide(region, "zhao", found)
    untouched(found, "withdrawn")


def test_what_is_not_there_is_not_found(region: Town) -> None:
    for act in (
        lambda: actions.withdraw(region.a("zhang"), application_id=UUID(int=3)),
        lambda: actions.decide(region.a("limin"), application_id=UUID(int=3), stage="chief", verdict="approve", seen=1),
        lambda: actions.amend(region.a("zhang"), application_id=UUID(int=3), draft=draft(), answer="补充说明", seen=1),
    ):
        with pytest.raises(NotFound):
            act()
    assert actions.lapse(SYSTEM, application_id=uuid4()) is False


def test_only_the_system_sweeps(region: Town) -> None:
    found = applied(region)
    for act in (
        lambda: actions.sweep(region.a("admin")),
        lambda: actions.lapse(region.a("wang"), application_id=found.id),
        lambda: actions.forget_applications(region.a("admin")),
    ):
        with pytest.raises(Refused):
            act()


def test_old_applications_are_forgotten_and_their_leaves_stay(region: Town) -> None:
    done, waits = granted(region), applied(region)
    with later(days=3 * 365 - 1):
        assert actions.forget_applications(SYSTEM) == 0
    with later(days=3 * 365 + 1):
        assert actions.forget_applications(SYSTEM) == 1
    assert not Application.objects.filter(id=done.id).exists() and not Step.objects.filter(application_id=done.id).exists()
    assert Application.objects.filter(id=waits.id).exists(), "what waits is not forgotten"
    assert len(leaves("approved")) == 1 and Grant.objects.count() == 1


def test_the_jobs_of_the_room_do_what_they_say(region: Town) -> None:
    found = applied(region)
    with later(days=15):
        jobs.sweep(0)
        assert state(found) == "lapsed"
    with later(days=4 * 365):
        jobs.forget(0)
    assert not Application.objects.exists()
