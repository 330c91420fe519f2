"""Files that were brought and are not in the lake yet, and what a steward makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from .catalogue import ColumnSpec

DraftState = Literal["received", "profiling", "ready", "failed", "used", "dropped"]
DRAFT_OPEN = ("received", "profiling", "ready", "failed")
"""States in which a draft's file is still kept."""


@dataclass(frozen=True, slots=True)
class ElementGuess:
    """A data element that a column may be, how surely (0 to 1), and why."""

    code: str
    name: Words
    score: float
    reason: Words


@dataclass(frozen=True, slots=True)
class DraftColumn:
    """A column of a file as its profile found it. `examples` are empty for whoever did not bring the file."""

    name: str
    header: str
    title: Words
    type: str
    share: float
    """Of the values that are there, how many fit the type (0 to 1)."""
    reason: Words
    nulls: int
    distinct: int
    """Different values; an estimate above 1,024."""
    examples: tuple[str, ...] = field(default=(), repr=False)
    element: ElementGuess | None = None
    refused: Words | None = None
    """Why it cannot come in at all (RIGHTS 2); such a column must be dropped."""
    subject: str | None = None
    suggested_mask: str = "none"
    length: int | None = None
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was brought and is not in the lake yet; `sample` is there only for who brought it."""

    id: UUID
    file_name: str
    sha256: str
    size: int
    kind: str
    """csv, excel, parquet, json, jsonl, geojson, sensorthings; with `+gzip` behind it if it came packed."""
    encoding: str
    state: str
    progress: float
    error: Words | None
    columns: tuple[DraftColumn, ...]
    rows: int
    sample: tuple[dict[str, str | None], ...] = field(repr=False)
    """The first rows, by header; columns that are refused are left out."""
    notes: tuple[Words, ...]
    created_at: datetime
    expires_at: datetime | None = None
    """When its file is deleted if nothing is made of it."""
    brought_by: str = ""
    run: UUID | None = None
    suggested_name: str = ""
    bad: int = 0
    """Rows that cannot even be split into columns."""


@dataclass(frozen=True, slots=True)
class SpecColumn:
    """What becomes of one column of a file: it is taken as `column`, or dropped (then `column` may be None)."""

    header: str
    column: ColumnSpec | None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """What a steward makes of a draft. Every column of the file is named: taken, or dropped.

    With `append` the file is brought into the dataset of that name, which must be there: its description stands and
    what is said here of title, owner, grade and so on is not looked at; columns it does not have are added to it.
    """

    name: str
    title: Words = field(default_factory=lambda: Words("", ""))
    description: Words = field(default_factory=lambda: Words("", ""))
    owner_unit: str = ""
    grade: str = ""
    personal: bool = True
    area_column: str | None = None
    unit_column: str | None = None
    retention_days: int | None = None
    columns: tuple[SpecColumn, ...] = ()
    append: bool = False
