"""Conditions of the form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beijiang.flow.exchange.types import All, And, Compare, In, IsNull, Like, Not, Or, Where
from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from .values import typed_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beijiang.flow.exchange.types import DirectoryColumn

    from ..types import Condition

OPERATORS: dict[str, Words] = {
    "=": Words("等于", "is"),
    "!=": Words("不等于", "is not"),
    ">=": Words("不小于", "at least"),
    ">": Words("大于", "more than"),
    "<=": Words("不大于", "at most"),
    "<": Words("小于", "less than"),
    "contains": Words("包含", "contains"),
    "starts": Words("开头是", "starts with"),
    "in": Words("是其中之一", "is one of"),
    "is_null": Words("为空", "is empty"),
    "not_null": Words("不为空", "is not empty"),
}
WITHOUT_VALUE = frozenset({"is_null", "not_null"})
_SEPARATORS = re.compile(r"[\s,,、;;]+")


def where_of(conditions: Iterable[Condition], columns: Mapping[str, DirectoryColumn], *, any_of: bool = False) -> Where:
    """This function will join the lines of the form by AND (or OR). Raises Invalid for a line that cannot be used."""
    parts = tuple(condition_of(line, columns) for line in conditions)
    if not parts:
        return All()
    if len(parts) == 1:
        return parts[0]
    joined: Where = Or(parts) if any_of else And(parts)  # type: ignore[arg-type]
    return joined


def condition_of(line: Condition, columns: Mapping[str, DirectoryColumn]) -> Where:
    """This function will read one line of the form."""
    column = columns.get(line.column)
    if column is None or line.op not in OPERATORS:
        raise Invalid(
            "inquiry.bad_condition",
            detail=Words("条件中的列或比较方式不在清单内。", "A column or comparison of a condition is not on the list."),
        )
    if line.op == "is_null":
        return IsNull(column.name)
    if line.op == "not_null":
        return Not(IsNull(column.name))
    if not line.value.strip():
        raise Invalid("inquiry.empty_value", detail=Words(f"请填写“{column.title.zh}”的值。", f"Enter a value for “{column.title.en}”."))
    if line.op in ("contains", "starts"):
        if column.type != "text":
            raise Invalid(
                "inquiry.bad_condition",
                detail=Words(
                    f"“{column.title.zh}”不是文本，不能用“包含”或“开头是”。",
                    f"“{column.title.en}” is no text; it cannot contain or start with something.",
                ),
            )
        wanted = line.value.strip()
        if "%" in wanted or "_" in wanted:
            raise Invalid(
                "inquiry.bad_condition",
                detail=Words("“包含”和“开头是”的值不能含 % 或 _。", "A value that is contained or starts with must not hold % or _."),
            )
        return Like(column.name, f"%{wanted}%" if line.op == "contains" else f"{wanted}%")
    if line.op == "in":
        values = [part for part in _SEPARATORS.split(line.value.strip()) if part]
        return In(column.name, tuple(typed_value(v, column.type, column.title) for v in values))
    return Compare(column.name, line.op, typed_value(line.value, column.type, column.title))  # type: ignore[arg-type]
