"""The pages that the guides picture, as the guides say one gets there. Pictures go where BEIJIANG_SCREENSHOTS says.

Whether the pages are accessible is for their own rooms' tests; here each must open and hold what the guide names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.product import CASE

LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]
both = pytest.mark.parametrize(("language", "short"), LANGUAGES)
PURPOSE = "case_investigation"
FILE = """物品编号,物品类别,品牌,失主身份证号,被盗日期,颜色
W0001,自行车,凤凰,15010319900101001X,2026-11-01,黑
W0002,手机,华为,150103198505050018,2026-11-02,白
W0003,电动车,雅迪,15010319770707002X,2026年11月3日,红
W0004,手机,小米,150103199202020035,2026-11-40,蓝
"""


@both
def test_an_officer_finds_and_applies(visit: Any, shoot: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    page.goto("/inquiry/?q=jidongche")
    assert page.locator("a[href='/inquiry/vehicle_registrations/']").count()
    shoot(page, f"find-{short}")
    page.goto("/inquiry/stolen_property/")
    shoot(page, f"dataset-{short}")
    page.goto(f"/permissions/new/?dataset=vehicle_registrations&purpose={PURPOSE}&matter={CASE}")
    page.wait_for_timeout(800)
    shoot(page, f"apply-{short}")
    page.goto("/permissions/")
    shoot(page, f"permissions-{short}")


@both
def test_an_officer_asks_in_sql_and_draws(visit: Any, shoot: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    page.goto("/inquiry/ask-sql/")
    page.select_option("select[name=purpose]", PURPOSE)
    matter = page.locator("[name=matter]").first
    matter.select_option(CASE) if matter.evaluate("e => e.tagName") == "SELECT" else matter.fill(CASE)
    sql = "SELECT category, status, count(*) AS n FROM stolen_property GROUP BY category, status ORDER BY n DESC"
    editor = page.locator(".cm-content")
    if editor.count():
        editor.first.click()
        page.keyboard.insert_text(sql)
        page.keyboard.press("Escape")
    else:
        page.fill("textarea[name=sql]", sql)
    page.wait_for_timeout(400)
    shoot(page, f"sql-{short}")
    page.locator("main form button[value=ask]:not(.visually-hidden)").first.click()
    page.wait_for_selector("#answer tbody tr, table tbody tr", timeout=30_000)
    page.get_by_role("button", name="图表" if short == "zh" else "Chart").first.click()
    page.wait_for_selector("main canvas")
    page.wait_for_timeout(1500)
    page.evaluate("window.scrollTo(0, 0)")
    shoot(page, f"chart-{short}")


@both
@pytest.mark.parametrize(("username", "role"), [("wang.qiang", "chief"), ("zhao.min", "owner")])
def test_those_who_decide(visit: Any, shoot: Any, username: str, role: str, language: str, short: str) -> None:
    page = visit(username, language=language)
    page.goto("/permissions/queue/")
    shoot(page, f"queue-{role}-{short}")
    waiting = page.locator("main table a[href^='/permissions/']")
    if waiting.count():
        waiting.first.click()
        page.wait_for_load_state()
        shoot(page, f"decide-{role}-{short}")
    if role == "owner":
        page.goto("/access/owned/")
        shoot(page, f"owned-{short}")
    page.goto("/accounts/substitutes/")
    if page.locator("main form").count():
        shoot(page, f"substitutes-{role}-{short}")


@both
def test_a_steward_brings_a_file(visit: Any, shoot: Any, tmp_path: Path, language: str, short: str) -> None:
    page = visit("sun.lei", language=language)
    page.goto("/stewardship/")
    shoot(page, f"bring-{short}")
    path = tmp_path / f"found_{short}.csv"
    path.write_text(FILE, encoding="gb18030")
    page.set_input_files("input[type=file]", str(path))
    send = page.locator("main form button[type=submit]:visible")
    if send.count():
        send.first.click()
    page.wait_for_selector("main a[href^='/stewardship/drafts/']", timeout=60_000)
    page.locator("main a[href^='/stewardship/drafts/']").first.click()
    page.wait_for_selector("#mapping", timeout=60_000)
    shoot(page, f"draft-{short}")
    page.goto("/stewardship/runs/")
    page.locator("main table a[href^='/stewardship/runs/']").last.click()
    page.wait_for_load_state()
    shoot(page, f"run-{short}")
    page.goto("/stewardship/datasets/stolen_property/")
    shoot(page, f"dataset-steward-{short}")
    page.goto("/stewardship/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("main a[href^='/stewardship/drafts/']").first.click()
    page.wait_for_selector("button[value=drop]")
    page.locator("button[value=drop]").click()
    page.locator("#confirm button[value=yes]").click()
    page.wait_for_url("**/stewardship/")


@both
def test_what_the_other_guides_picture(visit: Any, shoot: Any, language: str, short: str) -> None:
    for username, address, name in (
        ("zhang.wei", "/access/break-glass/", "break-glass"),
        ("wang.qiang", "/people/", "unit"),
        ("admin", "/people/new/", "new-account"),
    ):
        page = visit(username, language=language)
        assert page.goto(address).status == 200, address
        page.wait_for_timeout(500)
        shoot(page, f"{name}-{short}")
