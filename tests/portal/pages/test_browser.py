"""The shell and the home page in real Chromium: drawn, usable by keyboard, clean by axe, silent under the policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from beijiang.kernel import todo
from beijiang.kernel.words import Words
from beijiang.ui import assetmap
from tests.trust.identity import make

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian package chromium is not installed"),
    pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`"),
]


@pytest.fixture
def address(live_server: Any) -> str:
    """A served region with people in it and one thing to do."""
    region = make.region()
    todo.put("t1", Words("复核紧急授权", "Review an emergency grant"), "/", user_id=region.ids["zhang.wei"], loud=True)
    return str(live_server.url)


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the data is there: Django's ORM and Playwright do not share a thread's loop."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Seen(list[str]):
    """What the page complained of."""


def sign_in(browser: Browser, address: str, *, language: str = "zh-CN", colours: str = "light", width: int = 1280) -> tuple[Page, Seen]:
    """Sign in as a person does, by the form."""
    page = browser.new_context(
        viewport={"width": width, "height": 800},
        locale=language,
        color_scheme=colours,  # type: ignore[arg-type]
        reduced_motion="reduce",
    ).new_page()
    seen = Seen()
    page.on("console", lambda said: seen.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(f"{address}/")
    assert "/accounts/login/" in page.url
    page.fill("input[name=login]", "zhang.wei")
    page.fill("input[name=password]", make.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("[data-map][data-state]", timeout=30_000)
    return page, seen


def faults(page: Page) -> list[str]:
    """What axe finds, in short."""
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("language", "colours", "width"), [("zh-CN", "light", 1280), ("en-US", "dark", 1280), ("zh-CN", "dark", 360)])
def test_home_is_drawn_accessible_and_silent(browser: Browser, address: str, language: str, colours: str, width: int) -> None:
    page, seen = sign_in(browser, address, language=language, colours=colours, width=width)
    assert page.get_attribute("[data-map]", "data-state") == "full"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_attribute("html", "data-bs-theme") == colours
    # The Chinese of the page comes from the bundled font, not from what the machine happens to have.
    assert page.evaluate("[...document.fonts].some(f => f.family.includes('Noto Sans SC') && f.status === 'loaded')")
    page.wait_for_timeout(300)
    assert faults(page) == []
    assert seen == []


def test_the_map_is_not_blank_names_places_and_moves_from_the_list(browser: Browser, address: str) -> None:
    page, _ = sign_in(browser, address)
    colours = page.evaluate("""() => {
        const canvas = document.querySelector("[data-map] canvas"), copy = document.createElement("canvas");
        copy.width = canvas.width; copy.height = canvas.height;
        const context = copy.getContext("2d"); context.drawImage(canvas, 0, 0);
        const data = context.getImageData(0, 0, copy.width, copy.height).data, found = new Set();
        for (let i = 0; i < data.length; i += 16) found.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
        return found.size;
    }""")
    assert colours > 200
    page.click("[data-map-show='150103']")
    page.wait_for_function("document.querySelector('[data-map-name]').textContent === '呼和浩特市 · 回民区'")


def test_language_and_theme_are_switched_and_the_page_is_kept(browser: Browser, address: str) -> None:
    page, seen = sign_in(browser, address)
    page.goto(f"{address}/search/?q=abc")
    page.click("button[lang=en]")
    assert page.url == f"{address}/search/?q=abc"
    assert page.get_attribute("html", "lang") == "en"
    page.click("[aria-label='Light or dark']")
    page.click("[data-theme-set=dark]")
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    page.wait_for_timeout(300)
    assert faults(page) == []
    assert seen == []
    page.goto(f"{address}/nowhere/")
    assert faults(page) == []


def test_the_keyboard_reaches_search_help_and_rooms(browser: Browser, address: str) -> None:
    page, _ = sign_in(browser, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "bj-skip"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/search/")
