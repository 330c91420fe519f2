"""Reads of access: the decision first of all. Works in both domains unless said otherwise."""

from .bounds import grant_bounds
from .decide import decide, decide_row
from .decide_all import decide_all
from .grants import expiring, grant, grants_for, grants_in, grants_on, grants_to_review
from .matters import matter, matters_for
from .permissions import install
from .policies import policy_lines
from .purposes import purpose, purposes
from .resources import allowed_purposes, open_share_of, resource, resources_known

__all__ = [
    "allowed_purposes",
    "decide",
    "decide_all",
    "decide_row",
    "expiring",
    "grant",
    "grant_bounds",
    "grants_for",
    "grants_in",
    "grants_on",
    "grants_to_review",
    "install",
    "matter",
    "matters_for",
    "open_share_of",
    "policy_lines",
    "purpose",
    "purposes",
    "resource",
    "resources_known",
]
