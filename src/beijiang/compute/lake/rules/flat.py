"""A barrier before functions that may fail: DuckDB must calculate them for the rows at hand, and for no other value.

A column of a Parquet file arrives with its dictionary: all values of a row group, those of hidden rows among them; filter and
CASE guard only choose from it. A function of one argument that varies is calculated for the whole dictionary if DuckDB holds
that it cannot fail, and of several it holds so wrongly (1.5.6: substring with an offset from a column, epoch_ms, jaccard,
regexp_replace with a pattern from a column, whatever has a lambda): it then fails on a hidden value, which tells of it.
`greatest(x, x)` varies in two arguments, so it is calculated row by row, has the value of x, and leaves the dictionary behind.

Functions that cannot fail on any value go without: the barrier costs time for texts.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp


def _kinds(names: str) -> frozenset[type]:
    return frozenset(getattr(exp, name) for name in names.split())


TOTAL = _kinds(
    """
    Case If Coalesce Nullif Greatest Least And Or Not In Is Between Cast TryCast Upper Lower Length Reverse Concat MD5 SHA2 IsNan IsInf
    Ascii Unicode Year Month Day Hour Minute Second Quarter Week WeekOfYear DayOfWeek DayOfWeekIso DayOfMonth DayOfYear Dayname Monthname
    CurrentDate CurrentTimestamp Pi Array Exists Like ILike Any All ConcatWs ReadParquet GenerateSeries
    """
)
"""Calls that fail on no value of any type, or that DuckDB knows to fail (casts)."""
WITH_CONSTANTS = _kinds(
    """
    Left Right Substring Replace SplitPart RegexpLike RegexpFullMatch RegexpReplace RegexpExtract SimilarTo StartsWith EndsWith Contains
    StrPosition Trim TimestampTrunc DateTrunc Extract TimeToStr Round
    """
)
"""Calls that fail on no value of their first argument where all others are written out."""
AGGREGATES = (exp.AggFunc, exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile)
OTHERS = _kinds("Escape AtTimeZone Bracket Slice SimilarTo")
"""What is a function to the engine without being written as one."""
_QUERIES = (exp.Query, exp.Subquery)
LONGEST = 9
"""Digits of a number that no length or offset is too large for."""


def risky(node: exp.Expr) -> bool:
    """This function will say whether a call may fail on some value, and so needs the barrier."""
    kind = type(node)
    if kind in TOTAL or isinstance(node, AGGREGATES):
        return False
    if kind in WITH_CONSTANTS:
        return not all(_constant(part) for key, part in node.args.items() if key != "this")
    return isinstance(node, exp.Func) or kind in OTHERS


def _constant(part: Any) -> bool:
    if isinstance(part, list):
        return all(_constant(p) for p in part)
    if isinstance(part, exp.Neg):
        part = part.this
    if type(part) is exp.Literal:
        return bool(part.is_string) or (str(part.this).isdigit() and len(part.this) <= LONGEST)
    return not isinstance(part, exp.Expr) or type(part) in (exp.Var, exp.Boolean)


def flatten(tree: exp.Expr) -> None:
    """This function will put the barrier around each column within a call that may fail."""
    for column in [c for call in tree.walk() if risky(call) for c in _columns(call) if not _is_flat(c)]:
        if not _is_flat(column):
            column.replace(exp.Greatest(this=column.copy(), expressions=[column.copy()], ignore_nulls=True))


def bare(tree: exp.Expr) -> bool:
    """This function will say whether a column stands within a call that may fail, without the barrier."""
    return any(risky(call) and any(not _is_flat(c) for c in _columns(call)) for call in tree.walk())


def _columns(call: exp.Expr) -> list[exp.Column]:
    """Columns that a call is calculated from; those of a subquery within are calculated there."""
    found: list[exp.Column] = []
    stack: list[Any] = list(call.iter_expressions())
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Column):
            found.append(node)
        elif not isinstance(node, _QUERIES):
            stack += list(node.iter_expressions())
    return found


def _is_flat(column: exp.Column) -> bool:
    around = column.parent
    return type(around) is exp.Greatest and len(around.expressions) == 1 and around.this == around.expressions[0]
