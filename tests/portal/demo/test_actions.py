"""The seed goes through the rooms' own actions, under the real policy, and may be repeated."""

from __future__ import annotations

import dataclasses
import time

import pytest

from beijiang.flow.exchange import actions as exchange
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Refused, Unavailable
from beijiang.kernel.types import Actor
from beijiang.portal.demo import people as demo_people_module
from beijiang.portal.demo import seed
from beijiang.portal.demo import units as demo_units_module
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import Question
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import queries as identity
from beijiang.trust.identity.models import Post, Session, Unit, User
from beijiang.work.permissions import actions as deciding
from beijiang.work.permissions import queries as permissions

pytestmark = pytest.mark.django_db
PASSWORD = "beijiang-demo-2026"  # noqa: S105


@pytest.fixture
def demo(settings):
    access.install()
    settings.BEIJIANG_DEMO = True
    settings.ENV = dataclasses.replace(settings.ENV, demo=True)
    return settings


@pytest.fixture
def small(monkeypatch):
    """The named people, their units and a few more, so that tests that need no crowd are quick."""
    rows = demo_people_module.people()[:40]
    wanted = {r.unit_code for r in rows} | {"150100000000"}
    units = tuple(u for u in demo_units_module.units() if u.code in wanted or u.kind in ("region", "city", "county"))
    monkeypatch.setattr(seed, "people", lambda: rows)
    monkeypatch.setattr(seed, "units", lambda: units)


def actor(username):
    return identity.actor_for(identity.person_by_username(username).id)


def ask(username, **changes):
    question = {"dataset": "stolen_property", "purpose": "case_investigation", "matter": seed.MATTER} | changes
    return access.decide(actor(username), Question(**question))


def codes(decision):
    return {reason.code for reason in decision.reasons}


def test_the_whole_region_comes_in_and_a_second_time_changes_nothing(demo):
    said = []
    start = time.monotonic()
    seed.seed_user_domain(said.append)
    assert time.monotonic() - start < 30
    assert Unit.objects.count() == len(demo_units_module.units())
    assert User.objects.count() == Post.objects.count() == len(demo_people_module.people())
    assert len(said) >= 4
    leaves = Intake.objects.count()
    said.clear()
    start = time.monotonic()
    seed.seed_user_domain(said.append)
    assert said == [] and Intake.objects.count() == leaves
    assert time.monotonic() - start < 2


def test_only_named_people_can_sign_in_and_with_the_demo_password(demo, small):
    seed.seed_user_domain(lambda _: None)
    assert User.objects.get(username="zhang.wei").check_password(PASSWORD)
    named = {p.row.username for p in demo_people_module.demo_people()}
    assert {u.username for u in User.objects.all() if u.has_usable_password()} == named


def test_zhang_wei_may_ask_his_county_with_masks(demo, small):
    seed.seed_user_domain(lambda _: None)
    decision = ask("zhang.wei")
    assert decision.permit, decision.reasons
    assert decision.mask_of("owner_id_number") == "last4" and decision.mask_of("owner_phone") == "first4"
    assert decision.mask_of("owner_name") == "none"
    assert len(decision.columns) == len(seed.DATASETS[0].resource.columns)
    grant = access.grants_for(actor("zhang.wei"))[0]
    assert grant.areas == ("150103",) or grant.areas[0].startswith("150103")
    assert grant.days_left in (29, 30)


@pytest.mark.parametrize(
    ("username", "changes", "code"),
    [
        ("li.na", {"matter": ""}, None),
        ("li.na", {}, None),
        ("liu.yang", {}, "access.grant_expired"),
        ("gao.feng", {}, "access.grant_revoked"),
        ("zhang.wei", {"matter": ""}, "access.matter_missing"),
        ("zhang.wei", {"matter": "A1501032026119999"}, "access.matter_unknown"),
        ("zhang.wei", {"dataset": "vehicle_registrations"}, "access.no_grant"),
    ],
)
def test_everybody_else_is_refused_with_a_reason(demo, small, username, changes, code):
    seed.seed_user_domain(lambda _: None)
    decision = ask(username, **changes)
    assert not decision.permit and decision.reasons
    if code:
        assert code in codes(decision)


