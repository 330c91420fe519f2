"""Which people have signed in on this device: a signed cookie, so that strangers elsewhere cannot lock them out."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "identity.device"
AGE = 180 * 24 * 3600
MOST = 20


def cookie_name() -> str:
    """This function will give the name of the cookie; with https it is bound to this host."""
    return "__Host-bj_device" if settings.SESSION_COOKIE_SECURE else "bj_device"


def known_devices(request: HttpRequest) -> dict[UUID, str]:
    """This function will give the people known on this device, each with a nonce of their own; nothing if forged."""
    try:
        held = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=AGE)
        return {UUID(user): str(nonce) for user, nonce in held.items()}
    except (signing.BadSignature, ValueError, AttributeError, TypeError):
        return {}


def remember_device(request: HttpRequest, response: HttpResponse, user_id: UUID) -> None:
    """This function will note on this device that the person has signed in here."""
    held = known_devices(request)
    held = {user_id: held.get(user_id) or secrets.token_urlsafe(16), **{u: n for u, n in held.items() if u != user_id}}
    value = signing.dumps({str(u): n for u, n in list(held.items())[:MOST]}, salt=SALT)
    response.set_cookie(cookie_name(), value, max_age=AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path="/")
