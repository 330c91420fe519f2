"""What a filter means, in Python, with SQL's three-valued logic (unknown is None)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..types import All, And, Compare, Filter, In, IsNull, Not, Nothing, Or


def matches(part: Filter, row: Mapping[str, Any]) -> bool:
    """This function will say whether WHERE lets the row through: true only, not unknown.

    A column that the row does not have is an error, not NULL: a filter on a missing column must not pass.
    """
    return truth(part, row) is True


def truth(part: Filter, row: Mapping[str, Any]) -> bool | None:
    """This function will evaluate to True, False or None (unknown) as SQL does."""
    match part:
        case All():
            return True
        case Nothing():
            return False
        case And(parts):
            values = [truth(p, row) for p in parts]
            return False if False in values else None if None in values else True
        case Or(parts):
            values = [truth(p, row) for p in parts]
            return True if True in values else None if None in values else False
        case Not(inner):
            value = truth(inner, row)
            return None if value is None else not value
        case IsNull(column):
            return row[column] is None
        case In(column, literals):
            # SQL: an empty list is false even for NULL.
            return False if not literals else None if row[column] is None else row[column] in literals
        case Compare(column, op, literal):
            return _compare(row[column], op, literal)
    raise TypeError(f"{type(part).__name__} is not a filter")


def _compare(value: Any, op: str, literal: Any) -> bool | None:
    if value is None:
        return None
    match op:
        case "=":
            return bool(value == literal)
        case "!=":
            return bool(value != literal)
        case "<":
            return bool(value < literal)
        case "<=":
            return bool(value <= literal)
        case ">":
            return bool(value > literal)
        case ">=":
            return bool(value >= literal)
    raise ValueError(f"unknown operator {op!r}")
