"""Keys of rows: UUIDv7 (RFC 9562 § 5.7), in order of time."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """This function will make a UUIDv7 as a standard `uuid.UUID`."""
    return uuid.UUID(int=uuid_utils.uuid7().int)
