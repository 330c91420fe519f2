"""decide(): who may ask what, with real PostgreSQL and real Cedar."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import Words
from beijiang.trust.access import actions, queries
from beijiang.trust.access.models import Grant
from beijiang.trust.access.rules import matches
from beijiang.trust.access.types import ALL, Decision, Question

from .make import CASE, LOST, QUESTION, REASON, STOLEN, SYSTEM, House, asking, grant, later, resource

HUIMIN = {"county": "150103", "unit": "150103001"}
HAILAR = {"county": "150702", "unit": "150702001"}


def codes(decision: Decision) -> set[str]:
    return {r.code for r in decision.reasons}


def test_a_granted_officer_sees_the_rows_and_columns_of_the_grant(region: House) -> None:
    issued = grant(region)
    decision = queries.decide(region.zhang, QUESTION)
    assert decision.permit and decision.basis == "grant" and decision.grant_ids == (issued.id,)
    assert matches(decision.filter, HUIMIN) and not matches(decision.filter, HAILAR)
    assert not matches(decision.filter, {"county": None, "unit": None})
    assert [c.name for c in decision.columns] == ["item", "county", "unit", "owner_id", "stolen_on"]
    assert decision.mask_of("owner_id") == "last4" and decision.mask_of("nation") is None
    assert decision.row_cap == 2000 and decision.expires_at == issued.end
    assert codes(decision) == {"access.by_grant", "access.columns_masked"}
    assert "access.columns_withheld" in codes(queries.decide(region.zhang, asking(columns=("item", "nation"))))
    assert "ask.grant" in decision.policy_ids


def test_without_a_grant_the_refusal_names_the_owner(region: House) -> None:
    grant(region)
    ref = actions.register_matter(SYSTEM, ref="A-2", kind="case", title=Words("案", "case"), unit_code="150702001").ref
    decision = queries.decide(region.li, asking(matter=ref))
    assert not decision.permit and codes(decision) == {"access.no_grant"}
    assert "刑侦总队" in decision.reasons[0].next.zh and "Criminal investigation branch" in decision.reasons[0].next.en


def test_the_next_call_sees_a_revocation(region: House) -> None:
    issued = grant(region)
    assert queries.decide(region.zhang, QUESTION).permit
    actions.revoke_grant(region.zhao, grant_id=issued.id, reason="案件移送,不再需要")
    decision = queries.decide(region.zhang, QUESTION)
    assert not decision.permit and codes(decision) == {"access.grant_revoked"}
    assert "赵敏" in decision.reasons[0].words.zh and "案件移送" in decision.reasons[0].words.zh


def test_an_expired_grant_says_when(region: House) -> None:
    issued = grant(region)
    with later(days=30):
        decision = queries.decide(region.zhang, QUESTION)
    assert not decision.permit and codes(decision) == {"access.grant_expired"}
    assert f"{clock.local(issued.end):%Y-%m-%d}" in decision.reasons[0].words.zh
    with later(days=30, seconds=-5):
        assert queries.decide(region.zhang, QUESTION).permit


def test_a_grant_that_begins_later(region: House) -> None:
    grant(region, start=clock.now() + timedelta(days=2))
    assert codes(queries.decide(region.zhang, QUESTION)) == {"access.grant_not_started"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"matter": ""}, "access.matter_missing"),
        ({"matter": "NEVER-1"}, "access.matter_unknown"),
        ({"purpose": "property_return"}, "access.grant_other_purpose"),
        ({"purpose": "traffic_accident"}, "access.purpose_unfit"),
        ({"purpose": "idle_curiosity"}, "access.purpose_unknown"),
        ({"dataset": "nowhere"}, "access.dataset_unknown"),
        ({"columns": ("nation",)}, "access.columns_not_granted"),
        ({"columns": ("no_such",)}, "access.columns_not_granted"),
    ],
)
def test_refusals_are_told_apart(region: House, changes: dict[str, object], code: str) -> None:
    grant(region)
    decision = queries.decide(region.zhang, asking(**changes))
    assert not decision.permit and code in codes(decision)
    assert all(r.words.zh and r.words.en for r in decision.reasons)
    assert decision.columns == () and not matches(decision.filter, HUIMIN)


def test_a_closed_matter_ends_the_use(region: House) -> None:
    grant(region)
    actions.close_matter(region.wang, ref=CASE)
    decision = queries.decide(region.zhang, QUESTION)
    assert not decision.permit and "access.matter_closed" in codes(decision)


def test_a_matter_of_another_kind_does_not_serve(region: House) -> None:
    grant(region, matter=CASE)
    actions.register_matter(SYSTEM, ref="J-1", kind="incident", title=Words("警情", "incident"), unit_code="150103001")
    assert "access.matter_kind" in codes(queries.decide(region.zhang, asking(matter="J-1")))


def test_a_grant_for_one_matter_does_not_serve_another(region: House) -> None:
    grant(region)
    actions.register_matter(SYSTEM, ref="A-9", kind="case", title=Words("案", "case"), unit_code="150103001")
    decision = queries.decide(region.zhang, asking(matter="A-9"))
    assert codes(decision) == {"access.grant_other_matter"} and CASE in decision.reasons[0].words.zh


def test_only_those_named_on_a_matter_and_its_chiefs_may_use_it(region: House) -> None:
    named = [region.li.user_id]
    actions.register_matter(SYSTEM, ref=CASE, kind="case", title=Words("案", "case"), unit_code="150103001", participants=named)  # type: ignore[arg-type]
    grant(region)
    grant(region, holder_user=region.wang.user_id)
    grant(region, holder_user=region.li.user_id)
    assert "access.matter_not_mine" in codes(queries.decide(region.zhang, QUESTION))
    assert queries.decide(region.wang, QUESTION).permit and queries.decide(region.li, QUESTION).permit


def test_a_grant_to_a_unit_serves_those_below_and_nobody_else(region: House) -> None:
    grant(region, holder_user=None, holder_unit="150103")
    assert queries.decide(region.zhang, QUESTION).permit
    actions.register_matter(SYSTEM, ref="A-2", kind="case", title=Words("案", "case"), unit_code="150702001")
    assert not queries.decide(region.li, asking(matter="A-2")).permit


def test_two_grants_for_two_counties_join_but_never_widen_columns_or_caps(region: House) -> None:
    grant(region, row_cap=50)
    grant(region, areas=("150702",), row_cap=10)
    grant(region, areas=(), columns=("item",))
    decision = queries.decide(region.zhang, QUESTION)
    assert matches(decision.filter, HUIMIN) and matches(decision.filter, HAILAR)
    assert not matches(decision.filter, {"county": "150200", "unit": None})
    assert decision.row_cap == 10 and len(decision.grant_ids) == 2
    only_item = queries.decide(region.zhang, asking(columns=("item",)))
    assert only_item.permit and only_item.filter == ALL and [c.name for c in only_item.columns] == ["item"]


def test_a_grant_bound_to_ones_unit(region: House) -> None:
    grant(region, areas=(), own_unit_only=True)
    decision = queries.decide(region.zhang, QUESTION)
    assert matches(decision.filter, HUIMIN) and not matches(decision.filter, {"county": "150103", "unit": "150103002"})
    assert not matches(decision.filter, {"county": "150103", "unit": None})


def test_a_chief_s_own_unit_includes_those_below(region: House) -> None:
    grant(region, areas=(), own_unit_only=True, holder_user=region.wang.user_id)
    decision = queries.decide(region.wang, QUESTION)
    assert matches(decision.filter, HUIMIN) and not matches(decision.filter, HAILAR)


def test_a_mask_of_the_grant_may_clear_and_may_hide(region: House) -> None:
    grant(region, masks={"owner_id": "none", "item": "redact"})
    decision = queries.decide(region.zhang, QUESTION)
    assert decision.mask_of("owner_id") == "none" and decision.mask_of("item") == "redact"


def test_an_unknown_mask_in_a_row_hides_the_column(region: House) -> None:
    grant(region)
    Grant.objects.update(masks={"item": "sparkle"})
    assert queries.decide(region.zhang, QUESTION).mask_of("item") == "null"


def test_auditors_and_administrators_see_no_content_even_with_a_grant(region: House) -> None:
    for person in (region.chen, region.admin):
        grant(region, holder_user=person.user_id)
        assert "access.separation" in codes(queries.decide(person, QUESTION))


@pytest.mark.parametrize("actor", [SYSTEM, ANONYMOUS, Actor(None, "svc", "service", kind="service")])
def test_only_people_ask(region: House, actor: Actor) -> None:
    decision = queries.decide(actor, QUESTION)
    assert not decision.permit and "access.only_people" in codes(decision)


def test_a_grade_raised_later_stops_grants(region: House) -> None:
    grant(region)
    actions.register_resource(SYSTEM, resource=resource(grade="core"))
    assert {"access.grade_above", "access.core"} <= codes(queries.decide(region.zhang, QUESTION))


def test_a_column_called_sensitive_later_leaves_at_once(region: House) -> None:
    grant(region, columns=("item", "owner_id"))
    columns = tuple(c if c.name != "owner_id" else type(c)(c.name, c.title, sensitive=True) for c in STOLEN.columns)
    actions.register_resource(SYSTEM, resource=resource(columns=columns))
    assert [c.name for c in queries.decide(region.zhang, QUESTION).columns] == ["item"]


def test_a_lost_area_column_fails_closed(region: House) -> None:
    grant(region)
    actions.register_resource(SYSTEM, resource=resource(area_column=None))
    decision = queries.decide(region.zhang, QUESTION)
    assert not decision.permit and "access.bound_unfit" in codes(decision)


def test_an_open_share_gives_its_columns_to_anyone_on_a_post(region: House) -> None:
    question = Question("lost_property", "lost_found")
    assert not queries.decide(region.li, question).permit
    actions.set_open_share(region.zhao, dataset="lost_property", columns=("item", "found_on"), reason="便民招领,全区共享")
    decision = queries.decide(region.li, question)
    assert decision.permit and decision.basis == "open_share" and decision.filter == ALL and decision.row_cap == 100
    assert [c.name for c in decision.columns] == ["item", "found_on"] and decision.grant_ids == ()
    assert not queries.decide(region.li, Question("lost_property", "public_service")).permit  # needs a matter
    actions.end_open_share(region.zhao, dataset="lost_property", reason="停止开放")
    assert not queries.decide(region.li, question).permit


def test_a_purpose_closed_today_is_refused(region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    grant(region)
    closed = replace(queries.purpose("case_investigation"), closed_on=f"{clock.local(clock.now()):%Y-%m-%d}")
    # By name, since the package re-exports a function called like the module.
    module = importlib.import_module("beijiang.trust.access.queries.purposes")
    monkeypatch.setattr(module, "_all", lambda: {closed.code: closed})
    assert "access.purpose_closed" in codes(queries.decide(region.zhang, QUESTION))


def test_no_more_than_twenty_grants_are_looked_at(region: House) -> None:
    for _ in range(30):
        grant(region)
    assert len(queries.decide(region.zhang, QUESTION).grant_ids) <= 20


def test_my_grants_and_my_matters(region: House) -> None:
    issued = grant(region)
    (mine,) = queries.grants_for(region.zhang)
    assert mine.id == issued.id and mine.state == "live" and mine.days_left == 29
    assert mine.dataset_title == STOLEN.title and queries.grants_for(region.li) == ()
    with later(days=25):
        assert queries.grants_for(region.zhang)[0].state == "expiring"
    with later(days=31):
        assert queries.grants_for(region.zhang) == ()
        assert queries.grants_for(region.zhang, ended=True)[0].state == "expired"
    assert [m.ref for m in queries.matters_for(region.zhang)] == [CASE]
    assert [m.ref for m in queries.matters_for(region.wang)] == [CASE] and queries.matters_for(region.li) == ()


def test_an_owner_lists_grants_on_own_datasets_only(region: House) -> None:
    grant(region)
    assert len(queries.grants_on(region.zhao)) == 1 and queries.grants_on(region.qian) == ()


def test_a_grant_is_shown_to_holder_owner_and_reviewer_only(region: House) -> None:
    issued = grant(region)
    assert queries.grant(region.zhang, grant_id=issued.id).reason == REASON
    assert queries.grant(region.zhao, grant_id=issued.id).id == issued.id
    for stranger in (region.li, region.qian, region.he):
        with pytest.raises(NotFound):
            queries.grant(stranger, grant_id=issued.id)


def test_resources_and_purposes_are_listed(region: House) -> None:
    assert [r.resource.name for r in queries.resources_known()] == ["lost_property", "stolen_property"]
    assert queries.resource("lost_property").resource == LOST
    assert len(queries.purposes()) == len({p.code for p in queries.purposes()}) >= 10


def test_the_bounds_of_a_grant_are_told_before_anybody_applies(region: House) -> None:
    found = queries.grant_bounds(purpose="case_investigation", dataset="stolen_property")
    assert (found.max_days, found.row_cap, found.daily_rows, found.fault) == (180, 2000, 6000, None)
    assert found.personal and found.needs_matter and found.by_area and found.by_unit and found.emergency_hours == 4
    assert [(c.name, c.default_mask) for c in found.columns][3] == ("owner_id", "last4")
    assert "nation" not in {c.name for c in found.columns}
    unfit = queries.grant_bounds(purpose="traffic_accident", dataset="stolen_property")
    assert unfit.fault and "不允许" in unfit.fault.zh and unfit.fault.en
    assert queries.grant_bounds(purpose="lost_found", dataset="lost_property").by_area is False
    for terms in ({"purpose": "curiosity", "dataset": "stolen_property"}, {"purpose": "lost_found", "dataset": "nowhere"}):
        with pytest.raises(NotFound):
            queries.grant_bounds(**terms)


def test_every_refusal_offers_what_to_do_next() -> None:
    from beijiang.trust.access.queries import explain
    from beijiang.trust.access.types import OFFERS

    never = {p.id.split(".")[1] for p in queries.policy_lines() if p.file.startswith("30-")}
    assert never <= explain._NEXT.keys() and {f"access.{n}" for n in never} <= OFFERS.keys()
    assert all(w.zh and w.en for w in explain._NEXT.values()) and all(OFFERS.values())
    source = "".join(path.read_text("utf-8") for path in Path(explain.__file__).parent.glob("*.py"))
    told = set(re.findall(r'Reason\(\s*"(access\.\w+)"', source)) - {"access.by_grant", "access.by_open_share", "access.columns_masked"}
    assert told <= OFFERS.keys() and len(told) >= 10


def test_every_policy_has_a_line_in_both_languages() -> None:
    lines = queries.policy_lines()
    assert len(lines) == len({p.id for p in lines}) >= 25 and all(p.words.zh and p.words.en for p in lines)
