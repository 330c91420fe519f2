"""Datasets as access knows them: names, owner, grade, columns; never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from beijiang.kernel.words import Words

NO_WORDS = Words("", "")
Grade = Literal["open", "internal", "sensitive", "core"]
"""公开 · 内部 · 敏感 · 核心, in rising order."""
GRADES: tuple[Grade, ...] = get_args(Grade)
Mask = Literal["none", "null", "redact", "first4", "last4", "year", "hash"]
"""none: as it is; null: NULL; redact: ***; first4/last4: only these characters; year: only the
year of a date; hash: a digest salted per question, good for equality within one answer only."""
MASKS: tuple[Mask, ...] = get_args(Mask)
ColumnType = Literal["text", "integer", "decimal", "number", "boolean", "date", "timestamp"]


def grade_level(grade: str) -> int:
    """This function will give 1 (open) to 4 (core); an unknown grade counts as core."""
    return GRADES.index(grade) + 1 if grade in GRADES else len(GRADES)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column. `element`: data element code; `subject`: kind of data subject ("id_card", "plate", "phone")."""

    name: str
    title: Words
    type: ColumnType = "text"
    element: str = ""
    subject: str | None = None
    sensitive: bool = False
    default_mask: Mask = "none"


@dataclass(frozen=True, slots=True)
class DatasetResource:
    """A dataset as its publisher describes it.

    `owner_unit`: code of the owning unit. `area_column` holds GB/T 2260 (or 9/12-digit township) codes,
    `unit_column` unit codes; None where rows carry none, and then only grants without that bound fit.
    """

    name: str
    title: Words
    owner_unit: str
    grade: Grade
    personal: bool
    columns: tuple[ColumnInfo, ...]
    area_column: str | None = None
    unit_column: str | None = None
    allowed_purposes: tuple[str, ...] = ()
    """Codes from law/purposes.toml; empty: every purpose whose grades include this grade."""
    description: Words = NO_WORDS

    def column(self, name: str) -> ColumnInfo | None:
        """This function will find a column by name."""
        return next((c for c in self.columns if c.name == name), None)


@dataclass(frozen=True, slots=True)
class ResourceInfo:
    """A registered dataset with what access adds."""

    resource: DatasetResource
    open_share: bool
    version: int
    updated_at: datetime
