"""What the catalogue tells of datasets, columns and data elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

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
    evolved: bool = False
    """Columns were added when there were rows already: older files do not have them."""


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
    check: str = ""
    """The check function that its values must pass ("id_card", "plate", …), or none."""
    subject: str | None = None
    mask: str = "none"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One committed state of a table."""

    id: int
    at: datetime
    operation: str
    rows: int
    key: str
