"""Pages as a browser meets them, in both languages, with and without JavaScript, empty and full."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from beijiang.kernel import todo
from beijiang.trust.access import actions as access_actions
from beijiang.trust.access.models import Grant, Resource
from beijiang.trust.identity import actions as identity
from beijiang.work.permissions import actions, queries
from beijiang.work.permissions.models import Application

from .make import CASE, REASON, SYSTEM, applied, both, browser, decide, draft, granted, passed

if TYPE_CHECKING:
    from beijiang.work.permissions.types import ApplicationInfo

    from .make import Town

pytestmark = pytest.mark.django_db
NEW, MINE, QUEUE = "/permissions/new/", "/permissions/", "/permissions/queue/"
GOOD: dict[str, Any] = {
    "action": "send",
    "dataset": ["stolen_property"],
    "purpose": "case_investigation",
    "matter": CASE,
    "columns": ["stolen_property.item", "stolen_property.county"],
    "areas": ["150103"],
    "days": "30",
    "reason": REASON,
}


@pytest.fixture
def seat(region: Town) -> Any:
    """`seat("zhang", "en")`: a person's browser, kept for the test."""
    made: dict[tuple[str, str], Client] = {}

    def sit(who: str, language: str = "zh-hans") -> Client:
        if (who, language) not in made:
            made[who, language] = browser(region.a(who), language)
        return made[who, language]

    return sit


def text(response: Any) -> str:
    return response.content.decode()


def main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def here(found: ApplicationInfo, what: str = "") -> str:
    return f"/permissions/{found.id}/{what}"


def decision(found: ApplicationInfo, verdict: str = "approve", **more: Any) -> dict[str, Any]:
    columns = [f"{i.dataset}.{c}" for i in found.items for c in i.now.columns]
    stage = "chief" if found.state == "chief" else "owners"
    return {"verdict": verdict, "stage": stage, "seen": found.edition, "columns": columns, "areas": ["150103"], "days": 30} | more


