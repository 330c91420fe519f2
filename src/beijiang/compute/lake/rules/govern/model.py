"""What is known of a question while it is rewritten: tables, levels, and where each value comes from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sqlglot import exp

from .words import too_involved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..guard import Guard
    from ..slots import Marks

MANY = "#many"
"""Stands in a hidden column where a row is about several persons: about none of them alone."""
BETWEEN = "\x1f"
"""Stands between the persons of one hidden value, where a list was made of several rows."""
CELLS = "#cells"
"""The kind of hidden column that counts the values which one cell was put together from."""
MOST_SCANS = 80
"""How often one question may read datasets: names of WITH count each time they are used, or doubling would have no end."""
MOST_BESIDE = 40_000
"""Parts that hidden outputs may be written with: each window, condition and query inside repeats those below it, level after level."""
MOST_HIDDEN = 2_000
"""Hidden outputs that one SELECT may have."""
HEAVIEST = 64
"""How many times over a stored text may stand in one calculated text: doubling thirty times would fill any memory."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of a dataset; for a hidden column, whose person it names (or CELLS)."""

    dataset: str
    column: str


@dataclass(frozen=True, slots=True)
class Line:
    """Where a value comes from.

    `reads`: columns it is calculated from. `persons`: columns that name persons, whose values it may hold in part. `same`:
    the person's column whose very values it has. `plain`: the column that it is. `constants`: texts it may be, when written
    out in the question. `weight`: how many stored texts long it may be.
    """

    reads: frozenset[Origin] = frozenset()
    persons: frozenset[Origin] = frozenset()
    same: Origin | None = None
    plain: Origin | None = None
    constants: frozenset[str] = frozenset()
    weight: int = 1
    gaps: bool = False
    """Whether it may be NULL by how it is calculated: an aggregate then gathers from some rows of its group only."""


NONE = Line()


def either(lines: Iterable[Line], *, weight: int | None = None) -> Line:
    """This function will give the line of a value that may come from each of `lines`."""
    found = list(lines)
    if len(found) == 1 and weight is None:
        return found[0]
    return Line(
        reads=frozenset().union(*(line.reads for line in found)),
        persons=frozenset().union(*(line.persons for line in found)),
        constants=frozenset().union(*(line.constants for line in found)),
        weight=max((line.weight for line in found), default=1) if weight is None else weight,
        gaps=any(line.gaps for line in found),
    )


