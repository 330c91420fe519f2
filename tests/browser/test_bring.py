"""Bringing a file as a steward does, in real Chromium on the running product: in pieces, broken off and taken up, mapped, taken in."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]
HEADERS = ["编号", "姓名", "身份证号", "民族", "联系电话", "旗县区代码", "登记日期", "金额"]
ROWS = 120_000
FAULTS = 40


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """Some nine megabytes of invented people, a few rows with faults that cannot come in; another file every time."""
    rng, mark = random.Random(5), uuid4().hex[:8]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADERS)
    for n in range(ROWS):
        bad = n % (ROWS // FAULTS) == 7
        day = "2026-02-30" if bad else f"2026-0{rng.randint(1, 9)}-{rng.randint(10, 28)}"
        writer.writerow(
            [
                f"{mark}-{n:06d}",
                rng.choice(["张三", "李四", "王五"]),
                number(n),
                "（演示）",
                f"1000{n:07d}",
                "150103",
                day,
                f"{n % 500}.50",
            ]
        )
    path = tmp_path / f"人员登记{mark}.csv"
    path.write_text(out.getvalue(), "utf-8")
    return path


def number(serial: int) -> str:
    """An invented identity number with its right check digit."""
    first = f"15999919900101{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return first + "10X98765432"[total % 11]


def row(page: Any) -> Any:
    """The file's line in the script's list."""
    return page.locator("[data-upload-list] li").first


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_from_a_file_to_a_dataset(visit: Any, shoot: Any, axe: Any, brought: Path, tmp_path: Path, language: str, short: str) -> None:
    page = visit("sun.lei", language=language)
    page.goto("/stewardship/")
    axe(page)
    shoot(page, f"bring-{short}")
    pieces = 0

    def broken(route: Any) -> None:
        nonlocal pieces
        pieces += 1
        route.continue_() if pieces == 1 else route.abort("internetdisconnected")

    page.route("**/content*", broken)
    page.set_input_files("#files", brought)
    expect(row(page)).to_contain_text("连接中断" if short == "zh" else "the line is down", timeout=20_000)
    shoot(page, f"bring-broken-{short}")
    context = page.context
    page.close(run_before_unload=False)

    page = context.new_page()
    page.goto("/stewardship/")
    expect(page.locator("#ways")).to_contain_text(brought.name)
    shoot(page, f"bring-unfinished-{short}")
    sent: list[int] = []
    page.on("request", lambda r: sent.append(int(r.url.rsplit("offset=")[-1])) if "/content" in r.url else None)
    page.set_input_files("#files", brought)
    opened = row(page).locator("a[href*='/stewardship/drafts/']")
    expect(opened).to_be_visible(timeout=60_000)
    assert min(sent) == 4 << 20, "it went on where it stopped"
    axe(page)
    shoot(page, f"bring-sent-{short}")

    opened.click()
    expect(page.locator("#mapping")).to_be_visible(timeout=60_000)
    assert page.locator("[name=c3_keep]").count() == 0, "the special category cannot be kept"
    expect(page.locator("#c2_element")).to_have_value("GMSFHM")
    axe(page)
    shoot(page, f"draft-{short}")
    page.get_by_role("button", name="入库" if short == "zh" else "Take it in", exact=True).click()
    expect(page.locator(".alert-danger")).to_be_focused()
    shoot(page, f"draft-faults-{short}")
    name = f"people_{uuid4().hex[:8]}"
    page.fill("#f_name", name)
    page.fill("#f_title_zh", "人员登记")
    page.fill("#f_title_en", "People registered")
    page.fill("#f_owner_unit", "zhian")
    page.locator("#units option").first.wait_for(state="attached")
    page.fill("#f_owner_unit", page.locator("#units option").first.get_attribute("value"))
    page.fill("#f_retention_days", "365")
    page.get_by_role("button", name="入库" if short == "zh" else "Take it in", exact=True).click()

    expect(page.locator("#run-state")).to_be_visible(timeout=30_000)
    shoot(page, f"run-open-{short}")
    expect(page.locator("[data-rows-bad]")).to_have_text(str(FAULTS), timeout=90_000)
    expect(page.locator("#run-state .bg-green-lt")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-rows-ok]")).to_have_text(f"{ROWS - FAULTS:,}")
    axe(page)
    shoot(page, f"run-{short}")
    with page.expect_download() as download:
        page.locator("a[href$='bad-rows.csv']").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == FAULTS + 1
    assert any("2026-02-30" in cell for cell in rows[1])
    assert not any("民族" in cell for cell in rows[0])
    page.locator("a[href$='/bad-rows/']").click()
    expect(page.locator("#bad-rows tbody tr").first).to_be_visible()
    axe(page)
    shoot(page, f"bad-rows-{short}")

    page.goto(f"/stewardship/datasets/{name}/")
    axe(page)
    shoot(page, f"quality-{short}")
    for address in ("/stewardship/runs/", "/stewardship/datasets/", "/stewardship/elements/"):
        page.goto(address)
        axe(page)
        shoot(page, f"stewardship-{address.strip('/').split('/')[-1]}-{short}")


@pytest.mark.parametrize("address", ["", "runs/", "datasets/", "elements/"])
def test_on_a_phone_and_in_the_dark(visit: Any, shoot: Any, axe: Any, address: str) -> None:
    for theme, width in (("dark", 1366), ("light", 390)):
        page = visit("sun.lei", theme=theme, width=width)
        page.goto(f"/stewardship/{address}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{address} scrolls sideways at {width}"
        shoot(page, f"stewardship-{theme}-{width}-{address.strip('/') or 'bring'}")


def test_the_demonstrations_draft_waits_to_be_mapped(visit: Any, shoot: Any, axe: Any) -> None:
    page = visit("sun.lei")
    page.goto("/stewardship/")
    page.get_by_role("link", name="重点场所从业人员.csv").click()
    expect(page.locator("main")).to_contain_text("权利清单第 2 条")
    axe(page)
    shoot(page, "draft-demo")
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    shoot(page, "draft-phone")