@pytest.mark.parametrize("path", [MINE, NEW, QUEUE, f"/permissions/{UUID(int=5)}/", f"/permissions/{UUID(int=5)}/amend/"])
def test_nobody_sees_a_page_without_signing_in(region: Town, client: Client, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages_without_inline_scripts_or_styles(region: Town, seat: Any, language: str) -> None:
    zhang, limin, zhao = seat("zhang", language), seat("limin", language), seat("zhao", language)
    pages = [text(zhang.get(p)) for p in (MINE, NEW, QUEUE, f"{NEW}?dataset=stolen_property&dataset=vehicles")]
    pages += [text(limin.get(QUEUE)), text(zhang.post(NEW, GOOD | {"reason": "x"})), text(zhang.post("/permissions/preview/", GOOD))]
    found = applied(region, draft=both())
    pages += [text(zhang.get(here(found))), text(limin.get(QUEUE)), text(limin.get(here(found)))]
    back = decide(region, "limin", found, "return", note="?" * 5)
    pages += [text(zhang.get(here(back, "amend/"))), text(zhang.get(MINE)), text(zhang.get(here(back)))]
    again = actions.amend(region.a("zhang"), application_id=back.id, draft=both(), answer="yes it is", seen=1)
    on = decide(region, "limin", again)
    pages += [text(zhao.get(here(on))), text(zhao.get(QUEUE))]
    done = decide(region, "qian", decide(region, "zhao", on))
    pages += [text(zhang.get(here(done))), text(zhang.get(MINE)), text(limin.get(QUEUE))]
    over = applied(region)
    actions.withdraw(region.a("zhang"), application_id=over.id)
    access_actions.return_grant(region.a("zhang"), grant_id=done.items[0].grant_id, reason="done")
    pages += [text(zhang.get(MINE)), text(zhang.get(here(over)))]
    names = r"张伟|李敏|何刚|赵敏|冯雷|钱军|王强|周宇|" + re.escape(REASON)
    for page in pages:
        assert not re.search(r"\sstyle=|<script>|\son\w+=\"|javascript:", page)
        assert "None" not in re.sub(r"<[^>]+>|All or none|None is over|None of", "", page)
        if language == "en":
            shown = re.sub(r"<[^>]+>", "", main(page) if "<main" in page else page)
            left = re.findall(r"[^\n]*[\u4e00-\u9fff][^\n]*", re.sub(names, "", shown))
            assert not left, left[:3]


def test_the_form_is_filled_from_the_address(seat: Any) -> None:
    page = text(
        seat("zhang").get(
            f"{NEW}?dataset=stolen_property&purpose=case_investigation&matter={CASE}&columns=item,owner_id&days=7&areas=150100"
        )
    )
    assert re.search(r'<option value="case_investigation" selected', page)
    assert re.search(rf'<option value="{CASE}" selected', page)
    for name in ("item", "owner_id"):
        assert re.search(rf'value="stolen_property.{name}" checked', page), name
    assert not re.search(r'value="stolen_property.county" checked', page)
    assert re.search(r'value="stolen_property.nation"[^>]*disabled', page) and "权利清单第 2 条" in page
    assert re.search(r'value="150100" checked', page) and not re.search(r'value="150103" checked', page)
    assert 'value="7"' in page
    assert all(said in page for said in ("刑事诉讼法", "李敏", "刑侦总队", "仅后四位", "呼和浩特市"))


def test_the_form_starts_with_ones_own_county_and_a_month(seat: Any) -> None:
    page = text(seat("zhang").get(f"{NEW}?dataset=stolen_property"))
    assert re.search(r'value="150103" checked', page) and 'value="30"' in page
    week = text(seat("zhang").get(f"{NEW}?dataset=stolen_property&purpose=incident_response"))
    assert 'value="7"' in week, "no longer than the purpose allows"


@pytest.mark.parametrize(
    "query",
    [
        "dataset=nothing",
        "dataset=%00&purpose=%00&matter=%00&columns=%00&areas=%00&days=%00",
        "dataset=stolen_property&days=99999999999999999999&purpose=x&columns=nothing,a.b.c&areas=1,2",
        "dataset=stolen_property&matter=A0",
        "dataset=" + ",".join(f"d{n}" for n in range(200)),
        "days=-3&days=²",
    ],
)
def test_odd_addresses_still_give_a_form(seat: Any, query: str) -> None:
    assert seat("zhang").get(f"{NEW}?{query}").status_code in (200, 422)


def test_sending_leads_to_the_application(region: Town, seat: Any) -> None:
    answer = seat("zhang").post(NEW, GOOD, follow=True)
    found = Application.objects.get()
    assert answer.redirect_chain[-1][0] == f"/permissions/{found.id}/"
    page = text(answer)
    assert found.number in page and "待负责人审批" in page and "李敏" in page
    assert found.number in text(seat("zhang").get(MINE))


def test_a_form_sent_twice_is_one_application(region: Town, seat: Any) -> None:
    for _ in range(2):
        assert seat("zhang").post(NEW, GOOD | {"request_key": "twice"}).status_code == 302
    assert Application.objects.count() == 1
    again = seat("zhang").post(NEW, GOOD | {"request_key": "other"})
    assert again.status_code == 409 and Application.objects.get().number in text(again)
    assert REASON in text(again), "what was written is still there"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dataset": []}, "至少选择一个数据集"),
        ({"dataset": ["nothing"]}, "没有数据集"),
        ({"purpose": ""}, "从清单中选择使用目的"),
        ({"purpose": "curiosity"}, "从清单中选择使用目的"),
        ({"matter": ""}, "须写明案件"),
        ({"matter": "A0"}, "您经办的事项"),
        ({"columns": []}, "至少选择一列"),
        ({"columns": ["stolen_property.nation"]}, "第 2 条"),
        ({"columns": ["stolen_property.nothing"]}, "没有列"),
        ({"areas": []}, "至少选择一个区域"),
        ({"areas": ["999999"]}, "没有区域"),
        ({"days": ""}, "天数"),
        ({"days": "999"}, "180"),
        ({"days": "many"}, "填写有误"),
        ({"reason": "要用"}, "20"),
        ({"reason": "长" * 1001}, "1000"),
    ],
)
def test_what_cannot_be_sent_stays_in_the_form_with_the_reason(seat: Any, change: dict[str, Any], said: str) -> None:
    answer = seat("zhang").post(NEW, GOOD | change)
    page = text(answer)
    assert answer.status_code == 422 and said in page
    assert "data-focus" in page and not Application.objects.exists()
    if "reason" not in change:
        assert REASON in page


def test_a_dataset_is_added_without_javascript_and_nothing_is_wrong_yet(seat: Any) -> None:
    answer = seat("zhang").post(NEW, GOOD | {"action": "add", "add": "vehicles", "reason": ""})
    page = text(answer)
    assert answer.status_code == 200 and "vehicles.plate" in page and "invalid-feedback" not in main(page)
    assert re.search(r'value="stolen_property.item" checked', page), "what was ticked stays"
    assert not Application.objects.exists()


def test_several_datasets_in_one_application(region: Town, seat: Any) -> None:
    form = GOOD | {"dataset": ["stolen_property", "vehicles"], "columns": ["stolen_property.item", "vehicles.plate"]}
    assert seat("zhang").post(NEW, form).status_code == 302
    found = queries.mine(region.a("zhang"))[0]
    assert {i.dataset: i.asked.columns for i in found.items} == {"stolen_property": ("item",), "vehicles": ("plate",)}


