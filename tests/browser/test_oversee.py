"""The auditor's pages as she uses them: find, count, check, take away; and nothing that ranks people."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.product import CASE, Product

LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]
SQL = "SELECT category, brand, status FROM stolen_property LIMIT 20"


@pytest.fixture(scope="module", autouse=True)
def _asked(product: Product) -> None:
    """Uses and refusals to look at."""
    for username, times in (("zhang.wei", 3), ("li.na", 2)):
        with product.bearer(username) as api:
            for _ in range(times):
                api.post("/api/v1/inquiry/ask", json={"sql": SQL, "purpose": "case_investigation", "case": CASE})
    time.sleep(2.5)


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_uses_with_numbers_and_filters(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("chen.jing", language=language)
    page.goto("/audit/")
    page.wait_for_selector("#numbers")
    page.wait_for_timeout(800)
    axe(page)
    shoot(page, f"uses-{short}")
    # One click narrows the list to the refusals; the address keeps it; one more gives it back.
    page.locator("#numbers section").first.get_by_role("link").nth(1).click()
    page.wait_for_selector("#numbers")
    assert "outcome=refused" in page.url
    body = page.locator("table.bj-table").last.inner_text()
    assert "李娜" in body and "张伟" not in body
    assert "access." not in body, "reasons stand in words, not as codes"
    axe(page)
    shoot(page, f"uses-refused-{short}")
    page.locator("#chips a").first.click()
    page.wait_for_load_state()
    assert "outcome=" not in page.url


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_by_person_in_the_order_of_names(visit: Any, shoot: Any, axe: Any, language: str, short: str) -> None:
    page = visit("chen.jing", language=language)
    page.goto("/audit/?dataset=stolen_property")
    page.locator("#tabs a").nth(1).click()
    page.wait_for_selector("#groups")
    names = page.locator("#groups tbody td:first-child").all_inner_texts()
    assert names.index("李娜") < names.index("张伟")
    assert page.locator("#groups thead .table-sort").count() == 1, "people sort by name alone"
    page.wait_for_selector("#numbers")
    axe(page)
    shoot(page, f"uses-by-person-{short}")
    page.get_by_role("link", name="张伟").click()
    page.wait_for_load_state()
    assert "person=" in page.url and "李娜" not in page.locator("table.bj-table").last.inner_text()


def test_a_proof_in_one_click(visit: Any, shoot: Any, axe: Any) -> None:
    page = visit("chen.jing")
    page.goto("/audit/?outcome=done&dataset=stolen_property")
    page.locator("a[href$='#proof']").first.click()
    page.wait_for_selector("#proof[data-verdict=ok]")
    assert page.locator("[data-step=grown]").get_attribute("data-result") == "ok"
    axe(page)
    shoot(page, "proof-zh")
    page.locator("a[href*='matter=']").first.click()
    page.wait_for_load_state()
    assert "matter=" in page.url and page.locator("table.bj-table tbody tr").count() >= 1


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_a_bundle_is_made_fetched_and_verified(visit: Any, shoot: Any, axe: Any, tmp_path: Path, language: str, short: str) -> None:
    page = visit("chen.jing", language=language)
    page.goto("/audit/?dataset=stolen_property")
    page.wait_for_selector("#numbers")
    page.fill("textarea[name=reason]", "核查本周被盗物品数据的使用")
    page.locator("#take form button").click()
    page.wait_for_url("**/audit/exports/")
    page.wait_for_selector("a[href$='.zip']", timeout=60_000)
    page.wait_for_timeout(500)
    axe(page)
    shoot(page, f"bundles-{short}")
    with page.expect_download() as download:
        page.locator("a[href$='.zip']").first.click()
    bundle = tmp_path / "bundle.zip"
    download.value.save_as(bundle)
    with page.expect_download() as download:
        page.locator("a[href$='verify.py']").first.click()
    program = tmp_path / "verify.py"
    download.value.save_as(program)
    done = subprocess.run([sys.executable, "-I", program, bundle], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VERIFIED" in done.stdout and "intact" in done.stdout


def test_the_list_as_csv(visit: Any, tmp_path: Path) -> None:
    page = visit("chen.jing")
    page.goto("/audit/?outcome=refused")
    with page.expect_download() as download:
        page.locator("#take a[download]").click()
    path = tmp_path / "list.csv"
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8-sig")
    assert "李娜" in text and "被盗" in text


@pytest.mark.parametrize("address", ["/audit/", "/audit/?by=person", "/audit/log/", "/audit/exports/", "/audit/checks/", "/audit/mine/"])
def test_in_the_dark_and_on_a_phone(visit: Any, shoot: Any, axe: Any, address: str) -> None:
    for theme, width in (("dark", 1366), ("light", 390)):
        page = visit("chen.jing", theme=theme, width=width)
        page.goto(address)
        page.wait_for_timeout(1200)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{address} scrolls sideways at {width}"
        shoot(page, f"{theme}-{width}{address.replace('/', '-').replace('?', '-').replace('=', '-')}")


def test_nobody_else_comes_in(visit: Any) -> None:
    page = visit("zhang.wei")
    for address in ("/audit/", "/audit/exports/", "/audit/checks/", "/audit/uses.csv"):
        assert page.goto(address).status == 403
    assert page.goto("/audit/mine/").status == 200
