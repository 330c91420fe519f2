"""Spot checks: drawn by chance that nobody chose, looked at by others than oneself, answered by who was asked."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from beijiang.kernel import clock, todo
from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused
from beijiang.kernel.types import Actor
from beijiang.trust.audit import actions, queries, rules
from beijiang.trust.audit.models import Checkpoint, Entry, Sample, SpotCheck

from . import make
from .test_oversee import Used, did, seal

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("audit")
MONDAY = datetime(2026, 11, 16, 9, tzinfo=SHANGHAI)
CHIEF = Actor(user_id=uuid.UUID(int=77), username="wang.qiang", name="王强", unit_code="150103", duties=frozenset({"chief"}))


@pytest.fixture
def week():
    """Thirty uses of one week, some of the next, and the sample drawn on the Monday after."""
    for i in range(30):
        with clock.frozen(MONDAY + timedelta(hours=5 * i)):
            did(make.OFFICER if i % 3 else make.OTHER, Used("stolen_property", "case", matter=f"A{i}"))
            make.did("no use")
    with clock.frozen(MONDAY + timedelta(days=6, hours=14)):
        did(make.AUDITOR, Used("licences", "case"))
        seal()
    with clock.frozen(MONDAY + timedelta(days=7)):
        did(make.OFFICER, Used("licences", "case"))
        seal()
        assert actions.draw_sample(SYSTEM) == 20
    with clock.frozen(MONDAY + timedelta(days=8)):
        yield SpotCheck.objects.order_by("entry__index")


def one_of(week, actor):
    return next(c for c in week if c.entry.actor_id == actor.user_id)


def test_the_sample_is_of_that_week_and_can_be_drawn_again(week):
    sample = Sample.objects.get()
    assert (sample.monday.isoformat(), sample.population) == ("2026-11-16", 31)
    uses = list(Entry.objects.filter(use=True, time__lt=MONDAY + timedelta(days=6, hours=15)).values_list("index", flat=True))
    root = bytes(Checkpoint.objects.get(size=sample.size).root)
    seed = rules.seed_of(root, "2026-11-16")
    assert seed == sample.seed
    assert [c.entry.index for c in week] == rules.draw(seed, uses, 20)
    assert all(c.entry.use for c in week)


def test_it_is_drawn_once_and_only_after_the_week(week):
    assert actions.draw_sample(SYSTEM) == 0
    Sample.objects.all()
    with clock.frozen(MONDAY + timedelta(days=14)):
        assert actions.draw_sample(SYSTEM) == 0, "no checkpoint is of after that week yet"
        seal()
        assert actions.draw_sample(SYSTEM) == 1
    assert Sample.objects.count() == 2


def test_each_use_has_the_same_chance():
    hits = dict.fromkeys(range(50), 0)
    for i in range(400):
        for index in rules.draw(rules.seed_of(bytes([i % 256, i // 256]), "2026-11-16"), range(50), 10):
            hits[index] += 1
    assert min(hits.values()) > 45 and max(hits.values()) < 125  # 80 expected, five standard deviations
    assert rules.draw("x", range(3), 20) == [0, 1, 2] and rules.draw("x", [], 20) == []


def test_auditors_are_told(week):
    assert [t.key for t in todo.for_actor(make.AUDITOR)] == ["audit.sample:2026-11-16"]
    for check in week:
        if check.entry.actor_id != make.AUDITOR.user_id:
            actions.note_check(make.AUDITOR, check_id=check.id, finding="justified", note="有立案文书")
        else:
            SpotCheck.objects.filter(id=check.id).update(state="justified")
    actions.note_check(make.AUDITOR, check_id=one_of(week, make.OFFICER).id, finding="justified", note="有立案文书")
    assert not todo.for_actor(make.AUDITOR)


def test_asking_the_person(week):
    check = one_of(week, make.OFFICER)
    with pytest.raises(NotFound):
        queries.check(make.OFFICER, check_id=check.id)  # nobody asked yet
    actions.note_check(make.AUDITOR, check_id=check.id, finding="asked", note="请说明与案件的关系")
    assert [t.url for t in todo.for_actor(make.OFFICER)] == [f"/audit/check/{check.id}/"]
    seen = queries.check(make.OFFICER, check_id=check.id)
    assert (seen.state, seen.note) == ("asked", "请说明与案件的关系")
    for other in (make.OTHER, CHIEF):
        with pytest.raises(NotFound):
            queries.check(other, check_id=check.id)
        with pytest.raises(NotFound):
            actions.answer_check(other, check_id=check.id, answer="不是我")
    assert actions.answer_check(make.OFFICER, check_id=check.id, answer="嫌疑人指认的赃物").state == "answered"
    with pytest.raises(Conflict):
        actions.answer_check(make.OFFICER, check_id=check.id, answer="再答一次")
    assert f"audit.check:{check.id}" in {t.key for t in todo.for_actor(make.AUDITOR)}
    assert actions.note_check(make.AUDITOR, check_id=check.id, finding="justified", note="说明属实").answer == "嫌疑人指认的赃物"
    assert not [t for t in todo.for_actor(make.OFFICER) if "check" in t.key]
    seal()
    last = list(Entry.objects.order_by("-index").values_list("type", flat=True)[:3])
    assert last == ["audit.check.noted.v1", "audit.check.answered.v1", "audit.check.noted.v1"]


def test_flagging_to_the_chief(week):
    check = one_of(week, make.OFFICER)
    actions.note_check(make.AUDITOR, check_id=check.id, finding="flagged", note="事项与数据集无关")
    assert [t.loud for t in todo.for_actor(CHIEF)] == [True]
    assert queries.check(CHIEF, check_id=check.id).entry.actor_name == "张伟"
    elsewhere = Actor(user_id=uuid.UUID(int=78), username="x", name="x", unit_code="150702", duties=frozenset({"chief"}))
    for other in (make.OFFICER, elsewhere):
        with pytest.raises(NotFound):
            queries.check(other, check_id=check.id)
    assert actions.answer_check(CHIEF, check_id=check.id, answer="已核查，补正事项编号").answered_by == "王强"
    assert queries.check(CHIEF, check_id=check.id).state == "answered"


def test_nobody_looks_at_their_own_use(week):
    auditor_too = Actor(**{**{s: getattr(make.OFFICER, s) for s in make.OFFICER.__slots__}, "duties": frozenset({"auditor"})})
    with pytest.raises(Conflict):
        actions.note_check(auditor_too, check_id=one_of(week, make.OFFICER).id, finding="justified", note="没有问题")


@pytest.mark.parametrize(
    ("finding", "note"), [("ok", "有立案文书"), ("", "有立案文书"), ("justified", "x"), ("asked", "x" * 1001), ("open", "abcd")]
)
def test_findings_that_cannot_be(week, finding, note):
    check = one_of(week, make.OFFICER)
    with pytest.raises(Invalid):
        actions.note_check(make.AUDITOR, check_id=check.id, finding=finding, note=note)
    assert SpotCheck.objects.get(id=check.id).state == "open"


def test_who_may(week):
    check = one_of(week, make.OFFICER)
    with pytest.raises(Refused):
        actions.note_check(make.OFFICER, check_id=check.id, finding="justified", note="没有问题")
    for ask in (lambda: queries.weeks(make.OFFICER), lambda: queries.checks(make.OFFICER, monday=check.sample_id)):
        with pytest.raises(Refused):
            ask()
    with pytest.raises(Refused):
        actions.draw_sample(make.AUDITOR)
    with pytest.raises(NotFound):
        actions.note_check(make.AUDITOR, check_id=uuid.uuid4(), finding="justified", note="没有问题")


def test_a_forgotten_use_stays_in_the_sample(week):
    check = one_of(week, make.OFFICER)
    actions.forget(Actor.system("retention"), entry_ids=[check.entry_id], reason="期满")
    assert queries.check(make.AUDITOR, check_id=check.id).entry.forgotten


# -- pages


def test_the_pages(week, web, client):
    text = web(make.AUDITOR, "/audit/checks/").content.decode()
    assert "2026-11-16" in text and "待查看" in text and "SHA-256" in text and text.count("/audit/check/") == 20
    assert web(make.AUDITOR, "/audit/checks/2026-11-16/").status_code == 200
    assert web(make.AUDITOR, "/audit/checks/nonsense/").status_code == 404
    assert web(make.OFFICER, "/audit/checks/").status_code == 403
    check = one_of(week, make.OFFICER)
    path = f"/audit/check/{check.id}/"
    assert web(make.OFFICER, path).status_code == 404
    assert "提请所在单位负责人核查" in web(make.AUDITOR, path).content.decode()

    def post(actor, **data):
        return client.post(path, data, headers={"X-Act-As": actor.username, "Accept": "text/html"})

    assert post(make.AUDITOR, finding="maybe", note="xxxx").status_code == 422
    assert post(make.AUDITOR, finding="asked", note="请说明与案件的关系")["Location"] == "/audit/checks/2026-11-16/"
    text = web(make.OFFICER, path).content.decode()
    assert "请说明与案件的关系" in text and "答复督察" in text and "整条记录" not in text
    assert post(make.OFFICER, answer="x").status_code == 422
    assert post(make.OFFICER, answer="嫌疑人指认的赃物").status_code == 302
    assert post(make.OFFICER, answer="嫌疑人指认的赃物").status_code == 409
    assert "嫌疑人指认的赃物" in web(make.AUDITOR, path).content.decode()


def test_before_the_first_sample(web):
    assert "还没有样本" in web(make.AUDITOR, "/audit/checks/").content.decode()
