"""One byte string for one JSON value (RFC 8785), so that two machines hash alike."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from .words import Words


def _default(value: Any) -> Any:
    if isinstance(value, Words):
        return value.as_dict()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


def canonical_json(value: Any) -> bytes:
    """This function will serialise `value` with sorted keys, no spaces and UTF-8.

    Floats are refused where they are not finite; callers send money and coordinates as strings
    or integers where an exact form matters. Keys are sorted by code point, which equals the
    UTF-16 order of RFC 8785 for the Basic Multilingual Plane.
    """
    return json.dumps(value, default=_default, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
