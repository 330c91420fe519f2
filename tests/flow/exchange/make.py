"""Builders: people with sessions, applications with keys, requests that can be bent."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from beijiang.flow.exchange import rules
from beijiang.flow.exchange.types import AUDIENCE, LAKE, AskRequest, client_id
from beijiang.kernel import clock
from beijiang.kernel.types import Actor
from beijiang.trust.identity import actions as identity
from tests.trust.access.make import CASE, House, house

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEM = Actor.system("tests")
REQUEST = AskRequest(purpose="case_investigation", matter=CASE, dataset="stolen_property")


def own_key() -> Ed25519PrivateKey:
    """The signing key of this test session."""
    key = load_pem_private_key(settings.ENV.secret("signing_key").encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def register(app_id: str, key: Ed25519PrivateKey, audience: str = AUDIENCE, days: int = 300) -> None:
    """Register an application's key."""
    raw = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    identity.register_service_key(SYSTEM, app_id=app_id, public_key=raw, audience=audience, valid_until=clock.now() + timedelta(days=days))


def people() -> House:
    """The region of access's tests, with the applications `user` and `other` registered."""
    made = house()
    register("user", own_key())
    return made


def signed_in(actor: Actor) -> Actor:
    """The actor with a live session."""
    assert actor.user_id is not None
    sid = identity.start_session(
        SYSTEM, user_id=actor.user_id, kind="token", web_key=None, level="any", amr=("pwd",), address="127.0.0.1", agent="tests"
    )
    return replace(actor, session_id=sid)


@dataclass
class Caller:
    """Makes requests to the door, good or bent."""

    base: str
    actor: Actor
    application: str = "user"
    key: Ed25519PrivateKey = field(default_factory=own_key)

    def user_token(self, **changes: Any) -> str:
        """The person's token."""
        return identity.issue_user_token(self.actor, **{"audience": AUDIENCE, "client_id": self.application, **changes})

    def app_token(self, **changes: Any) -> str:
        """The application's token."""
        return identity.issue_app_token(self.application, **{"audience": AUDIENCE, **changes})

    def message(
        self,
        body: bytes,
        *,
        path: str = "",
        method: str = "POST",
        created: datetime | None = None,
        nonce: str = "",
        query: str = "",
        user_token: str | None = None,
        app_token: str | None = None,
        **headers: str,
    ) -> rules.Message:
        """A signed request; keyword headers (with _ for -) replace the usual ones before it is signed."""
        message = rules.Message(
            method,
            self.base + (path or rules.target(LAKE, "ask")) + (f"?{query}" if query else ""),
            {
                "content-type": "application/json",
                "content-digest": rules.content_digest(body),
                "authorization": f"Bearer {self.user_token() if user_token is None else user_token}",
                "x-app-token": self.app_token() if app_token is None else app_token,
                "x-road-client": str(client_id(self.application)),
                "x-road-id": f"BJ-{secrets.token_hex(8)}",
            }
            | {k.replace("_", "-"): v for k, v in headers.items()},
        )
        rules.sign(message, key=self.key, key_id=self.application, nonce=nonce or secrets.token_urlsafe(24), created=created or clock.now())
        return message

    def post(self, message: rules.Message, body: bytes, bend: Callable[[rules.Message], None] | None = None) -> httpx.Response:
        """Send a message, bent after it was signed if so wished."""
        if bend:
            bend(message)
        return httpx.request(message.method, message.url, headers=message.headers, content=body, timeout=20, trust_env=False)

    def ask(self, request: AskRequest = REQUEST, **changes: Any) -> httpx.Response:
        """Ask, as the client would."""
        body = rules.write_question(request)
        return self.post(self.message(body, **changes), body)


def caller(actor: Actor, base: str) -> Caller:
    """A caller with a live session."""
    return Caller(base, signed_in(actor))


def code(response: httpx.Response) -> str:
    """The problem's code."""
    assert response.headers["content-type"].startswith("application/problem+json"), response.text[:300]
    return str(response.json()["code"])
