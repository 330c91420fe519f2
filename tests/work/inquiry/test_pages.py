"""Pages as a browser meets them, in both languages, with and without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client

from beijiang.flow.exchange import rules as wire
from beijiang.flow.exchange.types import Aggregate, And, Compare, Like, Order
from beijiang.kernel.errors import Invalid, Unavailable
from beijiang.trust.audit import actions as audit
from beijiang.work.inquiry.models import Question
from tests.trust.access.make import CASE

from .make import browser, refusal, reply

if TYPE_CHECKING:
    from tests.flow.exchange.stub import StubDoor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
ASK = "/inquiry/stolen_property/ask/"
GOOD = {"purpose": "case_investigation", "matter": CASE, "joined": "all", "action": "ask"}
PAGES = (
    "/inquiry/",
    "/inquiry/?q=shizhu&grade=sensitive",
    "/inquiry/stolen_property/",
    "/inquiry/lost_property/",
    ASK,
    "/inquiry/ask-sql/",
    f"/inquiry/ask-sql/names/?purpose=case_investigation&matter={CASE}",
    "/inquiry/my-questions/",
    "/inquiry/my-questions/running/",
)


def text(response: Any) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", [*PAGES, f"/inquiry/receipts/{UUID(int=5)}/", "/inquiry/stolen_property/preview/"])
def test_nobody_sees_a_page_without_signing_in(house: House, client: Client, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages_without_inline_scripts_or_styles(house: House, door: StubDoor, language: str) -> None:
    client = browser(house.zhang, language)
    seen = [text(client.get(path)) for path in PAGES]
    seen.append(text(client.post(ASK, GOOD)))
    seen.append(text(client.get(f"/inquiry/receipts/{door.reply.receipt}/")))
    door.problem = refusal()
    seen.append(text(client.post(ASK, GOOD)))
    for page in seen:
        assert not re.search(r"\sstyle=|<script>|\son\w+=|javascript:", page)
        assert "None" not in re.sub(r"<[^>]+>", "", page).replace("None chosen", "")
    if language == "en":
        for page in seen:
            whole = page[page.index("<main") : page.index("</main>")] if "<main" in page else page
            main = re.sub(r"<[^>]+>", "", whole)
            assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"物品\d|赵敏|张伟", "", main)), re.findall(
                r"[^\n]*[\u4e00-\u9fff][^\n]*", main
            )[:3]


def test_the_directory_says_what_one_may_ask(zhang: Client) -> None:
    page = text(zhang.get("/inquiry/"))
    assert "被盗物品" in page
    assert "200,000" in page
    assert "可以提问：授权至" in page
    assert "请向数据所有单位刑侦总队申请授权" in page
    found = text(zhang.get("/inquiry/", {"q": "beidaowupin"}))
    assert "被盗物品" in found
    assert "遗失物" not in found[found.index("<main") :]
    none = text(zhang.get("/inquiry/", {"q": "没有的"}))
    assert "没有符合的数据集" in none
    assert zhang.get("/inquiry/", {"grade": "secret"}).status_code == 200


def test_a_dataset_page_says_how_columns_are_shown(zhang: Client, house: House) -> None:
    page = text(zhang.get("/inquiry/stolen_property/"))
    assert "仅后四位" in page
    assert "特殊类别" in page
    assert "赵敏" in page
    other = text(browser(house.li).get("/inquiry/stolen_property/"))
    assert "不能提问" in other
    assert zhang.get("/inquiry/nothing/").status_code == 404


def test_the_form_starts_from_the_grant_and_names_the_article(zhang: Client) -> None:
    page = text(zhang.get(ASK))
    assert f'value="{CASE}"' in page
    assert "刑事诉讼法" in page
    assert re.search(r'name="columns" value="nation"[^>]*disabled', page)
    assert "bj-basis" in page


def test_asking_shows_rows_masks_basis_and_receipt(zhang: Client, door: StubDoor) -> None:
    answer = zhang.post(ASK, GOOD | {"columns": ["item", "owner_id"]})
    page = text(answer)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert all(said in page for said in ("物品0", "***1234", "仅后四位", "凭授权", "办理刑事案件", str(door.reply.receipt), "等待入日志"))
    assert f'hx-get="/inquiry/receipts/{door.reply.receipt}/card/?strip=1"' in page
    assert "data-table-csv" not in page, "rows leave as a file with their watermark only"
    sent = wire.read_question(door.seen[-1][1])
    assert (sent.dataset, sent.columns, sent.purpose, sent.matter) == ("stolen_property", ("item", "owner_id"), "case_investigation", CASE)
    assert Question.objects.count() == 1


def test_conditions_totals_and_order_reach_the_door(zhang: Client, door: StubDoor) -> None:
    zhang.post(
        ASK,
        GOOD
        | {
            "c_column": ["item", "stolen_on", ""],
            "c_op": ["contains", ">=", "="],
            "c_value": ["手机", "2026-01-02", ""],
            "order": "item",
            "descending": "on",
            "limit": "9",
        },
    )
    sent = wire.read_question(door.seen[-1][1])
    assert sent.where == And((Like("item", "%手机%"), Compare("stolen_on", ">=", __import__("datetime").date(2026, 1, 2))))
    assert (sent.order_by, sent.limit) == ((Order("item", True),), 9)
    zhang.post(ASK, GOOD | {"group_by": ["county"], "t_function": ["count", ""], "t_column": ["", ""], "order": "#1"})
    sent = wire.read_question(door.seen[-1][1])
    assert (sent.columns, sent.group_by, sent.aggregates, sent.order_by) == (
        ("county",),
        ("county",),
        (Aggregate("count", None, "count"),),
        (Order("count"),),
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"purpose": ""}, "请选择使用目的"),
        ({"purpose": "curiosity"}, "请从清单中选择使用目的"),
        ({"matter": ""}, "须写明案件"),
        ({"columns": ["nothing"]}, "不在清单内"),
        ({"c_column": ["stolen_on"], "c_op": ["="], "c_value": ["明天"]}, "应为日期"),
        ({"c_column": ["item"], "c_op": ["="], "c_value": [""]}, "请填写"),
        ({"c_column": [""], "c_op": ["="], "c_value": ["x"]}, "没有选列"),
        ({"c_column": ["item", "unit"], "c_op": ["="], "c_value": ["x"]}, "不在清单内"),
        ({"group_by": ["county"]}, "至少选一项汇总"),
        ({"t_function": ["sum"], "t_column": [""]}, "只有计数"),
        ({"limit": "0"}, "1"),
        ({"order": "#1"}, "没有汇总"),
        ({"t_function": ["exec"], "t_column": ["item"]}, "汇总须选"),
        ({"c_column": ["item"] * 25, "c_op": ["="] * 25, "c_value": ["x"] * 25}, "最多 20 条"),
    ],
)
def test_forms_that_are_not_asked_keep_what_was_typed(zhang: Client, door: StubDoor, change: dict[str, Any], said: str) -> None:
    answer = zhang.post(ASK, GOOD | {"columns": ["item"]} | change)
    page = text(answer)
    assert answer.status_code == 422
    assert said in page
    assert door.seen == []
    if "columns" not in change:
        assert re.search(r'name="columns" value="item" checked', page)


def test_adding_a_condition_and_coming_back_ask_nothing(zhang: Client, door: StubDoor) -> None:
    page = text(zhang.post(ASK, GOOD | {"action": "add", "c_column": ["item"], "c_op": ["="], "c_value": ["手机"]}))
    assert page.count('name="c_value"') == 3
    assert 'value="手机"' in page
    assert "invalid-feedback" not in page
    again = text(zhang.post(ASK, {"action": "edit", "purpose": "", "matter": ""}))
    assert "请选择使用目的" not in again
    assert door.seen == []


def test_preview_fragment(zhang: Client, house: House) -> None:
    good = text(zhang.get("/inquiry/stolen_property/preview/", {"purpose": "case_investigation", "matter": CASE}))
    assert "bj-basis" in good
    assert "hx-swap-oob" in good
    assert "<html" not in good
    bad = text(zhang.get("/inquiry/stolen_property/preview/", {"purpose": "case_investigation", "matter": "A0"}))
    assert "alert-warning" in bad
    assert zhang.get("/inquiry/stolen_property/preview/", {"purpose": "curiosity"}).status_code == 200
    assert zhang.get("/inquiry/stolen_property/preview/").status_code == 200


def test_a_refusal_is_a_page_with_reasons_and_what_to_do(zhang: Client, door: StubDoor) -> None:
    door.problem = refusal()
    answer = zhang.post(ASK, GOOD | {"c_column": ["item"], "c_op": ["="], "c_value": ["手机"]})
    page = text(answer)
    assert answer.status_code == 403
    assert "没有可以查询该数据集的授权" in page
    assert "请向刑侦总队申请授权" in page
    bar = page[page.index('class="bj-basis') :].split("</section>")[0]
    assert "办理刑事案件" in bar, "the bar says for which purpose it was asked"
    assert "未获准许" in bar
    assert f"/inquiry/receipts/{door.problem.extra['receipt']}/" in page
    assert 'name="c_value" value="手机"' in page


@pytest.mark.parametrize(("problem", "status"), [(Unavailable("lake.worker_away"), 503), (Invalid("lake.sql_refused"), 422)])
def test_when_it_cannot_be_answered_the_form_is_kept(zhang: Client, door: StubDoor, problem: Any, status: int) -> None:
    door.problem = problem
    answer = zhang.post(ASK, GOOD | {"c_column": ["item"], "c_op": ["="], "c_value": ["手机"]})
    assert answer.status_code == status
    assert 'value="手机"' in text(answer)
    assert problem.code in text(answer)


def test_no_rows_and_cut_off_rows_say_so(zhang: Client, door: StubDoor) -> None:
    door.reply = reply(rows=0)
    assert "没有符合条件的行" in text(zhang.post(ASK, GOOD))
    door.reply = reply(rows=3, truncated=True)
    assert "只显示前 3 行" in text(zhang.post(ASK, GOOD))


def test_values_are_escaped(zhang: Client, door: StubDoor) -> None:
    evil = "<script>alert(1)</script>"
    door.reply = reply(rows=0)
    from dataclasses import replace

    door.reply = replace(door.reply, rows=((evil, '"><img src=x onerror=alert(1)>', None),))
    page = text(zhang.post(ASK, GOOD | {"c_column": ["item"], "c_op": ["="], "c_value": [evil]}))
    assert evil not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_csv_is_a_watermarked_file_of_its_own_use(zhang: Client, door: StubDoor) -> None:
    answer = zhang.post(ASK, GOOD | {"action": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    body = answer.content.decode("utf-8-sig")
    assert body.count(str(door.reply.receipt)) == 2
    assert "张伟" in body
    assert Question.objects.count() == 1


def test_sql_by_the_same_door(zhang: Client, door: StubDoor) -> None:
    page = text(zhang.get("/inquiry/ask-sql/", {"dataset": "stolen_property"}))
    assert "FROM stolen_property" in page
    answer = zhang.post(
        "/inquiry/ask-sql/", {"purpose": "case_investigation", "matter": CASE, "sql": "SELECT item FROM stolen_property", "action": "ask"}
    )
    assert "物品0" in text(answer)
    assert wire.read_question(door.seen[-1][1]).sql == "SELECT item FROM stolen_property"
    assert zhang.post("/inquiry/ask-sql/", {"purpose": "case_investigation", "matter": CASE, "sql": " "}).status_code == 422
    door.problem = refusal()
    assert zhang.post("/inquiry/ask-sql/", {"purpose": "case_investigation", "matter": CASE, "sql": "SELECT 1"}).status_code == 403
    assert zhang.get("/inquiry/ask-sql/", {"question": "nonsense", "dataset": "nothing"}).status_code == 200


def test_my_questions_and_asking_again(zhang: Client, door: StubDoor, house: House) -> None:
    assert "还没有提问" in text(zhang.get("/inquiry/my-questions/"))
    zhang.post(ASK, GOOD | {"columns": ["item"], "c_column": ["item"], "c_op": ["contains"], "c_value": ["手机"]})
    row = Question.objects.get()
    page = text(zhang.get("/inquiry/my-questions/"))
    assert f"question={row.id}" in page
    assert str(row.receipt)[:13] in page
    again = text(zhang.get(ASK, {"question": str(row.id)}))
    assert re.search(r'name="columns" value="item" checked', again)
    assert re.search(r'<option value="contains" selected>', again)
    assert "手机" not in again
    # Somebody else's question is not theirs to ask again.
    assert 'value="item" checked' not in text(browser(house.li).get(ASK, {"question": str(row.id)}))
    assert zhang.get("/inquiry/my-questions/", {"cursor": "nonsense"}).status_code == 422


def test_a_receipt_is_pending_then_sealed_with_its_proof(zhang: Client, house: House) -> None:
    from django.db import transaction

    from beijiang.work.inquiry.events import QuestionsForgotten
    from tests.flow.exchange.make import SYSTEM

    with transaction.atomic():
        number = audit.record(
            SYSTEM, QuestionsForgotten(before=__import__("datetime").datetime(2026, 1, 1, tzinfo=__import__("datetime").UTC), count=1)
        )
    waiting = text(zhang.get(f"/inquiry/receipts/{number}/card/"))
    assert "hx-trigger" in waiting
    audit.sequence()
    page = text(zhang.get(f"/inquiry/receipts/{number}/"))
    assert "已入日志" in page
    assert "c2sp.org/tlog-proof@v1" in page
    assert "hx-trigger" not in text(zhang.get(f"/inquiry/receipts/{number}/card/"))
    assert zhang.get(f"/inquiry/receipts/{UUID(int=5)}/").status_code == 404


def test_forms_need_their_token(house: House, door: StubDoor) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    strict.cookies = browser(house.zhang).cookies
    assert strict.post(ASK, GOOD).status_code == 403
    assert door.seen == []
