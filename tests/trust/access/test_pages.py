"""Pages as people meet them: both languages, five states, bad input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client

from beijiang.trust.access import actions, queries
from beijiang.trust.access.models import Grant
from beijiang.trust.identity import actions as identity

from .make import CASE, QUESTION, SYSTEM, grant

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from .make import House

PASSWORD = "lantern-orbit-42-quiet"
PAGES = {
    "zhang": ("mine", "break-glass", "purposes"),
    "zhao": ("mine", "owned", "purposes"),
    "he": ("mine", "reviews", "purposes"),
}


@pytest.fixture
def seat(region: House) -> Any:
    """Signs a person in and gives their browser."""

    def sign_in(actor: Actor, language: str = "zh-CN") -> Client:
        link = identity.issue_link(SYSTEM, user_id=actor.user_id)
        client = Client(headers={"accept-language": language, "accept": "text/html"})
        page = client.get(link.path, follow=True)
        form = {"username": actor.username, "password": PASSWORD, "again": PASSWORD}
        client.post(page.redirect_chain[-1][0] if page.redirect_chain else link.path, form)
        client.post("/accounts/login/", {"login": actor.username, "password": PASSWORD})
        return client

    return sign_in


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("who", sorted(PAGES))
def test_pages_open_empty_and_full_in_both_languages(region: House, seat: Any, who: str, language: str) -> None:
    browser = seat(getattr(region, who), language)
    for filled in (False, True):
        if filled:
            grant(region)
            over = grant(region, areas=())
            actions.revoke_grant(region.zhao, grant_id=over.id, reason="不再需要")
            actions.break_glass(
                region.zhang,
                dataset="stolen_property",
                purpose="case_investigation",
                matter=CASE,
                reason="有群众报警称家人走失,情况十分紧急",
            )
        for page in PAGES[who]:
            answer = browser.get(f"/access/{page}/", headers={"accept-language": language})
            text = answer.content.decode()
            assert answer.status_code == 200, page
            assert not re.search(r"\sstyle=|<script>(?!\s*</)|onclick=", text), page


def test_pages_are_shut_to_others(region: House, seat: Any) -> None:
    browser = seat(region.li)
    assert browser.get("/access/owned/").status_code == 403 and browser.get("/access/reviews/").status_code == 403
    assert Client().get("/access/mine/", headers={"accept": "text/html"}).status_code == 302


def test_an_owner_revokes_on_the_page(region: House, seat: Any) -> None:
    issued = grant(region)
    browser = seat(region.zhao)
    assert "张伟" in browser.get("/access/owned/").content.decode()
    address = f"/access/owned/{issued.id}/revoke/"
    assert browser.get(address).status_code == 405
    assert "没有写明理由" in browser.post(address, {"reason": ""}, follow=True).content.decode()
    assert queries.decide(region.zhang, QUESTION).permit
    assert "立即生效" in browser.post(address, {"reason": "案件移送"}, follow=True).content.decode()
    assert not queries.decide(region.zhang, QUESTION).permit
    assert "已经结束" in browser.post(address, {"reason": "案件移送"}, follow=True).content.decode()
    assert browser.post(f"/access/owned/{uuid4()}/revoke/", {"reason": "案件移送"}).status_code == 404


def test_another_owner_cannot_revoke(region: House, seat: Any) -> None:
    issued = grant(region)
    assert seat(region.qian).post(f"/access/owned/{issued.id}/revoke/", {"reason": "案件移送"}).status_code == 403
    assert Grant.objects.get().revoked_at is None


def test_a_holder_gives_back_on_the_page(region: House, seat: Any) -> None:
    issued = grant(region)
    browser = seat(region.zhang)
    page = browser.get("/access/mine/").content.decode()
    assert "还剩 29 天" in page and CASE in page
    browser.post(f"/access/mine/{issued.id}/return/", {"reason": "案件办结"})
    assert not queries.decide(region.zhang, QUESTION).permit
    assert seat(region.li).post(f"/access/mine/{issued.id}/return/", {"reason": "案件办结"}).status_code == 404


def test_break_glass_from_form_to_review(region: House, seat: Any) -> None:
    browser = seat(region.zhang)
    page = browser.get("/access/break-glass/?dataset=stolen_property").content.decode()
    assert "督察" in page and "selected" in page
    good = {
        "dataset": "stolen_property",
        "purpose": "case_investigation",
        "matter": CASE,
        "hours": "2",
        "understood": "on",
        "reason": "有群众报警称家人携带药物走失,情况十分紧急",
    }
    for bad in (
        {"reason": "急"},
        {"hours": "9"},
        {"hours": "x"},
        {"dataset": "nowhere"},
        {"purpose": "curiosity"},
        {"matter": "NEVER"},
        {"matter": ""},
        {"understood": ""},
        {"dataset": ""},
        {"matter": "x" * 61},
        {"reason": "长" * 1001},
    ):
        answer = browser.post("/access/break-glass/", {**good, **bad})
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode(), bad
    assert Grant.objects.count() == 0
    assert "已启用" in browser.post("/access/break-glass/", good, follow=True).content.decode()
    used = Grant.objects.get()
    assert (used.end - used.start).total_seconds() == 7200 and queries.decide(region.zhang, QUESTION).permit
    reviewer, address = seat(region.he), f"/access/reviews/{used.id}/"
    assert "走失" in reviewer.get(address).content.decode()
    assert reviewer.post(address, {"outcome": "fine", "note": "没有问题"}).status_code == 422
    assert reviewer.post(address, {"outcome": "justified"}).status_code == 422
    assert "复核已记录" in reviewer.post(address, {"outcome": "unjustified", "note": "没有紧急情形"}, follow=True).content.decode()
    assert not queries.decide(region.zhang, QUESTION).permit
    assert "已经复核过了" in reviewer.post(address, {"outcome": "justified", "note": "改为正当"}, follow=True).content.decode()
    assert reviewer.get(f"/access/reviews/{uuid4()}/").status_code == 404


def test_an_ordinary_grant_is_not_for_the_reviewer(region: House, seat: Any) -> None:
    assert seat(region.he).get(f"/access/reviews/{grant(region).id}/").status_code == 404


def test_english_pages_speak_english(region: House, seat: Any) -> None:
    browser = seat(region.zhang, "en")
    browser.post("/language/", {"language": "en"})
    text = browser.post("/access/break-glass/", {"reason": "x"}, headers={"accept-language": "en"}).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert "Please fill this in" in main and "Write 15 to 1000 characters" in main and not re.search("[\u4e00-\u9fff]", main)
