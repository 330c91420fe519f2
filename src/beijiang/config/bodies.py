"""How much a request may carry, asked before a byte of it is read: Django would lay the whole of it on the disk first."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from beijiang.kernel.errors import TooLarge
from beijiang.kernel.words import Words
from beijiang.ui.headers import HEADERS
from beijiang.work.stewardship.types import CHUNK_LIMIT, FORM_LIMIT

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]

SLACK = 1 << 16
LARGE = {"/stewardship/upload/": FORM_LIMIT + (1 << 20)}
"""Addresses that take more than a piece of a file: the form for browsers without scripts."""


def limit_of(path: str) -> int:
    """How many bytes a request to this address may carry."""
    return LARGE.get(path, CHUNK_LIMIT + SLACK)


def limited(app: App) -> App:
    """Wrap an ASGI application: a request that says, or turns out, to be over its limit is answered 413 and not read on."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        most = limit_of(scope["path"])
        headers = {name.lower(): value for name, value in scope["headers"]}
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > most:
            await refuse(headers, scope["path"], most, send)
            return
        read, answered = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # Without a length, or with a false one: for the application the caller has gone.
            return {"type": "http.disconnect"} if read > most else message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await app(scope, counted, noted)
        if read > most and not answered:
            await refuse(headers, scope["path"], most, send)

    return guarded


async def refuse(headers: dict[bytes, bytes], path: str, most: int, send: Send) -> None:
    """Answer 413, as a problem document or as a page in both languages."""
    problem = TooLarge(
        "kernel.too_large",
        detail=Words(
            f"提交的内容超过 {most >> 20} MiB 的上限，没有接收任何内容。大文件请在启用脚本的浏览器里上传，或放入投放文件夹。",
            f"What was sent is over the limit of {most >> 20} MiB; nothing was taken. "
            "Upload large files in a browser with scripts, or lay them into the drop folder.",
        ),
        limit=most,
    )
    if path.startswith("/api/") or b"text/html" not in headers.get(b"accept", b""):
        kind, body = b"application/problem+json", json.dumps(problem.as_dict(), ensure_ascii=False).encode()
    else:
        said = problem.detail or problem.title
        kind = b"text/html; charset=utf-8"
        body = (
            f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{problem.title.zh}</title>'
            f'<h1>{problem.title.zh} · {problem.title.en}</h1><p>{said.zh}</p><p lang="en">{said.en}</p><p><a href="/">北疆云 Beijiang Cloud</a></p></html>'
        ).encode()
    sent = {**HEADERS, "Content-Length": str(len(body)), "Connection": "close", "Cache-Control": "no-store"}
    raw = [(b"content-type", kind), *((name.lower().encode(), value.encode()) for name, value in sent.items())]
    await send({"type": "http.response.start", "status": 413, "headers": raw})
    await send({"type": "http.response.body", "body": body})
