"""PIVOT and UNPIVOT written as what they mean: aggregates under a filter, and a UNION ALL of columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.words import Words

from .. import guard
from . import functions, shapes
from .words import refuse

if TYPE_CHECKING:
    from .model import Question, Relation

MOST = 200
"""Columns that a PIVOT may make."""
_VALUES = Words("请写出要成为列的值：ON 列 IN ('甲', '乙')。", "Write out the values that become columns: ON column IN ('a', 'b').")


@dataclass(frozen=True, slots=True)
class _Value:
    node: exp.Expr
    name: str


def rewritten(question: Question, pivot: exp.Pivot, source: Relation) -> exp.Query:
    """This function will write a PIVOT or UNPIVOT of a query that is rewritten already as a query over it."""
    return _unpivot(question, pivot, source) if pivot.args.get("unpivot") else _pivot(question, pivot, source)


def _pivot(question: Question, pivot: exp.Pivot, source: Relation) -> exp.Query:
    statement = pivot.args.get("this") is not None
    ons = pivot.expressions if statement else pivot.args.get("fields") or []
    using = (pivot.args.get("using") or [exp.Count(this=exp.Star(), big_int=True)]) if statement else pivot.expressions
    if not ons or not using:
        raise refuse("PIVOT", _VALUES)
    lists = [_values(on) for on in ons]
    group = pivot.args.get("group")
    keys = list(group.expressions) if group is not None else _others(source, [*ons, *using])
    if any(type(key) is not exp.Column for key in keys):
        raise refuse("PIVOT … GROUP BY an expression 表达式")
    items: list[exp.Expr] = [key.copy() for key in keys]
    combined = list(product(*lists))
    if len(combined) * len(using) > MOST:
        raise refuse("PIVOT", Words(f"最多 {MOST} 列。", f"At most {MOST} columns."))
    for values in combined:
        condition: exp.Expr | None = None
        for on, value in zip(ons, values, strict=True):
            same = exp.NullSafeEQ(this=on.this.copy(), expression=value.node.copy())
            condition = same if condition is None else exp.And(this=condition, expression=same)
        for call in using:
            name = "_".join(v.name for v in values)
            if len(using) > 1 or type(call) is exp.Alias:
                name += "_" + (call.alias if type(call) is exp.Alias else call.sql(dialect="duckdb").lower())
            items.append(guard.aliased(_filtered(call.unalias().copy(), condition), _checked(name)))
    query = exp.Select(expressions=items).from_(_ready(question, source))
    return query.group_by(*(key.copy() for key in keys), copy=False) if keys else query


def _values(on: exp.Expr) -> list[_Value]:
    if type(on) is not exp.In or not on.expressions or on.args.get("query") is not None:
        raise refuse("PIVOT", _VALUES)
    found = []
    for value in on.expressions:
        name = ""
        if type(value) is exp.PivotAlias:
            name, value = value.args["alias"].name, value.this
        kind = type(value)
        if kind is exp.Literal or kind is exp.Boolean or kind is exp.Null:
            found.append(
                _Value(value, name or ("NULL" if kind is exp.Null else value.name if kind is exp.Literal else str(value.this).lower()))
            )
        elif kind is exp.Cast and type(value.this) is exp.Literal:
            found.append(_Value(value, name or value.this.name))
        elif kind is exp.Neg and type(value.this) is exp.Literal:
            found.append(_Value(value, name or f"-{value.this.name}"))
        else:
            raise refuse("PIVOT", _VALUES)
    return found


def _filtered(call: exp.Expr, condition: exp.Expr | None) -> exp.Expr:
    """Every aggregate in the expression, under the condition."""
    holder = exp.Paren(this=call)
    found = [node for node in call.walk() if functions.is_aggregate(node)]
    if not found:
        raise refuse("PIVOT … USING without an aggregate 缺少汇总")
    for node in found:
        parent: Any = node.parent
        if condition is None:
            continue
        if type(parent) is exp.Filter:
            parent.expression.set("this", exp.And(this=parent.expression.this, expression=condition.copy()))
        elif type(parent) in (exp.IgnoreNulls, exp.RespectNulls):
            parent.replace(exp.Filter(this=parent.copy(), expression=exp.Where(this=condition.copy())))
        else:
            node.replace(exp.Filter(this=node.copy(), expression=exp.Where(this=condition.copy())))
    made: exp.Expr = holder.this
    return made.pop()


def _others(source: Relation, used: list[exp.Expr]) -> list[exp.Expr]:
    """The columns that neither become columns nor are aggregated: the groups of a PIVOT that names none."""
    named = {c.name.lower() for node in used for c in node.find_all(exp.Column)}
    return [exp.column(exp.to_identifier(c.name, quoted=True)) for c in source.columns if c.name.lower() not in named]


def _unpivot(question: Question, pivot: exp.Pivot, source: Relation) -> exp.Query:
    if pivot.args.get("this") is not None:
        into = pivot.args.get("into")
        name = into.this.name if into is not None else "name"
        values = [v.name for v in into.expressions] if into is not None else ["value"]
        columns = pivot.expressions
    else:
        fields = pivot.args.get("fields") or []
        if len(fields) != 1 or type(fields[0]) is not exp.In:
            raise refuse("UNPIVOT")
        name, values, columns = fields[0].this.name, [v.name for v in pivot.expressions], fields[0].expressions
    if len(values) != 1 or not columns:
        raise refuse("UNPIVOT of several columns at once 多列一组")
    parts = [_labelled(column) for column in columns]
    used = [node for node, _ in parts]
    rest = _others(source, used)
    table = question.fresh("u")
    query: exp.Query | None = None
    for node, label in parts:
        shown = [
            *(key.copy() for key in rest),
            guard.aliased(exp.Literal.string(label), name),
            guard.aliased(node.copy(), values[0]),
        ]
        part = exp.Select(expressions=shown).from_(exp.Table(this=exp.to_identifier(table, quoted=True)))
        if not pivot.args.get("include_nulls"):
            part = part.where(guard.present(node.copy()), copy=False)
        query = part if query is None else exp.Union(this=query, expression=part, distinct=False)
    question.ready[id(source.node)] = source
    cte = exp.CTE(this=source.node, alias=exp.TableAlias(this=exp.to_identifier(table, quoted=True)))
    assert query is not None  # noqa: S101 - there is at least one column
    query.set("with_", exp.With(expressions=[cte]))
    return query


def _labelled(column: exp.Expr) -> tuple[exp.Expr, str]:
    label = ""
    if type(column) in (exp.PivotAlias, exp.Alias):
        label, column = column.args["alias"].name, column.this
    while type(column) is exp.Paren and label:
        column = column.this
    if type(column) is not exp.Column and not label:
        raise refuse("UNPIVOT of an expression without a name 没有名称的表达式")
    return column, label or column.name


def _ready(question: Question, source: Relation) -> exp.Subquery:
    question.ready[id(source.node)] = source
    return exp.Subquery(this=source.node, alias=exp.TableAlias(this=exp.to_identifier(question.fresh("t"), quoted=True)))


def _checked(name: str) -> str:
    shapes.check_name(name[: shapes.MAX_NAME])
    return name[: shapes.MAX_NAME]
