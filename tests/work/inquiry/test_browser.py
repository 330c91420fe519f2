"""Inquiry in real Chromium: usable by keyboard and on a phone, accessible, silent under the policy; and without JavaScript."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from beijiang.flow.exchange import rules as wire
from beijiang.flow.exchange.types import AnswerColumn
from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words
from beijiang.trust.identity import actions as identity
from beijiang.ui import assetmap
from tests.flow.exchange.make import SYSTEM
from tests.trust.access.make import CASE

from .make import PASSWORD, refusal, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.flow.exchange.stub import StubDoor
    from tests.trust.access.make import House

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = os.environ.get("BEIJIANG_SCREENSHOTS")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian package chromium is not installed"),
    pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`"),
]
ASK = "/inquiry/stolen_property/ask/"


@pytest.fixture
def house(transactional_db: None) -> House:
    """The region, visible to the server's threads."""
    from .make import region

    return region()


@pytest.fixture
def page(request: pytest.FixtureRequest, live_server: Any, house: House, door: StubDoor) -> Iterator[Page]:
    """张伟, signed in, with and without JavaScript; at the end nothing may have been complained of."""
    scripted = getattr(request, "param", "script") == "script"
    assert house.zhang.user_id is not None
    identity.set_password(SYSTEM, user_id=house.zhang.user_id, password=PASSWORD)
    complaints: list[str] = []
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"]
        )
        context = browser.new_context(
            locale="zh-CN",
            java_script_enabled=scripted,
            viewport={"width": 1280, "height": 900},
            base_url=live_server.url,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        opened = context.new_page()
        opened.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "status of 4" not in said.text and "net::ERR_FAILED" not in said.text
                else None
            ),
        )
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto("/accounts/login/")
        opened.fill("[name=login]", "zhang.wei")
        opened.fill("[name=password]", PASSWORD)
        opened.press("[name=password]", "Enter")
        opened.wait_for_load_state("networkidle")
        opened.scripted = scripted  # type: ignore[attr-defined]
        yield opened
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    assert complaints == []


def sound(page: Page, name: str) -> None:
    """No accessibility fault, no sideways scrolling; a picture if pictures are wanted."""
    if page.scripted:  # type: ignore[attr-defined]
        found = Axe().run(page)
        faults = [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]]
        assert faults == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"inquiry-{name}.png", full_page=True)


BOTH = pytest.mark.parametrize("page", ["script", "plain"], indirect=True)


@BOTH
def test_from_the_directory_to_the_receipt(page: Page, door: StubDoor) -> None:
    page.goto("/inquiry/")
    sound(page, "directory")
    page.fill("main [name=q]", "beidao")
    page.press("main [name=q]", "Enter")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="被盗物品", exact=True).click()
    sound(page, "dataset")
    page.locator("a.btn-primary", has_text="提问").click()
    sound(page, "ask")
    page.check("[name=columns][value=item]")
    page.select_option("[name=c_column] >> nth=0", "item")
    page.select_option("[name=c_op] >> nth=0", "contains")
    page.fill("[name=c_value] >> nth=0", "手机")
    page.get_by_role("button", name="再加一个条件").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("[name=c_value]").count() == 3
    assert page.locator("[name=c_value]").first.input_value() == "手机"
    assert page.is_checked("[name=columns][value=item]")
    page.press("[name=c_value] >> nth=0", "Enter")
    page.wait_for_selector("#answer tbody tr")
    assert "物品0" in page.inner_text("main")
    assert str(door.reply.receipt) in page.inner_text("main")
    assert page.locator(".bj-basis").inner_text().count("办理刑事案件") == 1
    sound(page, "answer")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 CSV（带水印）").click()
    assert "张伟" in Path(download.value.path()).read_text("utf-8-sig")
    page.goto("/inquiry/my-questions/")
    sound(page, "questions")
    page.get_by_role("link", name="再次提问").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("[name=c_value]").first.input_value() == ""
    page.goto(f"/inquiry/receipts/{door.reply.receipt}/")
    sound(page, "receipt")


def test_a_refusal_can_be_acted_on(page: Page, door: StubDoor) -> None:
    door.problem = refusal()
    page.goto(ASK)
    page.locator("button.btn-primary", has_text="提问").click()
    page.get_by_text("这次提问未获准许").wait_for()
    assert "请向刑侦总队申请授权" in page.inner_text("main")
    sound(page, "refused")
    page.get_by_role("button", name="修改提问").click()
    page.wait_for_load_state("networkidle")
    assert page.input_value("[name=matter]") == CASE