def test_the_preview_follows_the_form(seat: Any) -> None:
    page = text(seat("zhang").post("/permissions/preview/", GOOD | {"columns": ["stolen_property.owner_id"], "days": "200"}))
    assert "<html" not in page
    assert all(said in page for said in ("失主证件号", "**************1234", "2,000", "李敏", "1 到 180"))
    assert seat("zhang").post("/permissions/preview/", {}).status_code == 200
    assert seat("chen").post("/permissions/preview/", GOOD).status_code == 403
    assert not Application.objects.exists()


def test_who_cannot_apply_is_not_offered_to(seat: Any) -> None:
    assert NEW not in main(text(seat("chen").get(MINE)))
    assert "不接触数据内容" in text(seat("chen").get(MINE))
    assert seat("chen").get(NEW).status_code == 403


def test_the_queue_and_the_badge(region: Town, seat: Any) -> None:
    assert "没有等您审批的申请" in text(seat("limin").get(QUEUE))
    found = applied(region)
    page = text(seat("limin").get(QUEUE))
    assert found.number in page and "张伟" in page and "单位负责人" in page and "data-countdown" in page
    assert re.search(r'badge bg-red text-red-fg ms-1">1<', text(seat("limin").get(MINE)))
    assert found.number not in text(seat("zhao").get(QUEUE))


def test_a_chief_narrows_and_the_owner_grants_on_pages(region: Town, seat: Any) -> None:
    found = applied(region)
    page = text(seat("limin").get(here(found)))
    assert 'value="stolen_property.owner_id" checked' in page and 'name="seen" value="1"' in page
    form = decision(found, columns=["stolen_property.item", "stolen_property.county"], days=10, note="身份证号暂不需要")
    answer = seat("limin").post(here(found, "decide/"), form, follow=True)
    assert "待数据所有人审批" in text(answer) and "去掉列" in text(answer)
    on = queries.application(region.a("zhao"), application_id=found.id)
    page = text(seat("zhao").get(here(on)))
    assert "stolen_property.owner_id" not in page and "身份证号暂不需要" in page
    seat("zhao").post(here(on, "decide/"), decision(on, days=10))
    assert Grant.objects.get().columns == ["item", "county"]
    mine = text(seat("zhang").get(MINE))
    assert "有效" in mine and "data-countdown" in mine and "提前交还" in mine and "续期" in mine


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": []}, "至少保留一列"),
        ({"columns": ["stolen_property.unit"]}, "只能减少列"),
        ({"areas": ["150100"]}, "缩小"),
        ({"areas": []}, "缩小"),
        ({"days": 31}, "缩短"),
        ({"days": "x"}, "填写有误"),
        ({"verdict": "refuse", "note": ""}, "理由"),
        ({"verdict": "return", "note": " "}, "说明什么"),
        ({"verdict": "burn"}, "请从清单中选择"),
    ],
)
def test_decisions_that_cannot_be_say_why_and_keep_what_was_written(region: Town, seat: Any, change: dict[str, Any], said: str) -> None:
    found = applied(region)
    form = decision(found, note="请看我的意见") | change
    answer = seat("limin").post(here(found, "decide/"), form)
    assert answer.status_code == 422 and said in text(answer)
    if "note" not in change:
        assert "请看我的意见" in text(answer)
    assert Application.objects.get().state == "chief"


def test_the_second_approver_is_told_who_was_first(region: Town, seat: Any) -> None:
    found = applied(region)
    seat("hegang").get(here(found))
    decide(region, "limin", found)
    answer = seat("hegang").post(here(found, "decide/"), decision(found), follow=True)
    assert "李敏已办理" in text(answer)
    answer = seat("hegang").get(here(found))
    assert 'name="verdict"' not in text(answer), "nothing left to decide for him"


def test_one_cannot_decide_on_ones_own_page(region: Town, seat: Any) -> None:
    sent = actions.apply(region.a("limin"), draft=draft())
    page = text(seat("limin").get(here(sent)))
    assert 'name="verdict"' not in page and "撤回" in page
    answer = seat("limin").post(here(sent, "decide/"), decision(sent), follow=True)
    assert "不得审批自己的申请" in text(answer)


def test_asked_back_answered_on_pages(region: Town, seat: Any) -> None:
    found = applied(region)
    seat("limin").post(here(found, "decide/"), decision(found, "return", note="与本案何干？"))
    page = text(seat("zhang").get(here(found, "amend/")))
    assert "与本案何干？" in page and REASON in page and 'value="stolen_property.owner_id" checked' in page
    form = {k: v for k, v in GOOD.items() if k != "dataset"} | {"answer": "", "seen": 1}
    assert seat("zhang").post(here(found, "amend/"), form).status_code == 422
    sent = seat("zhang").post(here(found, "amend/"), form | {"answer": "同一嫌疑人所为"}, follow=True)
    assert "同一嫌疑人所为" in text(sent) and Application.objects.get().edition == 2
    moved = seat("zhang").get(here(found, "amend/"), follow=True)
    assert "不需要补充" in text(moved)
    assert seat("limin").get(here(found, "amend/")).status_code == 302


