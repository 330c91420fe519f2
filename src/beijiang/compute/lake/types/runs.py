"""Ingestions and appended rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.kernel.words import Words

RunState = Literal["queued", "reading", "writing", "done", "failed", "cancelled"]
RUN_OPEN = ("queued", "reading", "writing")


@dataclass(frozen=True, slots=True)
class RunReason:
    """Why rows were set aside, counted: `column` is empty when the whole row is meant."""

    column: str
    words: Words
    rows: int


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
    kind: str = ""
    created_at: datetime | None = None
    started_by: str = ""
    reasons: tuple[RunReason, ...] = ()
    """Why rows were set aside, the most frequent first; a row with two faults counts under both."""
    draft: UUID | None = None
    resumable: bool = False
    """It failed or was cancelled, and its file is still kept: it can be taken up without sending the file again."""


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
