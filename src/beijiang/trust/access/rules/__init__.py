"""Pure rules of access: areas, the residual compiler, row matching, purposes, limits of grants."""

from .areas import ancestors, area_fault, area_filter, canonical_area
from .compiler import NODE_TYPES, RowColumns, UnsupportedResidual, compile_decision
from .limits import (
    EMERGENCY_HOURS,
    EXPIRING_DAYS,
    OPEN_SHARE_CAP,
    ending_soon,
    grant_fault,
    grant_state,
    purpose_fault,
    resource_fault,
)
from .masks import column_rules
from .matching import matches, truth
from .purposes import parse_purposes

__all__ = [
    "EMERGENCY_HOURS",
    "EXPIRING_DAYS",
    "NODE_TYPES",
    "OPEN_SHARE_CAP",
    "RowColumns",
    "UnsupportedResidual",
    "ancestors",
    "area_fault",
    "area_filter",
    "canonical_area",
    "column_rules",
    "compile_decision",
    "ending_soon",
    "grant_fault",
    "grant_state",
    "matches",
    "parse_purposes",
    "purpose_fault",
    "resource_fault",
    "truth",
]
