"""A steward's program brings a file: in pieces, mapped, taken in, its bad rows mended and appended; the log knows each step."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.product import Product

API = "/api/v1/stewardship"
PIECE = 64 << 10
ROWS, BAD = 4_000, 25


def content(mark: str) -> bytes:
    """A file of our own, GB18030, with a special category and rows that cannot come in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["编号", "旗县区代码", "宗教信仰", "登记日期", "金额"])
    for n in range(ROWS):
        writer.writerow([f"{mark}{n:05d}", "150103", "（演示）", "2026-02-30" if n % (ROWS // BAD) == 3 else "2026-03-01", f"{n}.25"])
    return out.getvalue().encode("gb18030")


def until(ask: Callable[[], Any], done: Callable[[Any], bool], seconds: float = 90) -> Any:
    """Ask again until it is so."""
    end = time.monotonic() + seconds
    found = ask()
    while not done(found):
        assert time.monotonic() < end, found
        time.sleep(0.3)
        found = ask()
    return found


def upload(client: httpx.Client, name: str, data: bytes) -> str:
    """Send a file in pieces, one of them twice and one too early, and wait for its draft."""
    begun = client.post(
        f"{API}/uploads", json={"name": name, "size": len(data), "modified": 1, "head_sha256": hashlib.sha256(data[:65536]).hexdigest()}
    )
    assert begun.status_code == 201, begun.text
    number, offset = begun.json()["id"], begun.json()["received"]

    def piece(at: int) -> httpx.Response:
        part = data[at : at + PIECE]
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        return client.put(
            f"{API}/uploads/{number}/content", params={"offset": at}, content=part, headers={"Content-Digest": f"sha-256=:{digest}:"}
        )

    if len(data) > 2 * PIECE:
        early = piece(PIECE)
        assert (early.status_code, early.json()["received"]) == (409, 0)
    while offset < len(data):
        answer = piece(offset)
        assert answer.status_code == 200, answer.text
        assert piece(offset).json()["received"] == answer.json()["received"], "the same piece again changes nothing"
        offset = answer.json()["received"]
    assert client.post(f"{API}/uploads/{number}/finish").status_code == 202
    sent = until(lambda: client.get(f"{API}/uploads/{number}").json(), lambda u: u["state"] != "sending")
    assert sent["state"] == "sent", sent
    assert sent["sha256"] == hashlib.sha256(data).hexdigest()
    return str(sent["draft_id"])


def ready(client: httpx.Client, draft_id: str) -> dict[str, Any]:
    """The draft once it is recognised."""
    found: dict[str, Any] = until(
        lambda: client.get(f"{API}/drafts/{draft_id}").json(), lambda d: d["state"] not in ("received", "profiling")
    )
    assert found["state"] == "ready", found
    return found


def column(found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A column as recognised, as the specification wants it."""
    names = ("name", "type", "subject", "length", "digits")
    return (
        {n: found[n] for n in names}
        | {
            "title": found["title"],
            "element": found["element"]["code"] if found["element"] else "",
            "default_mask": found["suggested_mask"],
        }
        | changes
    )


@pytest.fixture
def sun(product: Product) -> Any:
    """孙磊's program."""
    with product.bearer("sun.lei") as client:
        yield client


def test_a_file_is_brought_mapped_taken_in_and_mended(product: Product, sun: httpx.Client) -> None:
    mark = uuid4().hex[:6]
    draft = ready(sun, upload(sun, f"登记{mark}.csv", content(mark)))
    assert (draft["kind"], draft["rows"]) == ("csv", ROWS)
    assert draft["encoding"].upper().startswith("GB")
    refused = [c["header"] for c in draft["columns"] if c["refused"]]
    assert refused == ["宗教信仰"]
    assert all("宗教信仰" not in row for row in draft["sample"])
    columns = [
        {"header": c["header"], "drop": True} if c["refused"] else {"header": c["header"], "column": column(c)} for c in draft["columns"]
    ]
    kept = {c["header"]: c["column"] for c in columns if "column" in c}
    name = f"journey_{mark}"
    owner = next(d for d in sun.get("/api/v1/inquiry/datasets").json() if d["name"] == "lost_property")["owner_unit"]
    spec = {
        "name": name,
        "title": {"zh": "登记", "en": "Register"},
        "owner_unit": owner,
        "grade": "internal",
        "personal": False,
        "area_column": kept["旗县区代码"]["name"],
        "columns": columns,
    }
    evil = spec | {
        "columns": [
            c if c["header"] != "宗教信仰" else {"header": "宗教信仰", "column": column(draft["columns"][2], name="belief")}
            for c in columns
        ]
    }
    forbidden = sun.post(f"{API}/drafts/{draft['id']}/publish", json=evil)
    assert forbidden.status_code == 403, forbidden.text
    assert forbidden.json()["code"] == "lake.special_category"
    key = {"Idempotency-Key": uuid4().hex}
    first = sun.post(f"{API}/drafts/{draft['id']}/publish", json=spec, headers=key)
    again = sun.post(f"{API}/drafts/{draft['id']}/publish", json=spec, headers=key)
    assert (first.status_code, again.json()["id"]) == (202, first.json()["id"]), first.text
    number = first.json()["id"]
    run = until(lambda: sun.get(f"{API}/runs/{number}").json(), lambda r: r["state"] in ("done", "failed", "cancelled"))
    assert (run["state"], run["rows_ok"], run["rows_bad"]) == ("done", ROWS - BAD, BAD), run
    assert run["reasons"][0]["rows"] == BAD
    assert sun.get(f"{API}/drafts/{draft['id']}").json()["state"] == "used"

    with product.client("sun.lei") as browser:
        page = browser.get(f"/stewardship/runs/{number}/")
        assert str(BAD) in page.text
        rejected = browser.get(f"/stewardship/runs/{number}/bad-rows.csv")
        assert rejected.headers["content-type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(rejected.content.decode("utf-8-sig"))))
        assert len(rows) == BAD + 1
    mended = io.StringIO()
    writer = csv.writer(mended, lineterminator="\n")
    at = rows[0].index(kept["登记日期"]["name"]) if kept["登记日期"]["name"] in rows[0] else rows[0].index("登记日期")
    writer.writerow(rows[0])
    for row in rows[1:]:
        assert row[at] == "2026-02-30"
        writer.writerow([*row[:at], "2026-02-28", *row[at + 1 :]])
    second = ready(sun, upload(sun, f"更正{mark}.csv", mended.getvalue().encode()))
    known = {c["name"]: c for c in kept.values()}
    fitting = [c for c in second["columns"] if c["name"] in known or c["header"] in known or c["header"] in kept]
    assert len(fitting) == len(kept), [c["header"] for c in second["columns"]]
    added = {
        "name": name,
        "append": True,
        "columns": [
            {"header": c["header"], "column": known.get(c["header"]) or kept.get(c["header"]) or known[c["name"]]}
            if c in fitting
            else {"header": c["header"], "drop": True}
            for c in second["columns"]
        ],
    }
    answer = sun.post(f"{API}/drafts/{second['id']}/publish", json=added)
    assert answer.status_code == 202, answer.text
    run = until(lambda: sun.get(f"{API}/runs/{answer.json()['id']}").json(), lambda r: r["state"] in ("done", "failed", "cancelled"))
    assert (run["state"], run["rows_ok"], run["rows_bad"]) == ("done", BAD, 0), run
    listed = until(
        lambda: [d for d in sun.get("/api/v1/inquiry/datasets", params={"q": name}).json() if d["name"] == name],
        lambda found: bool(found) and found[0]["rows"] == ROWS,
    )
    assert listed[0]["owner_unit"] == owner
    quality = until(lambda: sun.get(f"{API}/datasets/{name}/quality"), lambda q: q.status_code == 200).json()
    assert {c["name"] for c in quality["columns"]} == set(known)
    seen = sun.get(f"{API}/datasets/{name}")
    raised = sun.patch(f"{API}/datasets/{name}", json={"grade": "sensitive"}, headers={"If-Match": seen.headers["etag"]})
    assert (raised.status_code, raised.json()["grade"]) == (200, "sensitive"), raised.text
    lowered = sun.patch(f"{API}/datasets/{name}", json={"grade": "open"})
    assert lowered.status_code == 403, "lowering is for the owner"


def test_the_log_knows_each_step(product: Product, sun: httpx.Client) -> None:
    mark = uuid4().hex[:6]
    upload(sun, f"日志{mark}.csv", content(mark)[:3000].rsplit(b"\n", 1)[0])
    with product.bearer("chen.jing") as auditor:
        types = {f"stewardship.upload.{t}.v1" for t in ("begun", "finished", "handed_over")}

        def ours() -> dict[str, str]:
            newest = auditor.get("/api/v1/audit/entries", params={"room": "stewardship", "limit": 20}).json()["items"]
            opened = {e["type"]: auditor.get(f"/api/v1/audit/entries/{e['id']}").text for e in reversed(newest) if e["type"] in types}
            return {type_: text for type_, text in opened.items() if mark in text}

        found = until(ours, lambda seen: set(seen) == types, 40)
    assert not any("150103" in text for text in found.values()), "nothing of what the file holds"


def test_others_may_neither_bring_nor_see(product: Product, sun: httpx.Client) -> None:
    data = b"a,b\n1,2\n"
    draft = upload(sun, f"own{uuid4().hex[:6]}.csv", data + uuid4().hex.encode())
    with product.bearer("li.na") as li:
        assert li.get(f"{API}/drafts/{draft}").status_code == 403
        assert li.post(f"{API}/uploads", json={"name": "a.csv", "size": 3, "head_sha256": "ab" * 32}).status_code == 403
    with product.bearer("zhao.min") as zhao:
        theirs = zhao.get(f"{API}/drafts/{draft}")
        if theirs.status_code == 200:
            assert theirs.json()["sample"] == []
            assert not any(c["examples"] for c in theirs.json()["columns"]), "values are for who brought them"
        assert zhao.post(f"{API}/drafts/{draft}/drop", json={}).status_code in (403, 404)
    assert sun.post(f"{API}/drafts/{draft}/drop", json={"reason": "试完了"}).json()["state"] == "dropped"