@BOTH
def test_the_basis_follows_the_purpose(page: Page) -> None:
    if not page.scripted:  # type: ignore[attr-defined]
        page.goto(ASK)
        page.fill("[name=matter]", "A0")
        page.get_by_role("button", name="查看依据").click()
    else:
        page.goto(ASK)
        assert "bj-none" not in (page.locator(".bj-basis").get_attribute("class") or "")
        page.fill("[name=matter]", "A0")
        page.press("[name=matter]", "Tab")
    page.locator(".bj-basis.bj-none").wait_for(timeout=5000)
    assert page.locator("#preview .alert-warning").count() == 1
    sound(page, "no-basis")


def test_sql_and_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    for path, name in (("/inquiry/", "narrow-directory"), (ASK, "narrow-ask"), ("/inquiry/ask-sql/?dataset=stolen_property", "narrow-sql")):
        page.goto(path)
        sound(page, name)
    page.locator("button.btn-primary", has_text="提问").click()
    page.wait_for_selector("#answer tbody tr")
    sound(page, "narrow-answer")


# --- pictures, files, the editor ---------------------------------------------------------------------------------

COUNTIES = ("150102", "150103", "150104", "150105", "150702", "150721", "150304", "152501", "150602", "152201")


def counted(door: StubDoor) -> None:
    """Make the door answer with totals by county, one of them unknown to the map."""
    columns = (AnswerColumn("county", Words("区划", "County"), "text"), AnswerColumn("n", Words("件数", "Number"), "integer"))
    rows = tuple((code, 7 * n + 3) for n, code in enumerate(COUNTIES)) + (("159999", 5), (None, 1))
    door.reply = replace(reply(), columns=columns, rows=rows)


def test_totals_open_as_a_chart_and_go_onto_the_map(page: Page, door: StubDoor) -> None:
    counted(door)
    page.goto(ASK)
    page.locator("summary", has_text="汇总").click()
    page.select_option("#id_group_by", "county")
    page.select_option("[name=t_function] >> nth=0", "count")
    page.locator("button.btn-primary", has_text="提问").click()
    page.wait_for_selector("#answer tbody tr")
    page.wait_for_selector("#answer-chart-panel canvas")
    assert page.locator("[data-chart-said]").inner_text() == "区划 · 件数"
    for kind in ("line", "pie", "bar"):
        page.select_option("[data-chart-kind]", kind)
        assert page.locator("#answer-chart-panel canvas").count() == 1
    page.select_option("[data-chart-y]", "")
    assert page.locator("[data-chart-said]").inner_text() == "区划 · 行数"
    sound(page, "chart")
    page.locator("[data-picture=chart]").click()
    assert page.locator("#answer-chart-panel").is_hidden()
    page.locator("[data-picture=map]").click()
    page.wait_for_selector("[data-answer-map][data-state=full]", timeout=60_000)
    legend = page.locator("[data-map-legend]").inner_text()
    assert "个区域" in legend and "2 行的代码不在地图上" in legend
    page.locator("#answer-map-panel summary").click()
    assert "回民区 10" in page.locator("[data-map-list]").inner_text()
    sound(page, "map")
    page.select_option("[data-map-y]", "0")
    assert "1 · 10 个区域" in page.locator("[data-map-legend]").inner_text()
    assert page.locator("#answer tbody tr").count() == 12, "the table stays"


def test_coordinates_become_points(page: Page, door: StubDoor) -> None:
    columns = (
        AnswerColumn("item", Words("物品", "Item"), "text"),
        AnswerColumn("lon", Words("经度", "Longitude"), "number"),
        AnswerColumn("lat", Words("纬度", "Latitude"), "number"),
    )
    door.reply = replace(
        reply(), columns=columns, rows=tuple((f"物品{n}", 111.6 + n / 10, 40.8 + n / 20) for n in range(9)) + (("无", None, None),)
    )
    page.goto(ASK)
    page.locator("button.btn-primary", has_text="提问").click()
    page.wait_for_selector("#answer tbody tr")
    page.locator("[data-picture=map]").click()
    page.wait_for_selector("[data-answer-map][data-state=full]", timeout=60_000)
    assert "9 个点" in page.locator("[data-map-legend]").inner_text()
    sound(page, "points")


def test_an_answer_without_anything_to_draw_offers_nothing(page: Page, door: StubDoor) -> None:
    door.reply = reply(rows=1)
    page.goto(ASK)
    page.locator("button.btn-primary", has_text="提问").click()
    page.wait_for_selector("#answer tbody tr")
    assert page.locator("[data-pictures]").is_hidden()


