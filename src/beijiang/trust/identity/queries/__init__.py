"""Reads of identity. `actor_for`, `verify_token`, `service_key` and `unit` work in both domains."""

from .actors import actor_for, actor_for_bearer, look_at_session
from .deciders import acting, deciders, nobody_words, places_of
from .directory import headcount, people, person, person_by_username, posts_of, unit, unit_counts, unit_name, units_under
from .links import link_info
from .sessions import sessions_of
from .substitutes import colleagues, substitutions_of
from .tokens import jwks, service_key, verify_token

__all__ = [
    "substitutions_of",
    "colleagues",
    "places_of",
    "nobody_words",
    "deciders",
    "acting",
    "actor_for",
    "actor_for_bearer",
    "headcount",
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
    "unit_name",
    "units_under",
    "verify_token",
]
