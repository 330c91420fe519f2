"""Hidden outputs beside values that are another row's: subqueries, windows, lists. They tell whose data that was (RIGHTS 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .. import guard
from .model import CELLS, MANY, Hidden, Level, Origin

if TYPE_CHECKING:
    from .lines import Reader

_VALUES = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)


def about(hidden: Hidden, value: exp.Expr) -> exp.Expr:
    """This function will fold the hidden values of several rows into one.

    A person's: theirs where all rows are about them alone, MANY where they are about several. A count of cells: their sum.
    """
    return exp.Sum(this=value) if hidden.counts else of_one(exp.Min(this=value), exp.Max(this=value.copy()))


def of_one(low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """This function will give the value where the lowest is the highest, MANY where there are several, NULL where there is none."""
    return exp.Case(
        ifs=[
            exp.If(this=exp.EQ(this=low, expression=high), true=low.copy()),
            exp.If(this=exp.Not(this=exp.Is(this=high.copy(), expression=exp.null())), true=exp.Literal.string(MANY)),
        ]
    )


def stripped(node: exp.Expr) -> exp.Expr:
    """This function will take the hidden outputs off a compiled query, for where its columns are counted."""
    if isinstance(node, exp.Select):
        node.set("expressions", [e for e in node.expressions if not (type(e) is exp.Alias and e.alias.startswith("#h"))])
    elif isinstance(node, exp.SetOperation):
        stripped(node.this)
        stripped(node.expression)
    elif isinstance(node, exp.Subquery):
        stripped(node.this)
    return node


def scalar(reader: Reader, inner: exp.Expr, hidden: list[Hidden], before: bool) -> None:
    """This function will note whose value a subquery gives, by asking the same again for its hidden outputs.

    Where it takes the first of several equal rows, the second asking may take another of them.
    """
    for one in hidden:
        _note(reader, before, one.tag, _asking(reader, inner, one, None))


def among(reader: Reader, inner: exp.Expr, left: list[exp.Expr], hidden: list[Hidden], before: bool) -> None:
    """This function will note whose rows matched in `left IN (inner)`."""
    for one in hidden:
        _note(reader, before, one.tag, _asking(reader, inner, one, left))


def _note(reader: Reader, before: bool, tag: Origin, value: exp.Expr) -> None:
    # Grouped rows: what was found in conditions is folded with the rows it was found for.
    (reader.level.before if before else reader.level.after).append((tag, value))


def _asking(reader: Reader, inner: exp.Expr, hidden: Hidden, left: list[exp.Expr] | None) -> exp.Expr:
    names = [e.alias_or_name for e in _outermost(inner).expressions]
    alias = reader.question.fresh("q")
    shown = [name if name.startswith("#h") else f"#v{place}" for place, name in enumerate(names)]
    table = exp.Subquery(
        this=inner.copy(),
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True), columns=[exp.to_identifier(name, quoted=True) for name in shown]),
    )
    query = exp.Select(expressions=[about(hidden, guard.column(hidden.name, alias))]).from_(table)
    for place, part in enumerate(left or []):
        query = query.where(exp.EQ(this=part.copy(), expression=guard.column(f"#v{place}", alias)), copy=False)
    return exp.Subquery(this=query)


def _outermost(node: exp.Expr) -> exp.Select:
    while not isinstance(node, exp.Select):
        node = node.this
    return node


def of_level(level: Level) -> list[tuple[Hidden, exp.Expr]]:
    """This function will list the hidden columns of all sources of a level, as expressions."""
    return [(h, guard.column(h.name, source.alias)) for source in level.sources for h in source.hidden]


def window(reader: Reader, node: exp.Expr, call: exp.Expr) -> None:
    """This function will note whose value a window function brings: the one row's it takes, or the frame's if that is about one person."""
    for hidden, value in of_level(reader.level):
        if hidden.counts:
            continue
        base = about(hidden, value) if reader.aggregated else value
        if type(call) in _VALUES:
            reader.level.after.append((hidden.tag, _taking(node, call, base)))
        elif reader.aggregated:
            reader.level.after.append(
                (hidden.tag, of_one(_over(node, exp.Min(this=exp.Min(this=value))), _over(node, exp.Max(this=exp.Max(this=value.copy())))))
            )
        else:
            reader.level.after.append((hidden.tag, of_one(_over(node, exp.Min(this=value)), _over(node, exp.Max(this=value.copy())))))


def _over(node: exp.Expr, call: exp.Expr) -> exp.Expr:
    made = node.copy()
    inside = made.this
    if type(inside) is exp.Filter:
        inside.set("this", call)
    else:
        made.set("this", call)
    return made


def _taking(node: exp.Expr, call: exp.Expr, value: exp.Expr) -> exp.Expr:
    """lag(x, n, default) OVER w → lag(hidden, n) OVER w; where NULLs are passed over, the hidden value of the row that was taken."""
    made = node.copy()
    inside: Any = made.this
    while type(inside) in (exp.IgnoreNulls, exp.RespectNulls, exp.Filter):
        if type(inside) is exp.IgnoreNulls:
            known = exp.Not(this=exp.Is(this=call.this.copy(), expression=exp.null()))
            value = exp.Case(ifs=[exp.If(this=known, true=exp.Coalesce(this=value, expressions=[exp.Literal.string("")]))])
        inside = inside.this
    inside.set("this", value)
    inside.set("default", None)
    return made


def cells(reader: Reader, node: exp.Expr) -> None:
    """This function will count what a list or joined text is put together from: each value counts as a row that leaves."""
    inside = node.this
    while type(inside) in (exp.Order, exp.Distinct):
        inside = inside.this if type(inside) is exp.Order else inside.expressions[0]
    count: exp.Expr = exp.Count(this=inside.copy())
    if type(node.parent) is exp.Filter:
        count = exp.Filter(this=count, expression=node.parent.expression.copy())
    reader.level.after.append((Origin("", CELLS), count))
