"""From a Select (a form) and a Decision to governed SQL: the form is written as a query, and rules.govern does the rest.

All constants are bound as typed parameters; the text holds names from the catalogue and numbers of ours only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.words import Words

from ..types import AGGREGATES, All, AnswerColumn
from .govern import Governed, Statement, govern_tree
from .guard import Guard, column, filter_columns
from .slots import withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beijiang.trust.access.types import ColumnRule, Decision

    from ..types import Aggregate, Dataset, Select


@dataclass(frozen=True, slots=True)
class Plan:
    """A governed statement, and the columns of its answer as the form names them."""

    statement: Statement
    columns: tuple[AnswerColumn, ...]

    @property
    def sql(self) -> str:
        """The text of the whole statement."""
        return self.statement.sql

    @property
    def parameters(self) -> tuple[Any, ...]:
        """Its parameters; a Slot among them stands for the files or the question's salt."""
        return self.statement.parameters


def build(select: Select, decision: Decision, dataset: Dataset, *, empty: bool = False) -> Plan:
    """This function will write the governed SQL of `select` under `decision`; `empty`: there is no file yet.

    Raises Refused for a column that may not be read, Invalid for a question that makes no sense. Fails closed
    (Refused "lake.policy_mismatch") where the policy speaks of columns that the dataset does not have.
    """
    name = dataset.name
    tables = Governed({name: dataset}, {name: decision}, (name,) if empty else ())
    guard = Guard(dataset, decision, tables.marks)
    columns = select.columns
    if not columns and not select.aggregates:
        columns = select.group_by or guard.readable
    _check_columns(select, columns, guard.rules)
    _check_shape(select, columns)
    shown = [_shown(guard, each) for each in columns]
    outputs: list[exp.Expr] = [exp.alias_(column(each, "g"), each, quoted=True) for each in columns]
    for aggregate in select.aggregates:
        outputs.append(exp.alias_(_aggregate(guard, aggregate), aggregate.name, quoted=True))
        shown.append(AnswerColumn(aggregate.name, _aggregate_title(guard, aggregate), _aggregate_type(guard, aggregate)))
    table = exp.Table(this=exp.to_identifier(name, quoted=True), alias=exp.TableAlias(this=exp.to_identifier("g", quoted=True)))
    query = exp.Select(expressions=outputs).from_(table, copy=False)
    if not isinstance(select.where, All):
        query.set("where", exp.Where(this=guard.condition(select.where, "g", raw=False)))
    if select.group_by:
        query.set("group", exp.Group(expressions=[column(each, "g") for each in select.group_by]))
    if select.order_by:
        query.set("order", exp.Order(expressions=_order(select)))
    if select.limit is not None:
        query.set("limit", exp.Limit(expression=exp.Literal.number(select.limit)))
    return Plan(govern_tree(query, tables, limit=max(0, decision.row_cap)), tuple(shown))


def _order(select: Select) -> list[exp.Expr]:
    names = {a.name for a in select.aggregates}
    return [
        exp.Ordered(
            this=exp.column(exp.to_identifier(o.name, quoted=True)) if o.name in names else column(o.name, "g"),
            desc=o.descending,
            nulls_first=False,
        )
        for o in select.order_by
    ]


def _sorted_by(select: Select) -> list[str]:
    """Columns, not aggregates, by which the answer is sorted; rows may be sorted by any permitted column."""
    names = {a.name for a in select.aggregates}
    return [o.name for o in select.order_by if o.name not in names]


def _check_columns(select: Select, columns: Sequence[str], rules: Mapping[str, ColumnRule]) -> None:
    asked = {
        *columns,
        *select.group_by,
        *filter_columns(select.where),
        *(a.column for a in select.aggregates if a.column),
        *_sorted_by(select),
    }
    missing = sorted(asked - set(rules))
    if missing:
        raise withheld(missing)
    if not asked and not select.aggregates:
        raise Refused(
            "lake.no_columns", detail=Words("现有依据不包含任何列，没有返回数据。", "Your basis covers no column; no data was returned.")
        )


def _check_shape(select: Select, columns: Sequence[str]) -> None:
    outputs = {*columns, *(a.name for a in select.aggregates)}
    grouped = bool(select.aggregates or select.group_by)
    problem: Words | None = None
    if len(outputs) != len(columns) + len(select.aggregates):
        problem = Words("输出列重名", "two output columns have the same name")
    elif grouped and not set(columns) <= set(select.group_by):
        problem = Words("汇总时只能选择分组列", "with aggregates only grouped columns can be selected")
    elif any(a.function not in AGGREGATES or (a.column is None) != (a.function == "count" and a.column is None) for a in select.aggregates):
        problem = Words("不支持的汇总函数", "an aggregate that is not supported")
    elif grouped and not set(_sorted_by(select)) <= set(select.group_by):
        problem = Words("汇总时只能按分组列或汇总列排序", "with aggregates sort by grouped columns or by aggregates")
    elif select.limit is not None and select.limit < 0:
        problem = Words("行数不能为负", "the limit is negative")
    if problem:
        raise Invalid("lake.bad_select", detail=Words("{p}。没有执行查询。", "Not possible: {p}. Nothing was run.").format(p=problem))


_NUMERIC = ("integer", "decimal", "number")


def _aggregate(builder: Guard, aggregate: Aggregate) -> exp.Expr:
    if aggregate.column is None:
        return exp.Count(this=exp.Star())
    asked = column(aggregate.column, "g")
    if aggregate.function == "count":
        return exp.Count(this=asked)
    if aggregate.function == "count_distinct":
        return exp.Count(this=exp.Distinct(expressions=[asked]))
    type_, spec = builder.masked_type(aggregate.column), builder.spec(aggregate.column)
    if aggregate.function in ("sum", "avg") and type_ not in _NUMERIC:
        raise Invalid(
            "lake.bad_aggregate",
            detail=Words(
                f"{aggregate.function} 只能用于数字列，{spec.name} 不是（或已脱敏）。",
                f"{aggregate.function} needs a number; {spec.name} is none, or is masked.",
            ),
        )
    if aggregate.function in ("min", "max") and spec.subject:
        # It would hand out one person's value without that person's digest in the log.
        raise Invalid(
            "lake.bad_aggregate",
            detail=Words(
                f"{spec.name} 指向个人，不能取最小或最大值；请查询明细行。",
                f"{spec.name} names persons; min and max are not available. Ask for rows instead.",
            ),
        )
    return {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}[aggregate.function](this=asked)


def _aggregate_type(builder: Guard, aggregate: Aggregate) -> str:
    if aggregate.function in ("count", "count_distinct") or aggregate.column is None:
        return "integer"
    if aggregate.function == "avg":
        return "number"
    return builder.masked_type(aggregate.column)


_TITLES = {
    "count": Words("{c}个数", "Count of {c}"),
    "count_distinct": Words("{c}不同值数", "Distinct {c}"),
    "sum": Words("{c}合计", "Sum of {c}"),
    "avg": Words("{c}平均", "Average {c}"),
    "min": Words("最小{c}", "Lowest {c}"),
    "max": Words("最大{c}", "Highest {c}"),
}


def _aggregate_title(builder: Guard, aggregate: Aggregate) -> Words:
    if aggregate.column is None:
        return Words("行数", "Rows")
    return _TITLES[aggregate.function].format(c=builder.spec(aggregate.column).title)


def _shown(builder: Guard, name: str) -> AnswerColumn:
    return AnswerColumn(name, builder.spec(name).title, builder.masked_type(name), builder.mask(name))
