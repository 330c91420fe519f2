"""The upload script in real Chromium: pieces, a closed page, a lost line, an ended sign-in, a folder let fall; by keyboard and on a phone."""

from __future__ import annotations

import importlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from beijiang.kernel.types import Actor
from beijiang.trust.identity import actions as identity
from beijiang.ui import assetmap
from beijiang.work.stewardship import actions, queries
from beijiang.work.stewardship.adapters import spool
from tests.flow.exchange.make import SYSTEM
from tests.work.inquiry.make import PASSWORD

from .make import CareDoor, draft, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = os.environ.get("BEIJIANG_SCREENSHOTS")
PIECE = 1 << 16
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian package chromium is not installed"),
    pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`"),
]
JOBS = Actor.system("stewardship")
expect.set_options(timeout=20_000)


@pytest.fixture
def house(transactional_db: None) -> Any:
    """The region, visible to the server's threads."""
    from tests.work.inquiry.make import region

    return region()


@pytest.fixture
def context(
    request: pytest.FixtureRequest, live_server: Any, sun: Actor, door: CareDoor, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BrowserContext]:
    """孙磊's browser; at the end no script may have failed."""
    monkeypatch.setattr(importlib.import_module("beijiang.work.stewardship.views.bring"), "CHUNK", PIECE)
    scripted = getattr(request, "param", "script") == "script"
    assert sun.user_id is not None
    identity.set_password(SYSTEM, user_id=sun.user_id, password=PASSWORD)
    complaints: list[str] = []
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        made = browser.new_context(
            locale="zh-CN",
            java_script_enabled=scripted,
            viewport={"width": 1280, "height": 900},
            base_url=live_server.url,
            reduced_motion="reduce",
        )
        made.set_default_timeout(15_000)
        made.on("weberror", lambda error: complaints.append(str(error.error)))
        made.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "Content Security" in said.text else None)
        sign_in(made.new_page()).close()
        yield made
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    assert complaints == []


def sign_in(page: Page) -> Page:
    """By the sign-in page."""
    page.goto("/accounts/login/")
    page.fill("[name=login]", "sun.lei")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The page where files are brought."""
    made = context.new_page()
    made.goto("/stewardship/")
    return made


def sound(page: Page, name: str) -> None:
    """No accessibility fault, no sideways scrolling; a picture if pictures are wanted."""
    found = Axe().run(page)
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found.response["violations"]] == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"stewardship-{name}.png", full_page=True)


def file(folder: Path, name: str = "people.csv", pieces: float = 6) -> Path:
    """A file of so many pieces."""
    path = folder / name
    path.write_bytes(os.urandom(int(PIECE * pieces)))
    return path


def carried(files: int = 1) -> None:
    """The background takes so many files, as soon as they are whole."""
    end = time.monotonic() + 20
    while files > 0 and time.monotonic() < end:
        files -= actions.carry_on(JOBS)
        time.sleep(0.05)
    assert files <= 0


def row(page: Page, name: str = "people.csv") -> Any:
    """A file's line in the script's list."""
    return page.locator("[data-upload-list] li", has_text=name)


def test_a_file_comes_in_pieces_and_becomes_a_draft(page: Page, door: CareDoor, tmp_path: Path) -> None:
    sound(page, "bring")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url.rsplit("offset=")[-1]) if "/content" in r.url else None)
    path = file(tmp_path, pieces=3.5)
    page.set_input_files("#files", path)
    expect(row(page)).to_contain_text("已传完")
    carried()
    expect(row(page)).to_contain_text("已送入")
    sound(page, "bring-sent")
    assert sent == [str(PIECE * n) for n in range(4)]
    assert door.files == [path.read_bytes()]
    expect(page.locator("#ways")).to_contain_text("people.csv")
    row(page).get_by_role("link", name="打开草稿").click()
    expect(page.locator("h1")).to_have_text("people.csv")
    sound(page, "draft")


def test_a_page_closed_half_way_goes_on_where_it_stopped(
    context: BrowserContext, page: Page, door: CareDoor, sun: Actor, tmp_path: Path
) -> None:
    path = file(tmp_path)
    count = 0

    def slow(route: Any) -> None:
        nonlocal count
        count += 1
        route.continue_() if count <= 3 else route.abort()  # the fourth piece never leaves

    page.route("**/content*", slow)
    page.set_input_files("#files", path)
    expect(row(page)).to_contain_text("连接中断")
    page.close(run_before_unload=False)
    assert queries.uploads(sun)[0].received == 3 * PIECE
    again = context.new_page()
    again.goto("/stewardship/")
    expect(again.locator("#ways")).to_contain_text("请再次选择这个文件")
    sound(again, "bring-unfinished")
    sent: list[str] = []
    again.on("request", lambda r: sent.append(r.url.rsplit("offset=")[-1]) if "/content" in r.url else None)
    again.set_input_files("#files", path)
    expect(row(again)).to_contain_text("已传完")
    carried()
    expect(row(again)).to_contain_text("已送入")
    assert sent == [str(PIECE * n) for n in (3, 4, 5)]
    assert door.files == [path.read_bytes()]


def test_a_lost_line_is_waited_for(context: BrowserContext, page: Page, door: CareDoor, tmp_path: Path) -> None:
    path = file(tmp_path)
    lost = 0

    def flaky(route: Any) -> None:
        nonlocal lost
        lost += 1
        route.abort("internetdisconnected") if lost in (2, 4) else route.continue_()

    page.route("**/content*", flaky)
    page.set_input_files("#files", path)
    expect(row(page)).to_contain_text("连接中断")
    expect(row(page)).to_contain_text("已传完", timeout=20_000)
    carried()
    expect(row(page)).to_contain_text("已送入")
    assert door.files == [path.read_bytes()]


def test_a_piece_damaged_on_its_way_or_sent_twice_does_no_harm(page: Page, door: CareDoor, tmp_path: Path) -> None:
    path = file(tmp_path)
    count = 0

    def bent(route: Any) -> None:
        nonlocal count
        count += 1
        if count == 2:
            route.continue_(post_data=b"x" * PIECE)
        elif count == 4:  # it arrives, but its answer is lost
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/content*", bent)
    page.set_input_files("#files", path)
    expect(row(page)).to_contain_text("已传完", timeout=20_000)
    carried()
    expect(row(page)).to_contain_text("已送入")
    assert door.files == [path.read_bytes()]


def test_a_sign_in_that_ends_half_way_loses_nothing(
    context: BrowserContext, page: Page, door: CareDoor, sun: Actor, tmp_path: Path
) -> None:
    path = file(tmp_path)
    count = 0

    def ends(route: Any) -> None:
        nonlocal count
        count += 1
        if count == 3:
            context.clear_cookies()
        route.continue_()

    page.route("**/content*", ends)
    page.set_input_files("#files", path)
    expect(row(page)).to_contain_text("登录已结束")
    assert 0 < queries.uploads(sun)[0].received < 6 * PIECE
    sound(page, "bring-signed-out")
    sign_in(context.new_page()).close()
    row(page).get_by_role("button", name="继续").click()
    expect(row(page)).to_contain_text("已传完")
    carried()
    expect(row(page)).to_contain_text("已送入")
    assert door.files == [path.read_bytes()]


def test_cancel_deletes_what_had_come(page: Page, sun: Actor, tmp_path: Path) -> None:
    page.route("**/content?offset=131072", lambda route: None)
    page.set_input_files("#files", file(tmp_path))
    expect(row(page)).to_contain_text("128 KiB")
    row(page).get_by_role("button", name="取消").click()
    expect(row(page)).to_contain_text("已取消")
    (upload,) = queries.uploads(sun)
    assert upload.state == "abandoned"
    assert spool.there(upload.id) == 0
    row(page).get_by_role("button", name="从列表移去").click()
    expect(page.locator("[data-upload-list]")).to_be_hidden()


def test_files_that_cannot_come_say_why_and_the_others_come(page: Page, door: CareDoor, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with (tmp_path / "huge.csv").open("wb") as huge:
        huge.truncate((2 << 30) + 1)
    page.set_input_files("#files", [tmp_path / "empty.csv", tmp_path / "huge.csv", file(tmp_path, "good.csv", 1)])
    expect(row(page, "empty.csv")).to_contain_text("文件是空的")
    expect(row(page, "huge.csv")).to_contain_text("超过 2 GiB")
    expect(row(page, "good.csv")).to_contain_text("已传完")


def test_the_same_file_in_two_pages_is_one_upload(context: BrowserContext, page: Page, door: CareDoor, sun: Actor, tmp_path: Path) -> None:
    path, other = file(tmp_path, pieces=12), context.new_page()
    other.goto("/stewardship/")
    page.set_input_files("#files", path)
    other.set_input_files("#files", path)
    for one in (page, other):
        expect(row(one)).to_contain_text("已传完")
    carried()
    for one in (page, other):
        expect(row(one)).to_contain_text("已送入")
    assert door.files == [path.read_bytes()]
    assert len(queries.uploads(sun)) == 1


def test_a_folder_is_chosen_whole_and_two_files_go_at_once(page: Page, door: CareDoor, sun: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "资料"
    (folder / "2026").mkdir(parents=True)
    for name in ("a.csv", "b.csv", "2026/c.csv", ".DS_Store"):
        file(folder, name, 2)
    page.set_input_files("#folder", folder)
    for name in ("资料/a.csv", "资料/b.csv", "资料/2026/c.csv"):
        expect(row(page, name)).to_contain_text("已传完")
    carried(3)
    assert len(door.files) == 3
    assert {(u.folder, u.file_name) for u in queries.uploads(sun)} == {("资料", "a.csv"), ("资料", "b.csv"), ("资料/2026", "c.csv")}


def test_files_are_let_fall_into_the_box(page: Page, door: CareDoor) -> None:
    page.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(["a,b\\n1,2\\n"], "dropped.csv"));
        const zone = document.querySelector("[data-upload-zone]");
        for (const kind of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    )
    expect(row(page, "dropped.csv")).to_contain_text("已传完")
    carried()
    assert door.files == [b"a,b\n1,2\n"]


@pytest.mark.parametrize("context", ["plain"], indirect=True)
def test_without_scripts_the_form_works(page: Page, door: CareDoor, tmp_path: Path) -> None:
    path = file(tmp_path, pieces=1)
    page.set_input_files("#files", path)
    page.get_by_role("button", name="上传", exact=True).click()
    page.wait_for_load_state("networkidle")
    assert "已收到 people.csv" in page.inner_text("main")
    carried()
    assert door.files == [path.read_bytes()]


def test_a_draft_is_mapped_by_keyboard_and_errors_are_found(page: Page, door: CareDoor) -> None:
    made = draft()
    door.drafts[made.id] = made
    page.goto(f"/stewardship/drafts/{made.id}/")
    page.fill("#f_title_zh", "人员")
    page.fill("#f_owner_unit", "xingzhen")
    page.locator("#units option[value='150000XZ']").wait_for(state="attached")
    page.fill("#f_owner_unit", "150000XZ")
    page.focus("#f_title_zh")
    page.keyboard.press("Enter")  # saves, publishes nothing
    page.wait_for_load_state("networkidle")
    assert door.published == []
    page.get_by_role("button", name="入库", exact=True).click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".alert-danger")).to_be_focused()
    sound(page, "draft-faults")
    page.fill("#f_title_en", "People")
    page.fill("#f_retention_days", "365")
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.locator("h2#state-title")).to_be_visible()
    assert door.published[0].name == "people"


def test_choosing_where_it_goes_shows_the_columns_that_are_there(page: Page, door: CareDoor) -> None:
    made = draft()
    door.drafts[made.id] = made
    page.goto(f"/stewardship/drafts/{made.id}/")
    page.check("[name=target][value=append]")
    page.select_option("#append_to", "stolen_property")
    expect(page.locator("#c0_into")).to_have_value("owner_name")
    sound(page, "draft-append")
    page.check("[name=target][value=new]")
    expect(page.locator("#f_name")).to_have_value("people")


def test_a_run_is_watched_to_its_end(page: Page, door: CareDoor) -> None:
    busy = run(state="reading", progress=0.3, rows_ok=10, rows_bad=0, reasons=(), finished_at=None)
    door.runs[busy.id] = busy
    page.goto(f"/stewardship/runs/{busy.id}/")
    sound(page, "run-open")
    door.runs[busy.id] = run(id=busy.id)
    expect(page.locator("#reasons")).to_be_visible()
    expect(page.locator("main")).to_contain_text("校验位不对")
    sound(page, "run")
    page.get_by_role("link", name="查看问题行").click()
    expect(page.locator("h1")).to_have_text("问题行")
    sound(page, "bad-rows")


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_on_a_phone_and_at_a_desk(page: Page, door: CareDoor, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    made, done = draft(), run()
    door.drafts[made.id] = made
    door.runs[done.id] = done
    paths = ("", "runs/", f"runs/{done.id}/", "datasets/", "datasets/stolen_property/", "elements/", f"drafts/{made.id}/")
    for path in paths:
        page.goto(f"/stewardship/{path}")
        sound(page, f"{width}-{path.split('/')[0] or 'bring'}{len(path)}")
