"""The entry page in a real Chromium: the check runs under the page's own CSP, and a change shows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from beijiang.trust.audit import actions
from beijiang.trust.audit.models import Entry
from beijiang.trust.audit.types import SubjectRef

from . import make

pytestmark = pytest.mark.django_db(transaction=True)

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SHOTS = os.environ.get("BEIJIANG_SCREENSHOTS")


@pytest.fixture
def server(acting):
    """A live server that starts after the middleware was set; pytest-django's own starts once a session."""
    from pytest_django.live_server_helper import LiveServer

    live = LiveServer("localhost")
    yield live
    live.stop()


@pytest.fixture
def visit(server):
    """`visit(path)`: what a Chromium shows to the auditor there: (verdict, text, complaints)."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    def go(path, name="", width=1280, language="zh-CN"):
        complaints = []
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_context(
                viewport={"width": width, "height": 900}, locale=language, extra_http_headers={"X-Act-As": make.AUDITOR.username}
            ).new_page()
            page.on("console", lambda m: complaints.append(m.text) if m.type == "error" and "/live/" not in m.text else None)
            page.on("pageerror", lambda e: complaints.append(str(e)))
            page.goto(f"{server.url}{path}")
            if page.locator("#proof").count():
                page.wait_for_selector("#proof[data-verdict]", timeout=15_000)
            verdict = page.locator("#proof").get_attribute("data-verdict") if page.locator("#proof").count() else None
            text = page.inner_text("body")
            if SHOTS and name:
                page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
            browser.close()
        return verdict, text, [c for c in complaints if "Content Security" in c or "Error" in c]

    return go


def test_the_entry_is_checked_on_the_page(visit):
    ids = make.sealed(
        40,
        dataset="stolen_property",
        purpose="case_investigation",
        matter="A1501032026110001",
        basis="grant",
        subjects=[SubjectRef("id_card", "1", "holder"), SubjectRef("id_card", "2", "holder")],
    )
    verdict, text, complaints = visit(f"/audit/entries/{ids[17]}/", "audit-entry")
    assert (verdict, complaints) == ("ok", [])
    assert "没有被改动" in text and "张伟" in text
    visit(f"/audit/entries/{ids[17]}/", "audit-entry-narrow-en", width=420, language="en-US")


def test_one_changed_byte_shows_on_the_page(visit):
    ids = make.sealed(5)
    entry = Entry.objects.get(id=ids[2])
    Entry.objects.filter(id=ids[2]).update(event=entry.event.replace("张伟", "张三"))
    verdict, text, _ = visit(f"/audit/entries/{ids[2]}/", "audit-entry-tampered")
    assert verdict == "bad"
    assert "核验未通过" in text


def test_the_list(visit):
    make.sealed(8, dataset="stolen_property", purpose="case_investigation")
    make.sealed(2, actor=make.OTHER, dataset="stolen_property", purpose="case_investigation", outcome="refused")
    id_ = make.did("x")
    assert "李娜" in visit("/audit/log/", "audit-log")[1]
    assert "等待入日志" in visit(f"/audit/receipts/{id_}/", "audit-receipt-pending")[1]
    actions.sequence()
    assert "已入日志" in visit(f"/audit/receipts/{id_}/", "audit-receipt")[1]
    visit("/audit/log/?since=x", "audit-log-wrong")
