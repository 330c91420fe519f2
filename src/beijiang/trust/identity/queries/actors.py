"""Who acts, read fresh each time: a leaver, an ended session or an ended post is out at the next request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from beijiang.kernel import clock
from beijiang.kernel.errors import Unauthenticated
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from ..models import Post, Session
from ..rules import path_codes, session_end
from ..types import TokenClaims
from .tokens import verify_token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

API_AUDIENCE = "beijiang-api"

_POST = (
    "unit_id",
    "duties",
    "user__username",
    "user__name",
    "user__is_active",
    "unit__code",
    "unit__name_zh",
    "unit__name_en",
    "unit__path",
    "unit__division",
    "unit__branch",
    "unit__valid_from",
    "unit__valid_until",
)


@dataclass(frozen=True, slots=True)
class SeenSession:
    """What a look at a session gave: an actor, or the reason why there is none."""

    actor: Actor | None
    reason: str
    last_seen: datetime | None = None


def actor_for(source: UUID | TokenClaims) -> Actor:
    """This function will give the Actor of a person (by id, without a session) or of a checked token.

    In the data domain it reads through the door's views. Raises Unauthenticated with code
    `identity.session_ended`, `identity.inactive` or `identity.no_post`.
    """
    if isinstance(source, UUID):
        return _found(_actor(source, None))
    if source.kind == "app" or source.sid is None:
        raise Unauthenticated("identity.token_invalid")
    seen = look_at_session(sid=source.sid, user_id=UUID(source.sub), web_key=None)
    return _found(seen.actor or seen.reason)


def actor_for_bearer(token: str) -> Actor:
    """This function will give the Actor of an access token for /api/v1. Raises Unauthenticated."""
    return actor_for(verify_token(token, audience=API_AUDIENCE, kind="access"))


def look_at_session(*, sid: UUID, user_id: UUID, web_key: str | None) -> SeenSession:
    """This function will look at a session and its person's posts, as they are at this moment.

    `web_key` is the SHA-256 of the browser's session key and must be the one the session was bound to;
    None for tokens, which carry their own proof.
    """
    rows = Session.objects.filter(sid=sid, user_id=user_id)
    if web_key is not None:
        rows = rows.filter(web_key=web_key)
    row = rows.values("sid", "kind", "level", "last_seen", "expires_at", "ended_at").first()
    if row is None or row["ended_at"] is not None:
        return SeenSession(None, "ended")
    over = session_end(now=clock.now(), last_seen=row["last_seen"], expires_at=row["expires_at"], browser=row["kind"] == "browser")
    if over:
        return SeenSession(None, over)
    found = _actor(user_id, row)
    if isinstance(found, Actor):
        return SeenSession(found, "", row["last_seen"])
    return SeenSession(None, found)


def _actor(user_id: UUID, session: Mapping[str, Any] | None) -> Actor | str:
    instant = clock.now()
    day = clock.local(instant).date()
    rows = [
        row
        for row in Post.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=instant), user_id=user_id, starts_at__lte=instant)
        .order_by("-is_primary", "starts_at", "id")
        .values(*_POST)
        if (row["unit__valid_from"] or day) <= day <= (row["unit__valid_until"] or day)
    ]
    if not rows:
        return "no_post"
    first = rows[0]
    if not first["user__is_active"]:
        return "deactivated"
    duties = frozenset(duty for row in rows if row["unit_id"] == first["unit_id"] for duty in row["duties"])
    return Actor(
        user_id=user_id,
        username=first["user__username"],
        name=first["user__name"],
        unit_id=first["unit_id"],
        unit_code=first["unit__code"],
        unit_name_zh=first["unit__name_zh"],
        unit_name_en=first["unit__name_en"],
        unit_path=path_codes(first["unit__path"]),
        division=first["unit__division"],
        branch=first["unit__branch"],
        duties=duties,
        session_id=session["sid"] if session else None,
        level=session["level"] if session else "any",
    )


_WHY = {
    "deactivated": ("identity.inactive", Words("账户已停用，请联系单位负责人。", "The account is deactivated; ask your unit's chief.")),
    "no_post": ("identity.no_post", Words("您目前没有任何岗位，请联系单位负责人。", "You hold no post at present; ask your unit's chief.")),
}


def _found(found: Actor | str) -> Actor:
    if isinstance(found, Actor):
        return found
    code, words = _WHY.get(found, ("identity.session_ended", Words("登录已结束，请重新登录。", "This session is over; sign in again.")))
    raise Unauthenticated(code, detail=words)
