"""`/api/v1/audit/…`."""

from __future__ import annotations

import pytest

from beijiang.kernel.ids import new_id
from beijiang.trust.audit import actions, queries, rules
from beijiang.trust.audit.models import Entry

from . import make

pytestmark = pytest.mark.django_db

API = "/api/v1/audit"


@pytest.fixture
def api(web):
    return lambda actor, path, **query: web(actor, API + path, accept="application/json", **query)


def test_list(api):
    ids = make.sealed(3, dataset="licences")
    answer = api(make.AUDITOR, "/entries", limit=2)
    assert answer.status_code == 200
    page = answer.json()
    assert [e["id"] for e in page["items"]] == [str(i) for i in ids[:0:-1]]
    assert page["items"][0]["title"] == {"zh": "做了一件事", "en": "Did a thing"}
    rest = api(make.AUDITOR, "/entries", cursor=page["next_cursor"]).json()
    assert [e["id"] for e in rest["items"]] == [str(ids[0])] and rest["next_cursor"] is None
    assert api(make.AUDITOR, "/entries", dataset="other").json()["items"] == []


def test_listing_leaves_a_leaf(api):
    make.sealed(1)
    api(make.AUDITOR, "/entries", dataset="licences")
    actions.sequence()
    assert Entry.objects.order_by("-index").first().type == "audit.log.read.v1"


def test_own_entries(api):
    make.sealed(1)
    make.sealed(1, actor=make.OTHER)
    assert [e["actor_name"] for e in api(make.OTHER, "/entries", mine="true").json()["items"]] == ["李娜"]


def test_times(api):
    make.sealed(1)
    assert len(api(make.AUDITOR, "/entries", since="2020-01-01T00:00:00").json()["items"]) == 1
    assert api(make.AUDITOR, "/entries", until="2020-01-01T00:00:00+08:00").json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "9999"},
        {"limit": "x"},
        {"cursor": "x"},
        {"outcome": "maybe"},
        {"since": "soon"},
        {"person": "x" * 101},
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
    ],
)
def test_bad_queries_are_refused_as_problems(api, query):
    answer = api(make.AUDITOR, "/entries", **query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_who_may_not(api):
    ids = make.sealed(1)
    answer = api(make.OFFICER, "/entries")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["receipt"]
    assert api(make.OTHER, f"/entries/{ids[0]}").status_code == 403
    for path in ("/entries", f"/entries/{ids[0]}", f"/receipts/{ids[0]}", f"/receipts/{ids[0]}/proof"):
        assert api(None, path).status_code == 401


def test_entry(api):
    ids = make.sealed(2)
    said = api(make.AUDITOR, f"/entries/{ids[1]}").json()
    entry = Entry.objects.get(id=ids[1])
    assert rules.leaf_bytes(entry.type, entry.time, bytes.fromhex(said["salt"]), said["text"].encode()).decode() == said["receipt"]["leaf"]
    assert api(make.OFFICER, f"/entries/{ids[1]}").status_code == 200
    assert api(make.AUDITOR, f"/entries/{new_id()}").status_code == 404


def test_receipt_and_proof(api):
    id_ = make.did("x")
    assert api(make.OTHER, f"/receipts/{id_}").json()["state"] == "pending"
    assert api(make.OTHER, f"/receipts/{id_}/proof").status_code == 404
    actions.sequence()
    said = api(make.OTHER, f"/receipts/{id_}").json()
    assert (said["state"], said["index"], said["size"]) == ("sealed", 0, 1)
    proof = api(make.OTHER, f"/receipts/{id_}/proof").content.decode()
    rules.verify_proof(rules.read_proof(proof), said["leaf"].encode(), rules.parse_vkey(queries.vkey()))
    assert "张伟" not in str(said)


@pytest.mark.parametrize("path", ["/receipts/x", "/entries/x", "/receipts/00000000-0000-4000-8000-000000000000"])
def test_numbers_that_are_none(api, path):
    assert api(make.AUDITOR, path).status_code == 404


def test_uses_by_every_filter_of_the_pages(web):
    from .test_oversee import GRANT, Used, did, seal

    did(make.OFFICER, Used("licences", "case", matter="A1"))
    make.did("no use")
    seal()
    for said in (
        {"uses": "true"},
        {"grant": GRANT},
        {"column": "brand"},
        {"basis": "grant"},
        {"unit": "1501", "below": "true", "uses": "true"},
    ):
        found = web(make.AUDITOR, "/api/v1/audit/entries", accept="application/json", **said).json()["items"]
        assert [(e["row_count"], e["columns"], e["grants"], e["codes"]) for e in found] == [(3, ["brand", "status"], [GRANT], [])], said
    assert web(make.AUDITOR, "/api/v1/audit/entries", accept="application/json", grant="x").status_code == 422
