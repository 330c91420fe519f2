"""Every component in real Chromium, in both themes: usable, accessible, and silent under the policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from beijiang.ui import assetmap

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian package chromium is not installed"),
    pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`"),
]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, settings: Any, live_server: Any) -> Iterator[Page]:
    """The gallery, open; the test fails at its end if the page complained of anything."""
    settings.ROOT_URLCONF = "tests.ui.gallery"
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        context = browser.new_context(
            locale="zh-CN",
            color_scheme=request.param,
            reduced_motion="reduce",
            accept_downloads=True,
            viewport={"width": 1280, "height": 900},
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened = context.new_page()
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(f"{live_server.url}/gallery/")
        opened.wait_for_load_state("networkidle")
        yield opened
        browser.close()
    assert complaints == []


def column(page: Page, n: int) -> list[str]:
    """The cells of a column as the table shows them now."""
    return page.locator(f"#demo tbody tr td:nth-child({n})").all_inner_texts()


def test_components_work_and_are_accessible(page: Page) -> None:
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert", "the error summary has the focus"

    # The table: pages, sorts numbers as numbers and Chinese by pinyin, filters, exports what it shows.
    assert column(page, 1) == [str(n) for n in range(1, 11)]
    page.click("[data-page-next]")
    assert column(page, 1)[0] == "11"
    page.click("#demo th:nth-child(1) button")
    page.click("#demo th:nth-child(1) button")
    assert column(page, 1)[:3] == ["35", "34", "33"]
    assert page.get_attribute("#demo th:nth-child(1)", "aria-sort") == "descending"
    page.click("#demo th:nth-child(2) button")
    names = column(page, 2)
    assert names == sorted(names, key=["-5", "=1+1", "包头", "赤峰", "乌海"].index)
    page.fill("[data-table-filter]", "包头")
    assert set(column(page, 2)) == {"包头"}
    assert page.inner_text("[data-table-count]") == "7 / 35 行"
    page.fill("[data-table-filter]", "没有这个")
    assert page.locator("[data-table-none]").is_visible()
    page.fill("[data-table-filter]", "=1+1")
    with page.expect_download() as download:
        page.click("[data-table-csv]")
    written = Path(download.value.path()).read_text("utf-8-sig")
    assert written.count("'=1+1") == 7, "a spreadsheet must not run a cell"

    # Copying, clocks, the chart, htmx.
    page.click(".bj-copy button >> nth=1")
    assert page.evaluate("navigator.clipboard.readText()") == "ab" * 32
    assert page.inner_text(".bj-countdown >> nth=0").startswith("00:09:")
    assert page.inner_text(".bj-countdown >> nth=1").startswith("已超时 03:0")
    assert page.locator(".bj-chart canvas").count() == 1
    page.click("#load")
    page.wait_for_selector("#came")
    assert page.title() != "run"

    # Nothing goes out before it is confirmed.
    page.fill("#id_matter", "A1")
    page.check("#id_sure")
    page.check("#id_kind_0")
    page.click("#send")
    assert page.inner_text("#confirm-text") == "真的删除吗？"
    page.click("#confirm button[value=no]")
    assert page.url.endswith("/gallery/")
    page.click("#send")
    with page.expect_navigation():
        page.click("#confirm button[value=yes]")
    assert page.inner_text("body") == "sent"
