"""One-time links, by the token that only their holder has."""

from __future__ import annotations

import hashlib
from typing import Literal, cast

from beijiang.kernel.clock import now
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..models import OneTimeLink
from ..types import LinkInfo

GONE = Words("此链接已失效", "This link no longer works")
GONE_DETAIL = Words(
    "链接已使用、已过期或不完整。请向单位负责人或管理员索取新的链接。",
    "It was used, has expired or is incomplete. Ask your unit's chief or an administrator for a new one.",
)


def link_digest(token: str) -> str:
    """This function will give what is stored of a link's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_info(token: str) -> LinkInfo:
    """This function will say for whom a link is; NotFound (`identity.link_gone`) alike for used, expired and forged ones."""
    row = (
        OneTimeLink.objects.filter(digest=link_digest(token), used_at__isnull=True, expires_at__gt=now(), user__is_active=True)
        .values("purpose", "expires_at", "user__username", "user__name")
        .first()
    )
    if row is None:
        raise NotFound("identity.link_gone", GONE, GONE_DETAIL)
    return LinkInfo(
        username=row["user__username"],
        name=row["user__name"],
        purpose=cast("Literal['first_password', 'reset']", row["purpose"]),
        expires_at=row["expires_at"],
    )
