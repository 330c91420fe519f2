"""/api/v1/stewardship as the page's script and other programs use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client

from beijiang.kernel.errors import Conflict, Refused, Unavailable
from beijiang.trust.identity import actions as identity
from beijiang.work.stewardship import actions
from beijiang.work.stewardship.types import CHUNK_LIMIT
from tests.flow.exchange.make import SYSTEM
from tests.work.inquiry.make import bearer

from .make import CSV, HEAD, CareDoor, draft, header, run

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
API = "/api/v1/stewardship"
BEGIN = {"name": "a.csv", "size": len(CSV), "modified": 5, "head_sha256": HEAD}


class Caller:
    """A program with a bearer."""

    def __init__(self, token: dict[str, str]) -> None:
        self.client, self.token = Client(), token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = isinstance(body, bytes)
        return self.client.generic(
            method,
            API + path,
            body if raw else __import__("json").dumps(body) if body is not None else b"",
            content_type="application/octet-stream" if raw else "application/json",
            headers=self.token | {k.replace("_", "-"): v for k, v in headers.items()},
        )


@pytest.fixture
def api(sun: Actor, door: CareDoor) -> Caller:
    """孙磊's program."""
    return Caller(bearer(sun))


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document, of this status and code, in both languages."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    data = answer.json()
    assert data["code"] == code
    assert data["title_words"]["zh"] and data["title_words"]["en"]
    return data


def test_a_file_in_pieces(api: Caller, door: CareDoor, sun: Actor) -> None:
    begun = api("POST", "/uploads", BEGIN)
    assert begun.status_code == 201
    number = begun.json()["id"]
    for offset in range(0, len(CSV), 30):
        part = CSV[offset : offset + 30]
        answer = api("PUT", f"/uploads/{number}/content?offset={offset}", part, content_digest=header(part))
        assert answer.status_code == 200, answer.content
        assert answer.json()["received"] == offset + len(part)
    assert api("POST", "/uploads", BEGIN).json()["received"] == len(CSV), "beginning again finds it"
    done = api("POST", f"/uploads/{number}/finish")
    assert (done.status_code, done.json()["state"]) == (202, "sending")
    actions.send_upload(__import__("beijiang.kernel.types", fromlist=["Actor"]).Actor.system("x"), upload_id=UUID(number))
    sent = api("GET", f"/uploads/{number}").json()
    assert sent["state"] == "sent"
    assert sent["words"] == {"zh": "已送入", "en": "handed over"}
    assert UUID(sent["draft_id"]) in door.drafts
    assert [u["id"] for u in api("GET", "/uploads").json()] == [number]
    assert api("GET", "/uploads?open_only=true").json() == []


def test_bad_pieces_are_problems_that_say_from_where_to_go_on(api: Caller) -> None:
    number = api("POST", "/uploads", BEGIN).json()["id"]
    path = f"/uploads/{number}/content"
    part = CSV[:10]
    assert api("PUT", f"{path}?offset=0", part, content_digest=header(part)).status_code == 200
    data = problem(api("PUT", f"{path}?offset=20", part, content_digest=header(part)), 409, "stewardship.wrong_offset")
    assert data["received"] == 10
    problem(api("PUT", f"{path}?offset=10", part, content_digest=header(b"other")), 422, "stewardship.chunk_digest")
    problem(api("PUT", f"{path}?offset=10", part), 422, "stewardship.digest_missing")
    problem(api("PUT", f"{path}?offset=10", b"", content_digest=header(b"")), 422, "stewardship.length_missing")
    problem(api("PUT", f"{path}?offset=10", b"x" * len(CSV), content_digest=header(b"x" * len(CSV))), 422, "stewardship.chunk_outside")
    big = b"x" * (CHUNK_LIMIT + 1)
    problem(api("PUT", f"{path}?offset=10", big, content_digest=header(big)), 413, "stewardship.chunk_too_large")
    assert api("PUT", f"{path}?offset=-1", part, content_digest=header(part)).status_code == 422
    assert api("PUT", f"{path}?offset=abc", part, content_digest=header(part)).status_code == 422
    problem(api("POST", f"/uploads/{number}/finish"), 409, "stewardship.not_whole")
    assert api("GET", f"/uploads/{number}").json()["received"] == 10


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"size": 3 << 30}, 413, "stewardship.too_large"),
        ({"size": 0}, 422, "stewardship.empty"),
        ({"size": 10**30}, 413, "stewardship.too_large"),
        ({"name": "a\nb"}, 422, "stewardship.bad_name"),
        ({"name": "x" * 1001}, 422, "kernel.invalid"),
        ({"head_sha256": ""}, 422, "stewardship.bad_digest"),
        ({"size": "many"}, 422, "kernel.invalid"),
        ({"modified": -(10**40)}, 422, "stewardship.bad_time"),
    ],
)
def test_beginnings_that_are_refused(api: Caller, change: dict[str, Any], status: int, code: str) -> None:
    problem(api("POST", "/uploads", BEGIN | change), status, code)


