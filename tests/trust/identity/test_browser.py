"""Identity's pages in real Chromium: signing in by keyboard, the account, the directory; clean by axe, silent under the CSP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from beijiang.ui import assetmap

from .make import PASSWORD, region

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = os.environ.get("BEIJIANG_SCREENSHOTS")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian package chromium is not installed"),
    pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`"),
]


@pytest.fixture
def address(live_server: Any) -> str:
    """A served region."""
    region()
    return str(live_server.url)


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the data is there."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def open_page(browser: Browser, *, language: str = "zh-CN", width: int = 1280, dark: bool = False) -> tuple[Page, list[str]]:
    """A new person's page and what it complains of."""
    page = browser.new_context(
        viewport={"width": width, "height": 800}, locale=language, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    ).new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" and "Failed to load resource" not in m.text else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    return page, said


def check(page: Page, name: str, said: list[str]) -> None:
    """Clean by axe, silent, not wider than the screen; a picture for whoever looks."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"identity-{name}.png", full_page=True)
    faults = [f"{v['id']}: {[n['html'][:90] for n in v['nodes'][:2]]}" for v in Axe().run(page).response["violations"]]
    assert not faults, (name, faults)
    assert not said, (name, said)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is wider than the screen"


def sign_in(page: Page, address: str, username: str, password: str = PASSWORD) -> None:
    """By keyboard alone: the name has the focus."""
    page.goto(f"{address}/accounts/login/")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "width", "dark"), [("zh-CN", 1280, False), ("en-GB", 1280, False), ("zh-CN", 400, True)])
def test_the_sign_in_page(browser: Browser, address: str, language: str, width: int, dark: bool) -> None:
    page, said = open_page(browser, language=language, width=width, dark=dark)
    name = f"sign-in-{language[:2]}-{width}"
    page.goto(f"{address}/accounts/login/")
    check(page, name, said)
    sign_in(page, address, "zhang.wei", "wrong-password-here")
    check(page, f"{name}-wrong", said)
    for _ in range(5):
        sign_in(page, address, "zhang.wei", "wrong-password-here")
    check(page, f"{name}-locked", said)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_account_and_directory(browser: Browser, address: str, language: str) -> None:
    page, said = open_page(browser, language=language)
    sign_in(page, address, "wang.qiang")
    page.goto(f"{address}/accounts/")
    check(page, f"account-{language[:2]}", said)
    page.goto(f"{address}/people/")
    check(page, f"unit-{language[:2]}", said)
    page.goto(f"{address}/people/units/150103/?q=zhangwei&below=1")
    with page.expect_navigation():
        page.get_by_role("link", name="张伟").click()
    check(page, f"person-{language[:2]}", said)
    with page.expect_navigation():
        page.locator("form[action$='/link/'] button").click()
    check(page, f"link-issued-{language[:2]}", said)
    link = page.locator("[data-copy*='/accounts/link/']").get_attribute("data-copy")
    page.goto(f"{address}/people/new/")
    check(page, f"new-person-{language[:2]}", said)
    page.goto(f"{address}/accounts/logout/")
    check(page, f"sign-out-{language[:2]}", said)
    owner, heard = open_page(browser, language=language)
    owner.goto(str(link))
    check(owner, f"link-{language[:2]}", heard)
    owner.locator("input[name=password]").fill("willow-harbour-93-stone")
    owner.locator("input[name=again]").fill("willow-harbour-93-stone")
    owner.keyboard.press("Enter")
    owner.wait_for_url("**/accounts/login/")
    check(owner, f"link-done-{language[:2]}", heard)
    owner.goto(str(link))
    check(owner, f"link-gone-{language[:2]}", heard)
