"""What a question touches: every column it shows, filters, groups or calculates by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..types import And, Compare, In, IsNull, Like, Not, Or

if TYPE_CHECKING:
    from beijiang.compute.lake.types import Select

    from ..types import Where


def condition_columns(where: Where) -> tuple[str, ...]:
    """This function will name the columns of a condition, each once, in order."""
    return tuple(dict.fromkeys(_columns(where)))


def _columns(where: Where) -> list[str]:
    match where:
        case And(parts) | Or(parts):
            return [name for part in parts for name in _columns(part)]
        case Not(part):
            return _columns(part)
        case Compare(column=column) | In(column=column) | IsNull(column=column) | Like(column=column):
            return [column]
    return []


def asked_columns(select: Select) -> tuple[str, ...]:
    """This function will name every column that a question touches; empty means all that one may see.

    A sort key that is the name of an aggregate is no column.
    """
    named = {aggregate.name for aggregate in select.aggregates}
    touched = [
        *select.columns,
        *condition_columns(select.where),
        *select.group_by,
        *(a.column for a in select.aggregates if a.column is not None),
        *(o.name for o in select.order_by if o.name not in named),
    ]
    if not select.columns and not select.aggregates:
        # All visible columns are asked for: naming only those of the condition would narrow the question.
        return ()
    return tuple(dict.fromkeys(touched))
