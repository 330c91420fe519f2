"""Aggregates and windows: what they gather may be counted, and tells of the persons it was gathered from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from . import functions, twins
from .model import Line, either
from .words import NOTHING_RUN, refuse

if TYPE_CHECKING:
    from .lines import Reader

_PERSONS = Words(
    "涉及个人的列只能计数（count、count(DISTINCT)），不能取最大最小值或拼接；请查询明细行。",
    "What names persons can be counted, not gathered or compared in an aggregate; ask for rows instead.",
)


def aggregate(reader: Reader, node: exp.Expr, *, windowed: bool = False) -> Line:
    """This function will read a call of an aggregate; Invalid where it would hand over what names a person."""
    lines = [reader.inner(child) for child in node.iter_expressions() if type(child) not in (exp.Distinct, exp.Order, exp.Star)]
    for child in node.iter_expressions():
        if type(child) is exp.Distinct:
            lines += [reader.inner(part) for part in child.expressions]
        elif type(child) is exp.Order:
            lines += [reader.inner(child.this)] if child.args.get("this") is not None else []
            lines += [reader.inner(key.this) for key in child.expressions]
    gaps = any(line.gaps for line in lines)
    if not windowed:
        twins.some_rows(reader, node, gaps=gaps)
        if reader.handing:
            reader.level.handed += _handed(node)
    if type(node) in functions.COUNTS:
        return Line(reads=frozenset().union(*(line.reads for line in lines)))
    value = replace(_gathered(lines), gaps=gaps)
    if not windowed and type(node) in functions.COLLECTS | functions.PICKS:
        twins.gathered(reader, node)
    if type(node) in functions.COLLECTS:
        twins.cells(reader, node)
        return replace(value, weight=value.weight * 8)
    return value


def within(reader: Reader, node: exp.Expr) -> Line:
    """This function will read percentile_cont(0.5) WITHIN GROUP (ORDER BY x): what is gathered stands in the order."""
    lines = [reader.inner(node.this)]
    lines += [reader.inner(key.this) for key in node.expression.expressions if type(key.this) is not exp.Var]
    return _gathered(lines)


def _handed(call: exp.Expr) -> int:
    """How many rows' values a call hands over: quantile_disc(x, [0.1, 0.2, …]) one for each number, or it would page through a column."""
    if type(call) in functions.QUANTILES:
        return max([1, *(len(part.expressions) for part in call.find_all(exp.Array))])
    return int(type(call) in functions.HANDS)


def _gathered(lines: list[Line]) -> Line:
    """The line of an aggregate: refused over what names persons, for it would hand over one of many."""
    value = either(lines)
    if value.persons:
        raise Invalid(
            "lake.sql_refused",
            Words("这条 SQL 中有不允许的写法", "This SQL contains something that is not allowed"),
            Words(f"{_PERSONS.zh}{NOTHING_RUN.zh}", f"{_PERSONS.en} {NOTHING_RUN.en}"),
            construct=", ".join(sorted(o.column for o in value.persons))[:80],
        )
    return replace(value, plain=None, same=None, constants=frozenset())


def window(reader: Reader, node: exp.Expr) -> Line:
    """This function will read a call OVER a window; one that takes another row's value hands over that row."""
    window_parts(reader, node)
    call: Any = node.this
    while type(call) in (exp.IgnoreNulls, exp.RespectNulls, exp.Filter):
        if type(call) is exp.Filter:
            reader.read(call.expression.this, condition=True)
        call = call.this
    if type(call) in functions.RANKS:
        reads = [reader.here(child).reads for child in call.iter_expressions()]
        return Line(reads=frozenset().union(*reads))
    if type(call) is exp.WithinGroup or any(type(part) in functions.COLLECTS for part in call.walk()):
        raise refuse("list, string_agg … OVER")  # lag(list(x)) too: what is counted beside a row is the list of that row
    if type(call) in functions.VALUES:
        line = either([reader.here(child) for child in call.iter_expressions()])
    elif functions.is_aggregate(call):
        line = aggregate(reader, call, windowed=True)
    else:
        raise refuse("OVER")
    twins.window(reader, node, call, gaps=line.gaps)
    if reader.handing:
        reader.level.took += 1 if type(call) in functions.VALUES else _handed(call)
    return replace(line, plain=None, gaps=True)


def window_parts(reader: Reader, node: exp.Expr) -> None:
    """This function will read what a window is divided, sorted and bounded by."""
    for part in node.args.get("partition_by") or []:
        reader.read(part)
    order = node.args.get("order")
    for key in order.expressions if order is not None else []:
        if type(key.this) is exp.Var:
            raise refuse("ORDER BY ALL … OVER")
        reader.read(key.this)
    spec = node.args.get("spec")
    for side in ("start", "end"):
        bound = spec.args.get(side) if spec is not None else None
        if isinstance(bound, exp.Expr) and type(bound) is not exp.Var:
            reader.read(bound)
