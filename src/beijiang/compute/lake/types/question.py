"""A question over one dataset, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from beijiang.trust.access.types import All, Filter

if TYPE_CHECKING:
    from beijiang.kernel.errors import Problem
    from beijiang.kernel.words import Words
    from beijiang.trust.audit.types import SubjectRef

AGGREGATES = ("count", "count_distinct", "sum", "avg", "min", "max")


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
class Parsed:
    """A question in SQL that was read and may be asked: which datasets it needs.

    `datasets`: by name, the columns named anywhere; none when all that one may see are meant. `conditions`: the columns by
    which rows are chosen, as "dataset.column".
    """

    sql: str = field(repr=False)
    datasets: dict[str, tuple[str, ...]]
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of an answer: its type after masking and how it was masked."""

    name: str
    title: Words
    type: str
    mask: str = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows that may leave. `subjects` is for audit's digests and must never be shown or sent on.

    `counted` is how many rows that counts as: a list or joined text counts each value in it.
    """

    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    elapsed_ms: float
    subjects: tuple[SubjectRef, ...] = field(default=(), repr=False)
    snapshot_id: int | None = None
    counted: int = 0


_P = TypeVar("_P", bound="Problem")


def concerning(problem: _P, persons: tuple[SubjectRef, ...]) -> _P:
    """This function will note on the error of a question that ran and gave no rows whom it was about; never shown, nor sent on."""
    vars(problem)["_persons"] = persons
    return problem


def concerned(problem: Problem) -> tuple[SubjectRef, ...]:
    """This function will give the persons that a failed question was about, for audit's digests."""
    found: tuple[SubjectRef, ...] = vars(problem).get("_persons", ())
    return found
