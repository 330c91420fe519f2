"""Inquiry in real Chromium: usable by keyboard and on a phone, accessible, silent under the policy; and without JavaScript."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from beijiang.trust.identity import actions as identity
from beijiang.ui import assetmap
from tests.flow.exchange.make import SYSTEM
from tests.trust.access.make import CASE

from .make import PASSWORD, refusal

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
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            locale="zh-CN",
            java_script_enabled=scripted,
            viewport={"width": 1280, "height": 900},
            base_url=live_server.url,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        opened = context.new_page()
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "status of 4" not in said.text else None)
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
    page.wait_for_load_state("networkidle")
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
    page.wait_for_load_state("networkidle")
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
    page.wait_for_load_state("networkidle")
    sound(page, "narrow-answer")
