"""Counts of a batch's column at a glance, where all its values are of the form that the column has had so far.

It adds to the counts what the careful queries of `profiling` would add for the types that can still be chosen, or declines; then
they are run. Types that the column has left behind are not counted any more, which only leaves them further behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from beijiang.kernel.words import Words

from ..types import ColumnSpec
from . import swift, tables

if TYPE_CHECKING:
    from ..rules.infer import Counts

MOST = 0.9
"""Of the values so far so many are of the leading type."""
HALF = 0.5
DIGITS = 4
_ORDER = ("boolean", "timestamp", "date", "integer", "decimal", "number")
_NOTHING = Words("", "")
_SPECS = {t: ColumnSpec("v", _NOTHING, t, digits=DIGITS) for t in _ORDER}
_WANTED = {t: tables.arrow_schema([spec]).field("v").type for t, spec in _SPECS.items()}


def glance(counts: Counts, texts: pa.Array, given_up: bool) -> bool:
    """This function will count a batch of trimmed texts if it can; `given_up` says that no type but text is possible any more."""
    values = len(texts) - texts.null_count
    if values == 0:
        counts.nulls += len(texts)
        return True
    longest = int(pc.max(pc.utf8_length(texts)).as_py())
    kind = "text" if given_up else _leading(counts)
    if kind == "":
        return False
    if kind == "text":
        counts.broken += _number(pc.match_substring(texts, "\ufffd"))
    elif not _typed(counts, texts, kind, values, longest):
        return False
    counts.values += values
    counts.nulls += texts.null_count
    counts.longest = max(counts.longest, longest)
    return True


def _leading(counts: Counts) -> str:
    """The type that would be chosen now; "" when two could be, or none leads."""
    if counts.values == 0:
        return ""
    share = {t: counts.fits.get(t, 0) / counts.values for t in _ORDER}
    found = next((t for t in _ORDER if share[t] >= MOST), "")
    numeric = found in ("integer", "decimal", "number")
    return "" if numeric and (share["date"] >= HALF or share["boolean"] >= HALF or counts.days >= HALF * counts.values) else found


def _typed(counts: Counts, texts: pa.Array, kind: str, values: int, longest: int) -> bool:
    numeric = kind in ("integer", "decimal", "number")
    if numeric and longest > 15:
        return False
    if swift.cast(texts, _SPECS[kind], _WANTED[kind]) is None:
        return False
    implied = {"integer": ["integer", "decimal", "number"], "decimal": ["decimal", "number"], "date": ["date", "timestamp"]}.get(
        kind, [kind]
    )
    if kind == "boolean":
        digits = _number(pc.is_in(texts, pa.array(["0", "1"])))
        counts.words += values - digits
        implied = ["boolean", *(["integer", "decimal", "number"] if digits == values else [])]
    elif kind == "timestamp":
        counts.times += values
        midnights = _number(pc.match_substring_regex(texts, "[ T]00:00:00"))
        counts.midnights += midnights
        if midnights == values:
            implied = ["timestamp", "date"]
    elif numeric:
        counts.leading_zeros += _number(pc.match_substring_regex(texts, r"^0\d+$"))
        if kind == "decimal":
            counts.scale = max(counts.scale, _scale(texts))
    for type_ in implied:
        counts.fits[type_] = counts.fits.get(type_, 0) + values
    return True


def _scale(texts: pa.Array) -> int:
    broken = texts.filter(pc.match_substring(texts, "."))
    if len(broken) == 0:
        return 0
    short = pc.utf8_rtrim(broken, "0")
    return int(pc.max(pc.subtract(pc.subtract(pc.utf8_length(short), pc.find_substring(short, ".")), 1)).as_py())


def _number(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)
