"""Where a person is signed in."""

from __future__ import annotations

from typing import Literal, cast

from beijiang.kernel import clock, guard
from beijiang.kernel.types import Actor, Level

from ..grants import OWN_ACCOUNT
from ..models import Session
from ..rules import SESSION_IDLE, device_name
from ..types import SessionInfo


def sessions_of(actor: Actor, *, ended: bool = False) -> tuple[SessionInfo, ...]:
    """This function will list the actor's own live sessions, newest first; with `ended` the last 20 that are over."""
    guard.require(actor, OWN_ACCOUNT, guard.Resource("user", str(actor.user_id)))
    if actor.user_id is None:
        return ()
    rows = Session.objects.filter(user_id=actor.user_id, ended_at__isnull=not ended).order_by("-ended_at" if ended else "-last_seen")
    instant = clock.now()
    found = [
        SessionInfo(
            sid=s.sid,
            user_id=s.user_id,
            kind=cast("Literal['browser', 'token']", s.kind),
            level=cast("Level", s.level),
            amr=tuple(s.amr),
            auth_time=s.auth_time,
            last_seen=s.last_seen,
            expires_at=s.expires_at,
            address=s.address,
            agent=s.agent,
            ended_at=s.ended_at,
            end_reason=s.end_reason,
            device=device_name(s.agent),
            current=s.sid == actor.session_id,
        )
        for s in (rows[:20] if ended else rows)
    ]
    if ended:
        return tuple(found)
    return tuple(s for s in found if s.expires_at > instant and (s.kind == "token" or instant - s.last_seen < SESSION_IDLE))
