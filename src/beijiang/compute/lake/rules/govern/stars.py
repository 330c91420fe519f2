"""Names of outputs: stars written out, columns renamed, unnamed expressions named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from beijiang.kernel.words import Words

from .. import guard
from ..definition import NAME
from ..slots import withheld
from .model import Out
from .words import refuse

if TYPE_CHECKING:
    from .model import Level, Question, Source

MAX_NAME = 63


def renamed(columns: list[Out], names: list[exp.Expr]) -> list[Out]:
    """This function will give columns the names of an alias list; it may name fewer than there are, never more."""
    if len(names) > len(columns):
        raise refuse("more column names than columns 列名多于列")
    found = [Out(names[i].this, c.line) if i < len(names) else c for i, c in enumerate(columns)]
    # Two names that differ to the engine only (K, and the sign of the kelvin) would be one here: the first, whichever is meant.
    if names and len({c.name.lower() for c in found}) < len(found):
        raise refuse("two columns of one name 列重名")
    return found


def free(wanted: str, taken: set[str]) -> str:
    """This function will make an output's name its own, as the engine does for those of a subquery: a, a_1, a_2."""
    name, number = wanted[:MAX_NAME], 0
    while name.lower() in taken:
        number += 1
        name = f"{wanted[: MAX_NAME - 4]}_{number}"
    taken.add(name.lower())
    return name


def default_name(node: exp.Expr) -> str:
    """This function will name an output that its writer did not: count, sum_value, or its text."""
    if type(node) is exp.Column:
        return node.name
    if type(node) is exp.Count and type(node.this) is exp.Star:
        return "count"
    if type(node) is exp.Count and type(node.this) is exp.Distinct and len(node.this.expressions) == 1:
        only = node.this.expressions[0]
        return f"count_distinct_{only.name}" if type(only) is exp.Column else "count_distinct"
    if isinstance(node, exp.AggFunc) and type(node.this) is exp.Column:
        return f"{node.sql_name().lower()}_{node.this.name}"
    text = node.sql(dialect="duckdb").lower()
    return text.replace('"', "").replace("#", "")[:MAX_NAME] or "value"


def expand(question: Question, node: exp.Select, level: Level) -> None:
    """This function will write out * and table.* as the columns that may be seen, with EXCLUDE and REPLACE."""
    made: list[exp.Expr] = []
    for item in node.expressions:
        star = item if type(item) is exp.Star else item.this if type(item) is exp.Column and type(item.this) is exp.Star else None
        if star is None:
            made.append(item)
            continue
        table = item.args["table"].this if type(item) is exp.Column and item.args.get("table") is not None else None
        if type(item) is exp.Column and (item.args.get("except_") or item.args.get("replace")):
            raise refuse("table.* EXCLUDE")
        made += _columns(question, level, star, table)
    node.set("expressions", made)


def _columns(question: Question, level: Level, star: exp.Expr, table: str | None) -> list[exp.Expr]:
    sources = [s for s in level.sources if table is None or s.alias.lower() == table.lower()]
    if not sources:
        raise refuse(f"{table[:40]}.*" if table else "* without FROM")
    without = {c.name.lower() for c in star.args.get("except_") or []}
    instead = {a.alias.lower(): a.this for a in star.args.get("replace") or []}
    found: list[exp.Expr] = []
    merged: set[str] = set()
    known: set[str] = set()
    for source in sources:
        if source.dataset:
            question.starred.add(source.dataset)
        for column in source.columns:
            name = column.name.lower()
            known.add(name)
            if name in without or (table is None and name in level.merged and name in merged):
                continue
            if table is None and name in level.merged:
                merged.add(name)
                found.append(exp.column(exp.to_identifier(column.name, quoted=True)))
            elif name in instead:
                found.append(guard.aliased(instead[name].copy(), column.name))
            else:
                found.append(guard.column(column.name, source.alias))
    missing = sorted((without | set(instead)) - known)
    if missing and not question.survey:
        raise withheld(missing)
    if question.survey:
        for source in sources:
            if source.dataset:
                question.used[source.dataset] |= dict.fromkeys(n for n in missing if NAME.match(n))
    if not found and question.survey:
        found.append(exp.Literal.number(1))
    if not found:
        raise refuse("*", Words("没有可见的列。", "There is no column that you may see."))
    return found


def common(before: list[Source], new: list[Source], question: Question) -> list[str]:
    """This function will name the columns of a NATURAL JOIN: those that both sides show."""
    if question.survey:
        for source in (*before, *new):
            if source.dataset:
                question.starred.add(source.dataset)
    found = [c.name for source in new for c in source.columns if any(s.find(c.name) is not None for s in before)]
    if not found and not question.survey:
        raise refuse("NATURAL JOIN without a common column 没有同名列")
    return found
