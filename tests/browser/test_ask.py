"""Finding and asking on the running product: the editor, a question that runs and is stopped, chart, map, phone, dark, both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.product import CASE

LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]
ENDLESS = (
    "SELECT count(*) AS n FROM stolen_property a, stolen_property b, stolen_property c "
    "WHERE a.value_yuan + b.value_yuan + c.value_yuan = 7.77"
)
TOTALS = "SELECT category, count(*) AS n FROM stolen_property GROUP BY category ORDER BY n DESC"
PLACES = "SELECT county_code, category, sum(value_yuan) AS value FROM stolen_property GROUP BY county_code, category"


def editor(page: Any, sql: str = "", path: str = "/inquiry/ask-sql/?dataset=stolen_property") -> None:
    """The SQL page, with `sql` typed into its editor."""
    page.goto(path)
    page.wait_for_selector(".cm-content")
    if sql:
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.type(sql)
        page.keyboard.press("Escape")


def run(page: Any) -> None:
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer tbody tr", timeout=30_000)


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_finding_says_by_what_and_the_page_whom_to_ask(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("li.na", language=language)
    page.goto("/inquiry/?q=shizhu")
    assert page.locator("mark").count() > 0
    axe(page)
    shoot(page, f"find-{short}")
    page.goto("/inquiry/stolen_property/")
    assert page.locator("#whom").is_visible() and "赵敏" in page.locator("section[aria-labelledby=whom]").inner_text()
    axe(page)
    shoot(page, f"dataset-not-mine-{short}")
    page.locator("main a[href*='/permissions/new/']").first.click()
    page.wait_for_url(lambda url: "/permissions/new/" in url)


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_the_editor_offers_what_may_be_named(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    editor(page)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT owner_")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    offered = page.locator(".cm-tooltip-autocomplete").inner_text()
    assert "owner_id_number" in offered and ("仅后四位" if short == "zh" else "last 4 only") in offered
    axe(page)
    shoot(page, f"sql-completion-{short}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT category\nFROM stolen_property\nWHERE status == = 1")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".cm-fault")
    axe(page)
    shoot(page, f"sql-fault-{short}")


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_a_question_runs_is_seen_elsewhere_and_is_stopped(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    editor(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-progress]:not([hidden])")
    page.wait_for_timeout(3500)
    assert re.fullmatch(r"0:0[3-9]", page.locator("[data-progress-time]").inner_text())
    axe(page)
    shoot(page, f"running-{short}")
    other = page.context.new_page()
    other.goto("/inquiry/my-questions/")
    assert other.locator("#running form button").count() == 1
    axe(other)
    shoot(other, f"questions-running-{short}")
    page.locator("[data-progress-stop]").click()
    page.wait_for_selector(".alert-danger", timeout=10_000)
    assert "lake.cancelled" in page.locator(".alert-danger").inner_text()
    assert ENDLESS in page.input_value("[name=sql]")
    axe(page)
    shoot(page, f"stopped-{short}")
    other.reload()
    assert other.locator("#running form button").count() == 0
    # One that is left behind goes on, and can be stopped without its page.
    editor(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(1500)
    page.goto("/inquiry/my-questions/")
    page.locator("#running form button").click()
    page.wait_for_load_state()
    page.wait_for_timeout(1500)
    page.goto("/inquiry/my-questions/?outcome=stopped")
    assert page.locator("#questions tbody tr").count() >= 2
    shoot(page, f"questions-{short}")


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_totals_become_a_chart(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("zhang.wei", language=language)
    editor(page, TOTALS)
    run(page)
    page.wait_for_selector("#answer-chart-panel canvas")
    page.wait_for_selector("#receipt-strip .bg-green-lt")
    axe(page)
    shoot(page, f"chart-{short}")
    page.select_option("[data-chart-kind]", "pie")
    page.wait_for_timeout(1200)
    shoot(page, f"chart-pie-{short}")
    with page.expect_download() as download:
        page.locator("button[value=xlsx]").click()
    assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en-GB", "dark")])
def test_codes_of_places_become_a_map(visit: Any, shoot: Any, axe: Any, language: str, theme: str) -> None:
    page = visit("zhang.wei", language=language, theme=theme)
    editor(page, PLACES)
    run(page)
    page.locator("[data-picture=map]").click()
    page.wait_for_selector("[data-answer-map][data-state=full]", timeout=60_000)
    assert page.locator("[data-map-legend] li").count() >= 1
    axe(page)
    page.locator("#answer-map-panel").scroll_into_view_if_needed()
    shoot(page, f"map-{theme}")


@pytest.mark.parametrize(("theme", "width"), [("dark", 1366), ("light", 390)])
def test_asking_in_the_dark_and_on_a_phone(visit: Any, shoot: Any, axe: Any, theme: str, width: int) -> None:
    page = visit("zhang.wei", theme=theme, width=width)
    for address, name in (
        ("/inquiry/?q=被盗", "find"),
        ("/inquiry/stolen_property/", "dataset"),
        ("/inquiry/my-questions/", "questions"),
    ):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), address
        shoot(page, f"{name}-{theme}-{width}")
    editor(page, TOTALS)
    axe(page)
    shoot(page, f"sql-{theme}-{width}")
    run(page)
    page.wait_for_selector("#answer-chart-panel canvas")
    page.wait_for_timeout(600)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    shoot(page, f"chart-{theme}-{width}")


def test_a_refusal_offers_names_and_an_application(visit: Any, shoot: Any, axe: Any) -> None:
    page = visit("li.na")
    editor(page, f"SELECT item_number FROM stolen_property -- {CASE}", "/inquiry/ask-sql/")
    page.select_option("[name=purpose]", "case_investigation")
    page.fill("[name=matter]", CASE)
    page.locator("button.btn-primary[value=ask]").click()
    page.locator("main a[href*='/permissions/new/']").wait_for()
    assert "赵敏" in page.locator("main").inner_text()
    axe(page)
    shoot(page, "refused-sql")
