"""UNION, INTERSECT, EXCEPT with hidden outputs: what is seen stays exactly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .. import guard
from . import hidden
from .lines import Reader
from .model import Hidden, Level, Out, Question, Relation, Source, either

if TYPE_CHECKING:
    from .model import Cte


def combine(question: Question, node: exp.SetOperation, ctes: dict[str, Cte], outer: Level | None, compile_query: Any) -> Relation:
    """This function will rewrite a set operation in place or, where hidden outputs would tell equal rows apart, into a grouping."""
    from .levels import _order, same_width

    left = compile_query(question, node.this, ctes, outer)
    right = compile_query(question, node.expression, ctes, outer)
    by_name = bool(node.args.get("by_name"))
    if by_name:
        columns = _by_name(left, right)
        node.set("by_name", None)
    else:
        same_width(left, right)
        columns = [Out(a.name, either([a.line, b.line])) for a, b in zip(left.columns, right.columns, strict=True)]
    keep = type(node) is exp.Union and not node.args.get("distinct")
    hiddens = [*left.hidden, *right.hidden]
    if hiddens or by_name:
        left_node = _padded(question, left, [], right.hidden, columns, by_name=by_name)
        right_node = _padded(question, right, left.hidden, [], columns, by_name=by_name)
    else:
        left_node, right_node = left.node, right.node
    further = {k: node.args.get(k) for k in ("order", "limit", "offset", "with_") if node.args.get(k)}
    made = Relation(node, columns, hiddens, left.scans + right.scans, left.wide | right.wide)
    node.set("this", left_node)
    node.set("expression", right_node)
    if hiddens and not keep:
        for key in further:
            node.set(key, None)
        made.node = _grouping(question, node, made)
        for key, value in further.items():
            made.node.set(key, value)
    level = Level(outer, [Source(question.fresh("u"), columns)])
    _order(question, made.node, level, ctes, columns, Reader(question, level, ctes, compile_query, aggregated=False))
    return made


def _by_name(left: Relation, right: Relation) -> list[Out]:
    """UNION BY NAME: the left's columns, then those that only the right has."""
    other = {c.name.lower(): c for c in right.columns}
    own = {c.name.lower() for c in left.columns}
    found = [Out(c.name, either([c.line, *([other[c.name.lower()].line] if c.name.lower() in other else [])])) for c in left.columns]
    return found + [Out(c.name, c.line) for c in right.columns if c.name.lower() not in own]


def _padded(question: Question, side: Relation, front: list[Hidden], back: list[Hidden], columns: list[Out], *, by_name: bool) -> exp.Expr:
    """The side with NULL for the other's hidden outputs, and for columns that it does not have."""
    alias = question.fresh("s")
    source = exp.Subquery(this=side.node, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    own = {c.name.lower(): c.name for c in side.columns}
    shown: list[exp.Expr] = []
    for place, named in enumerate(columns):
        name = own.get(named.name.lower()) if by_name else side.columns[place].name
        value = guard.column(name, alias) if name is not None else exp.null()
        shown.append(guard.aliased(value, named.name))
    shown += [hidden.nothing(h) for h in front]
    shown += [guard.aliased(guard.column(h.name, alias), h.name) for h in side.hidden]
    shown += [hidden.nothing(h) for h in back]
    return exp.Select(expressions=shown).from_(source)


def _grouping(question: Question, node: exp.SetOperation, made: Relation) -> exp.Select:
    kind, every = type(node), not node.args.get("distinct")
    if kind is exp.Union:
        node.set("distinct", False)
        return hidden.grouped(question, node, made)
    if every:
        # The n-th of equal rows on one side meets the n-th on the other: so many as both have, or as the left has more.
        node.set("this", _numbered(question, node.this, made))
        node.set("expression", _numbered(question, node.expression, made))
    # Rows of both sides together, each marked with its side: found on both, or on the left alone.
    for side, query in enumerate((node.this, node.expression)):
        query.append("expressions", guard.aliased(exp.Literal.number(side), "#side"))
    union = exp.Union(this=node.this, expression=node.expression, distinct=False)
    query = hidden.grouped(question, union, made)
    if every:
        query.args["group"].append("expressions", guard.column("#nth", query.args["from_"].this.alias))
    alias = query.args["from_"].this.alias
    low, high = exp.Min(this=guard.column("#side", alias)), exp.Max(this=guard.column("#side", alias))
    wanted = exp.EQ(this=high, expression=exp.Literal.number(1 if kind is exp.Intersect else 0))
    return query.having(exp.And(this=exp.EQ(this=low, expression=exp.Literal.number(0)), expression=wanted), copy=False)


def _numbered(question: Question, node: exp.Expr, made: Relation) -> exp.Select:
    alias = question.fresh("s")
    source = exp.Subquery(this=node, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    names = [c.name for c in made.columns] + [h.name for h in made.hidden]
    number = exp.Window(this=exp.RowNumber(), partition_by=[guard.column(c.name, alias) for c in made.columns], over="OVER")
    shown = [guard.aliased(guard.column(n, alias), n) for n in names]
    return exp.Select(expressions=[*shown, guard.aliased(number, "#nth")]).from_(source)
