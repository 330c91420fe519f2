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
from .marks import dataset_mark, decision_marks, grant_mark, matter_mark
from .masks import column_rules
from .matching import matches, truth
from .purposes import parse_purposes
from .reads import Reads, reads

__all__ = [
    "EMERGENCY_HOURS",
    "EXPIRING_DAYS",
    "NODE_TYPES",
    "OPEN_SHARE_CAP",
    "Reads",
    "RowColumns",
    "UnsupportedResidual",
    "ancestors",
    "area_fault",
    "area_filter",
    "canonical_area",
    "column_rules",
    "compile_decision",
    "dataset_mark",
    "decision_marks",
    "ending_soon",
    "grant_fault",
    "grant_mark",
    "grant_state",
    "matches",
    "matter_mark",
    "parse_purposes",
    "purpose_fault",
    "reads",
    "resource_fault",
    "truth",
]
