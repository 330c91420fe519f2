"""What happens around asking, as a browser meets it: numbers, running questions, files, faults with their place, refusals with a way on."""

from __future__ import annotations

import html
import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from beijiang.flow.exchange import rules as wire
from beijiang.flow.exchange.types import AnswerColumn
from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid, Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words
from beijiang.work.inquiry.models import Question
from tests.trust.access.make import CASE

from .make import browser, refusal, reply, uuid7

if TYPE_CHECKING:
    from tests.flow.exchange.stub import StubDoor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
ASK = "/inquiry/stolen_property/ask/"
SQL = "/inquiry/ask-sql/"
GOOD = {"purpose": "case_investigation", "matter": CASE, "joined": "all", "action": "ask"}
GOOD_SQL = {"purpose": "case_investigation", "matter": CASE, "sql": "SELECT item\nFROM stolen_property", "action": "ask"}


def text(response: Any) -> str:
    return response.content.decode()


def words_of(page: str) -> Any:
    """What the editor is told."""
    return json.loads(html.unescape(page.split('data-words="')[1].split('"')[0]))


def number_on(page: str) -> str:
    return page.split('name="id" value="')[1].split('"')[0]


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "good"), [(ASK, GOOD), (SQL, GOOD_SQL)])
def test_sent_twice_it_is_asked_once(zhang: Client, door: StubDoor, address: str, good: dict[str, str]) -> None:
    number = number_on(text(zhang.get(address)))
    assert zhang.post(address, good | {"id": number}).status_code == 200
    again = zhang.post(address, good | {"id": number})
    assert again.status_code == 409 and "已经提交过" in text(again) and "inquiry.already_asked" in text(again)
    assert len(door.seen) == 1 and str(wire.read_question(door.seen[0][1]).id) == number
    fresh = number_on(text(again))
    assert fresh != number and zhang.post(address, good | {"id": fresh}).status_code == 200


def test_a_file_may_be_asked_for_again_from_the_same_page(zhang: Client, door: StubDoor) -> None:
    number = number_on(text(zhang.get(ASK)))
    assert [zhang.post(ASK, GOOD | {"id": number, "action": kind}).status_code for kind in ("csv", "csv", "xlsx")] == [200, 200, 200]
    assert len(door.seen) == 3 and Question.objects.filter(as_file="csv").count() == 2
    assert [wire.read_question(body).as_file for _, body in door.seen] == ["csv", "csv", "xlsx"]


def test_a_number_that_is_none_asks_nothing(zhang: Client, door: StubDoor) -> None:
    assert zhang.post(ASK, GOOD | {"id": "nonsense"}).status_code == 422
    assert zhang.post(SQL, GOOD_SQL | {"id": "x" * 500}).status_code == 422
    assert door.seen == []


# --- while it runs -----------------------------------------------------------------------------------------------


def running(house: House, **values: Any) -> Question:
    given = {
        "title_zh": "被盗物品",
        "title_en": "Stolen property",
        "dataset": "stolen_property",
        "purpose": "case_investigation",
        "outcome": "running",
    }
    return Question.objects.create(id=uuid7(), user_id=house.zhang.user_id, asked_at=clock.now(), **given | values)


def test_it_is_seen_on_other_pages_and_can_be_stopped_without_scripts(zhang: Client, house: House, door: StubDoor) -> None:
    row = running(house)
    door.content = json.dumps({"state": "running", "share": 0.4, "elapsed_ms": 900}).encode()
    page = text(zhang.get("/inquiry/my-questions/"))
    assert "正在执行" in page and "40%" in page and f"/inquiry/my-questions/{row.id}/stop/" in page
    assert 'hx-get="/inquiry/my-questions/running/"' in page, "the list follows by itself"
    for address in (ASK, SQL):
        assert "您有 1 次提问正在执行" in text(zhang.get(address))
    door.content = b'{"stopped": true}'
    answer = zhang.post(f"/inquiry/my-questions/{row.id}/stop/", follow=True)
    assert "已要求停止" in text(answer)
    assert any(target.endswith(f"{row.id}/stop") for target in door.targets)


