"""From a Select and a Decision to governed SQL, built node by node around rules.guard.

    SELECT g.a FROM (<guarded dataset>) AS g WHERE <the person's condition on masked values> ORDER BY … LIMIT …

All constants are bound as typed parameters; the text holds names from the catalogue and numbers of ours only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.words import Words

from ..types import AGGREGATES, All, And, AnswerColumn, Compare, In
from .guard import Guard, column, filter_columns
from .slots import Marks, withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beijiang.trust.access.types import ColumnRule, Decision

    from ..types import Aggregate, Dataset, Select, Where


@dataclass(frozen=True, slots=True)
class Plan:
    """Governed SQL with its parameters in order; a Slot among them stands for the files or the question's salt.

    The first `len(columns)` outputs are the answer; the rest, one per entry of `subjects`, are for digests only.
    """

    sql: str
    parameters: tuple[Any, ...]
    columns: tuple[AnswerColumn, ...]
    subjects: tuple[str, ...]
    limit: int


def build(select: Select, decision: Decision, dataset: Dataset) -> Plan:
    """This function will write the governed SQL of `select` under `decision`.

    Raises Refused for a column that may not be read, Invalid for a question that makes no sense. Fails closed
    (Refused "lake.policy_mismatch") where the policy speaks of columns that the dataset does not have.
    """
    builder = Guard(dataset, decision, Marks())
    columns = select.columns
    if not columns and not select.aggregates:
        columns = select.group_by or builder.readable
    _check_columns(select, columns, builder.rules)
    _check_shape(select, columns)
    grouped = bool(select.aggregates or select.group_by)
    outputs: list[exp.Expr] = [exp.alias_(column(name, "g"), name, quoted=True) for name in columns]
    shown = [_shown(builder, name) for name in columns]
    for aggregate in select.aggregates:
        outputs.append(exp.alias_(_aggregate(builder, aggregate), aggregate.name, quoted=True))
        shown.append(AnswerColumn(aggregate.name, _aggregate_title(builder, aggregate), _aggregate_type(builder, aggregate)))
    subjects = builder.subjects
    for position in range(len(subjects)):
        hidden = column(f"#s{position}", "g")
        outputs.append(exp.alias_(_of_one(hidden) if grouped else hidden, f"#s{position}", quoted=True))

    needed = dict.fromkeys(
        [
            *columns,
            *select.group_by,
            *sorted(filter_columns(select.where)),
            *(a.column for a in select.aggregates if a.column),
            *_sorted_by(select),
        ]
    )
    limit = max(0, min(decision.row_cap, select.limit if select.limit is not None else decision.row_cap))
    governed = builder.governed(needed, [(name, f"#s{position}") for position, name in enumerate(subjects)])
    for hint in _hints(builder, select.where):
        governed = governed.where(builder.condition(hint, "t", raw=True))
    query = exp.Select(expressions=outputs).from_(governed.subquery("g"))
    if not isinstance(select.where, All):
        query = query.where(builder.condition(select.where, "g", raw=False))
    if select.group_by:
        query = query.group_by(*(column(name, "g") for name in select.group_by))
    for order in select.order_by:
        key = (
            exp.column(exp.to_identifier(order.name, quoted=True))
            if order.name in {a.name for a in select.aggregates}
            else column(order.name, "g")
        )
        query = query.order_by(exp.Ordered(this=key, desc=order.descending, nulls_first=False))
    query = query.limit(limit + 1)
    sql, parameters = builder.marks.finish(query)
    return Plan(sql, parameters, tuple(shown), subjects, limit)


def _hints(builder: Guard, where: Where) -> list[Compare | In]:
    """Conditions that may stand beside the policy's too, so that the engine skips row groups: a look-up reads one, not all."""
    parts = where.parts if isinstance(where, And) else (where,)
    return [part for part in parts if isinstance(part, Compare | In) and builder.may_stand_raw(part)]


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


def _of_one(hidden: exp.Column) -> exp.Expr:
    """The person's value where a group is about one person only, else NULL.

    By whatever the rows were grouped or chosen, a group of one person is that person's data, and must show in their tracker (RIGHTS 10).
    """
    low, high = exp.Min(this=hidden), exp.Max(this=hidden.copy())
    return exp.Case(ifs=[exp.If(this=exp.EQ(this=low, expression=high), true=low.copy())])
