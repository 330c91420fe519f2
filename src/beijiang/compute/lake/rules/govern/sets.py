"""UNION, INTERSECT, EXCEPT with hidden outputs: what is seen stays exactly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .. import guard
from . import hidden, stars
from .lines import Reader
from .model import Level, Out, Question, Relation, Source, either
from .words import refuse

if TYPE_CHECKING:
    from .model import Cte


def combine(question: Question, node: exp.SetOperation, ctes: dict[str, Cte], outer: Level | None, compile_query: Any) -> Relation:
    """This function will rewrite a set operation in place or, where hidden outputs would tell equal rows apart, into a grouping."""
    from .levels import _order, same_width

    left = compile_query(question, node.this, ctes, outer)
    right = compile_query(question, node.expression, ctes, outer)
    same_width(left, right)
    columns = [Out(a.name, either([a.line, b.line])) for a, b in zip(left.columns, right.columns, strict=True)]
    keep = type(node) is exp.Union and not node.args.get("distinct")
    hiddens = [*left.hidden, *right.hidden]
    if hiddens:
        left_node = _padded(question, left, [], right.hidden, columns)
        right_node = _padded(question, right, left.hidden, [], columns)
    else:
        left_node, right_node = left.node, right.node
    further = {k: node.args.get(k) for k in ("order", "limit", "offset", "with_") if node.args.get(k)}
    made = Relation(node, columns, hiddens)
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


def _padded(question: Question, side: Relation, front: list[Any], back: list[Any], columns: list[Out]) -> exp.Expr:
    """The side with NULL for the other's hidden outputs."""
    alias = question.fresh("s")
    source = exp.Subquery(this=side.node, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    shown: list[exp.Expr] = [
        exp.alias_(guard.column(c.name, alias), named.name, quoted=True) for c, named in zip(side.columns, columns, strict=True)
    ]
    shown += [hidden.nothing(h) for h in front]
    shown += [exp.alias_(guard.column(h.name, alias), h.name, quoted=True) for h in side.hidden]
    shown += [hidden.nothing(h) for h in back]
    return exp.Select(expressions=shown).from_(source)


def _grouping(question: Question, node: exp.SetOperation, made: Relation) -> exp.Select:
    kind, every = type(node), not node.args.get("distinct")
    if kind is exp.Union:
        node.set("distinct", False)
        return hidden.grouped(question, node, made)
    if every:
        raise refuse(f"{kind.__name__.upper()} ALL")
    # Rows of both sides together, each marked with its side: found on both, or on the left alone.
    for side, query in enumerate((node.this, node.expression)):
        query.append("expressions", exp.alias_(exp.Literal.number(side), "#side", quoted=True))
    union = exp.Union(this=node.this, expression=node.expression, distinct=False)
    query = hidden.grouped(question, union, made)
    alias = query.args["from_"].this.alias
    low, high = exp.Min(this=guard.column("#side", alias)), exp.Max(this=guard.column("#side", alias))
    wanted = exp.EQ(this=high, expression=exp.Literal.number(1 if kind is exp.Intersect else 0))
    return query.having(exp.And(this=exp.EQ(this=low, expression=exp.Literal.number(0)), expression=wanted))


__all__ = ["combine", "stars"]
