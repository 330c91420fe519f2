"""The story of the first issue: one question, one refusal, two leaves, one log that an outsider can check."""

from __future__ import annotations

import html
import json
import re
import time
from typing import Any

import pytest

from tests.product import CASE, Product, csrf

ASK_URL = "/inquiry/stolen_property/ask/"
PURPOSE = "case_investigation"
SQL = "SELECT * FROM stolen_property LIMIT 200"


def ask_by_form(client: Any, **changes: Any) -> Any:
    page = client.get(ASK_URL)
    assert page.status_code == 200, page.text[:400]
    form = {"csrfmiddlewaretoken": csrf(page.text), "action": "ask", "purpose": PURPOSE, "matter": CASE, "joined": "all", "limit": "50"}
    return client.post(ASK_URL, data=form | changes, headers={"Referer": str(client.base_url)})


def receipts_in(page: str) -> list[str]:
    return re.findall(r"/inquiry/receipts/([0-9a-f-]{36})/", page)


def test_an_officer_sees_own_countys_rows_masked_with_a_receipt(product: Product) -> None:
    with product.client("zhang.wei") as client:
        answer = ask_by_form(client)
        assert answer.status_code == 200, answer.text[:600]
        receipt = receipts_in(answer.text)[0]
        body = re.search(r"<tbody>(.*?)</tbody>", answer.text, re.DOTALL)
        assert body is not None
        assert body.group(1).count("<tr>") > 5
        numbers = re.findall(r"\b15999\d{12}[\dX]\b", answer.text)
        assert not numbers, "an identity number left the door unmasked"
        for _ in range(40):
            sealed = client.get(f"/api/v1/audit/receipts/{receipt}", headers={"Accept": "application/json"}).json()
            if sealed["state"] == "sealed":
                break
            time.sleep(0.1)
        assert sealed["state"] == "sealed"


def test_only_the_granted_county_is_in_the_rows(product: Product) -> None:
    with product.bearer("zhang.wei") as api:
        answer = api.post("/api/v1/inquiry/ask", json={"sql": SQL, "purpose": PURPOSE, "case": CASE})
    assert answer.status_code == 200, answer.text
    data = answer.json()
    names = [c["name"] for c in data["columns"]]
    area = next(n for n in names if n in ("area_code", "county_code"))
    assert {row[names.index(area)] for row in data["rows"]} == {"150103"}
    masked = {c["name"]: c["mask"] for c in data["columns"]}
    assert any(m not in ("none", "") for n, m in masked.items() if "id" in n or "phone" in n), masked


def test_a_condition_cannot_reach_rows_outside_the_grant(product: Product) -> None:
    with product.bearer("zhang.wei") as api:
        answer = api.post(
            "/api/v1/inquiry/ask",
            json={"sql": "SELECT count(*) FROM stolen_property WHERE county_code = '150702'", "purpose": PURPOSE, "case": CASE},
        )
    assert answer.status_code == 200, answer.text
    assert answer.json()["rows"] == [[0]]


def test_a_colleague_without_a_grant_is_refused_with_a_way_on_in_both_languages(product: Product) -> None:
    for language, word in (("zh-hans", "授权"), ("en", "grant")):
        with product.client("li.na", language) as client:
            answer = ask_by_form(client)
            assert answer.status_code == 403
            assert word in html.unescape(answer.text)
            assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"case": ""}, 403),  # a purpose without its matter
        ({"case": "A9999999999999999"}, 403),  # an unknown matter
        ({"purpose": "licence_check", "case": ""}, 403),  # another purpose than the grant's
        ({"purpose": "no_such_purpose"}, 403),
        ({"sql": "SELECT * FROM no_such_table"}, 403),
        ({"sql": "DROP TABLE stolen_property"}, 422),
        ({"sql": "SELECT * FROM stolen_property; SELECT 1"}, 422),
        ({"sql": "SELECT * FROM read_parquet('/etc/passwd')"}, 422),
        ({"sql": ""}, 422),
    ],
    ids=lambda v: str(v)[:60],
)
def test_bad_questions_are_refused_by_name_and_give_no_rows(product: Product, change: dict[str, str], status: int) -> None:
    with product.bearer("zhang.wei") as api:
        body = {"sql": SQL, "purpose": PURPOSE, "case": CASE} | change
        answer = api.post("/api/v1/inquiry/ask", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["code"]
    assert problem["title"]
    assert "rows" not in problem


def test_an_auditor_finds_both_and_the_content_of_neither(product: Product) -> None:
    with product.bearer("zhang.wei") as api:
        done = api.post("/api/v1/inquiry/ask", json={"sql": SQL, "purpose": PURPOSE, "case": CASE}).json()
    with product.bearer("li.na") as api:
        refused = api.post("/api/v1/inquiry/ask", json={"sql": SQL, "purpose": PURPOSE, "case": CASE}).json()
    time.sleep(2.5)
    with product.client("chen.jing") as client:
        for receipt in (done["receipt"], refused["receipt"]):
            page = client.get(f"/audit/entries/{receipt}/")
            assert page.status_code == 200
            for row in done["rows"][:20]:
                for value in row:
                    if isinstance(value, str) and len(value) > 8 and "-" not in value:
                        assert value not in page.text, "an auditor sees the content"
        listed = client.get("/audit/").text
        assert done["receipt"] in listed
        assert refused["receipt"] in listed


def test_the_command_line_asks_through_the_same_door(product: Product) -> None:
    query = "SELECT category, count(*) AS n FROM stolen_property GROUP BY category"
    done = product.cli("ask", "--as", "zhang.wei", "--purpose", PURPOSE, "--case", CASE, "--format", "json", query)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["receipt"]
    refused = product.cli("ask", "--as", "li.na", "--purpose", PURPOSE, "--case", CASE, query)
    assert refused.returncode == 3
    assert "授权" in refused.stderr or "grant" in refused.stderr
    assert refused.stdout.strip() == ""


def test_the_whole_log_is_verified_from_outside(product: Product) -> None:
    time.sleep(2)
    done = product.cli("audit", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_sees_a_page_without_signing_in(product: Product) -> None:
    with product.client() as client:
        for address in ("/", "/inquiry/", "/audit/", "/access/mine/", "/search/?q=x"):
            assert "/accounts/login/" in str(client.get(address).url)
        answer = client.get("/api/v1/identity/me", headers={"Accept": "application/json"})
        assert answer.status_code == 401
        assert answer.json()["code"]


def test_an_ended_session_is_out_at_once(product: Product) -> None:
    with product.client("wang.qiang") as client:
        assert client.get("/inquiry/").status_code == 200
        page = client.get("/accounts/")
        client.post("/accounts/logout/", data={"csrfmiddlewaretoken": csrf(page.text)}, headers={"Referer": str(client.base_url)})
        assert "/accounts/login/" in str(client.get("/inquiry/").url)


def test_a_forged_bearer_is_refused(product: Product) -> None:
    with product.client() as client:
        for token in ("x", "eyJhbGciOiJub25lIn0.e30.", "a" * 5000):
            answer = client.get("/api/v1/identity/me", headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
            assert answer.status_code == 401
