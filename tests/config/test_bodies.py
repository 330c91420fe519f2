"""A request over its limit is turned away by what it says of its size, before a byte of it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from beijiang.config import bodies
from beijiang.ui.headers import HEADERS
from beijiang.work.stewardship.types import CHUNK_LIMIT, FORM_LIMIT
from tests.aio import run


def call(path: str, *, headers: dict[str, str], pieces: list[bytes] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was sent back, and what the application read."""
    sent: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    waiting = list(pieces or [b""])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            seen.append(message)
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    run(bodies.limited(app)(scope, receive, send))
    return sent, seen


@pytest.mark.parametrize(
    ("path", "size"), [("/api/v1/stewardship/uploads/1/content", 2 << 30), ("/accounts/login/", 1 << 24), ("/stewardship/upload/", 2 << 30)]
)
def test_what_says_that_it_is_too_large_is_not_read(path: str, size: int) -> None:
    sent, seen = call(path, headers={"content-length": str(size), "accept": "application/json"})
    assert seen == []
    assert sent[0]["status"] == 413
    headers = dict(sent[0]["headers"])
    assert headers[b"content-type"] == b"application/problem+json"
    assert all(headers[name.lower().encode()] == value.encode() for name, value in HEADERS.items())
    problem = json.loads(sent[1]["body"])
    assert problem["code"] == "kernel.too_large"
    assert problem["detail_words"]["zh"] and problem["detail_words"]["en"]


def test_a_browser_gets_a_page_in_both_languages() -> None:
    sent, _ = call("/stewardship/upload/", headers={"content-length": str(1 << 30), "accept": "text/html,*/*"})
    page = sent[1]["body"].decode()
    assert "64 MiB" in page or "65 MiB" in page
    assert "投放文件夹" in page and "drop folder" in page


def test_what_fits_passes_to_the_byte() -> None:
    for path, most in (("/x/", CHUNK_LIMIT + bodies.SLACK), ("/stewardship/upload/", FORM_LIMIT + (1 << 20))):
        assert call(path, headers={"content-length": str(most)})[0][0]["status"] == 200
        assert call(path, headers={"content-length": str(most + 1)})[0][0]["status"] == 413


def test_what_says_nothing_of_its_size_is_cut_off_where_it_is_over() -> None:
    piece = b"x" * (1 << 20)
    sent, seen = call("/x/", headers={"transfer-encoding": "chunked"}, pieces=[piece] * 20)
    assert sent[0]["status"] == 413
    assert seen[-1] == {"type": "http.disconnect"}
    assert sum(len(m.get("body", b"")) for m in seen) <= CHUNK_LIMIT + bodies.SLACK
    _, seen = call("/x/", headers={"content-length": "nonsense"}, pieces=[piece] * 20)
    assert seen[-1] == {"type": "http.disconnect"}


def test_other_traffic_is_left_alone() -> None:
    passed: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    run(bodies.limited(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]
