"""A door in the place of the provider, for tests of what its callers do with answers, good and bent, over real HTTP."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from beijiang.flow.exchange import rules
from beijiang.flow.exchange.types import LAKE

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import AskReply
    from beijiang.kernel.errors import Problem


class StubDoor:
    """Answers every question with `reply`, or `problem`; the other attributes bend the answer."""

    def __init__(self, reply: AskReply) -> None:
        self.reply = reply
        self.problem: Problem | None = None
        self.bend: dict[str, str | None] = {}
        self.swap: bytes | None = None
        self.raw: tuple[int, bytes] | None = None
        self.content: bytes | None = None
        self.targets: list[str] = []
        self.replay = False
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self._last: tuple[int, dict[str, str], bytes] | None = None
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"] or 0))
                status, headers, content = stub.answer(self.path, {k.lower(): v for k, v in self.headers.items()}, body, self.command)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> StubDoor:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, target: str, headers: dict[str, str], body: bytes, method: str = "POST") -> tuple[int, dict[str, str], bytes]:
        """What is sent back."""
        self.seen.append((headers, body))
        self.targets.append(target)
        if self.raw:
            return self.raw[0], {}, self.raw[1]
        if self.replay and self._last:
            return self._last
        status = self.problem.status if self.problem else 200
        content = json.dumps(self.problem.as_dict()).encode() if self.problem else self.content or rules.write_reply(self.reply)
        request_id = str(uuid4())
        out = {
            "x-road-id": headers["x-road-id"],
            "x-road-client": headers["x-road-client"],
            "x-road-service": f"{LAKE}/ask",
            "x-road-request-id": request_id,
            "content-digest": rules.content_digest(content),
            "x-road-request-hash": rules.request_hash(method, target, rules.hashed_headers(headers), request_id),
        }
        for name, value in self.bend.items():
            if value is None:
                out.pop(name)
            else:
                out[name] = value
        self._last = status, out, self.swap or content
        return self._last
