"""Sign-ins begin, are seen, and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..events import SessionEnded, SessionsEnded, SessionStarted
from ..grants import MANAGE_PEOPLE, OWN_ACCOUNT, SIGN_IN
from ..models import Session, User
from ..queries.actors import actor_for
from ..rules import SEEN_EVERY, SESSION_KEPT, SESSION_LIFE, client_network
from .care import target_in_care

if TYPE_CHECKING:
    from datetime import timedelta
    from uuid import UUID

    from beijiang.kernel.types import Level

    from ..types import EndReason


@transaction.atomic
def start_session(
    actor: Actor,
    *,
    user_id: UUID,
    kind: Literal["browser", "token"],
    web_key: str | None,
    level: Level,
    amr: tuple[str, ...],
    address: str,
    agent: str,
    life: timedelta = SESSION_LIFE,
) -> UUID:
    """This function will open a session for a person who has just proven who they are, and give its sid.

    `web_key` is the SHA-256 of the browser's session key, to which the session is bound.
    """
    guard.require(actor, SIGN_IN if kind == "browser" else OWN_ACCOUNT)
    instant = now()
    who = actor_for(user_id)
    session = Session.objects.create(
        user_id=user_id,
        kind=kind,
        auth_time=instant,
        level=level,
        amr=list(amr),
        address=client_network(address),
        agent=_printable(agent),
        created_at=instant,
        last_seen=instant,
        expires_at=instant + life,
        web_key=web_key,
    )
    audit.record(
        who,
        SessionStarted(sid=session.sid, user_id=user_id, username=who.username, kind=kind, level=level, amr=amr, address=session.address),
    )
    return session.sid


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:200]


def mark_seen(sid: UUID) -> None:
    """This function will note that a session was used, at most once a minute; telemetry, not an action."""
    instant = now()
    Session.objects.filter(sid=sid, ended_at__isnull=True, last_seen__lt=instant - SEEN_EVERY).update(last_seen=instant)


def rebind_session(sid: UUID, *, web_key: str) -> None:
    """This function will bind a live session to the new key of the same browser, right after the key was rotated."""
    Session.objects.filter(sid=sid, ended_at__isnull=True, web_key__isnull=False).update(web_key=web_key)


@transaction.atomic
def lapse_session(sid: UUID, *, reason: EndReason) -> None:
    """This function will close a session that is over by time or because its person lost their post or account."""
    session = Session.objects.select_for_update().filter(sid=sid, ended_at__isnull=True).first()
    if session is not None:
        _end(session, reason)
        username = User.objects.values_list("username", flat=True).get(id=session.user_id)
        audit.record(Actor.system("identity"), SessionEnded(sid=sid, user_id=session.user_id, username=username, reason=reason))


@transaction.atomic
def end_session(actor: Actor, *, sid: UUID, reason: EndReason = "ended") -> None:
    """This function will end one of the actor's own sessions, or one of a person in their care; NotFound otherwise."""
    session = Session.objects.select_for_update().filter(sid=sid).first()
    unknown = NotFound("identity.session_unknown", detail=Words("没有这个登录会话。", "There is no such session."))
    if session is None:
        raise unknown
    if session.user_id == actor.user_id:
        guard.require(actor, OWN_ACCOUNT, guard.Resource("user", str(actor.user_id)))
    else:
        guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(session.user_id)))
        try:
            target_in_care(actor, session.user_id)
        except NotFound:
            raise unknown from None
    if session.ended_at is not None:
        return
    _end(session, reason)
    username = User.objects.values_list("username", flat=True).get(id=session.user_id)
    audit.record(actor, SessionEnded(sid=sid, user_id=session.user_id, username=username, reason=reason))


def _end(session: Session, reason: str) -> None:
    session.ended_at, session.end_reason, session.web_key = now(), reason, None
    session.save(update_fields=["ended_at", "end_reason", "web_key"])


@transaction.atomic
def end_sessions_of(actor: Actor, *, user_id: UUID, except_current: bool = False, reason: EndReason = "ended") -> int:
    """This function will end all sessions of a person (oneself, or somebody in one's care) and give their number."""
    if user_id == actor.user_id:
        guard.require(actor, OWN_ACCOUNT, guard.Resource("user", str(user_id)))
    else:
        guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(user_id)))
        target_in_care(actor, user_id)
    count = close_sessions(user_id, reason=reason, keep=actor.session_id if except_current else None)
    if count:
        username = User.objects.values_list("username", flat=True).get(id=user_id)
        audit.record(actor, SessionsEnded(user_id=user_id, username=username, count=count, reason=reason))
    return count


def close_sessions(user_id: UUID, *, reason: EndReason, keep: UUID | None = None) -> int:
    """This function will end sessions within another action, which records it."""
    rows = Session.objects.filter(user_id=user_id, ended_at__isnull=True)
    if keep is not None:
        rows = rows.exclude(sid=keep)
    return rows.update(ended_at=now(), end_reason=reason, web_key=None)


def forget_old_sessions() -> int:
    """This function will delete sessions that were over half a year ago, and what Django kept of lapsed browsers; a job calls it."""
    SessionStore.clear_expired()
    return Session.objects.filter(expires_at__lt=now() - SESSION_KEPT).delete()[0]
