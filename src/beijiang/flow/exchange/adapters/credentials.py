"""The two tokens of a call: the person's, made for each, and the application's, kept for a minute."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from beijiang.kernel import clock
from beijiang.trust.identity import actions as identity

from ..types import AUDIENCE

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

_KEEP = timedelta(seconds=60)
_lock = threading.Lock()
_kept: dict[str, tuple[datetime, str]] = {}


def credentials(actor: Actor) -> tuple[str, str]:
    """This function will give (user token, app token) for the door; Unauthenticated if the actor has no live session."""
    application = settings.ENV.signing_key_id
    return identity.issue_user_token(actor, audience=AUDIENCE, client_id=application), _app_token(application)


def _app_token(application: str) -> str:
    # It says which service calls, not who asks; a revoked key is seen by the provider at every request.
    now = clock.now()
    with _lock:
        made, token = _kept.get(application, (now - _KEEP * 2, ""))
        if not timedelta(0) <= now - made < _KEEP:
            token = identity.issue_app_token(application, audience=AUDIENCE)
            _kept[application] = (now, token)
        return token


def forget_credentials() -> None:
    """This function will drop the kept token (a new key was registered; tests)."""
    with _lock:
        _kept.clear()
