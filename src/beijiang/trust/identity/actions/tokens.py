"""Tokens as RFC 9068 writes them. Those for the door change nothing and leave no leaf; what is asked with them does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Invalid, Refused, Unauthenticated
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..adapters import tokens
from ..events import AccessTokenIssued
from ..grants import OWN_TOKEN
from ..models import Session
from ..queries.actors import API_AUDIENCE, actor_for
from ..queries.directory import person_by_username
from ..queries.tokens import service_key
from ..rules import ACCESS_LIFE_MAX, TOKEN_LIFE
from ..types import IssuedToken
from .sessions import start_session

if TYPE_CHECKING:
    from datetime import datetime

    from beijiang.kernel.types import Actor


def _base(*, kind: str, audience: str, client_id: str, sub: str, life: timedelta, instant: datetime) -> dict[str, Any]:
    start = int(instant.timestamp())
    return {
        "iss": settings.ENV.base_url,
        "aud": audience,
        "sub": sub,
        "client_id": client_id,
        "iat": start,
        "exp": start + int(life.total_seconds()),
        "jti": str(new_id()),
        "bj_kind": kind,
    }


def _personal(actor: Actor, session: Session) -> dict[str, Any]:
    return {
        "sid": str(session.sid),
        "acr": session.level,
        "amr": list(session.amr),
        "auth_time": int(session.auth_time.timestamp()),
        "unit": actor.unit_code,
        "duties": sorted(actor.duties),
    }


def issue_user_token(actor: Actor, *, audience: str, client_id: str = "beijiang") -> str:
    """This function will give the actor's token for `audience` (the door), through `client_id`: ES256, 300 s.

    Raises Unauthenticated when the actor has no live session to stand on.
    """
    guard.require(actor, OWN_TOKEN)
    session = (
        Session.objects.filter(sid=actor.session_id, user_id=actor.user_id, ended_at__isnull=True).first()
        if actor.session_id and actor.user_id
        else None
    )
    if session is None or session.expires_at <= now():
        raise Unauthenticated("identity.session_ended", detail=Words("登录已结束，请重新登录。", "This session is over; sign in again."))
    claims = _base(kind="user", audience=audience, client_id=client_id, sub=str(actor.user_id), life=TOKEN_LIFE, instant=now())
    return tokens.sign(claims | _personal(actor, session))


def issue_app_token(app_id: str, *, audience: str) -> str:
    """This function will give a registered service's token for `audience`: ES256, 300 s, bound by `cnf.jkt` to its key.

    Raises NotFound when the service has no live key, Refused when it is not registered for `audience`.
    """
    key = service_key(app_id)
    if key.audience != audience:
        raise Refused("identity.service_audience", detail=Words("该服务未登记用于此处。", "This service is not registered for that."))
    claims = _base(kind="app", audience=audience, client_id=app_id, sub=app_id, life=TOKEN_LIFE, instant=now())
    return tokens.sign(claims | {"cnf": {"jkt": key.thumbprint}})


@transaction.atomic
def issue_access_token(actor: Actor, *, username: str, ttl: timedelta = timedelta(hours=8)) -> IssuedToken:
    """This function will give a bearer for /api/v1, standing on a session of its own that can be ended like any other.

    A person gets one for themselves; the system only under demonstration, for demonstration people.
    """
    guard.require(actor, OWN_TOKEN)
    person = person_by_username(username)
    if person.id != actor.user_id and not (actor.kind == "system" and settings.BEIJIANG_DEMO):
        raise Refused("identity.not_your_token", detail=Words("只能为自己取得令牌。", "You get tokens for yourself only."))
    if not timedelta(seconds=1) <= ttl <= ACCESS_LIFE_MAX:
        raise Invalid("identity.token_life", detail=Words("有效期最长 24 小时。", "A token lives 24 hours at most."))
    level = actor.level if actor.kind == "person" else "any"
    sid = start_session(
        actor,
        user_id=person.id,
        kind="token",
        web_key=None,
        level=level,
        amr=("pwd",) if actor.kind == "person" else (),
        address="",
        agent="access token",
        life=ttl,
    )
    session = Session.objects.get(sid=sid)
    claims = _base(kind="access", audience=API_AUDIENCE, client_id="beijiang-cli", sub=str(person.id), life=ttl, instant=session.auth_time)
    audit.record(actor, AccessTokenIssued(sid=sid, user_id=person.id, username=person.username, expires_at=session.expires_at))
    return IssuedToken(token=tokens.sign(claims | _personal(actor_for(person.id), session)), sid=sid, expires_at=session.expires_at)
