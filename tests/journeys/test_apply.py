"""A person without a permission applies, the chief narrows, the owner approves, and the question is answered."""

from __future__ import annotations

import html
import re
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.product import csrf

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.product import Product

CASE = "A1507022026110002"
REASON = "海拉尔东街商铺被盗案，需要核对同类物品的报失登记，以便返还失主"
PURPOSE = "property_return"
SQL = "SELECT item_number, category, county_code, owner_phone FROM stolen_property LIMIT 50"
COLUMNS = ["item_number", "category", "status", "county_code", "owner_name", "owner_phone"]
LEFT = ["item_number", "category", "county_code", "owner_phone"]


def post(client: httpx.Client, address: str, data: Any, at: str = "") -> httpx.Response:
    page = client.get(at or address)
    return client.post(address, data={"csrfmiddlewaretoken": csrf(page.text)} | data, headers={"Referer": str(client.base_url)})


def plain(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text[:800]
    return html.unescape(answer.text)


def ask(product: Product, sql: str = SQL) -> httpx.Response:
    with product.bearer("li.na") as api:
        return api.post("/api/v1/inquiry/ask", json={"sql": sql, "purpose": PURPOSE, "case": CASE})


@pytest.fixture
def clean(product: Product) -> Iterator[None]:
    """Afterwards 李娜 holds nothing and waits for nothing of this story, whatever became of it."""
    yield
    with product.bearer("li.na") as api:
        for found in api.get("/api/v1/permissions/applications").json():
            if found["purpose"] == PURPOSE:
                api.post(f"/api/v1/permissions/applications/{found['id']}/withdraw")
        grants = [g for g in api.get("/api/v1/access/grants").json() if g["purpose"] == PURPOSE]
    with product.client("li.na") as client:
        for grant in grants:
            post(client, f"/permissions/grants/{grant['id']}/return/", {"reason": "已不再需要"}, at="/permissions/")


def application_in(page: str) -> str:
    found = re.search(r"/permissions/([0-9a-f-]{36})/", page)
    assert found, page[:400]
    return found.group(1)


@pytest.mark.usefixtures("clean")
def test_apply_narrow_approve_ask_give_back(product: Product) -> None:
    assert ask(product).status_code == 403, "nothing is granted yet"

    with product.client("li.na") as client:
        form = client.get(f"/permissions/new/?dataset=stolen_property&purpose={PURPOSE}&matter={CASE}&columns={','.join(COLUMNS)}")
        said = plain(form)
        assert "刑事诉讼法" in said and "乌日娜" in said and "刑事侦查总队" in said and "仅前四位" in said
        sent = client.post(
            "/permissions/new/",
            data={
                "csrfmiddlewaretoken": csrf(form.text),
                "action": "send",
                "dataset": "stolen_property",
                "purpose": PURPOSE,
                "matter": CASE,
                "columns": [f"stolen_property.{c}" for c in COLUMNS],
                "areas": ["150702"],
                "days": "30",
                "reason": REASON,
                "request_key": uuid4().hex,
            },
            headers={"Referer": str(client.base_url)},
        )
        assert "待负责人审批" in plain(sent)
        application = application_in(str(sent.url))
        assert ask(product).status_code == 403, "an application alone opens nothing"

    with product.client("wu.rina") as client:
        assert "李娜" in plain(client.get("/permissions/queue/"))
        assert "待审批" in plain(client.get("/")), "among what waits on the first page"
        page = client.get(f"/permissions/{application}/")
        decision = {
            "verdict": "approve",
            "stage": "chief",
            "seen": "1",
            "columns": [f"stolen_property.{c}" for c in LEFT],
            "areas": ["150702"],
            "days": "10",
            "note": "失主姓名暂不需要",
            "csrfmiddlewaretoken": csrf(page.text),
        }
        done = client.post(f"/permissions/{application}/decide/", data=decision, headers={"Referer": str(client.base_url)})
        assert "待数据所有人审批" in plain(done) and "去掉列" in plain(done)

    with product.client("zhao.min") as client:
        page = client.get(f"/permissions/{application}/")
        assert "失主姓名暂不需要" in plain(page) and 'value="stolen_property.owner_name"' not in page.text
        decision |= {"stage": "owners", "note": "", "csrfmiddlewaretoken": csrf(page.text)}
        done = client.post(f"/permissions/{application}/decide/", data=decision, headers={"Referer": str(client.base_url)})
        assert "已授权" in plain(done)
        assert "李娜" in plain(client.get("/access/owned/"))

    answer = ask(product)
    assert answer.status_code == 200, answer.text
    data = answer.json()
    assert len(data["rows"]) > 5
    names = [c["name"] for c in data["columns"]]
    assert {row[names.index("county_code")] for row in data["rows"]} == {"150702"}
    assert {c["name"]: c["mask"] for c in data["columns"]}["owner_phone"] == "first4"
    assert ask(product, "SELECT owner_name FROM stolen_property LIMIT 5").status_code in (403, 422), "the chief took that column away"

    with product.client("li.na") as client:
        assert "已批准" in plain(client.get("/")), "told on the first page"
        mine = plain(client.get("/permissions/"))
        assert "提前交还" in mine and "data-countdown" in mine
        assert "已批准" not in plain(client.get("/")), "seen is known"
        with product.bearer("li.na") as api:
            grant = next(g for g in api.get("/api/v1/access/grants").json() if g["purpose"] == PURPOSE)
        back = post(client, f"/permissions/grants/{grant['id']}/return/", {"reason": "已不再需要"}, at="/permissions/")
        assert "已交还" in plain(back)
    assert ask(product).status_code == 403, "given back, it opens nothing"


@pytest.mark.usefixtures("clean")
def test_asked_back_in_english_withdrawn_and_nobody_decides_on_their_own(product: Product) -> None:
    body = {
        "purpose": PURPOSE,
        "matter": CASE,
        "reason": REASON,
        "datasets": [{"dataset": "stolen_property", "columns": LEFT, "areas": ["150702"], "days": 5}],
    }
    with product.bearer("li.na") as api, product.bearer("wu.rina") as chief, product.bearer("zhao.min") as owner:
        made = api.post("/api/v1/permissions/applications", json=body, headers={"Idempotency-Key": uuid4().hex})
        assert made.status_code == 201, made.text
        here = f"/api/v1/permissions/applications/{made.json()['id']}"
        question = {"stage": "chief", "verdict": "return", "seen": 1, "note": "Why the telephone numbers?"}
        assert api.post(f"{here}/decide", json=question).json()["code"] == "permissions.own_application"
        assert owner.post(f"{here}/decide", json=question).status_code in (403, 404)
        assert chief.post(f"{here}/decide", json=question).json()["state"] == "back"
        late = chief.post(f"{here}/decide", json=question)
        assert late.status_code == 409 and late.json()["decided_by"] == "乌日娜"
        with product.client("li.na", "en") as client:
            page = plain(client.get(f"/permissions/{made.json()['id']}/"))
            assert "Asked back: please answer" in page and "Why the telephone numbers?" in page
        again = api.post(f"{here}/amend", json=body | {"answer": "To tell the owners what was found", "seen": 1})
        assert again.json()["state"] == "chief" and again.json()["edition"] == 2
        assert api.post(f"{here}/withdraw").json()["state"] == "withdrawn"
        assert chief.post(f"{here}/decide", json=question | {"seen": 2}).status_code == 409


def test_a_substitute_shows_both_names(product: Product) -> None:
    with product.bearer("zhang.wei") as api:
        found = next(a for a in api.get("/api/v1/permissions/applications").json() if a["state"] == "back")
        told = api.get(f"/api/v1/permissions/applications/{found['id']}").json()
    step = told["steps"][-1]
    assert step["actor"] == "王强（代 李敏）"
    for _ in range(40):
        with product.client("chen.jing") as client:
            entry = client.get(f"/audit/entries/{step['receipt']}/")
        if entry.status_code == 200:
            break
        time.sleep(0.2)
    assert "王强（代 李敏）" in plain(entry), "in the log as well"


def test_what_is_odd_is_refused_with_a_word(product: Product) -> None:
    with product.client("li.na") as client:
        assert client.get(f"/permissions/{uuid4()}/").status_code == 404
        assert client.get("/permissions/new/?dataset=nothing&purpose=%00").status_code in (200, 422)
        answer = post(client, "/permissions/new/", {"action": "send", "dataset": "stolen_property", "days": "0"})
        assert answer.status_code == 422 and "请更正以下内容" in html.unescape(answer.text)
    with product.client("chen.jing") as client:
        assert client.get("/permissions/new/").status_code == 403
