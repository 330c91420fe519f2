"""The closed filter language: what a decision says about rows, and what a form may ask.

Semantics are SQL's three-valued logic: a comparison with NULL is unknown, and only rows for which
the whole filter is true are let through (`rules.matches` pins this in Python).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

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


def _literal_to_json(value: Literal_) -> Any:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value


def _literal_from_json(value: Any) -> Literal_:
    if isinstance(value, dict) and len(value) == 1:
        ((kind, text),) = value.items()
        if isinstance(text, str):
            if kind == "datetime":
                return datetime.fromisoformat(text)
            if kind == "date":
                return date.fromisoformat(text)
            if kind == "decimal":
                return Decimal(text)
    if isinstance(value, str | int | float | bool):
        return value
    raise ValueError("a literal is a text, number, truth value, date, time or decimal")


def filter_to_dict(part: Filter) -> dict[str, Any]:
    """This function will give the JSON form, `{"op": …}`, used between client and provider."""
    match part:
        case All():
            return {"op": "all"}
        case Nothing():
            return {"op": "nothing"}
        case And(parts):
            return {"op": "and", "parts": [filter_to_dict(p) for p in parts]}
        case Or(parts):
            return {"op": "or", "parts": [filter_to_dict(p) for p in parts]}
        case Not(inner):
            return {"op": "not", "part": filter_to_dict(inner)}
        case Compare(column, op, literal):
            return {"op": op, "column": column, "literal": _literal_to_json(literal)}
        case In(column, literals):
            return {"op": "in", "column": column, "literals": [_literal_to_json(x) for x in literals]}
        case IsNull(column):
            return {"op": "is_null", "column": column}
    raise TypeError(f"{type(part).__name__} is not a filter")


def filter_from_dict(value: Any, *, depth: int = 32) -> Filter:
    """This function will read the JSON form; raises ValueError for anything else or over `depth` levels."""
    if not isinstance(value, dict) or depth <= 0:
        raise ValueError("a filter is an object of limited depth")
    op = value.get("op")
    if op == "all":
        return ALL
    if op == "nothing":
        return NOTHING
    if op in ("and", "or"):
        parts = value.get("parts")
        if not isinstance(parts, list):
            raise ValueError(f"{op} needs a list of parts")
        read = tuple(filter_from_dict(p, depth=depth - 1) for p in parts)
        return And(read) if op == "and" else Or(read)
    if op == "not":
        return Not(filter_from_dict(value.get("part"), depth=depth - 1))
    column = value.get("column")
    if not isinstance(column, str) or not column:
        raise ValueError("a comparison needs a column")
    if op == "is_null":
        return IsNull(column)
    if op == "in":
        literals = value.get("literals")
        if not isinstance(literals, list):
            raise ValueError("in needs a list of literals")
        return In(column, tuple(_literal_from_json(x) for x in literals))
    if op in OPERATORS:
        return Compare(column, op, _literal_from_json(value.get("literal")))
    raise ValueError(f"unknown filter {op!r}")
