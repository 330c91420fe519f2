"""Calls the provider side over HTTP: signs what is sent, believes only an answer bound to it by hash."""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from beijiang.kernel import clock, errors
from beijiang.kernel.errors import Problem, Unavailable
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words

from ..rules import Message, content_digest, digest_matches, hashed_headers, request_hash, sha256_of, sign
from ..types import LAKE, client_id

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 35.0
"""How long an answer is waited for, unless said otherwise."""
_lock = threading.Lock()

AWAY = Words("数据门暂时连接不上", "The door cannot be reached")
AWAY_DETAIL = Words(
    "没有数据离开数据域，提问没有执行或没有完成。请稍后再试；持续出现时请联系科信部门。",
    "No data left the data domain; the question was not run or not completed. Try again in a moment; tell the technology unit if it goes on.",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer that is bound to its request."""

    status: int
    body: bytes
    request_id: str


def send(
    method: str,
    path: str,
    *,
    user_token: str,
    app_token: str,
    digest: str,
    content_type: str = "application/json",
    body: bytes | None = None,
    stream: Iterator[bytes] | None = None,
    size: int = 0,
    query: str = "",
    seconds: float = SECONDS,
) -> Sent:
    """This function will call the door and return its answer, or raise the problem it answered with.

    Either `body` or `stream` of `size` bytes is sent; `digest` is its Content-Digest, which is signed; `seconds` is how long
    an answer is waited for. Raises Unavailable when the door is away or its answer is not bound to this request.
    """
    target = f"{path}?{query}" if query else path
    message = _message(method, target, user_token=user_token, app_token=app_token, digest=digest, content_type=content_type)
    headers = {**message.headers, "accept": "application/json, application/problem+json"}
    if stream is not None:
        headers["content-length"] = str(size)
    try:
        response = _client().request(
            method, message.url, headers=headers, content=body if stream is None else stream, timeout=_timeout(seconds)
        )
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise Unavailable("exchange.door_away", AWAY, AWAY_DETAIL) from error
    _check(response, message, method, target)
    if not digest_matches(response.headers.get("content-digest", ""), response.content):
        raise _foreign()
    if response.status_code >= 400:
        raise problem_of(response.status_code, response.content)
    return Sent(response.status_code, response.content, response.headers["x-road-request-id"])


@dataclass(frozen=True, slots=True)
class Fetched:
    """A long answer that was written to a file whole."""

    size: int
    sha256: str
    headers: httpx.Headers


def fetch(path: str, into: BinaryIO, *, user_token: str, app_token: str, query: str = "", limit: int = 4 << 30) -> Fetched:
    """This function will write a long answer to `into` as it comes.

    What was written may be believed only when this returns. Raises as `send` does, and Unavailable for an answer cut off or
    over `limit` bytes.
    """
    target = f"{path}?{query}" if query else path
    message = _message("GET", target, user_token=user_token, app_token=app_token, digest=content_digest(b""), content_type="text/csv")
    hasher, size = hashlib.sha256(), 0
    try:
        with _client().stream("GET", message.url, headers=message.headers) as response:
            _check(response, message, "GET", target)
            if response.status_code >= 400:
                content = response.read()
                if not digest_matches(response.headers.get("content-digest", ""), content):
                    raise _foreign()
                raise problem_of(response.status_code, content)
            for piece in response.iter_bytes(1 << 20):
                size += len(piece)
                if size > limit:
                    raise _foreign()
                hasher.update(piece)
                into.write(piece)
            promised = sha256_of(response.headers.get("content-digest", ""))
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise Unavailable("exchange.door_away", AWAY, AWAY_DETAIL) from error
    if promised is None or not secrets.compare_digest(promised, hasher.digest()):
        raise _foreign()
    return Fetched(size, hasher.hexdigest(), response.headers)


def _message(method: str, target: str, *, user_token: str, app_token: str, digest: str, content_type: str) -> Message:
    application = settings.ENV.signing_key_id
    message = Message(
        method,
        settings.ENV.data_url.rstrip("/") + target,
        {
            "content-type": content_type,
            "content-digest": digest,
            "authorization": f"Bearer {user_token}",
            "x-app-token": app_token,
            "x-road-client": str(client_id(application)),
            "x-road-id": f"{LAKE.instance}-{new_id()}",
        },
    )
    sign(message, key=_key(), key_id=application, nonce=secrets.token_urlsafe(24), created=clock.now())
    return message


def _check(response: httpx.Response, message: Message, method: str, target: str) -> None:
    """Refuses an answer to another question, or from another service; its content is checked by its digest, which is hashed here."""
    got = response.headers
    request_id = got.get("x-road-request-id", "")
    expected = request_hash(method, target, hashed_headers(message.headers), request_id)
    if not got.get("x-road-request-hash") and response.status_code >= 500:
        raise Unavailable("exchange.door_away", AWAY, AWAY_DETAIL)
    if not (
        request_id
        and secrets.compare_digest(got.get("x-road-request-hash", ""), expected)
        and got.get("x-road-id") == message.headers["x-road-id"]
        and got.get("x-road-client") == message.headers["x-road-client"]
        and got.get("x-road-service", "").startswith(f"{LAKE}/")
    ):
        raise _foreign()


def _foreign() -> Unavailable:
    return Unavailable(
        "exchange.inconsistent_response",
        Words("答复与提问不符", "The answer does not belong to the question"),
        Words(
            "收到的答复不是对本次提问的答复，已丢弃。请重试；持续出现时请通知科信部门。",
            "What came back does not answer this question and was dropped. Try again; tell the technology unit if it goes on.",
        ),
    )


_KNOWN = (errors.Refused, errors.NotFound, errors.Conflict, errors.TooLarge, errors.Invalid, errors.TooMany, errors.Unavailable)
_CLASSES: dict[int, type[Problem]] = {cls.status: cls for cls in _KNOWN}


def problem_of(status: int, body: bytes) -> Problem:
    """This function will turn the door's problem document back into the error it stands for.

    A 401 about the person's session passes; any other 401 means that this application is not trusted, which
    the person can do nothing about.
    """
    try:
        data: dict[str, Any] = json.loads(body)
        code, title = str(data["code"]), Words.of(data["title_words"])
        detail = Words.of(data["detail_words"]) if "detail_words" in data else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unavailable("exchange.door_away", AWAY, AWAY_DETAIL)
    extra = {k: v for k, v in data.items() if k not in _MEMBERS}
    if status == 401 and code in {"identity.session_ended", "identity.inactive", "identity.no_post"}:
        return errors.Unauthenticated(code, title, detail, **extra)
    if status in _CLASSES:
        return _CLASSES[status](code, title, detail, **extra)
    return Unavailable("exchange.door_distrusts" if status == 401 else "exchange.door_failed", AWAY, AWAY_DETAIL, cause=code)


_MEMBERS = {"type", "title", "status", "code", "title_words", "detail", "detail_words"}


@functools.cache
def _load(pem: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the signing key must be Ed25519")
    return key


@functools.cache
def _key() -> Ed25519PrivateKey:
    return _load(settings.ENV.secret("signing_key"))


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=3.0)


@functools.cache
def _made() -> httpx.Client:
    env = settings.ENV
    context: ssl.SSLContext | bool = True
    if env.data_url.startswith("https://"):
        context = ssl.create_default_context(cafile=str(env.ca_file) if env.ca_file else None)
        if env.tls_cert_file and env.tls_key_file:
            context.load_cert_chain(str(env.tls_cert_file), str(env.tls_key_file))
    # Proxies named in the environment have no business between the domains.
    return httpx.Client(
        timeout=_timeout(SECONDS),
        trust_env=False,
        follow_redirects=False,
        verify=context,
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
    )


def _client() -> httpx.Client:
    with _lock:
        return _made()
