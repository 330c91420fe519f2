"""Shapes of the lake's face: plain Python, frozen."""

from beijiang.trust.access.types import All, And, Compare, Filter, In, IsNull, Not, Nothing, Or

from .catalogue import COLUMN_TYPES, SUBJECT_KINDS, ColumnSpec, ColumnType, Dataset, Element, Snapshot
from .drafts import DRAFT_OPEN, DatasetSpec, Draft, DraftColumn, DraftState, ElementGuess, SpecColumn
from .language import SQL_FUNCTIONS, SQL_KEYWORDS
from .quality import ColumnQuality, Quality
from .question import AGGREGATES, Aggregate, Answer, AnswerColumn, Like, Order, Parsed, Select, Where, concerned, concerning
from .running import Progress, Running
from .runs import RUN_OPEN, Appended, BadRow, Run, RunReason, RunState

__all__ = [
    "AGGREGATES",
    "COLUMN_TYPES",
    "DRAFT_OPEN",
    "RUN_OPEN",
    "SQL_FUNCTIONS",
    "SQL_KEYWORDS",
    "SUBJECT_KINDS",
    "Aggregate",
    "All",
    "And",
    "Answer",
    "AnswerColumn",
    "Appended",
    "BadRow",
    "ColumnQuality",
    "ColumnSpec",
    "ColumnType",
    "Compare",
    "Dataset",
    "DatasetSpec",
    "Draft",
    "DraftColumn",
    "DraftState",
    "Element",
    "ElementGuess",
    "Filter",
    "In",
    "IsNull",
    "Like",
    "Not",
    "Nothing",
    "Or",
    "Order",
    "Parsed",
    "Progress",
    "Quality",
    "Run",
    "RunReason",
    "RunState",
    "Running",
    "Select",
    "Snapshot",
    "SpecColumn",
    "Where",
    "concerned",
    "concerning",
]
