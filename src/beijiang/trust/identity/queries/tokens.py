"""Checks tokens in full, in either domain: form, signature, issuer, audience, kind and times."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

from django.conf import settings

from beijiang.kernel.clock import now
from beijiang.kernel.errors import NotFound, Unauthenticated
from beijiang.kernel.types import Level
from beijiang.kernel.words import Words

from ..adapters import tokens
from ..models import ServiceKey
from ..rules import ACCESS_LIFE_MAX, TOKEN_LIFE, TOKEN_SKEW
from ..types import ServiceKeyInfo, TokenClaims, TokenKind

log = logging.getLogger("beijiang.identity")


def jwks() -> dict[str, Any]:
    """This function will give the public keys (RFC 7517) by which anybody can check our tokens."""
    return tokens.public_keys()


def verify_token(token: str, *, audience: str, kind: TokenKind) -> TokenClaims:
    """This function will check a token of `kind` for `audience` and give its claims.

    Clock skew of at most 30 s is allowed. Whether the session behind it still lives is `actor_for`'s
    to say. Raises Unauthenticated (`identity.token_invalid`, `identity.token_expired`); the caller
    never learns which check failed, the log does.
    """
    try:
        return _judge(tokens.read(token), audience=audience, kind=kind)
    except tokens.Unusable as error:
        log.info("token refused: %s", error)
        if str(error) == "expired":
            raise Unauthenticated(
                "identity.token_expired", detail=Words("令牌已过期，请重新取得。", "The token has expired; get a new one.")
            ) from None
        raise Unauthenticated(
            "identity.token_invalid", detail=Words("令牌无效，请求没有执行。", "The token does not stand; nothing was done.")
        ) from None


def _judge(claims: dict[str, Any], *, audience: str, kind: TokenKind) -> TokenClaims:
    instant, skew = now().timestamp(), TOKEN_SKEW.total_seconds()
    if claims.get("iss") != settings.ENV.base_url:
        raise tokens.Unusable("issuer")
    if claims.get("aud") != audience:
        raise tokens.Unusable("audience")
    if claims.get("bj_kind") != kind:
        raise tokens.Unusable("kind")
    exp, iat, nbf = _int(claims, "exp"), _int(claims, "iat"), _int(claims, "nbf", claims.get("iat"))
    if exp <= instant - skew:
        raise tokens.Unusable("expired")
    if iat > instant + skew or nbf > instant + skew or exp <= iat:
        raise tokens.Unusable("not yet valid")
    if exp - iat > (ACCESS_LIFE_MAX if kind == "access" else TOKEN_LIFE).total_seconds():
        raise tokens.Unusable("lives too long")
    person = kind != "app"
    sub, client_id = _text(claims, "sub"), _text(claims, "client_id")
    if not person and sub != client_id:
        raise tokens.Unusable("an app token speaks for its own client only")
    acr = claims.get("acr", "any")
    if acr not in get_args(Level):
        raise tokens.Unusable("acr")
    return TokenClaims(
        kind=kind,
        iss=claims["iss"],
        aud=audience,
        sub=str(_uuid(sub)) if person else sub,
        client_id=client_id,
        jti=_uuid(_text(claims, "jti")),
        iat=_time(iat),
        exp=_time(exp),
        sid=_uuid(_text(claims, "sid")) if person else None,
        acr=acr,
        amr=_texts(claims, "amr"),
        auth_time=_time(_int(claims, "auth_time")) if person else None,
        unit=_text(claims, "unit") if person else "",
        duties=_texts(claims, "duties"),
        key_thumbprint="" if person else _thumbprint(claims),
    )


def _int(claims: dict[str, Any], name: str, default: Any = None) -> int:
    value = claims.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
        raise tokens.Unusable(name)
    return value


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > 200:
        raise tokens.Unusable(name)
    return value


def _texts(claims: dict[str, Any], name: str) -> tuple[str, ...]:
    value = claims.get(name, [])
    if not isinstance(value, list) or len(value) > 20 or any(not isinstance(v, str) for v in value):
        raise tokens.Unusable(name)
    return tuple(value)


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise tokens.Unusable("not a UUID") from None


def _time(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def _thumbprint(claims: dict[str, Any]) -> str:
    cnf = claims.get("cnf")
    if not isinstance(cnf, dict):
        raise tokens.Unusable("cnf")
    return _text(cnf, "jkt")


def service_key(app_id: str) -> ServiceKeyInfo:
    """This function will give the live key of a registered service, in either domain; NotFound otherwise."""
    row = (
        ServiceKey.objects.filter(app_id=app_id, revoked_at__isnull=True, valid_until__gt=now())
        .values("app_id", "public_key", "audience", "valid_until", "thumbprint")
        .first()
    )
    if row is None:
        raise NotFound(
            "identity.service_unknown", detail=Words("该服务没有登记有效的密钥。", "This service has no registered key that stands.")
        )
    return ServiceKeyInfo(**row)
