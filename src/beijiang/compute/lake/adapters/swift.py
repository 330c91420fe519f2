"""Casts of whole columns whose every value stands in the usual form: many times quicker than looking at each by pattern.

Each gives what the careful cast (casting._CASTS) would give, or None: then one value at least is unusual, or none of this
file's business, and the careful cast decides. A test compares both on millions of bent values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from ..types import ColumnSpec

TRUE = ("true", "t", "yes", "y", "1", "是", "真", "有")
FALSE = ("false", "f", "no", "n", "0", "否", "假", "无")
_WORDS = pa.array([*TRUE, *FALSE])
_TRUTH = pa.array([True] * len(TRUE) + [False] * len(FALSE))
_FIRST_DAY = -354_285
"""1000-01-01 as days since 1970."""
_PLAIN_FROM = 694_224_000_000_000
"""1992-01-01 in microseconds. Summer time was last kept in 1991: from then on a local time is one moment, eight hours ahead."""
_AHEAD = pa.scalar(8 * 3_600_000_000, pa.duration("us"))


def trimmed(values: pa.Array) -> pa.Array:
    """This function will give trimmed text, null for blanks."""
    short = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(pc.binary_length(short), 0), None, short)


def cast(values: pa.Array, spec: ColumnSpec, wanted: pa.DataType) -> pa.Array | None:
    """This function will cast trimmed text to a column's type, all of it or nothing."""
    if spec.type == "text":
        return values
    if spec.type == "boolean":
        places = pc.index_in(pc.utf8_lower(values), _WORDS)
        return _TRUTH.take(places) if places.null_count == values.null_count else None
    if values.null_count == len(values):
        return pa.nulls(len(values), wanted)
    lengths = pc.min_max(pc.binary_length(values)).as_py()
    try:
        return _CASTS[spec.type](values, lengths["min"], lengths["max"], wanted)
    except pa.ArrowInvalid:
        return None


def _has(values: pa.Array, letters: str) -> bool:
    return any(pc.any(pc.match_substring(values, letter)).as_py() for letter in letters)


def _integer(values: pa.Array, shortest: int, longest: int, wanted: pa.DataType) -> pa.Array | None:
    # Arrow reads 0x1F too; as longer numbers do, it goes the careful way.
    return pc.cast(values, wanted) if longest <= 18 and not _has(values, "xX") else None


def _decimal(values: pa.Array, shortest: int, longest: int, wanted: pa.DataType) -> pa.Array | None:
    return pc.cast(values, wanted) if longest <= 18 and not _has(values, "eE") else None


def _number(values: pa.Array, shortest: int, longest: int, wanted: pa.DataType) -> pa.Array | None:
    # Neither exponents nor NaN and infinities, which all have an n.
    return pc.cast(values, wanted) if longest <= 18 and not _has(values, "eEnN") else None


def _date(values: pa.Array, shortest: int, longest: int, wanted: pa.DataType) -> pa.Array | None:
    if not shortest == longest == 10:
        return None
    days = pc.cast(values, pa.date32())
    return days.cast(wanted) if pc.min(days.cast(pa.int32())).as_py() >= _FIRST_DAY else None


def _timestamp(values: pa.Array, shortest: int, longest: int, wanted: pa.DataType) -> pa.Array | None:
    if shortest != longest or longest not in (19, 20):
        return None
    if longest == 20:
        if not pc.all(pc.ends_with(values, "Z")).as_py():
            return None
        return pc.cast(values, pa.timestamp("us", "UTC")).cast(wanted)
    local = pc.cast(values, pa.timestamp("us"))
    if pc.min(local.cast(pa.int64())).as_py() < _PLAIN_FROM:
        return None
    return pc.subtract(local, _AHEAD).cast(pa.timestamp("us", "UTC")).cast(wanted)


_CASTS = {"integer": _integer, "decimal": _decimal, "number": _number, "date": _date, "timestamp": _timestamp}