def test_its_progress_as_the_page_asks_for_it(zhang: Client, house: House, door: StubDoor) -> None:
    row = running(house)
    door.content = json.dumps({"state": "waiting", "share": None, "elapsed_ms": 900}).encode()
    told = zhang.get(f"/inquiry/my-questions/{row.id}/progress/").json()
    assert told["outcome"] == "running" and told["waiting"] is True and told["share"] is None
    Question.objects.filter(id=row.id).update(outcome="answered", ended_at=clock.now())
    assert zhang.get(f"/inquiry/my-questions/{row.id}/progress/").json()["outcome"] == "answered"
    door.content = b'{"stopped": false}'
    stopped = zhang.post(f"/inquiry/my-questions/{row.id}/stop/", headers={"accept": "application/json"})
    assert stopped.json() == {"stopped": False}


def test_somebody_elses_question_is_not_there(zhang: Client, house: House, door: StubDoor) -> None:
    row, other = running(house), browser(house.li)
    assert other.get(f"/inquiry/my-questions/{row.id}/progress/").status_code == 404
    assert other.post(f"/inquiry/my-questions/{row.id}/stop/").status_code == 404
    assert str(row.id) not in text(other.get("/inquiry/my-questions/")) and door.seen == []
    assert zhang.get(f"/inquiry/my-questions/{row.id}/stop/").status_code == 405


def test_stopping_needs_the_forms_token(house: House, zhang: Client, door: StubDoor) -> None:
    row = running(house)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = zhang.cookies
    assert strict.post(f"/inquiry/my-questions/{row.id}/stop/").status_code == 403 and door.seen == []


def test_when_the_door_is_away_the_list_still_stands(zhang: Client, house: House, door: StubDoor) -> None:
    row = running(house)
    door.problem = Unavailable("lake.worker_away", Words("不可用", "Away"), Words("引擎不可用。", "The engine is away."))
    assert zhang.get("/inquiry/my-questions/").status_code == 200
    assert zhang.get(f"/inquiry/my-questions/{row.id}/progress/").json()["share"] is None
    assert zhang.post(f"/inquiry/my-questions/{row.id}/stop/").status_code == 503


def test_one_that_was_stopped_brings_the_form_back(zhang: Client, door: StubDoor) -> None:
    door.problem = Conflict("lake.cancelled", Words("提问已停止", "Stopped"), Words("您停止了这次查询。", "You stopped it."))
    answer = zhang.post(SQL, GOOD_SQL)
    assert answer.status_code == 409 and "您停止了这次查询" in text(answer) and "FROM stolen_property" in text(answer)
    door.problem = Conflict("lake.cancelled", Words("提问已停止", "Stopped"), None, receipt="01a2106e-ef54-7250-b0ff-083c5acc1ed0")
    assert 'href="/inquiry/receipts/01a2106e-ef54-7250-b0ff-083c5acc1ed0/"' in text(zhang.post(SQL, GOOD_SQL))
    assert "已停止" in text(zhang.get("/inquiry/my-questions/"))


def test_the_list_is_narrowed_by_its_form(zhang: Client, door: StubDoor) -> None:
    zhang.post(ASK, GOOD)
    zhang.post(SQL, GOOD_SQL)
    both = text(zhang.get("/inquiry/my-questions/", {"dataset": "stolen_property"}))
    assert both.count("question=") == 2
    assert text(zhang.get("/inquiry/my-questions/", {"way": "sql"})).count("question=") == 1
    assert "没有符合筛选的提问" in text(zhang.get("/inquiry/my-questions/", {"outcome": "refused"}))
    assert text(zhang.get("/inquiry/my-questions/", {"since": "2000-01-01"})).count("question=") == 2
    for bad in ({"since": "nonsense"}, {"outcome": "x"}, {"dataset": "x" * 500}, {"way": "x"}):
        assert zhang.get("/inquiry/my-questions/", bad).status_code == 200


# --- faults of SQL -----------------------------------------------------------------------------------------------


