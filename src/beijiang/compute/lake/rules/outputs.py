"""Outputs of the engine as an answer has them: the lake's types, and values that JSON can carry."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words


def type_of(kind: pa.DataType) -> str:
    """This function will name the lake's type of an Arrow type; lists, times of day and intervals leave as text."""
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return "integer"
    if pa.types.is_decimal(kind):
        return "decimal"
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_date(kind):
        return "date"
    return "timestamp" if pa.types.is_timestamp(kind) else "text"


def rows(table: pa.Table, width: int) -> tuple[tuple[Any, ...], ...]:
    """This function will give the first `width` columns as rows; Invalid as `listed`."""
    if not width:
        return ()
    return tuple(zip(*(_values(table.column(place)) for place in range(width)), strict=True))


def listed(column: pa.ChunkedArray) -> list[Any]:
    """This function will give a column's values; Invalid for a date or time that Python's calendar does not have, and for a row as a value."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError, pa.ArrowException):
        raise Invalid(
            "lake.expression",
            Words("表达式无法计算", "The expression could not be calculated"),
            Words(
                "结果中有超出范围的日期或时间，或者由几列合成的值 (a, b)。没有返回数据。",
                "The result holds a date or time out of range, or a value made of several columns (a, b). No data was returned.",
            ),
        ) from None


def _values(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    found = listed(column)
    if pa.types.is_decimal(kind) and kind.scale == 0:
        return [None if v is None else int(v) for v in found]
    if pa.types.is_timestamp(kind):
        return [v.astimezone(UTC) if v is not None and v.tzinfo else v for v in found]
    if type_of(kind) == "text" and not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return [None if v is None else _text(v) for v in found]
    return found


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, pa.MonthDayNano):
        return interval(value.months, value.days, value.nanoseconds)
    return value if isinstance(value, str) else repr(value)


def interval(months: int, days: int, nanoseconds: int) -> str:
    """This function will write an interval: 2 months 3 days 04:05:06."""
    sign, seconds = ("-" if nanoseconds < 0 else ""), abs(nanoseconds) // 10**9
    clock = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    parts = [f"{months} months" if months else "", f"{days} days" if days else "", clock if nanoseconds else ""]
    return " ".join(p for p in parts if p) or "00:00:00"
