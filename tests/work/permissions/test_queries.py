"""What each person sees: their own, what waits for them, and nothing of others'."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.trust.access import actions as access_actions
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.work.permissions import actions, queries
from beijiang.work.permissions.types import Draft, Terms

from .make import CASE, STOLEN_TERMS, SYSTEM, applied, both, decide, draft, granted, later, passed, returned

if TYPE_CHECKING:
    from .make import Town

pytestmark = pytest.mark.django_db


def test_the_queue_holds_what_one_may_decide_now_longest_waiting_first(region: Town) -> None:
    old = applied(region)
    with later(days=4):
        new = actions.apply(region.a("hegang"), draft=draft())
        assert [a.id for a in queries.queue(region.a("limin"))] == [old.id, new.id]
        assert [a.id for a in queries.queue(region.a("hegang"))] == [old.id], "not one's own"
        first, second = queries.queue(region.a("limin"))
        assert (first.stage, first.mine, first.overdue, second.overdue) == ("chief", ("stolen_property",), True, False)
        assert queries.waiting_count(region.a("limin")) == 2
    for who in ("zhang", "zhao", "wang", "wu", "chen"):
        assert queries.queue(region.a(who)) == ()
    decide(region, "limin", old)
    assert [a.stage for a in queries.queue(region.a("zhao"))] == ["owners"]
    assert [a.id for a in queries.decided_by(region.a("limin"))] == [old.id]
    assert queries.decided_by(region.a("zhao")) == ()


def test_a_new_substitute_and_a_new_chief_see_the_queue_at_once(region: Town) -> None:
    found = applied(region)
    now = clock.now()
    post = people.posts_of(region.ids["limin"])[0].id
    identity.appoint_substitute(
        region.a("limin"), post_id=post, substitute=region.ids["wang"], starts_at=now, ends_at=now + timedelta(days=3), reason="出差"
    )
    assert [a.id for a in queries.queue(region.a("wang"))] == [found.id], "without any sweep"
    region.ids["new"] = identity.create_user(SYSTEM, username="xin.lai", name="新来", unit_code="150103001", duties=("chief",))
    assert [a.id for a in queries.queue(region.a("new"))] == [found.id]


def test_one_sees_ones_own_and_what_one_decides_on(region: Town) -> None:
    found = passed(region)
    for who in ("zhang", "limin", "hegang", "zhao", "feng", "wang", "zhou"):
        assert queries.application(region.a(who), application_id=found.id).number == found.number
    for who in ("li", "wu", "qian", "bai", "chen", "admin"):
        with pytest.raises(NotFound):
            queries.application(region.a(who), application_id=found.id)
    with pytest.raises(NotFound):
        queries.application(region.a("zhang"), application_id=UUID(int=4))
    with pytest.raises(NotFound):
        queries.application(Actor.system("x"), application_id=found.id)
    assert [a.id for a in queries.mine(region.a("zhang"))] == [found.id]
    assert queries.mine(region.a("li")) == ()


def test_ended_ones_are_listed_apart(region: Town) -> None:
    done = granted(region)
    back = returned(region)
    assert [a.id for a in queries.mine(region.a("zhang"))] == [back.id]
    assert [a.id for a in queries.mine(region.a("zhang"), ended=True)] == [done.id]
    assert queries.mine(region.a("zhang"), ended=True)[0].ended_at is not None


def test_a_detail_shows_masks_what_is_withheld_and_what_is_gone(region: Town) -> None:
    found = applied(region)
    lines = {c.name: c for c in queries.application(region.a("limin"), application_id=found.id).items[0].columns}
    assert (lines["owner_id"].mask, lines["owner_id"].asked, lines["owner_id"].passed) == ("last4", True, False)
    assert lines["nation"].withheld is not None and not lines["nation"].asked
    assert not lines["unit"].asked


def test_a_preview_tells_limits_columns_and_who_decides(region: Town) -> None:
    told = queries.preview(region.a("zhang"), draft=both())
    assert (told.max_days, told.row_cap, told.needs_matter) == (180, 2000, True) and told.daily_rows > 0
    assert "刑事诉讼法" in told.law.zh and told.law.en
    assert [(place.zh, [n.zh for n in names]) for place, names in told.deciders] == [
        ("单位负责人", ["李敏", "何刚"]),
        ("数据所有人：刑侦总队", ["赵敏", "冯雷"]),
        ("数据所有人：交管总队", ["钱军"]),
    ]
    assert told.faults == () and told.held == ()


def test_a_preview_does_not_complain_of_what_is_not_filled_in_yet(region: Town) -> None:
    told = queries.preview(region.a("zhang"), draft=Draft("", "", "", {"stolen_property": Terms((), (), 0)}))
    assert told.faults == () and not told.purpose.zh and told.max_days == 0
    assert queries.preview(region.a("zhang"), draft=Draft("", "", "", {})).items == ()
    assert queries.preview(region.a("zhang"), draft=Draft("", "", "", {"no such": STOLEN_TERMS})).items == ()


def test_a_preview_warns_of_what_stands_in_the_way(region: Town) -> None:
    told = queries.preview(region.a("zhang"), draft=draft(purpose="lost_found", matter=""))
    assert any("级别" in w.zh or "不允许" in w.zh for w in told.faults)
    told = queries.preview(region.a("zhang"), draft=draft(matter="A0"))
    assert any("没有登记" in w.zh for w in told.faults)
    told = queries.preview(region.a("zhang"), draft=draft(terms={"stolen_property": replace(STOLEN_TERMS, days=999)}))
    assert any("180" in w.zh for w in told.faults)


def test_a_preview_tells_what_one_has_already(region: Town) -> None:
    granted(region)
    assert any("已有" in w.zh for w in queries.preview(region.a("zhang"), draft=draft()).held)
    applied(region)
    assert any("还在办理中" in w.zh for w in queries.preview(region.a("zhang"), draft=draft()).held)
    assert queries.preview(region.a("limin"), draft=draft()).held == ()


def test_datasets_to_choose_from_are_those_of_the_directory(region: Town) -> None:
    names = [name for name, _, _ in queries.resources_to_choose(region.a("zhang"))]
    assert sorted(names) == ["lost_property", "stolen_property", "vehicles"]


def test_areas_are_the_region_its_cities_and_counties(region: Town) -> None:
    groups = queries.area_groups()
    assert groups[0].top.code == "150000" and groups[0].below == ()
    hohhot = next(g for g in groups if g.top.code == "150100")
    assert "150103" in {p.code for p in hohhot.below}
    assert queries.known_area("150103") and not queries.known_area("150103001001") and not queries.known_area("x")


def test_a_revoked_grant_is_news_to_its_holder(region: Town) -> None:
    from beijiang.kernel import todo

    found = granted(region)
    grant = found.items[0].grant_id
    assert grant is not None
    access_actions.revoke_grant(region.a("zhao"), grant_id=grant, reason="案件已移送")
    assert any("撤销" in t.title.zh for t in todo.for_actor(region.a("zhang")))
    assert CASE


def test_a_list_of_many_asks_little(region: Town, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for name in ("hegang", "zhang"):
        actions.apply(region.a(name), draft=draft())
    actor = region.a("limin")
    with django_assert_max_num_queries(40):
        assert len(queries.queue(actor)) == 2
