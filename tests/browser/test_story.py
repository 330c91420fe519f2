"""The first story as people live it, in both languages, with screenshots that somebody looks at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.product import CASE

LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_sign_in(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit(language=language)
    axe(page)
    shoot(page, f"sign-in-{short}")
    page.fill("input[name=login]", "zhang.wei")
    page.fill("input[name=password]", "wrong password here")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    assert page.locator("[role=alert], .alert, .invalid-feedback").first.is_visible()
    shoot(page, f"sign-in-wrong-{short}")


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_an_officer_asks_and_gets_a_receipt(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    page.wait_for_selector("canvas", timeout=20000)
    page.wait_for_timeout(1500)
    axe(page)
    shoot(page, f"home-{short}")
    page.goto("/inquiry/")
    axe(page)
    shoot(page, f"directory-{short}")
    page.goto("/inquiry/stolen_property/")
    axe(page)
    shoot(page, f"dataset-{short}")
    page.goto("/inquiry/stolen_property/ask/")
    page.select_option("select[name=purpose]", "case_investigation")
    page.fill("input[name=matter], select[name=matter]", CASE) if page.locator("input[name=matter]").count() else page.select_option(
        "select[name=matter]", CASE
    )
    for column in ("category", "brand", "stolen_on", "status", "owner_name", "owner_id_number"):
        page.check(f"input[name=columns][value={column}]")
    axe(page)
    shoot(page, f"ask-{short}")
    page.locator("button[value=ask]:not(.visually-hidden)").first.click()
    page.wait_for_selector("#answer tbody tr, table tbody tr")
    page.wait_for_selector("#receipt-strip .bg-green-lt")
    axe(page)
    shoot(page, f"answer-{short}")
    link = page.locator("a[href*='/inquiry/receipts/']").first
    link.click()
    page.wait_for_load_state()
    page.wait_for_timeout(2500)
    page.reload()
    axe(page)
    shoot(page, f"receipt-{short}")


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_a_colleague_is_refused_with_a_way_on(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("li.na", language=language)
    page.goto("/inquiry/stolen_property/ask/")
    page.select_option("select[name=purpose]", "case_investigation")
    page.locator("[name=matter]").fill(CASE)
    page.locator("button[value=ask]:not(.visually-hidden)").first.click()
    page.wait_for_selector("#next")
    assert page.locator("main").inner_text()
    axe(page)
    shoot(page, f"refused-{short}")


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_an_auditor_checks_a_proof_on_the_page(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("chen.jing", language=language)
    page.goto("/audit/")
    axe(page)
    shoot(page, f"log-{short}")
    page.goto("/audit/?dataset=stolen_property&outcome=done")
    page.locator("a[href*='/audit/entries/']").first.click()
    page.wait_for_load_state()
    page.wait_for_timeout(1500)
    axe(page)
    shoot(page, f"log-entry-{short}")


@pytest.mark.parametrize(
    "address", ["/", "/inquiry/", "/inquiry/my-questions/", "/inquiry/ask-sql/", "/access/mine/", "/accounts/", "/search/?q=huimin"]
)
def test_pages_in_the_dark_and_on_a_phone(visit: Any, shoot: Any, axe: Any, address: str) -> None:
    for theme, width in (("dark", 1366), ("light", 390)):
        page = visit("zhang.wei", theme=theme, width=width)
        page.goto(address)
        page.wait_for_timeout(600)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{address} scrolls sideways at {width}"
        shoot(page, f"{theme}-{width}{address.split('?')[0].replace('/', '-')}")


def test_the_administrators_pages(visit: Any, shoot: Any, axe: Any) -> None:
    page = visit("admin")
    for address, name in (("/people/", "people"), ("/people/units/150103000000/", "units")):
        page.goto(address)
        axe(page)
        shoot(page, name)
