"""Nonces of signed requests, kept for as long as the signature could come again."""

from __future__ import annotations

from beijiang.kernel import inbox

from ..types import ASKED, NONCES, SKEW_SECONDS, WINDOW_SECONDS

REMEMBER_SECONDS = 180 * 86_400
"""As long as the user domain keeps a person's list of questions."""


def forget_nonces() -> int:
    """This function will drop nonces ten windows old and return how many; a request with one of them is refused as late."""
    inbox.forget(consumer=ASKED, older_than_seconds=REMEMBER_SECONDS)
    return inbox.forget(consumer=NONCES, older_than_seconds=10 * (WINDOW_SECONDS + SKEW_SECONDS))
