"""X-Road-Request-Hash: by it the caller knows that an answer was given to its own question and no other."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DROPPED = frozenset(
    {
        "transfer-encoding",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "upgrade",
        "connection",
        "user-agent",
        "host",
        "content-length",
        "server",
        "expect",
        "x-road-request-hash",
        "x-road-request-id",
    }
)

HASHED_HEADERS = (
    "x-road-client",
    "x-road-id",
    "content-type",
    "content-digest",
    "authorization",
    "x-app-token",
    "signature-input",
    "signature",
)
"""The headers that enter our hash, in this order and spelling.

X-Road hashes all headers as received. Neither WSGI nor ASGI keeps order and spelling, so both sides of
this door agree on the list instead; each of these decides what the request means. The body enters
by its Content-Digest, which the provider checks.
"""


def request_hash(verb: str, target: str, headers: Iterable[tuple[str, str]], request_id: str, body: bytes | None = None) -> str:
    """This function will compute the hash as X-Road's REST protocol does (its § 4.4): Base64 of SHA-512.

    `target` is the path with its query as sent. Hop-by-hop headers and an incoming request id are dropped,
    and `x-road-request-id` is appended. `body` None means a message without body.
    """
    lines = [f"{verb}\r\n{target}\r\n"]
    lines.extend(f"{name}:{value}\r\n" for name, value in headers if name.lower() not in DROPPED)
    lines.append(f"x-road-request-id:{request_id}\r\n")
    head = hashlib.sha512("".join(lines).encode()).digest()
    if body is not None:
        head = hashlib.sha512(head + hashlib.sha512(body).digest()).digest()
        return base64.b64encode(head).decode()
    return base64.b64encode(head).decode()


def hashed_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """This function will pick the headers that enter our hash; `headers` looks names up in any case."""
    return [(name, value) for name in HASHED_HEADERS if (value := headers.get(name))]
