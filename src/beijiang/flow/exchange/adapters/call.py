"""One call at the door in a person's name: tokens, digest, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rules import content_digest, target
from ..types import LAKE
from .credentials import credentials
from .door import send

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor


def call(actor: Actor, method: str, *path: str, query: str = "", body: bytes = b"") -> bytes:
    """This function will call a service of the lake at `path` and give the answer's body; raises what the door says."""
    user_token, app_token = credentials(actor)
    sent = send(
        method,
        target(LAKE, *path),
        query=query,
        user_token=user_token,
        app_token=app_token,
        digest=content_digest(body),
        body=body,
    )
    return sent.body