def test_a_fault_says_where_it_is(zhang: Client, door: StubDoor) -> None:
    door.problem = Invalid(
        "lake.sql_unreadable", Words("无法读懂", "Unreadable"), Words("语法有误（3:7）。", "There is a syntax error (3:7).")
    )
    page = text(zhang.post(SQL, GOOD_SQL))
    assert 'data-line="3" data-column="7"' in page and "语法有误（3:7）" in page
    door.problem = Invalid("lake.sql_refused", Words("不允许", "Not allowed"), Words("不支持。", "Not supported."))
    assert 'data-line="" data-column=""' in text(zhang.post(SQL, GOOD_SQL))
    assert Question.objects.count() == 0


def test_lines_of_the_text_stay_where_they_were(zhang: Client, door: StubDoor) -> None:
    zhang.post(SQL, GOOD_SQL | {"sql": "\r\n\r\n  SELECT item\r\nFROM stolen_property"})
    assert wire.read_question(door.seen[-1][1]).sql == "\n\n  SELECT item\nFROM stolen_property"


@pytest.mark.parametrize("problem", [TooLarge("lake.sql_too_long"), Unavailable("exchange.busy"), Unavailable("lake.timeout")])
def test_other_ends_keep_the_text(zhang: Client, door: StubDoor, problem: Any) -> None:
    door.problem = problem
    answer = zhang.post(SQL, GOOD_SQL)
    assert answer.status_code == problem.status and "FROM stolen_property" in text(answer) and problem.code in text(answer)


@pytest.mark.parametrize("sql", ["SELECT 1 " + "x" * 1_000_000, "(" * 60_001])
def test_a_text_beyond_every_limit_is_not_sent(zhang: Client, door: StubDoor, sql: str) -> None:
    answer = zhang.post(SQL, GOOD_SQL | {"sql": sql})
    assert answer.status_code == 422 and "SQL 过长" in text(answer) and door.seen == []


def test_names_follow_the_purpose(zhang: Client, house: House) -> None:
    page = text(zhang.get("/inquiry/ask-sql/names/", {"purpose": "case_investigation", "matter": CASE}))
    words = words_of(page)
    assert [t["name"] for t in words["tables"]] == ["stolen_property"]
    assert {"name": "owner_id", "title": "失主证件号", "type": "文本", "mask": "last4"} in words["tables"][0]["columns"]
    other = text(browser(house.li).get("/inquiry/ask-sql/names/", {"purpose": "case_investigation", "matter": CASE}))
    assert "没有您可以提问的数据集" in other and words_of(other)["tables"] == []
    assert "选好目的后" in text(zhang.get("/inquiry/ask-sql/names/"))


# --- answers -----------------------------------------------------------------------------------------------------


def test_an_answer_over_several_datasets_lists_them(zhang: Client, door: StubDoor) -> None:
    door.reply = reply(dataset="stolen_property, lost_property", title=Words("被盗物品、遗失物", "Stolen property, Lost property"))
    page = text(zhang.post(SQL, GOOD_SQL))
    assert 'href="/inquiry/stolen_property/"' in page and 'href="/inquiry/lost_property/"' in page
    mine = text(zhang.get("/inquiry/my-questions/"))
    assert "被盗物品、遗失物" in mine
    assert text(zhang.get(SQL, {"question": str(Question.objects.get().id)})).count("FROM stolen_property") == 1


