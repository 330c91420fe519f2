"""Applying and deciding as people live it, in both languages, by mouse and by keyboard, on a phone too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.test_apply import CASE, PURPOSE, REASON, clean  # noqa: F401

if TYPE_CHECKING:
    from tests.product import Product

LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]
NEW = f"/permissions/new/?dataset=stolen_property&matter={CASE}"


def settled(page: Any) -> None:
    page.wait_for_load_state("networkidle")


def fits(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "the page scrolls sideways"


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_apply_decide_and_look_after_it(product: Product, visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("li.na", language=language)
    page.goto(NEW)
    axe(page)
    page.select_option("select[name=purpose]", PURPOSE)
    page.wait_for_selector("#preview :text('245'), #preview :text('二百四十五')")
    for column in ("item_number", "category", "status", "county_code", "owner_id_number", "owner_phone"):
        page.check(f"input[name=columns][value='stolen_property.{column}']")
    page.wait_for_selector("#preview :text('1380*******')")
    page.fill("textarea[name=reason]", REASON)
    assert re.search(r"\d{2}", page.locator("#reason-count").inner_text()), "the characters are counted"
    settled(page)
    axe(page)
    shoot(page, f"apply-{short}")
    page.locator("button[value=send]:not(.visually-hidden)").click()
    page.wait_for_url(re.compile(r"/permissions/[0-9a-f-]{36}/"))
    address = page.url
    axe(page)
    shoot(page, f"application-{short}")

    chief = visit("wu.rina", language=language)
    chief.goto("/permissions/queue/")
    axe(chief)
    shoot(chief, f"queue-{short}")
    chief.goto(address)
    chief.uncheck("input[name=columns][value='stolen_property.owner_id_number']")
    chief.fill("input[name=days]", "10")
    chief.fill("textarea[name=note]", "ID numbers are not needed here" if short == "en" else "暂不需要证件号码")
    axe(chief)
    shoot(chief, f"decide-{short}")
    chief.locator("button.btn-primary[value=approve]").click()
    settled(chief)
    assert chief.locator(".alert-success").is_visible()

    owner = visit("zhao.min", language=language)
    owner.goto(address)
    axe(owner)
    owner.locator("button.btn-primary[value=approve]").click()
    settled(owner)
    axe(owner)
    shoot(owner, f"granted-{short}")
    owner.goto("/access/owned/")
    owner.locator("tr", has_text="李娜").first.locator("summary").click()
    axe(owner)
    shoot(owner, f"owned-{short}")

    page.goto("/permissions/")
    assert page.locator("[data-countdown]").first.is_visible()
    axe(page)
    shoot(page, f"permissions-{short}")
    page.locator("a", has_text=re.compile("续期|Renew")).first.click()
    settled(page)
    assert page.is_checked("input[name=columns][value='stolen_property.owner_phone']")
    assert not page.is_checked("input[name=columns][value='stolen_property.owner_id_number']")
    axe(page)


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_asked_back_and_by_a_substitute(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    page.goto("/permissions/")
    axe(page)
    page.locator("a[href*='/permissions/0']").first.click()
    settled(page)
    assert page.get_by_text("王强（代 李敏）").first.is_visible()
    axe(page)
    shoot(page, f"asked-back-{short}")
    page.locator("a[href$='/amend/']").first.click()
    settled(page)
    axe(page)
    shoot(page, f"amend-{short}")
    page.goto("/accounts/substitutes/")
    axe(page)
    away = visit("li.min", language=language)
    away.goto("/accounts/substitutes/")
    axe(away)
    shoot(away, f"substitutes-{short}")


def test_the_form_by_keyboard_alone(visit: Any) -> None:
    """Every choice is reached by Tab and made by the keyboard; nothing is sent with what is missing."""
    page = visit("li.na")
    page.goto(NEW)
    page.focus("select[name=purpose]")
    page.keyboard.type("返还")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    for _ in range(60):
        if page.evaluate("document.activeElement.name === 'columns'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked")
    page.focus("input[name=days]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.matches('[role=alert]')"), "the faults get the focus"
    assert page.locator("input[name=columns]:checked").count() == 1, "what was ticked is still ticked"
    assert "/permissions/new/" in page.url


def test_areas_are_found_by_typing_and_all_columns_ticked_at_once(visit: Any) -> None:
    page = visit("li.na")
    page.goto(NEW)
    page.fill("#areas-filter", "150725")
    shown = page.locator("[data-area]:visible")
    page.wait_for_function("document.querySelectorAll('[data-area]:not([hidden])').length < 6")
    assert 1 <= shown.count() <= 3
    page.locator("[data-tick]").first.click()
    total = page.locator("input[name=columns]:not(:disabled)").count()
    assert page.locator("input[name=columns]:checked").count() == total > 5


@pytest.mark.parametrize(
    ("who", "address", "name"),
    [
        ("zhang.wei", "/permissions/", "permissions"),
        ("li.na", NEW, "apply"),
        ("zhao.min", "/permissions/queue/", "queue"),
        ("zhao.min", "/access/owned/", "owned"),
        ("zhang.wei", "/access/mine/", "grants"),
        ("li.min", "/accounts/substitutes/", "substitutes"),
    ],
)
def test_pages_in_the_dark_and_on_a_phone(visit: Any, shoot: Any, axe: Any, who: str, address: str, name: str) -> None:
    for theme, width in (("dark", 1366), ("light", 390)):
        page = visit(who, theme=theme, width=width)
        page.goto(address)
        settled(page)
        axe(page)
        fits(page)
        shoot(page, f"{theme}-{width}-{name}")


def test_a_decision_on_a_phone(visit: Any, shoot: Any, axe: Any) -> None:
    page = visit("zhao.min", width=390)
    page.goto("/permissions/queue/")
    page.locator("a.btn-primary", has_text="审批").first.click()
    settled(page)
    axe(page)
    fits(page)
    shoot(page, "light-390-decide")