def test_withdrawing_on_the_page(region: Town, seat: Any) -> None:
    found = applied(region)
    assert "已撤回" in text(seat("zhang").post(here(found, "withdraw/"), follow=True))
    assert "已经结束" in text(seat("zhang").post(here(found, "withdraw/"), follow=True)) or "没有作任何改动" in text(
        seat("zhang").post(here(found, "withdraw/"), follow=True)
    )
    assert seat("limin").post(here(found, "withdraw/")).status_code == 404


def test_giving_back_early(region: Town, seat: Any) -> None:
    found = granted(region)
    grant = found.items[0].grant_id
    address = f"/permissions/grants/{grant}/return/"
    assert "写明交还的理由" in text(seat("zhang").post(address, {"reason": ""}, follow=True))
    assert Grant.objects.get().revoked_at is None
    assert "已交还" in text(seat("zhang").post(address, {"reason": "已不再需要"}, follow=True))
    assert Grant.objects.get().revoked_at is not None
    assert seat("zhang").post(address, {"reason": "再来一次"}, follow=True).status_code == 200
    assert seat("li").post(address, {"reason": "不是我的"}).status_code == 404


def test_renewing_fills_the_form_with_the_same(region: Town, seat: Any) -> None:
    on = passed(region, draft=both())
    decide(region, "qian", decide(region, "zhao", on))
    link = re.search(r'href="(/permissions/new/\?[^"]+)"', main(text(seat("zhang").get(MINE))))
    assert link
    address = link.group(1).replace("&amp;", "&")
    query = parse_qs(urlsplit(address).query)
    assert sorted(query["dataset"]) == ["stolen_property", "vehicles"] and query["matter"] == [CASE]
    page = text(seat("zhang").get(address))
    assert 'value="vehicles.plate" checked' in page and 'value="stolen_property.owner_id" checked' in page
    assert "您已有" in page


def test_news_are_ticked_off_when_they_are_seen(region: Town, seat: Any) -> None:
    found = decide(region, "limin", applied(region), "refuse", note="与本案无关")
    assert [t for t in todo.for_actor(region.a("zhang")) if t.key.startswith("permissions:news")]
    seat("limin").get(here(found))
    assert [t for t in todo.for_actor(region.a("zhang")) if t.key.startswith("permissions:news")], "another's look is not one's own"
    seat("zhang").get(here(found))
    assert not [t for t in todo.for_actor(region.a("zhang")) if t.key.startswith("permissions:news")]
    done = granted(region)
    access_actions.revoke_grant(region.a("zhao"), grant_id=done.items[0].grant_id, reason="案件已移送")
    page = text(seat("zhang").get(MINE))
    assert "案件已移送" in page
    assert not [t for t in todo.for_actor(region.a("zhang")) if "revoked" in t.key or "news" in t.key]


def test_a_page_says_when_nobody_can_decide(region: Town, seat: Any) -> None:
    for name in ("limin", "hegang", "wang", "zhou"):
        identity.deactivate(SYSTEM, user_id=region.ids[name])
    assert "岗位空缺" in text(seat("zhang").get(f"{NEW}?dataset=stolen_property"))
    found = applied(region)
    assert "没有人可以审批" in text(seat("zhang").get(here(found)))
    assert "上级都没有" in text(seat("zhang").get(MINE))


def test_columns_that_went_are_marked(region: Town, seat: Any) -> None:
    found = applied(region)
    row = Resource.objects.get(name="stolen_property")
    row.columns = [c for c in row.columns if c["name"] != "owner_id"]
    row.version += 1
    row.save()
    page = text(seat("limin").get(here(found)))
    assert "数据集已没有这一列" in page and 'value="stolen_property.owner_id" checked' not in page
    rest = [f"stolen_property.{c}" for c in ("item", "county", "stolen_on")]
    assert "去掉列" in text(seat("limin").post(here(found, "decide/"), decision(found, columns=rest), follow=True))


def test_others_applications_are_not_found(region: Town, seat: Any) -> None:
    found = applied(region)
    for what in ("", "amend/"):
        assert seat("li").get(here(found, what)).status_code == 404
    assert seat("li").post(here(found, "decide/"), decision(found)).status_code == 404
    assert seat("zhang").get("/permissions/not-a-number/").status_code == 404


def test_what_the_applicant_wrote_is_escaped(region: Town, seat: Any) -> None:
    nasty = "<script>alert(1)</script>" + REASON
    found = applied(region, reason=nasty)
    for who in ("zhang", "limin"):
        assert "<script>alert" not in text(seat(who).get(here(found)))
