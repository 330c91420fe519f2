"""The closed filter language: what a decision says about rows, and what a form may ask.

Semantics are SQL's three-valued logic: a comparison with NULL is unknown, and only rows for which
the whole filter is true are let through (`rules.matches` pins this in Python).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
OPERATORS: frozenset[str] = frozenset(get_args(Operator))
Literal_ = str | int | float | bool | Decimal | date | datetime


@dataclass(frozen=True, slots=True)
class All:
    """Every row."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row."""


@dataclass(frozen=True, slots=True)
class And:
    """All parts are true; no parts: every row."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part is true; no parts: no row."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is false (unknown stays unknown)."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Compare:
    """`column op literal`; NULL never compares, so `literal` is never None (see IsNull)."""

    column: str
    op: Operator
    literal: Literal_

    def __post_init__(self) -> None:
        if self.op not in OPERATORS:
            raise ValueError(f"unknown operator {self.op!r}")
        if self.literal is None:
            raise ValueError("compare with NULL is never true; use IsNull")


@dataclass(frozen=True, slots=True)
class In:
    """`column IN (literals)`; an empty list lets no row through."""

    column: str
    literals: tuple[Literal_, ...]

    def __post_init__(self) -> None:
        if any(item is None for item in self.literals):
            raise ValueError("NULL in a list makes NOT IN never true; leave it out")


@dataclass(frozen=True, slots=True)
class IsNull:
    """`column IS NULL`."""

    column: str


Filter = All | Nothing | And | Or | Not | Compare | In | IsNull
ALL, NOTHING = All(), Nothing()


def all_of(*parts: Filter) -> Filter:
    """This function will join by AND, without parts that change nothing."""
    kept = [p for p in parts if not isinstance(p, All)]
    if any(isinstance(p, Nothing) for p in kept):
        return NOTHING
    return ALL if not kept else kept[0] if len(kept) == 1 else And(tuple(kept))


def any_of(*parts: Filter) -> Filter:
    """This function will join by OR, without parts that change nothing."""
    kept = list(dict.fromkeys(p for p in parts if not isinstance(p, Nothing)))
    if any(isinstance(p, All) for p in kept):
        return ALL
    return NOTHING if not kept else kept[0] if len(kept) == 1 else Or(tuple(kept))


def negate(part: Filter) -> Filter:
    """This function will turn a filter round, folding the constants."""
    match part:
        case All():
            return NOTHING
        case Nothing():
            return ALL
        case Not(inner):
            return inner
    return Not(part)


def columns_of(part: Filter) -> frozenset[str]:
    """This function will name the columns that a filter reads."""
    match part:
        case And(parts) | Or(parts):
            return frozenset().union(*(columns_of(p) for p in parts))
        case Not(inner):
            return columns_of(inner)
        case Compare(column=column) | In(column=column) | IsNull(column=column):
            return frozenset({column})
    return frozenset()
