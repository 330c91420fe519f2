"""Django's own signals of sign-in and sign-out become sessions and leaves; events of other rooms are not heard."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from beijiang.kernel.types import ANONYMOUS

from . import actions

SID = "bj_sid"


def web_key(request: HttpRequest) -> str:
    """This function will give what a session is bound to: the SHA-256 of the browser's session key."""
    return hashlib.sha256((request.session.session_key or "").encode()).hexdigest()


@receiver(user_logged_in, dispatch_uid="identity.signed_in")
def signed_in(sender: object, request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """This function will open our session beside Django's, after Django has rotated the key (against fixation)."""
    if request is None or settings.DOMAIN != "user":
        return
    before = request.session.get(SID)
    if before:
        actions.lapse_session(UUID(before), reason="replaced")
    if not request.session.session_key:
        request.session.create()
    sid = actions.start_session(
        ANONYMOUS,
        user_id=user.pk,
        kind="browser",
        web_key=web_key(request),
        level="any",
        amr=("pwd",),
        address=request.META.get("REMOTE_ADDR", ""),
        agent=request.META.get("HTTP_USER_AGENT", ""),
    )
    request.session[SID] = str(sid)


@receiver(user_logged_out, dispatch_uid="identity.signed_out")
def signed_out(sender: object, request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """This function will end our session with Django's."""
    sid = request.session.get(SID) if request is not None and hasattr(request, "session") else None
    if not sid or settings.DOMAIN != "user":
        return
    actor = getattr(request, "actor", ANONYMOUS)
    if actor.session_id == UUID(sid):
        actions.end_session(actor, sid=UUID(sid), reason="logout")
    else:
        actions.lapse_session(UUID(sid), reason="logout")
