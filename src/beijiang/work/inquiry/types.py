"""Shapes of inquiry: what a person may do with a dataset, and the list of their questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.flow.exchange.types import AskReply, DirectoryEntry
    from beijiang.trust.access.types import ColumnRule, GrantInfo, Reason

Outcome = Literal["answered", "refused"]


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
class Listed:
    """A line of the directory page."""

    entry: DirectoryEntry
    standing: Standing


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
    shape: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskedPage:
    """Some of one's questions, newest first."""

    items: tuple[Asked, ...]
    next_cursor: str | None
