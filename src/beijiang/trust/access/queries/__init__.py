"""Reads of access: the decision first of all. Works in both domains unless said otherwise."""

from .bounds import grant_bounds
from .decide import decide, decide_row
from .decide_all import decide_all
from .grants import expiring, grant, grants_for, grants_in, grants_on, grants_to_review
from .matters import matter, matters_for
from .permissions import install
from .policies import policy_lines
from .purposes import find_purpose, is_open, open_purposes, purpose, purposes
from .resources import allowed_purposes, open_share_of, resource, resources_known

__all__ = [
    "allowed_purposes",
    "decide",
    "decide_all",
    "decide_row",
    "expiring",
    "find_purpose",
    "grant",
    "grant_bounds",
    "grants_for",
    "grants_in",
    "grants_on",
    "grants_to_review",
    "install",
    "is_open",
    "matter",
    "matters_for",
    "open_purposes",
    "open_share_of",
    "policy_lines",
    "purpose",
    "purposes",
    "resource",
    "resources_known",
]
