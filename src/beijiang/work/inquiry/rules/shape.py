"""What of a question is kept: which columns and comparisons, never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beijiang.flow.exchange.types import And, Compare, In, IsNull, Like, Not, Or

from ..types import Condition

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import AskRequest, Where


def shape_of(request: AskRequest) -> dict[str, Any]:
    """This function will give the form of a question without its values; of SQL nothing but that it was SQL."""
    if request.sql:
        return {}
    return {
        "columns": list(request.columns),
        "conditions": [[column, op] for column, op in _pairs(request.where)],
        "any_of": isinstance(request.where, Or),
        "group_by": list(request.group_by),
        "aggregates": [[a.function, a.column or ""] for a in request.aggregates],
        "order_by": [[o.name, o.descending] for o in request.order_by],
        "limit": request.limit,
    }


def stored_conditions(shape: dict[str, Any]) -> list[Condition]:
    """This function will give the lines of a form that asks again; the values are typed anew."""
    return [Condition(column, op) for column, op in shape.get("conditions", [])]


def _pairs(where: Where) -> list[tuple[str, str]]:
    match where:
        case And(parts) | Or(parts):
            return [pair for part in parts for pair in _pairs(part)]
        case Compare(column, op, _):
            return [(column, op)]
        case In(column, _):
            return [(column, "in")]
        case Like(column, pattern):
            return [(column, "contains" if pattern.startswith("%") else "starts")]
        case IsNull(column):
            return [(column, "is_null")]
        case Not(IsNull(column)):
            return [(column, "not_null")]
        case Not(part):
            return _pairs(part)
    return []
