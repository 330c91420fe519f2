"""Content-Digest (RFC 9530) with SHA-256."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

_MEMBER = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


def content_digest(body: bytes) -> str:
    """This function will write the Content-Digest of `body`."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sha256_of(header: str) -> bytes | None:
    """This function will read the SHA-256 of a Content-Digest that has this one member; None if it is anything else.

    Other algorithms are not taken: one digest in one form leaves nothing to choose for an attacker.
    """
    found = _MEMBER.fullmatch(header.strip())
    if found is None:
        return None
    try:
        return base64.b64decode(found[1], validate=True)
    except binascii.Error:
        return None


def digest_matches(header: str, body: bytes) -> bool:
    """This function will say whether `body` is what the header promises."""
    promised = sha256_of(header)
    return promised is not None and hmac.compare_digest(promised, hashlib.sha256(body).digest())
