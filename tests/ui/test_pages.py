"""The language switch, the error pages, and the pages' own promise: nothing inline, no outside address."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, TooLarge, TooMany, Unavailable
from beijiang.kernel.words import EN, Words, speaking
from beijiang.ui import assetmap

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src/beijiang").rglob("templates/**/*.html"))


@pytest.mark.django_db
def test_language_is_switched_without_losing_the_page() -> None:
    client = Client()
    answer = client.post("/language/", {"language": "en", "next": "/search/?q=x"})
    assert (answer.status_code, answer["Location"]) == (302, "/search/?q=x")
    assert client.cookies["bj_language"].value == "en"
    assert client.cookies["bj_language"]["httponly"]
    assert client.cookies["bj_language"]["samesite"] == "Lax"


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(elsewhere: str) -> None:
    assert Client().post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "de", "<script>"])
def test_a_language_that_is_not_there_is_refused_in_words(language: str) -> None:
    answer = Client().post("/language/", {"language": language}, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "只有简体中文和英文" in answer.content.decode()


@pytest.mark.django_db
def test_the_switch_is_a_form_and_needs_its_token() -> None:
    assert Client().get("/language/").status_code == 405
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.parametrize("kind", [Refused, NotFound, Conflict, TooLarge, Invalid, TooMany, Unavailable, Problem])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_error_page_says_what_happened_in_both_languages(kind: type[Problem], language: str) -> None:
    with speaking(language):
        page = render_to_string("ui/error.html", {"problem": kind("test.code")}, RequestFactory().get("/x"))
        assert str(kind.default_title) in page
    assert str(kind.status) in page
    assert "test.code" in page
    assert ("Home page" if language == EN else "回到首页") in page
    body = page.split("<main")[1].split("</main>")[0]
    assert bool(re.search("[\u4e00-\u9fff]", body)) is (language != EN)


def test_an_error_page_shows_the_reasons_and_the_number_but_no_markup_of_others() -> None:
    problem = Refused("test.code", detail=Words("<b>细节</b>", "<b>detail</b>"), reasons=[Words("没有授权", "No grant")], number="n0042")
    page = render_to_string("ui/error.html", {"problem": problem}, RequestFactory().get("/x"))
    assert "没有授权" in page
    assert "n0042" in page
    assert "<b>" not in page


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_have_nothing_inline_and_reach_nowhere_outside(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{%.*?%}", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on", text, re.I), "inline code or style"
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S):
        assert not content.strip(), "inline script"
        assert "src=" in attributes
    assert not re.search(r"(?:src|href|action)=[\"']https?:", text), "an outside address"


@pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`")
def test_every_icon_that_a_template_names_is_in_the_build() -> None:
    icons = json.loads((assetmap.DIST / "icons.json").read_text("utf-8"))
    named = {(path.name, name) for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text("utf-8"))}
    assert [pair for pair in sorted(named) if pair[1] not in icons] == [], "run `npm run build`; if it stays, no such Tabler icon"


@pytest.mark.skipif(not assetmap.built(), reason="the front end is built by `make setup`")
def test_the_bundles_reach_no_outside_address_for_parts() -> None:
    for path in assetmap.DIST.glob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", path.read_text("utf-8")), path.name


def test_versions_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for k in ("dependencies", "devDependencies") for v in package[k].values())


def test_builds_are_not_in_git() -> None:
    listed = subprocess.run(["git", "ls-files", "src/beijiang/ui/static"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert listed.stdout == ""