def test_queues_are_not_empty_and_one_substitute_is_appointed(demo, small):
    seed.seed_user_domain(lambda _: None)
    states = {
        name: permissions.mine(actor(name)) or permissions.mine(actor(name), ended=True)
        for name in ("li.na", "liu.yang", "zhang.wei", "gao.feng")
    }
    assert {name: found[0].state for name, found in states.items()} == {
        "li.na": "chief",
        "liu.yang": "owners",
        "zhang.wei": "back",
        "gao.feng": "refused",
    }
    assert [a.applicant_name for a in permissions.queue(actor("wu.rina"))] == ["李娜"]
    assert [a.applicant_name for a in permissions.queue(actor("zhao.min"))] == ["刘洋"]
    asked = permissions.application(actor("zhang.wei"), application_id=states["zhang.wei"][0].id)
    assert asked.steps[-1].actor == "王强（代 李敏）" and "？" in asked.question
    assert [s.substitute_name for s in identity.substitutions_of(actor("li.min"))] == ["王强"]
    assert not ask("li.na").permit, "an application alone opens nothing"


def test_the_story_of_the_demonstration_in_the_database(demo, small):
    """李娜 has applied; her chief narrows; 赵敏 approves; she may ask."""
    seed.seed_user_domain(lambda _: None)
    waits = permissions.queue(actor("wu.rina"))[0]
    terms = waits.items[0].now
    narrower = {"stolen_property": dataclasses.replace(terms, columns=terms.columns[:4], days=10)}
    on = deciding.decide(actor("wu.rina"), application_id=waits.id, stage="chief", verdict="approve", seen=1, terms=narrower)
    done = deciding.decide(actor("zhao.min"), application_id=on.id, stage="owners", verdict="approve", seen=1)
    assert done.state == "granted"
    decision = ask("li.na", matter=waits.matter)
    assert decision.permit and {c.name for c in decision.columns} == set(terms.columns[:4])
    assert not ask("li.na").permit, "under another's case nothing opens"


def test_outside_a_demonstration_nothing_comes_in(demo):
    demo.ENV = dataclasses.replace(demo.ENV, demo=False)
    with pytest.raises(Refused, match=r"演示"):
        seed.seed_user_domain(lambda _: None)
    assert User.objects.count() == Unit.objects.count() == 0


def test_rows_that_are_listed_are_not_sent_again(demo, small, monkeypatch):
    """A second start neither opens a session for the steward nor draws or sends anything."""
    seed.seed_user_domain(lambda _: None)
    for dataset in seed.DATASETS:
        exchange.list_dataset(
            Actor.system("exchange"),
            resource=dataset.resource,
            rows=dataset.rows,
            freshness=now(),
            quality=1.0,
            published_at=now(),
        )
    leaves, said = Intake.objects.count(), []
    monkeypatch.setattr(seed, "write", lambda *_: pytest.fail("drawn again"))
    seed.seed_lake(said.append)
    assert said == [] and Intake.objects.count() == leaves


def test_a_listing_does_not_change_what_access_knows_of_a_seeded_dataset(demo, small):
    """The lake's event and the seed describe the same dataset, so grants keep standing on the same version."""
    seed.seed_user_domain(lambda _: None)
    before = access.resource("stolen_property")
    exchange.list_dataset(
        Actor.system("exchange"), resource=seed.DATASETS[0].resource, rows=1, freshness=None, quality=None, published_at=now()
    )
    assert access.resource("stolen_property").version == before.version == 1


def test_a_door_that_is_away_leaves_the_demonstration_to_be_taken_up_again(demo, small, monkeypatch):
    seed.seed_user_domain(lambda _: None)
    away = Unavailable("exchange.door_away")

    def send(*_args, **_more):
        raise away

    monkeypatch.setattr(exchange, "send_file", send)
    monkeypatch.setattr(seed, "write", lambda name, folder: (folder / name).write_bytes(b"x") and folder / name)
    demo.ENV.blob_dir.mkdir(parents=True, exist_ok=True)
    with pytest.raises(Unavailable) as refused:
        seed.seed_lake(lambda _: None)
    assert refused.value is away
    assert not list(demo.ENV.blob_dir.glob(".demo-*")), "nothing of it is left behind"
    assert not Session.objects.filter(user__username=seed.STEWARD, ended_at__isnull=True).exists()


def test_rows_do_not_come_in_outside_a_demonstration(demo):
    demo.ENV = dataclasses.replace(demo.ENV, demo=False)
    with pytest.raises(Refused):
        seed.seed_lake(lambda _: None)
