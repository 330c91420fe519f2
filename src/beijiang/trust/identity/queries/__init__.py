"""Reads of identity. `actor_for`, `verify_token`, `service_key` and `unit` work in both domains."""

from .actors import actor_for, actor_for_bearer, look_at_session
from .directory import people, person, person_by_username, posts_of, unit, unit_counts, units_under
from .links import link_info
from .sessions import sessions_of
from .tokens import jwks, service_key, verify_token

__all__ = [
    "actor_for",
    "actor_for_bearer",
    "jwks",
    "link_info",
    "look_at_session",
    "people",
    "person",
    "person_by_username",
    "posts_of",
    "service_key",
    "sessions_of",
    "unit",
    "unit_counts",
    "units_under",
    "verify_token",
]
