"""From a Select and a Decision to governed SQL, built node by node (reference: CASE guard, explicit columns).

    SELECT g.a FROM (
        SELECT CASE WHEN t."#ok" THEN mask(t.a) END AS a
        FROM (SELECT p.a, <filter on raw values> AS "#ok" FROM read_parquet(?) AS p) AS t
        WHERE t."#ok"
    ) AS g WHERE <the person's condition on masked values> ORDER BY … LIMIT …

All constants are bound as typed parameters; the text holds names from the catalogue and numbers of ours only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.words import Words

from ..types import AGGREGATES, All, And, AnswerColumn, Compare, In, IsNull, Like, Not, Nothing, Or
from . import masks
from .coerce import coerce
from .slots import Slot, bad_literal, mark, mismatch, positional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beijiang.trust.access.types import ColumnRule, Decision

    from ..types import Aggregate, ColumnSpec, Dataset, Select, Where

FILES = "files"
OK = "#ok"
_COMPARE = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass(frozen=True, slots=True)
class Plan:
    """Governed SQL with its parameters in order; `FILES` stands for the list of files, `salt` for the question's secret.

    The first `len(columns)` outputs are the answer; the rest, one per entry of `subjects`, are for digests only.
    """

    sql: str
    parameters: tuple[Any, ...]
    columns: tuple[AnswerColumn, ...]
    subjects: tuple[str, ...]
    limit: int


@dataclass(slots=True)
class _Builder:
    dataset: Dataset
    rules: Mapping[str, ColumnRule]
    values: dict[str, Any] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)

    def spec(self, name: str) -> ColumnSpec:
        return next(c for c in self.dataset.columns if c.name == name)

    def bind(self, value: Any) -> exp.Expr:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return mark(name)

    def mask(self, name: str) -> str:
        return self.rules[name].mask

    def masked_type(self, name: str) -> str:
        return masks.masked_type(self.spec(name).type, self.mask(name))

    def condition(self, part: Where, table: str, *, raw: bool) -> exp.Expr:
        """A filter as an expression; raw: on stored values (policy), else on masked ones (the person's)."""
        if isinstance(part, All | Nothing):
            return exp.Boolean(this=isinstance(part, All))
        if isinstance(part, And | Or):
            return _joined([self.condition(p, table, raw=raw) for p in part.parts], exp.And if isinstance(part, And) else exp.Or)
        if isinstance(part, Not):
            return exp.Not(this=exp.Paren(this=self.condition(part.part, table, raw=raw)))
        spec = self.spec(part.column)
        type_ = spec.type if raw else self.masked_type(part.column)
        column = _column(part.column, table)
        if isinstance(part, IsNull):
            return exp.Is(this=column, expression=exp.null())
        if isinstance(part, Like):
            if type_ != "text":
                raise bad_literal(part.column, type_, "LIKE")
            return exp.Like(this=column, expression=self.bind(part.pattern))
        if isinstance(part, Compare):
            value = self.literal(part.column, type_, part.literal)
            return _COMPARE[part.op](this=column, expression=self.bind(value))
        if isinstance(part, In):
            if not part.literals:
                return exp.Boolean(this=False)
            return exp.In(this=column, expressions=[self.bind(self.literal(part.column, type_, v)) for v in part.literals])
        raise TypeError(f"{type(part).__name__} is no condition")

    @staticmethod
    def literal(column: str, type_: str, value: Any) -> Any:
        try:
            return coerce(value, type_)
        except ValueError:
            raise bad_literal(column, type_, value) from None


def build(select: Select, decision: Decision, dataset: Dataset) -> Plan:
    """This function will write the governed SQL of `select` under `decision`.

    Raises Refused for a column that may not be read, Invalid for a question that makes no sense. Fails closed
    (Refused "lake.policy_mismatch") where the policy speaks of columns that the dataset does not have.
    """
    known = {c.name for c in dataset.columns}
    rules = {rule.name: rule for rule in decision.columns if rule.name in known}
    builder = _Builder(dataset, rules)
    columns = select.columns
    if not columns and not select.aggregates:
        columns = select.group_by or tuple(c.name for c in dataset.columns if c.name in rules)
    _check_columns(select, columns, rules, known)
    _check_shape(select, columns)
    if not _columns_of(decision.filter) <= known:
        raise mismatch()
    grouped = bool(select.aggregates or select.group_by)
    outputs: list[exp.Expr] = [exp.alias_(_column(name, "g"), name, quoted=True) for name in columns]
    shown = [_shown(builder, name) for name in columns]
    for aggregate in select.aggregates:
        outputs.append(exp.alias_(_aggregate(builder, aggregate), aggregate.name, quoted=True))
        shown.append(AnswerColumn(aggregate.name, _aggregate_title(builder, aggregate), _aggregate_type(builder, aggregate)))
    subjects = tuple(c.name for c in dataset.columns if c.subject)
    for position in range(len(subjects)):
        hidden = _column(f"#s{position}", "g")
        outputs.append(exp.alias_(_of_one(hidden) if grouped else hidden, f"#s{position}", quoted=True))

    needed = dict.fromkeys(
        [
            *columns,
            *select.group_by,
            *sorted(_columns_of(select.where)),
            *(a.column for a in select.aggregates if a.column),
            *_sorted_by(select),
        ]
    )
    limit = max(0, min(decision.row_cap, select.limit if select.limit is not None else decision.row_cap))
    governed = _governed(builder, decision, tuple(needed), subjects)
    for hint in _hints(builder, select.where):
        governed = governed.where(builder.condition(hint, "t", raw=True))
    query = exp.Select(expressions=outputs).from_(governed.subquery("g"))
    if not isinstance(select.where, All):
        query = query.where(builder.condition(select.where, "g", raw=False))
    if select.group_by:
        query = query.group_by(*(_column(name, "g") for name in select.group_by))
    for order in select.order_by:
        key = (
            exp.column(exp.to_identifier(order.name, quoted=True))
            if order.name in {a.name for a in select.aggregates}
            else _column(order.name, "g")
        )
        query = query.order_by(exp.Ordered(this=key, desc=order.descending, nulls_first=False))
    query = query.limit(limit + 1)
    sql, order_of_marks = positional(query.sql(dialect="duckdb"))
    return Plan(
        sql, tuple(builder.values.get(m, m) if m.startswith("p") else Slot(m) for m in order_of_marks), tuple(shown), subjects, limit
    )


def _governed(builder: _Builder, decision: Decision, columns: Sequence[str], subjects: Sequence[str]) -> exp.Select:
    try:
        condition = builder.condition(decision.filter, "p", raw=True)
    except (Invalid, TypeError):
        raise mismatch() from None
    raw = dict.fromkeys([*columns, *subjects])
    source = exp.Table(
        this=exp.ReadParquet(expressions=[mark(FILES)]),
        alias=exp.TableAlias(this=exp.to_identifier("p", quoted=True)),
    )
    inner = exp.Select(
        expressions=[
            *(exp.alias_(_column(name, "p"), name, quoted=True) for name in raw),
            exp.alias_(condition, OK, quoted=True),
        ]
    ).from_(source)
    guarded = []
    for name in columns:
        spec = builder.spec(name)
        value = masks.masked(_column(name, "t"), type_=spec.type, digits=spec.digits, mask=builder.mask(name), salt=mark("salt"))
        guarded.append(exp.alias_(_guard(value), name, quoted=True))
    for position, name in enumerate(subjects):
        guarded.append(exp.alias_(_guard(exp.cast(_column(name, "t"), "TEXT")), f"#s{position}", quoted=True))
    if not guarded:  # count(*) alone
        guarded.append(exp.alias_(_guard(exp.Literal.number(1)), "#one", quoted=True))
    return exp.Select(expressions=guarded).from_(inner.subquery("t")).where(_column(OK, "t"))


_EXACT = {"text": str, "integer": int, "date": date, "timestamp": datetime, "boolean": bool}


def _hints(builder: _Builder, where: Where) -> list[Compare | In]:
    """Conditions that may stand beside the policy's too, so that the engine skips row groups: a look-up reads one, not all.

    The guard hides from the engine that they are comparisons of stored values. Only such as cannot raise on any row, hidden ones
    included: an unmasked column compared with constants of exactly its type, so that nothing is cast.
    """
    parts = where.parts if isinstance(where, And) else (where,)
    found: list[Compare | In] = []
    for part in parts:
        if not isinstance(part, Compare | In) or (isinstance(part, Compare) and part.op == "!=") or builder.mask(part.column) != "none":
            continue
        type_ = builder.spec(part.column).type
        literals = (part.literal,) if isinstance(part, Compare) else part.literals
        if type_ in _EXACT and literals and all(type(builder.literal(part.column, type_, v)) is _EXACT[type_] for v in literals):
            found.append(part)
    return found


def _guard(value: exp.Expr) -> exp.Expr:
    """Even where an optimiser moved a person's predicate below the filter, a hidden row shows NULL."""
    return exp.Case(ifs=[exp.If(this=_column(OK, "t"), true=value)])


def _column(name: str, table: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def _joined(parts: list[exp.Expr], kind: type[exp.And | exp.Or]) -> exp.Expr:
    """A balanced tree, so that a thousand parts are ten levels deep."""
    if not parts:
        return exp.Boolean(this=kind is exp.And)
    if len(parts) == 1:
        return exp.Paren(this=parts[0])
    middle = len(parts) // 2
    return exp.Paren(this=kind(this=_joined(parts[:middle], kind), expression=_joined(parts[middle:], kind)))


def _columns_of(part: Where) -> set[str]:
    if isinstance(part, And | Or):
        return set().union(*(_columns_of(p) for p in part.parts))
    if isinstance(part, Not):
        return _columns_of(part.part)
    if isinstance(part, All | Nothing):
        return set()
    return {part.column}


def _sorted_by(select: Select) -> list[str]:
    """Columns, not aggregates, by which the answer is sorted; rows may be sorted by any permitted column."""
    names = {a.name for a in select.aggregates}
    return [o.name for o in select.order_by if o.name not in names]


def _check_columns(select: Select, columns: Sequence[str], rules: Mapping[str, ColumnRule], known: set[str]) -> None:
    asked = {
        *columns,
        *select.group_by,
        *_columns_of(select.where),
        *(a.column for a in select.aggregates if a.column),
        *_sorted_by(select),
    }
    withheld = sorted(asked - set(rules))
    if withheld:
        # One answer for columns that do not exist and columns that one may not see: asking must not tell which.
        names = ", ".join(withheld)
        raise Refused(
            "lake.columns_withheld",
            Words("有的列不能查询", "Some columns cannot be asked for"),
            Words(
                f"没有这些列，或者现有依据不包含它们：{names}。请从“可见列”中选择，或申请授权。没有返回任何数据。",
                f"These columns do not exist or your basis does not cover them: {names}. Choose among the columns you may see, or apply. No data was returned.",
            ),
            columns=withheld,
        )
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


def _aggregate(builder: _Builder, aggregate: Aggregate) -> exp.Expr:
    if aggregate.column is None:
        return exp.Count(this=exp.Star())
    column = _column(aggregate.column, "g")
    if aggregate.function == "count":
        return exp.Count(this=column)
    if aggregate.function == "count_distinct":
        return exp.Count(this=exp.Distinct(expressions=[column]))
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
    return {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}[aggregate.function](this=column)


def _aggregate_type(builder: _Builder, aggregate: Aggregate) -> str:
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


def _aggregate_title(builder: _Builder, aggregate: Aggregate) -> Words:
    if aggregate.column is None:
        return Words("行数", "Rows")
    return _TITLES[aggregate.function].format(c=builder.spec(aggregate.column).title)


def _shown(builder: _Builder, name: str) -> AnswerColumn:
    return AnswerColumn(name, builder.spec(name).title, builder.masked_type(name), builder.mask(name))


def _of_one(hidden: exp.Column) -> exp.Expr:
    """The person's value where a group is about one person only, else NULL.

    By whatever the rows were grouped or chosen, a group of one person is that person's data, and must show in their tracker (RIGHTS 10).
    """
    low, high = exp.Min(this=hidden), exp.Max(this=hidden.copy())
    return exp.Case(ifs=[exp.If(this=exp.EQ(this=low, expression=high), true=low.copy())])
