"""Shapes of inquiry: what a person may do with a dataset, and the list of their questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.flow.exchange.types import AskReply, DirectoryColumn, DirectoryEntry
    from beijiang.trust.access.types import ColumnRule, GrantInfo, Purpose, Reason
    from beijiang.trust.identity.types import Deciders

Outcome = Literal["running", "answered", "refused", "stopped", "failed", "unknown"]
"""How a question ended. `unknown`: it was cut off with the process that asked it; what became of it the log says."""
OUTCOMES: dict[str, Words] = {
    "running": Words("正在执行", "running"),
    "answered": Words("已答复", "answered"),
    "refused": Words("未获准许", "refused"),
    "stopped": Words("已停止", "stopped"),
    "failed": Words("未能完成", "not finished"),
    "unknown": Words("中断", "cut off"),
}
NUMBERS = frozenset({"integer", "decimal", "number"})
"""Types of columns whose values are numbers."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may ask a dataset, on what, and if not why not and what next."""

    may: bool
    words: Words
    next: Words
    until: datetime | None = None
    grants: tuple[GrantInfo, ...] = ()
    open_share: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """By what a dataset was found: what kind of thing, and which."""

    kind: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the directory page."""

    entry: DirectoryEntry
    standing: Standing
    matched: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to narrow a search by, each with how many datasets it has."""

    owners: tuple[tuple[str, Words, int], ...]
    grades: tuple[tuple[str, Words, int], ...]
    fresh: tuple[tuple[str, Words, int], ...]
    personal: int
    impersonal: int
    may: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: `total` before it was narrowed."""

    items: tuple[Listed, ...]
    total: int
    facets: Facets


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column as one person would see it: shown or not, under which mask, and why."""

    column: DirectoryColumn
    shown: bool
    mask: str
    why: Words


@dataclass(frozen=True, slots=True)
class About:
    """A dataset as one person may use it. `preview` is what a question under `matter` would stand on, None without a purpose."""

    entry: DirectoryEntry
    standing: Standing
    preview: Preview | None
    matter: str
    columns: tuple[ColumnView, ...]
    purposes: tuple[Purpose, ...]
    owners: Deciders


@dataclass(frozen=True, slots=True)
class WordColumn:
    """A column that may be named in SQL."""

    name: str
    title: Words
    type: str
    mask: str


@dataclass(frozen=True, slots=True)
class WordTable:
    """A dataset that may be named in SQL."""

    name: str
    title: Words
    columns: tuple[WordColumn, ...]
    row_cap: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What SQL can be written with: permitted datasets, those that are not, functions with their kind, keywords."""

    tables: tuple[WordTable, ...]
    others: tuple[Listed, ...]
    functions: tuple[tuple[str, Words], ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a question would stand on, before it is asked: shown beside the form, decided again when asked."""

    purpose: str
    title: Words
    law: Words
    needs_matter: bool
    permit: bool
    basis: Words
    reasons: tuple[Reason, ...]
    columns: tuple[ColumnRule, ...] = ()
    row_cap: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A line of the form: column, operator, and the value as typed."""

    column: str
    op: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the number of the question that it answers."""

    reply: AskReply
    question_id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its asker finds it again. `shape` holds columns and operators, never a value or a text of SQL."""

    id: UUID
    dataset: str
    title: Words
    purpose: str
    purpose_title: Words
    matter: str
    outcome: Outcome
    receipt: UUID | None
    row_count: int
    truncated: bool
    by_sql: bool
    reason: Words
    asked_at: datetime
    ended_at: datetime | None = None
    as_file: str = ""
    """`csv` or `xlsx` where the rows left as a file."""
    shape: dict[str, Any] = field(default_factory=dict)

    @property
    def outcome_words(self) -> Words:
        """How it ended, or that it runs."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True, slots=True)
class Running:
    """A question of one's own that runs. `share` (0 to 1) is None when nobody knows; `waiting` for its turn in the lake."""

    asked: Asked
    waiting: bool
    share: float | None
    seconds: int


@dataclass(frozen=True, slots=True)
class AskedPage:
    """Some of one's questions, newest first."""

    items: tuple[Asked, ...]
    next_cursor: str | None