def test_giving_up_and_what_is_not_there(api: Caller) -> None:
    number = api("POST", "/uploads", BEGIN).json()["id"]
    assert api("DELETE", f"/uploads/{number}").json()["state"] == "abandoned"
    problem(api("PUT", f"/uploads/{number}/content?offset=0", CSV, content_digest=header(CSV)), 409, "stewardship.upload_over")
    problem(api("GET", f"/uploads/{UUID(int=3)}"), 404, "stewardship.no_upload")
    assert api("GET", "/uploads/nonsense").status_code == 422


def test_a_key_makes_a_call_one_deed(api: Caller, door: CareDoor) -> None:
    first = api("POST", "/uploads", BEGIN, idempotency_key="one").json()["id"]
    api("DELETE", f"/uploads/{first}")
    assert api("POST", "/uploads", BEGIN, idempotency_key="one").json()["id"] == first
    problem(api("POST", "/uploads", BEGIN | {"size": 5}, idempotency_key="one"), 422, "stewardship.key_reused")
    about = draft()
    door.drafts[about.id] = about
    spec = {"name": "people", "columns": [{"header": "姓名", "drop": True}]}
    a = api("POST", f"/drafts/{about.id}/publish", spec, idempotency_key="two")
    b = api("POST", f"/drafts/{about.id}/publish", spec, idempotency_key="two")
    assert (a.status_code, b.status_code) == (202, 202)
    assert a.json()["id"] == b.json()["id"]
    assert len(door.published) == 1


def test_drafts_and_publishing(api: Caller, door: CareDoor) -> None:
    about = draft()
    door.drafts[about.id] = about
    (listed,) = api("GET", "/drafts").json()
    assert listed["sample"] == []
    full = api("GET", f"/drafts/{about.id}").json()
    assert full["sample"][0]["姓名"] == "张三"
    assert full["columns"][2]["refused"]["en"].startswith("Ethnicity")
    assert full["columns"][0]["element"]["code"] == "XM"
    spec = {
        "name": "people",
        "title": {"zh": "人员", "en": "People"},
        "owner_unit": "150000XZ",
        "grade": "sensitive",
        "retention_days": 30,
        "columns": [
            {
                "header": "姓名",
                "column": {"name": "person_name", "title": {"zh": "姓名", "en": "Name"}, "element": "XM", "subject": "name"},
            },
            {"header": "民族", "drop": True},
        ],
    }
    started = api("POST", f"/drafts/{about.id}/publish", spec)
    assert (started.status_code, started.json()["state"]) == (202, "queued")
    sent = door.published[0]
    assert (sent.name, sent.title.zh, sent.columns[0].column.subject, sent.columns[1].drop) == ("people", "人员", "name", True)  # type: ignore[union-attr]
    assert api("GET", f"/drafts/{about.id}").json()["run"] == started.json()["id"]
    assert api("POST", f"/drafts/{about.id}/publish", {"name": "x"}).status_code == 422
    door.trouble["publish"] = Refused("lake.special_category")
    problem(api("POST", f"/drafts/{about.id}/publish", spec), 403, "lake.special_category")
    other = draft()
    door.drafts[other.id] = other
    assert api("POST", f"/drafts/{other.id}/drop", {"reason": "错了"}, idempotency_key="d").json()["state"] == "dropped"
    assert api("POST", f"/drafts/{other.id}/drop", {"reason": "错了"}, idempotency_key="d").json()["state"] == "dropped"
    problem(api("GET", f"/drafts/{UUID(int=9)}"), 404, "lake.no_draft")


def test_runs(api: Caller, door: CareDoor) -> None:
    about = run(state="reading", finished_at=None)
    door.runs[about.id] = about
    assert api("GET", "/runs?dataset=stolen_property").json()[0]["reasons"][0]["rows"] == 2
    assert api("GET", "/runs?dataset=other").json() == []
    assert api("GET", "/runs?limit=0").status_code == 422
    assert api("GET", f"/runs/{about.id}").json()["started_by"] == "孙磊"
    assert api("POST", f"/runs/{about.id}/cancel").json()["state"] == "cancelled"
    assert api("POST", f"/runs/{about.id}/resume", idempotency_key="r").json()["state"] == "queued"
    door.trouble["cancel"] = Conflict("lake.run_over")
    problem(api("POST", f"/runs/{about.id}/cancel"), 409, "lake.run_over")


