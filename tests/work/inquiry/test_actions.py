"""Asking, the list of one's questions, and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange import rules as wire
from beijiang.flow.exchange.types import AskRequest, Compare
from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused, Unauthenticated, Unavailable
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words
from beijiang.trust.audit.models import Intake
from beijiang.work.inquiry import actions, queries
from beijiang.work.inquiry.models import Question
from tests.flow.exchange.make import REQUEST, SYSTEM, signed_in

from .make import refusal, reply, uuid7

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from tests.flow.exchange.stub import StubDoor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
SECRET = replace(REQUEST, columns=("item",), where=Compare("owner_id", "=", "150103199001010001"))


def test_an_answer_is_noted_without_values(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    answered = actions.ask(zhang, request=SECRET)
    assert len(answered.reply.rows) == 2
    noted = queries.question(zhang, question_id=answered.question_id)
    assert (noted.outcome, noted.row_count, noted.receipt, noted.title.zh) == ("answered", 2, answered.reply.receipt, "被盗物品")
    assert noted.shape["conditions"] == [["owner_id", "="]]
    assert "150103199001010001" not in str(list(Question.objects.values()))
    assert "物品0" not in str(list(Question.objects.values()))


def test_sql_is_noted_without_its_text(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    actions.ask(
        zhang,
        request=AskRequest(purpose=REQUEST.purpose, matter=REQUEST.matter, sql="SELECT item FROM stolen_property WHERE item = '王小明'"),
    )
    row = Question.objects.get()
    assert (row.by_sql, row.shape, row.dataset) == (True, {}, "stolen_property")
    assert "王小明" not in str(list(Question.objects.values()))


def test_a_refusal_is_noted_with_its_receipt_and_reason(house: House, door: StubDoor) -> None:
    door.problem = refusal()
    zhang = signed_in(house.zhang)
    with pytest.raises(Refused) as caught:
        actions.ask(zhang, request=REQUEST)
    noted = queries.questions(zhang).items[0]
    assert (noted.outcome, str(noted.receipt), noted.row_count) == ("refused", caught.value.extra["receipt"], 0)
    assert noted.reason.zh.startswith("没有可以查询")
    assert noted.title.zh == "被盗物品"


def test_what_was_not_asked_is_not_noted(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    for problem in (Invalid("lake.sql_refused"), NotFound("lake.no_dataset")):
        door.problem = problem
        with pytest.raises(type(problem)):
            actions.ask(zhang, request=REQUEST)
    assert Question.objects.count() == 0
    door.problem = Invalid("lake.sql_mistake", Words("有误", "Wrong"), Words("计算有误。", "It failed."), receipt=str(UUID(int=9)))
    with pytest.raises(Invalid):
        actions.ask(zhang, request=REQUEST)
    noted = queries.questions(zhang).items[0]
    assert (noted.outcome, noted.receipt) == ("failed", UUID(int=9)), "what was sealed was a use"


def test_what_was_not_finished_is_noted_with_its_reason(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    door.problem = Unavailable("lake.timeout", Words("超时", "Time is over"), Words("查询超过时限。", "It took too long."))
    with pytest.raises(Unavailable):
        actions.ask(zhang, request=REQUEST)
    noted = queries.questions(zhang).items[0]
    assert (noted.outcome, noted.reason.en, noted.receipt) == ("failed", "It took too long.", None)
    assert noted.ended_at is not None


def test_one_that_was_stopped_says_so(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    door.problem = Conflict("lake.cancelled", Words("已停止", "Stopped"), Words("您停止了。", "You stopped it."), receipt=str(UUID(int=7)))
    with pytest.raises(Conflict):
        actions.ask(zhang, request=REQUEST)
    noted = queries.questions(zhang).items[0]
    assert (noted.outcome, noted.receipt) == ("stopped", UUID(int=7))


def test_a_number_is_asked_once(house: House, door: StubDoor) -> None:
    zhang, li = signed_in(house.zhang), signed_in(house.li)
    number = uuid7()
    first = actions.ask(zhang, request=replace(REQUEST, id=number))
    assert first.question_id == number and wire.read_question(door.seen[-1][1]).id == number
    for who in (zhang, li):
        with pytest.raises(Conflict) as caught:
            actions.ask(who, request=replace(REQUEST, id=number))
        assert caught.value.code == "inquiry.already_asked"
    assert len(door.seen) == 1 and queries.question(zhang, question_id=number).outcome == "answered"
    assert queries.questions(li).items == ()


def test_without_a_number_it_gets_one(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    assert actions.ask(zhang, request=REQUEST).question_id == wire.read_question(door.seen[-1][1]).id


def test_it_can_be_found_while_it_runs_and_how_it_was_cut_off(house: House, door: StubDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    zhang = signed_in(house.zhang)
    seen: list[Any] = []

    def look(*_: Any, **__: Any) -> None:
        seen.extend(queries.running(zhang))
        raise SystemExit

    monkeypatch.setattr(exchange, "ask", look)
    with pytest.raises(SystemExit):
        actions.ask(zhang, request=SECRET)
    assert [(one.outcome, one.title.zh, one.shape["conditions"]) for one in seen] == [("running", "被盗物品", [["owner_id", "="]])]
    assert queries.running(zhang) == () and queries.questions(zhang).items[0].outcome == "unknown"


def running(zhang: Actor, **values: Any) -> Question:
    """A line of a question that runs."""
    return Question.objects.create(
        id=uuid7(),
        user_id=zhang.user_id,
        **{"dataset": "stolen_property", "title_zh": "题", "title_en": "t", "purpose": "p", "outcome": "running", "asked_at": clock.now()}
        | values,
    )


@pytest.mark.parametrize(
    ("told", "waiting", "share"),
    [
        ({"state": "running", "share": 0.25, "elapsed_ms": 5}, False, 0.25),
        ({"state": "waiting", "share": None, "elapsed_ms": 5}, True, None),
        ({"state": "", "share": None, "elapsed_ms": 0}, False, None),
    ],
)
def test_where_it_stands(house: House, door: StubDoor, told: dict[str, Any], waiting: bool, share: float | None) -> None:
    zhang = signed_in(house.zhang)
    row = running(zhang)
    door.content = json.dumps(told).encode()
    found = queries.progress(zhang, question_id=row.id)
    assert (found.asked.outcome, found.waiting, found.share) == ("running", waiting, share)
    assert door.targets[-1].endswith(f"/ask/running/{row.id}")
    with pytest.raises(NotFound):
        queries.progress(signed_in(house.li), question_id=row.id)


def test_where_it_stands_without_the_door_and_when_it_is_over(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    row = running(zhang)
    door.problem = Unavailable("lake.worker_away")
    assert queries.progress(zhang, question_id=row.id).share is None
    asked = len(door.seen)
    Question.objects.filter(id=row.id).update(outcome="answered", ended_at=row.asked_at + timedelta(seconds=9))
    found = queries.progress(zhang, question_id=row.id)
    assert (found.asked.outcome, found.seconds, len(door.seen)) == ("answered", 9, asked), "the door is not asked any more"


def test_what_runs_too_long_has_lost_its_process(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    with clock.shifted(timedelta(minutes=-4)):
        row = running(zhang)
    assert queries.question(zhang, question_id=row.id).outcome == "unknown" and queries.running(zhang) == ()
    assert [one.id for one in queries.questions(zhang, outcome="unknown").items] == [row.id]
    assert queries.questions(zhang, outcome="running").items == ()


def test_only_ones_own_is_stopped(house: House, door: StubDoor) -> None:
    zhang, li = signed_in(house.zhang), signed_in(house.li)
    row = running(zhang)
    door.content = b'{"stopped": true}'
    with pytest.raises(NotFound):
        actions.stop(li, question_id=row.id)
    with pytest.raises(NotFound):
        actions.stop(zhang, question_id=uuid7())
    assert door.seen == []
    assert actions.stop(zhang, question_id=row.id) is True
    assert door.targets[-1].endswith(f"/ask/running/{row.id}/stop")
    Question.objects.filter(id=row.id).update(outcome="answered")
    assert actions.stop(zhang, question_id=row.id) is False and len(door.seen) == 1, "what is over is left alone"


def test_the_list_is_narrowed(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    actions.ask(zhang, request=REQUEST)
    actions.ask(
        zhang, request=AskRequest(purpose=REQUEST.purpose, matter=REQUEST.matter, sql="SELECT item FROM stolen_property"), as_file="csv"
    )
    door.problem = refusal()
    with pytest.raises(Refused):
        actions.ask(zhang, request=replace(REQUEST, dataset="lost_property"))
    assert [q.outcome for q in queries.questions(zhang, outcome="refused").items] == ["refused"]
    assert [q.as_file for q in queries.questions(zhang, by_sql=True).items] == ["csv"]
    assert len(queries.questions(zhang, by_sql=False).items) == 2
    today = clock.local(clock.now()).date()
    assert len(queries.questions(zhang, since=today).items) == 3
    assert queries.questions(zhang, since=today + timedelta(days=1)).items == ()
    assert [name for name, _ in queries.datasets_asked(zhang)] == ["stolen_property"]
    assert queries.datasets_asked(signed_in(house.li)) == ()


def test_nobody_asks_without_signing_in(house: House, door: StubDoor) -> None:
    with pytest.raises(Unauthenticated):
        actions.ask(ANONYMOUS, request=REQUEST)
    with pytest.raises(Unauthenticated):
        actions.ask(SYSTEM, request=REQUEST)
    assert door.seen == []


def test_questions_are_ones_own(house: House, door: StubDoor) -> None:
    zhang, li = signed_in(house.zhang), signed_in(house.li)
    answered = actions.ask(zhang, request=REQUEST)
    assert queries.questions(li).items == ()
    with pytest.raises(NotFound):
        queries.question(li, question_id=answered.question_id)
    with pytest.raises(NotFound):
        queries.question(zhang, question_id=UUID(int=1))


def test_pages_of_questions(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    for n in range(7):
        door.reply = reply(rows=n)
        actions.ask(zhang, request=REQUEST)
    first = queries.questions(zhang, limit=3)
    second = queries.questions(zhang, limit=3, cursor=first.next_cursor or "")
    third = queries.questions(zhang, limit=3, cursor=second.next_cursor or "")
    assert [q.row_count for page in (first, second, third) for q in page.items] == [6, 5, 4, 3, 2, 1, 0]
    assert third.next_cursor is None
    for bad in ("x", "2026-01-01|y", "|", "2026-01-01T00:00:00|" + str(UUID(int=1))):
        with pytest.raises(Invalid):
            queries.questions(zhang, cursor=bad)


def test_questions_end_after_180_days_and_their_leaves_do_not(house: House, door: StubDoor) -> None:
    zhang = signed_in(house.zhang)
    with clock.shifted(timedelta(days=-200)):
        Question.objects.create(
            user_id=zhang.user_id, dataset="d", title_zh="题", title_en="t", purpose="p", outcome="answered", asked_at=clock.now()
        )
    actions.ask(zhang, request=REQUEST)
    assert actions.forget_questions(SYSTEM) == 1
    assert actions.forget_questions(SYSTEM) == 0
    assert Question.objects.count() == 1
    assert Intake.objects.filter(type="inquiry.questions.forgotten.v1").count() == 1
    with pytest.raises(Refused):
        actions.forget_questions(zhang)


# --- standing ----------------------------------------------------------------------------------------------------


def test_standing_says_why_and_whom_to_ask(house: House) -> None:
    mine = {item.entry.name: item.standing for item in queries.listing(house.zhang)}
    assert mine["stolen_property"].may
    assert mine["stolen_property"].until is not None
    assert not mine["lost_property"].may
    assert "刑侦总队" in mine["lost_property"].next.zh
    assert [i.entry.name for i in queries.listing(house.zhang, mine=True)] == ["stolen_property"]
    assert all(not item.standing.may for item in queries.listing(house.li))
    assert [i.entry.name for i in queries.listing(house.zhang, q="beidao")] == ["stolen_property"]


def test_an_open_share_lets_everybody_ask(house: House) -> None:
    from beijiang.trust.access import actions as access

    access.set_open_share(house.zhao, dataset="lost_property", columns=("item", "found_on"), reason="方便群众认领遗失物品")
    assert {i.entry.name for i in queries.listing(house.li, mine=True)} == {"lost_property"}


def test_preview_tells_before_asking_and_leaves_no_leaf(house: House) -> None:
    before = Intake.objects.count()
    good = queries.preview(house.zhang, dataset="stolen_property", purpose="case_investigation", matter=REQUEST.matter)
    assert good.permit
    assert {rule.name: rule.mask for rule in good.columns}["owner_id"] == "last4"
    assert good.law.zh.startswith("《")
    assert good.row_cap > 0
    bad = queries.preview(house.li, dataset="stolen_property", purpose="case_investigation", matter=REQUEST.matter)
    assert not bad.permit
    assert bad.reasons
    with pytest.raises(NotFound):
        queries.preview(house.zhang, dataset="stolen_property", purpose="curiosity")
    assert Intake.objects.count() == before