def test_columns_tell_the_pictures_what_they_are(zhang: Client, door: StubDoor) -> None:
    columns = (AnswerColumn("county", Words("区划", "County"), "text"), AnswerColumn("n", Words("件数", "Number"), "integer"))
    door.reply = replace(reply(), columns=columns, rows=(("150103", 4), ("150702", None)))
    page = text(zhang.post(ASK, GOOD | {"t_function": ["count"], "t_column": [""], "group_by": ["county"]}))
    assert 'data-name="n" data-title="件数" data-type="integer"' in page and 'data-totals="1"' in page
    assert 'data-totals=""' in text(zhang.post(SQL, GOOD_SQL))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_spreadsheet_carries_its_receipt(house: House, door: StubDoor, language: str) -> None:
    columns = (
        AnswerColumn("item", Words("物品", "=HYPERLINK(1)"), "text"),
        AnswerColumn("n", Words("件数", "Number"), "integer"),
        AnswerColumn("v", Words("价值", "Value"), "decimal"),
    )
    rows = (
        ("=cmd|'/c calc'!A1", 5, "12.50"),
        ("https://example.org/x", -3, None),
        ("150103199001010015", 12345678901234567890, "0.1"),
        ("a\x00\x1bb" + "字" * 40_000, None, "1e3"),
        (True, None, None),
    )
    door.reply = replace(reply(), columns=columns, rows=rows)
    answer = browser(house.zhang, language).post(ASK, GOOD | {"action": "xlsx"})
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats") and answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].endswith('.xlsx"')
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    data, source = (book.get_sheet_by_index(n).to_python() for n in (0, 1))
    receipt = str(door.reply.receipt)
    assert receipt in data[0][0] and data[-1][0] == data[0][0] and "张伟" in data[0][0]
    assert data[2][0] == "=cmd|'/c calc'!A1" and data[2][1:] == [5.0, 12.5]
    assert data[4][:2] == ["150103199001010015", "12345678901234567890"], "long numbers stay as they are"
    assert len(data[5][0]) == 32_767
    told = {str(line[0]): str(line[1]) for line in source}
    assert receipt in told.values() and any("zhang.wei" in value for value in told.values())
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet.lower(), "nothing in it is run or followed"
        assert receipt in sheet, "on every printed page"
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]
    assert Question.objects.get().as_file == "xlsx"


# --- refusals ----------------------------------------------------------------------------------------------------


def refused_for(*codes: str, dataset: str = "stolen_property") -> Refused:
    words = Words("不行。", "No.")
    return Refused(codes[0], None, words, receipt=str(uuid7()), dataset=dataset, reasons=[{"code": code, "words": words} for code in codes])


def test_a_refusal_offers_to_apply_filled_in(zhang: Client, door: StubDoor) -> None:
    door.problem = refusal()
    page = text(zhang.post(ASK, GOOD | {"columns": ["item", "owner_id"]}))
    assert (
        f"/permissions/new/?dataset=stolen_property&amp;purpose=case_investigation&amp;matter={CASE}&amp;columns=item&amp;columns=owner_id"
        in page
    )
    assert f"/access/break-glass/?dataset=stolen_property&amp;purpose=case_investigation&amp;matter={CASE}" in page
    assert "赵敏" in page and "刑侦总队" in page


@pytest.mark.parametrize(
    ("codes", "dataset", "said"),
    [
        (("access.no_joint_basis",), "stolen_property, lost_property", "dataset=stolen_property&amp;dataset=lost_property"),
        (("access.grant_not_live",), "stolen_property", "我的授权"),
        (("access.dataset_unknown",), "no_such", "在目录中查找"),
        (("exchange.budget_spent",), "stolen_property", "赵敏"),
        (("access.matter_missing",), "stolen_property", "修改提问"),
        (("lake.revoked_midway",), "stolen_property", "修改提问"),
        (("something.new",), "", "修改提问"),
    ],
)
def test_every_refusal_has_a_way_on(zhang: Client, door: StubDoor, codes: tuple[str, ...], dataset: str, said: str) -> None:
    door.problem = refused_for(*codes, dataset=dataset)
    answer = zhang.post(SQL, GOOD_SQL)
    assert answer.status_code == 403 and said in text(answer) and "接下来可以" in text(answer)


def test_pages_stand_without_the_room_of_applications(zhang: Client, door: StubDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.urls import NoReverseMatch, reverse

    def without(name: str, *args: Any, **kwargs: Any) -> str:
        if name.startswith("permissions:"):
            raise NoReverseMatch(name)
        return str(reverse(name, *args, **kwargs))

    monkeypatch.setattr("beijiang.work.inquiry.views.common.reverse", without)
    assert "/permissions/" not in text(zhang.get("/inquiry/lost_property/")).split("<main")[1]
    door.problem = refusal()
    page = text(zhang.post(ASK, GOOD))
    assert "/permissions/new/" not in page.split("<main")[1] and "修改提问" in page