def test_facts_change_only_from_what_one_has_seen(api: Caller, door: CareDoor) -> None:
    seen = api("GET", "/datasets/stolen_property")
    tag = seen["ETag"]
    changed = api("PATCH", "/datasets/stolen_property", {"title": {"zh": "甲", "en": "A"}}, if_match=tag)
    assert (changed.status_code, changed.json()["title"]["zh"]) == (200, "甲")
    assert door.changed == [{"title": {"zh": "甲", "en": "A"}}]
    problem(api("PATCH", "/datasets/stolen_property", {"grade": "core"}, if_match=tag), 412, "stewardship.stale")
    assert api("PATCH", "/datasets/stolen_property", {"grade": "core"}, if_match=changed["ETag"]).json()["grade"] == "core"
    assert api("GET", "/datasets/stolen_property/quality").json()["dimensions"]["validity"] == 0.9
    assert api("GET", "/datasets/nothing").status_code == 404
    door.trouble["POST datasets"] = Refused("lake.not_owner")
    problem(api("PATCH", "/datasets/stolen_property", {"grade": "internal"}), 403, "lake.not_owner")


def test_elements(api: Caller) -> None:
    assert len(api("GET", "/elements").json()) == 3
    assert [e["code"] for e in api("GET", "/elements?q=XM").json()] == ["XM"]


def test_a_door_that_is_away_is_a_503(api: Caller, door: CareDoor) -> None:
    door.trouble["GET"] = Unavailable("exchange.door_away")
    for path in ("/drafts", "/runs", "/elements", "/datasets/stolen_property"):
        problem(api("GET", path), 503, "exchange.door_away")


PATHS = [
    ("GET", "/uploads"),
    ("POST", "/uploads"),
    ("PUT", f"/uploads/{UUID(int=1)}/content?offset=0"),
    ("POST", f"/uploads/{UUID(int=1)}/finish"),
    ("POST", f"/uploads/{UUID(int=1)}/go-on"),
    ("DELETE", f"/uploads/{UUID(int=1)}"),
    ("GET", "/drafts"),
    ("POST", f"/drafts/{UUID(int=1)}/publish"),
    ("POST", f"/drafts/{UUID(int=1)}/drop"),
    ("GET", "/runs"),
    ("POST", f"/runs/{UUID(int=1)}/cancel"),
    ("PATCH", "/datasets/stolen_property"),
    ("GET", "/elements"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_who_may_not(method: str, path: str, house: House, door: CareDoor) -> None:
    body: Any = {
        "/uploads": BEGIN,
        f"/drafts/{UUID(int=1)}/publish": {"name": "x", "columns": []},
        f"/drafts/{UUID(int=1)}/drop": {},
        "/datasets/stolen_property": {},
    }.get(path)
    if "content" in path:
        body = CSV
    assert Caller({})(method, path, body).status_code == 401
    assert Caller({"authorization": "Bearer x"})(method, path, body).status_code == 401
    assert Caller(bearer(house.zhang))(method, path, body).status_code == 403
    assert door.seen == []


def test_a_browser_session_needs_its_form_token(sun: Actor, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(f"{API}/uploads", BEGIN, content_type="application/json", headers={"accept": "application/json"})
    problem(answer, 403, "kernel.csrf")


def test_a_session_that_ended_is_a_401_and_nothing_is_lost(sun: Actor, api: Caller) -> None:
    number = api("POST", "/uploads", BEGIN).json()["id"]
    api("PUT", f"/uploads/{number}/content?offset=0", CSV[:10], content_digest=header(CSV[:10]))
    identity.end_sessions_of(SYSTEM, user_id=sun.user_id)  # type: ignore[arg-type]
    assert api("PUT", f"/uploads/{number}/content?offset=10", CSV[10:], content_digest=header(CSV[10:])).status_code == 401
    again = Caller(bearer(sun))
    assert again("POST", "/uploads", BEGIN).json()["received"] == 10
    assert again("PUT", f"/uploads/{number}/content?offset=10", CSV[10:], content_digest=header(CSV[10:])).json()["received"] == len(CSV)