@dataclass(frozen=True, slots=True)
class Out:
    """A visible output."""

    name: str
    line: Line = NONE


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden output: a name nobody can write, and whose person it tells.

    With `parts` it is a list, with one value for each of them: what a subquery found, kept together. With `some` it is about the
    rows that one aggregate gathers from (its number), not all of the group.
    """

    name: str
    tag: Origin
    parts: tuple[Origin, ...] = ()
    some: int = 0

    @property
    def counts(self) -> bool:
        """Whether it counts cells."""
        return self.tag.column == CELLS


@dataclass(slots=True)
class Relation:
    """The outputs of a query: the visible ones first, then the hidden ones. `scans`: how often it reads a dataset."""

    node: exp.Expr
    columns: list[Out]
    hidden: list[Hidden]
    scans: int = 0
    wide: Counter[str] = field(default_factory=Counter)
    """How many stored rows of each dataset one row of it may hand over."""
    level: Level | None = None
    """Of a SELECT: its tables and what its names mean."""


@dataclass(slots=True)
class Source:
    """What stands in a FROM, under its alias."""

    alias: str
    columns: list[Out]
    hidden: list[Hidden] = field(default_factory=list)
    guard: Guard | None = None
    """The dataset, where it is one."""
    governed: exp.Select | None = None
    dataset: str = ""
    open: bool = False
    """Its columns are not known: it may have any."""
    scans: int = 0
    wide: Counter[str] = field(default_factory=Counter)
    optional: bool = False
    """On a side of a join that may have no row, or whose rows are chosen by nearness: no condition may be moved into it."""

    def find(self, name: str) -> Out | None:
        """This function will find a column by its name in any case."""
        wanted = name.lower()
        return next((c for c in self.columns if c.name.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Cte:
    """A query of a WITH, under the name it has in the governed text."""

    name: str
    columns: tuple[Out, ...]
    hidden: tuple[Hidden, ...]
    scans: int
    wide: Counter[str]


@dataclass(slots=True)
class Level:
    """One SELECT: what its names may mean."""

    outer: Level | None
    sources: list[Source] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)
    """Columns named in USING: one, though two sources have it."""
    outputs: dict[str, Line] = field(default_factory=dict)
    before: list[tuple[Hidden, exp.Expr]] = field(default_factory=list)
    """Hidden values of a row, found in conditions before grouping."""
    after: list[tuple[Hidden, exp.Expr]] = field(default_factory=list)
    """Hidden values of an output row."""
    some: list[tuple[Hidden, exp.Expr]] = field(default_factory=list)
    """Hidden values of those rows only that one aggregate gathers from."""
    conditions: dict[str, int] = field(default_factory=dict)
    """The conditions on these rows, numbered."""
    handed: int = 0
    """How many values of single rows aggregates hand over."""
    took: int = 0
    """How many values of other rows windows bring."""
    given: Counter[str] = field(default_factory=Counter)
    """How many rows of each dataset subqueries give."""
    inner: int = 0
    """How often queries inside expressions read a dataset."""

    @property
    def scans(self) -> int:
        """How often the level reads a dataset."""
        return self.inner + sum(source.scans for source in self.sources)

    def hand(self, wide: Counter[str]) -> None:
        """This function will note the rows that a subquery among the outputs gives."""
        self.given += wide

    def wide(self, *, aggregated: bool, keys: bool = False) -> Counter[str]:
        """This function will say how many stored rows of each dataset one output row may hand over.

        A row of a join hands over one of each table, and so do the keys of its groups; a total one for each value of a single row,
        which may itself be made of several, and at least one.
        """
        own: Counter[str] = sum((source.wide for source in self.sources), Counter())
        if aggregated:
            own = Counter({name: max(rows if keys else 1, self.handed * rows) for name, rows in own.items()})
        for name in own:
            own[name] += self.took
        return own + self.given


class Tables(Protocol):
    """Which datasets there are for this question."""

    def open(self, name: str) -> Source:
        """This function will give a dataset as a source without alias; raises what the asker is to be told."""


@dataclass(slots=True)
class Question:
    """One statement while it is rewritten, and what was found in it."""

    tables: Tables
    survey: bool
    """Only looking: unknown columns are noted, not refused."""
    names: frozenset[str] = frozenset()
    """Every name in the statement, in lower case: a dataset's other columns need not be read."""
    every: bool = True
    marks: Marks | None = None
    """Values bound in the question's own tree (forms)."""
    used: dict[str, dict[str, None]] = field(default_factory=dict)
    starred: set[str] = field(default_factory=set)
    conditions: dict[Origin, None] = field(default_factory=dict)
    asked: dict[tuple[Origin, str], None] = field(default_factory=dict)
    """Constants compared with what names persons: asked about, found or not."""
    ready: dict[int, Relation] = field(default_factory=dict)
    """Queries that are rewritten already, by the identity of their node."""
    _count: int = 0
    _beside: int = 0

    def fresh(self, letter: str) -> str:
        """This function will make a name that is nowhere else: #h7."""
        self._count += 1
        return f"#{letter}{self._count}"

    def spend(self, value: exp.Expr) -> None:
        """This function will count the parts of a hidden output; TooLarge over MOST_BESIDE, before they fill the memory."""
        self._beside += sum(1 for _ in value.walk())
        if self._beside > MOST_BESIDE:
            raise too_involved()
