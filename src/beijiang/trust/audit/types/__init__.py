"""What the log hands out: frozen facts, never rows."""

from .check import CHECK_STATES, FINDINGS, SAMPLE, CheckInfo, CheckState, Week
from .export import EXPORT_STATES, KEPT, MOST_EXPORTED, ExportInfo, ExportState
from .log import OUTCOMES, Entry, EntryDetail, Filters, Finding, Growth, LogDamaged, Outcome, Page, Receipt, SubjectRef, Use, VerifyReport
from .oversight import Day, Facet, FacetItem, GrantUse, Group, GroupBy, Groups, Overview

__all__ = [
    "CHECK_STATES",
    "CheckInfo",
    "CheckState",
    "Day",
    "EXPORT_STATES",
    "Entry",
    "EntryDetail",
    "ExportInfo",
    "ExportState",
    "FINDINGS",
    "Facet",
    "FacetItem",
    "Filters",
    "Finding",
    "GrantUse",
    "Group",
    "GroupBy",
    "Groups",
    "Growth",
    "KEPT",
    "LogDamaged",
    "MOST_EXPORTED",
    "OUTCOMES",
    "Outcome",
    "Overview",
    "Page",
    "Receipt",
    "SAMPLE",
    "SubjectRef",
    "Use",
    "VerifyReport",
    "Week",
]
