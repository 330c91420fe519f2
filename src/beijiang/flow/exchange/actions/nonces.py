"""Nonces of signed requests, kept for as long as the signature could come again."""

from __future__ import annotations

from beijiang.kernel import inbox

from ..types import NONCES, SKEW_SECONDS, WINDOW_SECONDS


def forget_nonces() -> int:
    """This function will drop nonces ten windows old and return how many; a request with one of them is refused as late."""
    return inbox.forget(consumer=NONCES, older_than_seconds=10 * (WINDOW_SECONDS + SKEW_SECONDS))
