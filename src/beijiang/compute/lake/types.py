"""Shapes of the lake's face: plain Python, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from beijiang.kernel.words import Words
from beijiang.trust.access.types import All, And, Compare, Filter, In, IsNull, Not, Nothing, Or

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.trust.audit.types import SubjectRef

__all__ = [
    "AGGREGATES",
    "COLUMN_TYPES",
    "RUN_OPEN",
    "SUBJECT_KINDS",
    "Aggregate",
    "All",
    "And",
    "Answer",
    "AnswerColumn",
    "Appended",
    "BadRow",
    "ColumnSpec",
    "Compare",
    "Dataset",
    "Element",
    "Filter",
    "In",
    "IsNull",
    "Like",
    "Not",
    "Nothing",
    "Or",
    "Order",
    "Run",
    "Select",
    "Snapshot",
    "Where",
]

ColumnType = Literal["text", "integer", "decimal", "number", "boolean", "date", "timestamp"]
COLUMN_TYPES: dict[str, Words] = {
    "text": Words("文本", "text"),
    "integer": Words("整数", "whole number"),
    "decimal": Words("小数", "decimal number"),
    "number": Words("浮点数", "floating-point number"),
    "boolean": Words("是否", "yes or no"),
    "date": Words("日期", "date"),
    "timestamp": Words("日期时间", "date and time"),
}
SUBJECT_KINDS = frozenset({"id_card", "passport", "phone", "name", "plate", "licence", "account"})
"""What a column may say about whom its values name; audit keeps digests per kind."""

AGGREGATES = ("count", "count_distinct", "sum", "avg", "min", "max")
RunState = Literal["queued", "reading", "writing", "done", "failed", "cancelled"]
RUN_OPEN = ("queued", "reading", "writing")


@dataclass(frozen=True, slots=True)
class Like:
    """`column LIKE pattern` with % and _; only people's questions have it, never policy filters."""

    column: str
    pattern: str


Where = Filter | Like
"""A person's condition: the policy's closed nodes plus LIKE, nested at will."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One calculated column; `column` is None for count(*)."""

    function: str
    column: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by an output column."""

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """One question over one dataset. No columns and no aggregates means every column one may see."""

    dataset: str
    columns: tuple[str, ...] = ()
    where: Where = field(default_factory=All)
    group_by: tuple[str, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of an answer: its type after masking and how it was masked."""

    name: str
    title: Words
    type: str
    mask: str = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows that may leave. `subjects` is for audit's digests and must never be shown or sent on."""

    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    elapsed_ms: float
    subjects: tuple[SubjectRef, ...] = field(default=(), repr=False)
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One declared column. `length` limits text (characters); decimals have `digits` places after the point."""

    name: str
    title: Words
    type: str = "text"
    element: str = ""
    subject: str | None = None
    sensitive: bool = False
    default_mask: str = "none"
    length: int | None = None
    digits: int = 2
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as the catalogue tells it: no rows."""

    id: UUID
    name: str
    title: Words
    description: Words
    owner_unit: str
    grade: str
    personal: bool
    area_column: str | None
    unit_column: str | None
    retention_days: int | None
    state: str
    rows: int
    published_at: datetime | None
    schema_version: int
    columns: tuple[ColumnSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A data element (数据元) of the registry."""

    code: str
    name: Words
    type: str
    length: int | None
    code_set: tuple[str, ...]
    status: str
    special: bool


@dataclass(frozen=True, slots=True)
class Run:
    """An ingestion as its starter sees it; `progress` is 0 to 1."""

    id: UUID
    dataset: str
    file_name: str
    sha256: str
    size: int
    encoding: str
    state: str
    rows_ok: int
    rows_bad: int
    progress: float
    error: Words | None
    notes: tuple[Words, ...]
    started_at: datetime | None
    finished_at: datetime | None
    snapshot_id: int | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of appended rows; `entry_id` is the receipt, None when the same key came again."""

    dataset: str
    rows: int
    rows_bad: int
    snapshot_id: int | None
    entry_id: UUID | None = None
    repeated: bool = False
    notes: tuple[Words, ...] = ()
    bad_file: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row set aside: its number in the file (the first data row is 1), why, and what stood there."""

    number: int
    reasons: tuple[tuple[str, Words], ...]
    raw: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One committed state of a table."""

    id: int
    at: datetime
    operation: str
    rows: int
    key: str
