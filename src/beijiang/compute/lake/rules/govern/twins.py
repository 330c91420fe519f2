"""Hidden outputs beside values that are another row's: subqueries, windows, lists. They tell whose data that was (RIGHTS 10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .. import guard
from . import functions
from .model import BETWEEN, CELLS, MANY, Hidden, Level, Origin

if TYPE_CHECKING:
    from .lines import Reader


def about(hidden: Hidden, value: exp.Expr) -> exp.Expr:
    """This function will fold the hidden values of several rows into one.

    A person's: theirs where all rows are about them alone, MANY where they are about several. A count of cells: their sum.
    What a subquery found is kept together: where rows found different persons, or one person by different numbers, it is MANY.
    """
    return exp.Sum(this=value) if hidden.counts else of_one(hidden, exp.Min(this=value), exp.Max(this=value.copy()))


def _note(reader: Reader, found: list[tuple[Hidden, exp.Expr]], hidden: Hidden, value: exp.Expr) -> None:
    reader.question.spend(value)
    found.append((hidden, value))


def some_rows(reader: Reader, node: exp.Expr, *, gaps: bool) -> None:
    """This function will note whose rows an aggregate gathers from, where that may be some of its group only: by FILTER, CASE, or a condition.

    Otherwise a total with a condition inside would read one person's row past their tracker.
    """
    condition = _known(node) if gaps or type(node) in functions.HOW_MANY else None
    around = node.parent
    while isinstance(around, exp.IgnoreNulls | exp.RespectNulls):
        around = around.parent
    if type(around) is exp.Filter:
        chosen = exp.Paren(this=around.expression.this.copy())
        condition = chosen if condition is None else exp.And(this=chosen, expression=condition)
    if condition is None:
        return
    level = reader.level
    text = condition.sql(dialect="duckdb")
    if text in level.conditions:
        return
    number = level.conditions[text] = len(level.conditions) + 1
    for hidden, value in of_level(level):
        if not hidden.counts:
            picked = exp.Case(ifs=[exp.If(this=condition.copy(), true=value)])
            _note(reader, level.some, replace(hidden, some=number), picked)


def _known(node: exp.Expr) -> exp.Expr | None:
    """On which rows an aggregate has something to gather; None where that is all of them, as for count(*)."""
    inside, _ = _value(node)
    if inside is None or type(inside) is exp.Star:
        return None
    if type(node) in functions.HOW_MANY:
        return exp.Paren(this=inside.copy())
    second = node.args.get("expression")  # corr(x, y), arg_max(x, y): where either is not there, the row is passed over
    parts = [inside, second] if isinstance(second, exp.Expr) and second.find(exp.Column) else [inside]
    return guard.joined([guard.present(exp.Paren(this=_without_else(p))) for p in parts], exp.And)


def _without_else(value: exp.Expr) -> exp.Expr:
    """sum(CASE WHEN … THEN x ELSE 0 END) gathers x, and of the other rows nothing."""
    made = value.copy()
    inside = made.unnest()
    for key in ("default", "false"):
        if type(inside) in (exp.Case, exp.If) and type(inside.args.get(key)) is exp.Literal:
            inside.set(key, None)
    return made


def of_one(hidden: Hidden, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """This function will give the value where the lowest is the highest, MANY where there are several, NULL where there is none."""
    many: exp.Expr = exp.Literal.string(MANY)
    return exp.Case(
        ifs=[
            exp.If(this=exp.EQ(this=low, expression=high), true=low.copy()),
            exp.If(
                this=guard.present(high.copy()),
                true=exp.Array(expressions=[many]) if hidden.parts else many,
            ),
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


def found_by(reader: Reader, inner: exp.Expr, hidden: list[Hidden], left: list[exp.Expr], before: bool) -> None:
    """This function will note whose rows a subquery found, or of `left IN (inner)` matched, by asking the same again for its hidden outputs.

    Where it takes the first of several equal rows, the second asking may take another of them. `before`: rows are grouped later.
    """
    persons, counts = [h for h in hidden if not h.counts], [h for h in hidden if h.counts]
    target = reader.level.before if before else reader.level.after
    if persons:
        parts = tuple(origin for h in persons for origin in (h.parts or (h.tag,)))
        _note(reader, target, Hidden("", parts[0], parts), _asking(reader, inner, persons, left))
    if counts:
        _note(reader, target, Hidden("", counts[0].tag), _asking(reader, inner, counts, left))


def scans(hidden: list[Hidden], before: bool, aggregated: bool) -> int:
    """This function will say how often a subquery is asked: itself, and for its hidden outputs once, or twice where rows are grouped."""
    kinds = len({h.counts for h in hidden})
    return 1 + kinds * (2 if before and aggregated else 1)


def _asking(reader: Reader, inner: exp.Expr, hidden: list[Hidden], left: list[exp.Expr]) -> exp.Expr:
    names = [e.alias_or_name for e in _outermost(inner).expressions]
    alias = reader.question.fresh("q")
    shown = [name if name.startswith("#h") else f"#v{place}" for place, name in enumerate(names)]
    table = exp.Subquery(
        this=inner.copy(),
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True), columns=[exp.to_identifier(name, quoted=True) for name in shown]),
    )
    value: exp.Expr
    if hidden[0].counts:
        none = exp.Literal.number(0)
        each: list[exp.Expr] = [exp.Coalesce(this=about(h, guard.column(h.name, alias)), expressions=[none.copy()]) for h in hidden]
        value = guard.joined(each, exp.Add)
    else:
        cells = [cell for h in hidden for cell in _cells_of(h, about(h, guard.column(h.name, alias)))]
        some = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))
        value = exp.Case(ifs=[exp.If(this=some, true=exp.Array(expressions=cells))])
    query = exp.Select(expressions=[value]).from_(table, copy=False)
    for place, part in enumerate(left):
        query.where(exp.EQ(this=part.copy(), expression=guard.column(f"#v{place}", alias)), copy=False)
    return exp.Subquery(this=query)


def _cells_of(hidden: Hidden, value: exp.Expr) -> list[exp.Expr]:
    if not hidden.parts:
        return [value]
    return [
        exp.Bracket(this=exp.Paren(this=value.copy()), expressions=[exp.Literal.number(place)], offset=1)
        for place in range(1, len(hidden.parts) + 1)
    ]


def _outermost(node: exp.Expr) -> exp.Select:
    while not isinstance(node, exp.Select):
        node = node.this
    return node


def of_level(level: Level) -> list[tuple[Hidden, exp.Expr]]:
    """This function will list the hidden columns of all sources of a level, as expressions."""
    return [(h, guard.column(h.name, source.alias)) for source in level.sources for h in source.hidden]


def window(reader: Reader, node: exp.Expr, call: exp.Expr, *, gaps: bool) -> None:
    """This function will note whose value a window function brings: the one row's it takes, or the frame's if that is about one person."""
    asks = (gaps or type(call) in functions.HOW_MANY) and type(call) not in functions.VALUES and not reader.aggregated
    known = _known(call) if asks else None
    for hidden, value in of_level(reader.level):
        if hidden.counts and type(call) not in functions.VALUES:
            if type(call) in functions.HANDS:  # max(list) OVER: any of the frame's
                folded = about(hidden, about(hidden, value) if reader.aggregated else value)
                _note(reader, reader.level.after, hidden, _over(node, folded))
            continue
        if known is not None:
            value = exp.Case(ifs=[exp.If(this=known.copy(), true=value)])
        base = about(hidden, value) if reader.aggregated else value
        if type(call) in functions.PICKS and not hidden.parts:
            _note(reader, reader.level.after, hidden, _over(node, _picking(call, base)))
            continue
        if type(call) in functions.VALUES:
            _note(reader, reader.level.after, hidden, _taking(node, call, hidden, base))
        else:
            low, high = exp.Min(this=value), exp.Max(this=value.copy())
            if reader.aggregated:
                low, high = exp.Min(this=low), exp.Max(this=high)
            _note(reader, reader.level.after, hidden, of_one(hidden, _over(node, low), _over(node, high)))


def _over(node: exp.Expr, call: exp.Expr) -> exp.Expr:
    made = node.copy()
    inside = made.this
    if type(inside) is exp.Filter:
        inside.set("this", call)
    else:
        made.set("this", call)
    return made


def _taking(node: exp.Expr, call: exp.Expr, hidden: Hidden, value: exp.Expr) -> exp.Expr:
    """lag(x, n, default) OVER w → lag(hidden, n) OVER w; where NULLs are passed over, the hidden value of the row that was taken."""
    made = node.copy()
    inside: Any = made.this
    while type(inside) in (exp.IgnoreNulls, exp.RespectNulls, exp.Filter):
        if type(inside) is exp.IgnoreNulls:
            known = guard.present(call.this.copy())
            blank: exp.Expr = exp.Literal.number(0) if hidden.counts else exp.Literal.string("")
            blank = exp.Array(expressions=[blank]) if hidden.parts else blank
            value = exp.Case(ifs=[exp.If(this=known, true=exp.Coalesce(this=value, expressions=[blank]))])
        inside = inside.this
    inside.set("this", value)
    inside.set("default", None)
    return made


def cells(reader: Reader, node: exp.Expr) -> None:
    """This function will count what a list or joined text is put together from: each value counts as a row that leaves."""
    inside, distinct = _value(node)
    count: exp.Expr = exp.Count(this=exp.Distinct(expressions=[inside.copy()]) if distinct else inside.copy())
    if type(node.parent) is exp.Filter:
        count = exp.Filter(this=count, expression=node.parent.expression.copy())
    _note(reader, reader.level.after, Hidden("", Origin("", CELLS)), count)


def _value(node: exp.Expr) -> tuple[Any, bool]:
    """What an aggregate is over, without its order; and whether it takes each value once."""
    inside: Any = node.this
    distinct = False
    while type(inside) in (exp.Order, exp.Distinct):
        distinct = distinct or type(inside) is exp.Distinct
        inside = inside.this if type(inside) is exp.Order else inside.expressions[0]
    return inside, distinct


def gathered(reader: Reader, node: exp.Expr) -> None:
    """This function will note whose values a list or joined text is made of, and whose row arg_max, first … take theirs from.

    A DISTINCT list tells what its rows have in common: of it, as of any group, no more is known than `about` says.
    """
    inside, distinct = _value(node)
    if (type(node) in functions.COLLECTS and distinct) or (type(node) is exp.AnyValue and type(node.this) is not exp.Order):
        return
    for hidden, value in of_level(reader.level):
        if hidden.counts:
            continue
        for place, tag in enumerate(hidden.parts or (hidden.tag,), start=1):
            one = (
                exp.Bracket(this=exp.Paren(this=value.copy()), expressions=[exp.Literal.number(place)], offset=1) if hidden.parts else value
            )
            made: exp.Expr
            if type(node) in functions.COLLECTS:
                known = exp.Case(ifs=[exp.If(this=guard.present(exp.Paren(this=inside.copy())), true=one)])
                made = exp.GroupConcat(this=exp.Distinct(expressions=[known]), separator=exp.Literal.string(BETWEEN))
            else:
                made = _picking(node, one)
            around: Any = node.parent
            while type(around) in (exp.IgnoreNulls, exp.RespectNulls, exp.Filter):
                made = type(around)(this=made, **{k: v.copy() for k, v in around.args.items() if k != "this" and isinstance(v, exp.Expr)})
                around = around.parent
            _note(reader, reader.level.after, Hidden("", tag), made)


def _picking(call: exp.Expr, person: exp.Expr) -> exp.Expr:
    """arg_max(x, y) → arg_max(person, y): of the row that it takes x from, though nobody is named there."""
    made = call.copy()
    inside, _ = _value(made)
    known = guard.present(exp.Paren(this=inside.copy()))
    inside.replace(exp.Case(ifs=[exp.If(this=known, true=exp.Coalesce(this=person, expressions=[exp.Literal.string("")]))]))
    return made