def write(page: Page, text: str) -> None:
    """Type into the editor, in the place of what stands there."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_the_editor_completes_runs_and_points_at_faults(page: Page, door: StubDoor) -> None:
    page.goto("/inquiry/ask-sql/?dataset=stolen_property")
    page.wait_for_selector(".cm-content")
    sound(page, "editor")
    write(page, "SELECT own")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    shown = page.locator(".cm-tooltip-autocomplete").inner_text()
    assert "owner_id" in shown and "失主证件号 · 文本 · 仅后四位" in shown
    sound(page, "completion")
    page.wait_for_timeout(200)
    page.keyboard.press("Tab")
    assert page.input_value("[name=sql]") == "SELECT owner_id"
    page.keyboard.type(" FROM sto")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    assert "lost_property" not in page.locator(".cm-tooltip-autocomplete").inner_text(), "what is not permitted is not offered"
    page.wait_for_timeout(200)  # the editor takes no completion in the moment in which it appears
    page.keyboard.press("Enter")
    assert page.input_value("[name=sql]") == "SELECT owner_id FROM stolen_property"
    page.keyboard.type(" s WHERE s.")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    assert "nation" not in page.locator(".cm-tooltip-autocomplete").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.type("item = 'x'")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer tbody tr")
    asked = wire.read_question([body for _, body in door.seen if body][-1])
    assert asked.sql == "SELECT owner_id FROM stolen_property s WHERE s.item = 'x'" and asked.id is not None
    door.problem = Invalid(
        "lake.sql_unreadable", Words("无法读懂", "Unreadable"), Words("语法有误（2:8）。", "There is a syntax error (2:8).")
    )
    page.get_by_role("button", name="修改提问").click()
    page.wait_for_selector(".cm-content")
    write(page, "SELECT item\nFROM one two three")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".cm-fault")
    assert page.locator(".cm-fault").inner_text() == "one" and page.locator(".cm-line").count() == 2
    sound(page, "fault")
    # Nobody is caught in the editor.
    page.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "ask"


def test_completion_follows_the_purpose(page: Page) -> None:
    page.goto("/inquiry/ask-sql/?dataset=stolen_property")
    page.wait_for_selector(".cm-content")
    page.select_option("[name=purpose]", "missing_person")
    page.get_by_text("没有您可以提问的数据集").wait_for()
    assert "bj-none" in (page.locator(".bj-basis").get_attribute("class") or "")
    write(page, "SELECT own")
    page.wait_for_timeout(500)
    assert page.locator(".cm-tooltip-autocomplete", has_text="owner_id").count() == 0
    page.select_option("[name=purpose]", "case_investigation")
    page.locator("#sql-names code", has_text="owner_id").wait_for()
    write(page, "SELECT own")
    page.locator(".cm-tooltip-autocomplete", has_text="owner_id").wait_for()


def test_sql_stays_in_this_browser_and_asks_again(page: Page, door: StubDoor) -> None:
    page.goto("/inquiry/ask-sql/?dataset=stolen_property")
    page.wait_for_selector(".cm-content")
    write(page, "SELECT item FROM stolen_property WHERE item = '王小明的手机'")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer tbody tr")
    page.goto("/inquiry/my-questions/")
    page.get_by_role("link", name="再次提问").first.click()
    page.wait_for_selector(".cm-content")
    assert page.input_value("[name=sql]") == "SELECT item FROM stolen_property WHERE item = '王小明的手机'"
    assert "王小明的手机" in page.locator(".cm-content").inner_text()
    page.goto("/inquiry/ask-sql/?dataset=stolen_property")
    page.locator("[data-memory-list] button").first.click()
    assert "王小明的手机" in page.input_value("[name=sql]")
    sound(page, "memory")
    page.locator("[data-memory-clear]").click()
    assert page.locator("[data-memory-list] li").count() == 0
    page.locator("[data-memory-on]").uncheck()
    write(page, "SELECT item FROM stolen_property")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer tbody tr")
    assert '"items":[]' in page.evaluate("localStorage.getItem(Object.keys(localStorage).find((k) => k.startsWith('bj:sql:')))")


def test_pressed_twice_it_is_asked_once_and_a_lost_line_says_so(page: Page, door: StubDoor) -> None:
    page.goto(ASK)
    page.evaluate(
        "() => { const b = document.querySelector('button.btn-primary[value=ask]'); b.click(); b.click(); b.form.requestSubmit(b); }"
    )
    page.wait_for_selector("#answer tbody tr")
    assert len([1 for _, body in door.seen if body]) == 1
    page.goto(ASK)
    page.route("**/inquiry/stolen_property/ask/", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    page.locator("button.btn-primary", has_text="提问").click()
    page.get_by_text("没有收到答复").wait_for()
    assert page.locator("[data-progress-state]").inner_text() == "连接中断"
    page.unroute("**/inquiry/stolen_property/ask/")
    page.locator("button.btn-primary", has_text="提问").click()
    page.wait_for_selector("#answer tbody tr")


@BOTH
def test_files_leave_with_their_mark(page: Page, door: StubDoor) -> None:
    page.goto(ASK)
    for name, ending in (("直接导出 CSV", "csv"), ("直接导出 XLSX", "xlsx"), ("直接导出 CSV", "csv")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename.endswith(ending)
    assert len(door.seen) == 3
