"""What auditors see of many uses at once: counts, days, groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from beijiang.kernel.words import Words

GroupBy = Literal["person", "unit", "dataset"]


@dataclass(frozen=True, slots=True)
class FacetItem:
    """One value that a filter may take, and how many entries it would leave."""

    value: str
    words: Words
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with its values; those of `name`'s own filter are counted as if it were not set."""

    name: str
    items: tuple[FacetItem, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The uses of one day (Asia/Shanghai)."""

    day: date
    done: int
    refused: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All entries that fit the filters, counted. With `partial` only the newest 50,000 of them were."""

    total: int
    refused: int
    rows: int
    """Rows that left, over all uses."""
    days: tuple[Day, ...]
    facets: tuple[Facet, ...]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The uses of one person, unit or dataset. Lists of persons go by name, never by number (RIGHTS 3)."""

    key: str
    words: Words
    about: Words
    """The person's unit; empty otherwise."""
    done: int
    refused: int
    rows: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups in the order of their names; `partial` as in Overview."""

    by: GroupBy
    items: tuple[Group, ...]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class GrantUse:
    """How often a grant was used: answers, rows that left in all, and the latest."""

    many: int
    rows: int
    last: datetime
