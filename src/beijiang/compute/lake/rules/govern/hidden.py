"""The hidden outputs of a SELECT: whose row each row is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from .. import guard
from . import twins
from .model import MOST_HIDDEN, Hidden, Level, Question, Relation
from .words import refuse, too_involved

if TYPE_CHECKING:
    from collections.abc import Iterable


def append(question: Question, made: Relation, level: Level, *, aggregated: bool) -> None:
    """This function will append the hidden outputs: each source's, and those found in its expressions; folded where rows are grouped."""
    node = made.node
    found = [(h, twins.about(h, v) if aggregated else v) for h, v in [*twins.of_level(level), *level.before, *level.some]]
    if len(found) + len(level.after) > MOST_HIDDEN:
        raise too_involved()
    for one, value in [*found, *level.after]:
        fresh = replace(one, name=question.fresh("h"))
        node.append("expressions", guard.aliased(value, fresh.name))
        made.hidden.append(fresh)


def nothing(hidden: Hidden) -> exp.Expr:
    """This function will give the NULL of a hidden column's type."""
    value = exp.null() if hidden.parts else exp.cast(exp.null(), "BIGINT" if hidden.counts else "TEXT")
    return guard.aliased(value, hidden.name)


def distinct(question: Question, made: Relation) -> Relation:
    """This function will turn SELECT DISTINCT into a grouping of the same rows, so that hidden outputs do not tell equal rows apart."""
    node = made.node
    if not made.hidden:
        return made
    outer = {k: node.args.pop(k) for k in ("order", "limit", "offset", "with_") if node.args.get(k)}
    node.set("distinct", None)
    if outer.get("order"):
        for key in outer["order"].expressions:
            key.set("this", _place(key.this, made))
    query = grouped(question, made.node, made)
    for key, value in outer.items():
        query.set(key, value)
    return Relation(query, made.columns, made.hidden, made.scans, made.wide)


def _place(key: exp.Expr, made: Relation) -> exp.Expr:
    if type(key) is exp.Literal and not key.is_string:
        return key
    for place, item in enumerate(made.node.expressions[: len(made.columns)], start=1):
        named = type(key) is exp.Column and not key.args.get("table") and key.name.lower() == item.alias.lower()
        if named or item.this == key or _same_column(item.this, key):
            return exp.Literal.number(place)
    raise refuse("SELECT DISTINCT … ORDER BY something not selected 未选出的列")


def _same_column(one: exp.Expr, other: exp.Expr) -> bool:
    """kind and s.kind: a bare name is unambiguous, or the question would have been refused."""
    if type(one) is not exp.Column or type(other) is not exp.Column or one.name.lower() != other.name.lower():
        return False
    tables = {c.table.lower() for c in (one, other) if c.args.get("table")}
    return len(tables) < 2


def grouped(question: Question, node: exp.Expr, made: Relation) -> exp.Select:
    """This function will write SELECT visible…, folded hidden… FROM (node) GROUP BY visible…"""
    alias = question.fresh("d")
    source = exp.Subquery(this=node, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    shown: list[exp.Expr] = [guard.aliased(guard.column(c.name, alias), c.name) for c in made.columns]
    shown += [guard.aliased(twins.about(h, guard.column(h.name, alias)), h.name) for h in made.hidden]
    return exp.Select(expressions=shown).from_(source).group_by(*_places(made.columns), copy=False)


def _places(columns: Iterable[object]) -> list[exp.Expr]:
    return [exp.Literal.number(place) for place, _ in enumerate(columns, start=1)]
