"""The leaf: a commitment to an event, never the event itself.

A leaf is exactly these ASCII bytes, four lines, each ended by one newline (0x0A), nothing after the last::

    bj1
    <type>
    <time>
    <digest>

- ``bj1`` is the version of this form.
- ``type`` is the event's type, such as ``exchange.ask.answered.v1``: one or more of ``a-z 0-9 . _ -``, at most 120.
- ``time`` is the instant of the action, UTC, RFC 3339 with exactly six decimals: ``2026-11-24T13:05:07.000042Z``.
- ``digest`` is 64 lower-case hexadecimal digits: SHA-256(salt ‖ envelope).

``salt`` is 32 random bytes and comes first, so salt and envelope cannot be confused. ``envelope`` is the canonical
JSON (RFC 8785) of ``{"actor": …, "event": …, "outcome": …, "subjects": …}`` in UTF-8, at most 65,535 bytes; it is
stored as that very text, so re-deriving a leaf never depends on a JSON library. No field can hold a newline:
two different (type, time, salt, envelope) never have the same leaf unless SHA-256 breaks.

Without the salt a guess at the envelope cannot be tried out; deleting event and salt leaves a leaf that says
only that something of this type happened at this time.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac_new

VERSION = "bj1"
SALT_SIZE = 32
MAX_ENVELOPE = 65535

_TYPE = re.compile(r"\A[a-z0-9._-]{1,120}\Z")
_LEAF = re.compile(rb"\Abj1\n([a-z0-9._-]{1,120})\n(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n([0-9a-f]{64})\n\Z")


def format_time(when: datetime) -> str:
    """UTC with six decimals, the only form a leaf knows; ValueError for a time without zone."""
    if when.tzinfo is None:
        raise ValueError("a leaf's time needs a zone")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def leaf_bytes(event_type: str, when: datetime, salt: bytes, envelope: bytes) -> bytes:
    """The leaf of an event, as the module's docstring specifies; ValueError when a part is not as it must be."""
    if not _TYPE.match(event_type):
        raise ValueError(f"not an event type: {event_type!r}")
    if len(salt) != SALT_SIZE:
        raise ValueError(f"the salt must have {SALT_SIZE} bytes")
    if len(envelope) > MAX_ENVELOPE:
        raise ValueError(f"the event has {len(envelope)} bytes, more than {MAX_ENVELOPE}")
    digest = sha256(salt + envelope).hexdigest()
    return f"{VERSION}\n{event_type}\n{format_time(when)}\n{digest}\n".encode("ascii")


def parse_leaf(data: bytes) -> tuple[str, str, str]:
    """(type, time, digest) of a leaf; ValueError when it is not one."""
    found = _LEAF.match(data)
    if not found:
        raise ValueError("these bytes are not a bj1 leaf")
    event_type, when, digest = (part.decode("ascii") for part in found.groups())
    return event_type, when, digest


def subject_digest(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA-256 of a data subject under the house's key, hex; the kind parts one identity number from one plate."""
    return hmac_new(key, kind.encode() + b"\x00" + value.encode(), sha256).hexdigest()


def subjects_digest(rows: Iterable[tuple[str, str, str]]) -> str:
    """One digest over all (kind, column, digest) rows in sorted order: what the envelope commits to.

    A question may touch thousands of persons; the envelope holds their number and this digest, the rows lie beside.
    """
    lines = sorted(f"{kind}\n{column}\n{digest}\n" for kind, column, digest in rows)
    return sha256("".join(lines).encode()).hexdigest()
