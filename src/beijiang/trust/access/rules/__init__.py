"""Pure rules of access: areas, the residual compiler, row matching, purposes, limits of grants."""

from .areas import ancestors, area_fault, area_filter, canonical_area
from .compiler import NODE_TYPES, RowColumns, UnsupportedResidual, compile_decision
from .limits import EMERGENCY_HOURS, OPEN_SHARE_CAP, grant_fault, grant_state, resource_fault
from .masks import column_rules
from .matching import matches, truth
from .purposes import parse_purposes

__all__ = [
    "EMERGENCY_HOURS",
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
    "grant_fault",
    "grant_state",
    "matches",
    "parse_purposes",
    "resource_fault",
    "truth",
]
