"""Who comes through the door: checked in one order, each refusal with its code, before anything is read of the body.

size → app token → user token → signature → body's digest → replay.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse

from beijiang.kernel import clock, guard, inbox
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, TooLarge, Unauthenticated
from beijiang.kernel.ids import new_id
from beijiang.kernel.routes import public
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words
from beijiang.trust.identity import queries as identity

from ..actions import forget_nonces, note_turned_away
from ..rules import Message, SignatureFault, content_digest, hashed_headers, parse_client, request_hash, sha256_of, verify
from ..types import ASKED, AUDIENCE, LAKE, NONCES, ServiceId

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from beijiang.kernel.types import Actor

SWEEP = 500
"""One request in so many clears nonces that can no longer come again; the room's jobs run in the other domain."""
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_WHY = {
    "missing": Words("请求没有签名。", "The request carries no signature."),
    "malformed": Words("签名的写法不对。", "The signature is not written rightly."),
    "uncovered": Words("签名没有覆盖必须覆盖的部分。", "The signature leaves out what it must cover."),
    "late": Words("签名超过 60 秒，请校准时钟后重新签名。", "The signature is older than 60 seconds; check the clock and sign again."),
    "early": Words("签名时间在将来，请校准时钟。", "The signature is from the future; check the clock."),
    "key": Words(
        "签名密钥没有登记、已吊销，或不属于该应用。", "The signing key is not registered, was revoked, or is not this application's."
    ),
    "nonce": Words("签名缺少 16 至 64 位的随机数。", "The signature lacks a nonce of 16 to 64 characters."),
    "false": Words("签名与请求不符。", "The signature does not fit the request."),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, through which application, in which request."""

    actor: Actor
    application: str
    client: ServiceId
    request_id: UUID
    digest: bytes
    nonce: str


def _refuse(code: str, zh: str, en: str) -> Unauthenticated:
    return Unauthenticated(f"exchange.{code}", Words("请求未被接受", "The request was not accepted"), Words(zh, en))


def admit(request: HttpRequest, *, limit: int) -> Caller:
    """This function will check everything but the body, and return who calls; from then on the request is theirs."""
    size = _size(request)
    if size > limit:
        raise TooLarge(
            "exchange.too_large",
            detail=Words(f"内容超过 {limit} 字节的上限。", f"The content is over the limit of {limit} bytes."),
            limit=limit,
        )
    app_token = request.headers.get("X-App-Token", "")
    if not app_token:
        raise _refuse("app_token_missing", "缺少应用令牌。", "The application token is missing.")
    app = identity.verify_token(app_token, audience=AUDIENCE, kind="app")
    request.exchange_application = app.client_id  # type: ignore[attr-defined]
    scheme, _, user_token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not user_token:
        raise _refuse("user_token_missing", "缺少用户令牌。", "The user token is missing.")
    user = identity.verify_token(user_token, audience=AUDIENCE, kind="user")
    if user.client_id != app.client_id:
        raise _refuse("tokens_swapped", "用户令牌不是签发给该应用的。", "The user token was not made out to this application.")
    actor = identity.actor_for(user)
    client = parse_client(request.headers.get("X-Road-Client", ""))
    if client != ServiceId(LAKE.instance, LAKE.member_class, LAKE.member, app.client_id):
        raise _refuse("wrong_client", "X-Road-Client 与应用令牌不符。", "X-Road-Client does not fit the application token.")
    signed_digest = sha256_of(request.headers.get("Content-Digest", ""))
    if signed_digest is None:
        raise _refuse("digest_missing", "缺少 SHA-256 的 Content-Digest。", "A Content-Digest with SHA-256 is missing.")
    nonce = _signature(request, app.client_id, app.key_thumbprint)
    request.actor = actor  # type: ignore[attr-defined]
    return Caller(actor, app.client_id, client, request.exchange_id, signed_digest, nonce)  # type: ignore[attr-defined]


def _size(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or ""
    if request.method in ("GET", "HEAD") and not declared:
        return 0
    if not re.fullmatch(r"\d{1,15}", declared):
        raise Invalid("exchange.length_missing", detail=Words("请求必须带 Content-Length。", "The request must carry a Content-Length."))
    return int(declared)


def _signature(request: HttpRequest, application: str, thumbprint: str) -> str:
    def key_of(key_id: str) -> bytes | None:
        # A key id that is not the token's application never leads to a look-up.
        if key_id != application:
            return None
        try:
            found = identity.service_key(application)
        except NotFound:
            return None
        if not secrets.compare_digest(found.thumbprint, thumbprint) or found.audience != AUDIENCE:
            return None
        return _raw(found.public_key)

    headers = {name.lower(): value for name, value in request.headers.items()}
    # @authority is not covered: the audience of both tokens says for whom the request is.
    message = Message(request.method or "", f"http://door{_target(request)}", headers)
    try:
        return verify(message, key_of=key_of, now=clock.now()).nonce
    except SignatureFault as fault:
        raise Unauthenticated(
            f"exchange.signature_{fault.reason}",
            Words("请求未被接受", "The request was not accepted"),
            _WHY.get(fault.reason, _WHY["false"]),
        ) from None


def _raw(public_key: str) -> bytes:
    return base64.urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4))


def _target(request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    path = request.get_full_path().split("?", 1)[0]
    return f"{path}?{query}" if query else path


def body_of(request: HttpRequest, caller: Caller, *, limit: int) -> bytes:
    """This function will read the body and refuse it unless it is what the signed digest promises."""
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge("exchange.too_large", limit=limit)
    check_digest(caller, hashlib.sha256(body).digest())
    return body


def hear(request: HttpRequest, *, limit: int = 0) -> tuple[Caller, bytes]:
    """This function will admit a request, read its body of at most `limit` bytes, and use it up: who calls, and what they say."""
    caller = admit(request, limit=limit)
    body = body_of(request, caller, limit=limit)
    use_once(caller)
    return caller, body


def check_digest(caller: Caller, found: bytes) -> None:
    """This function will refuse content that is not what the signed digest promises."""
    if not secrets.compare_digest(found, caller.digest):
        raise _refuse(
            "digest_mismatch", "内容与签名的摘要不符，没有执行。", "The content does not fit the signed digest; nothing was done."
        )


def use_once(caller: Caller) -> None:
    """This function will refuse a request that came before. Committed at once, so that a failing question is used up too."""
    with transaction.atomic():
        fresh = inbox.once(NONCES, f"{caller.application}:{caller.nonce}")
        if secrets.randbelow(SWEEP) == 0:
            forget_nonces()
    if not fresh:
        raise _refuse("replayed", "这个请求已经收到过，没有再次执行。", "This request came before; it was not run again.")


def ask_once(caller: Caller, question: UUID | None) -> None:
    """This function will refuse a question whose number its asker used before, so that one number never has two leaves."""
    if question is None:
        return
    with transaction.atomic():
        fresh = inbox.once(ASKED, f"{caller.actor.user_id}:{question}")
    if not fresh:
        raise Conflict(
            "exchange.already_asked",
            Words("这次提问已经提交过", "This question was asked already"),
            Words(
                "同一编号的提问只执行一次，没有再次执行。结果见“我的提问”；要再看数据请重新提问。",
                "A question of one number is run once; it was not run again. Its outcome is in “My questions”; to see rows, ask anew.",
            ),
        )


def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """This function will wrap a provider view: problems as RFC 9457, and every answer bound to its request by hash."""

    @public("the door checks tokens and signature itself, before anything else (views.gate)")
    @functools.wraps(view)
    def entered(request: HttpRequest, instance: str, member_class: str, member: str, subsystem: str, **rest: Any) -> HttpResponse:
        request.exchange_id = new_id()  # type: ignore[attr-defined]
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        try:
            if ServiceId(instance, member_class, member, subsystem) != LAKE:
                raise NotFound("exchange.service_unknown", detail=Words("这里没有这个服务。", "This service is not here."))
            response = view(request, **rest)
        except Problem as problem:
            if isinstance(problem, Unauthenticated) or (request.actor is ANONYMOUS and isinstance(problem, Invalid | TooLarge)):  # type: ignore[attr-defined]
                note_turned_away(
                    application=getattr(request, "exchange_application", ""), address=request.META.get("REMOTE_ADDR", ""), code=problem.code
                )
            if isinstance(problem, Refused):
                guard.report_refusal(request.actor, problem)  # type: ignore[attr-defined]
            response = JsonResponse(
                problem.as_dict(), status=problem.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
            )
            response["X-Road-Error"] = problem.code
        return bind(request, response)

    return entered


def bind(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """This function will put the X-Road headers on an answer, by which the caller knows it as its own."""
    request_id = str(request.exchange_id)  # type: ignore[attr-defined]
    message_id = request.headers.get("X-Road-Id", "")
    client = request.headers.get("X-Road-Client", "")
    response["X-Road-Id"] = message_id if _ID.fullmatch(message_id) else f"{LAKE.instance}-{request_id}"
    if re.fullmatch(r"[A-Za-z0-9_./-]{1,260}", client):
        response["X-Road-Client"] = client
    response["X-Road-Service"] = f"{LAKE}/{request.path.split('/')[6] if request.path.count('/') >= 6 else ''}"
    response["X-Road-Request-Id"] = request_id
    # The body enters by its Content-Digest, which is signed and among the hashed headers; so even a
    # request whose body was never read gets an answer that is bound to it.
    response["X-Road-Request-Hash"] = request_hash(request.method or "", _target(request), hashed_headers(request.headers), request_id)
    if not response.streaming:  # a stream brings the digest of what it will be
        response["Content-Digest"] = content_digest(response.content)
    response["Cache-Control"] = "no-store"
    return response
