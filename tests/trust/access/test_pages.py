"""Pages as people meet them: both languages, five states, bad input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client

from beijiang.kernel.clock import now
from beijiang.kernel.errors import Refused, Unauthenticated
from beijiang.kernel.types import ANONYMOUS
from beijiang.trust.access import actions, queries
from beijiang.trust.access.models import Grant
from beijiang.trust.audit import queries as audit
from beijiang.trust.audit.models import Entry
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


def test_an_owner_finds_grants_sees_their_use_and_whom_revoking_touches(region: House, seat: Any) -> None:
    bundle = uuid4()
    grant(region, bundle=bundle)
    grant(region, bundle=bundle, dataset="lost_property", areas=(), matter=CASE)
    grant(region, holder_user=None, holder_unit="150702", matter=CASE, days=3)
    Entry.objects.create(
        id=uuid4(),
        index=10_000,
        type="exchange.question.answered.v1",
        time=now(),
        leaf=b"",
        leaf_hash=b"",
        room="exchange",
        outcome="done",
        use=True,
        grants=[str(g.id) for g in Grant.objects.filter(dataset="stolen_property", holder_unit="")],
        row_count=17,
    )
    browser = seat(region.zhao)
    page = browser.get("/access/owned/").content.decode()
    assert "3 / 3 份" in page and "呼和浩特市回民区" in page
    assert "17 行" in page and "未用" in page
    assert "另外 1 个数据集不能再与它关联" in page and "海拉尔区分局及下级单位的 1 人" in page and "正在进行的提问也会停止" in page
    assert "待我审批的申请" in page and "/permissions/queue/" in page
    for query, left in (
        ("q=张伟", 2),
        ("q=海拉尔", 1),
        ("q=%E2%98%83", 0),
        ("dataset=lost_property", 1),
        ("purpose=case_investigation&q=150702", 1),
        ("dataset=x", 3),
    ):
        assert f"{left} / 3 份" in browser.get(f"/access/owned/?{query}").content.decode(), query
    assert "没有符合的授权" in browser.get("/access/owned/?q=nobody").content.decode()
    own = seat(region.zhang).get("/access/mine/").content.decode()
    assert "17 行" in own and "/permissions/" in own


def test_uses_are_counted_by_grant_and_by_nobody_without_a_post(region: House) -> None:
    assert audit.grant_uses(region.zhao, grant_ids=[]) == {}
    assert audit.grant_uses(region.zhao, grant_ids=[uuid4()]) == {}
    with pytest.raises((Refused, Unauthenticated)):
        audit.grant_uses(ANONYMOUS, grant_ids=[uuid4()])


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
