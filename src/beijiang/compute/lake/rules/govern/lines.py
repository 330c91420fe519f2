"""Expressions: which columns they read, whether they hand over what names persons, and which persons are asked about.

Names are left as written: the engine resolves them among governed tables only, so a fault here can show no hidden value; what
this reading decides is which columns count as read, what a row is about, and which aggregates are refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from .. import slots
from . import functions, twins
from .model import HEAVIEST, NONE, Level, Line, Origin, either
from .shapes import QUERIES
from .words import NOTHING_RUN, refuse

if TYPE_CHECKING:
    from .model import Cte, Out, Question, Source

_FAITHFUL = (exp.Paren, exp.Upper, exp.Lower, exp.Trim)
"""Keep a value what it is, for telling who was asked about."""
_PERSONS = Words(
    "涉及个人的列只能计数（count、count(DISTINCT)），不能取最大最小值或拼接；请查询明细行。",
    "What names persons can be counted, not gathered or compared in an aggregate; ask for rows instead.",
)
_TOO_MUCH = Words("计算出的文本会过长。", "The calculated text would be too long.")


class Reader:
    """Reads the expressions of one SELECT."""

    def __init__(self, question: Question, level: Level, ctes: dict[str, Cte], compile_query: Any, *, aggregated: bool) -> None:
        self.question, self.level, self.ctes, self.compile, self.aggregated = question, level, ctes, compile_query, aggregated

    def read(self, node: exp.Expr, *, condition: bool = False, before: bool = False) -> Line:
        """This function will tell where an expression comes from. `condition`: rows are chosen by it; `before`: before grouping."""
        line = self._line(node, before)
        if condition:
            self.question.conditions |= dict.fromkeys(sorted(line.reads, key=lambda o: (o.dataset, o.column)))
        if line.weight > HEAVIEST:
            raise refuse("|| … ||", _TOO_MUCH)
        return line

    def _line(self, node: Any, before: bool) -> Line:
        kind = type(node)
        if kind is exp.Column:
            return self.column(node)
        if kind is exp.Literal:
            return Line(constants=frozenset({str(node.this)}), weight=1 + len(str(node.this)) // 1000)
        if kind is exp.Placeholder:
            value = slots.marked(self.question.marks, node) if self.question.marks is not None else None
            return Line(constants=frozenset({value} if isinstance(value, str) else ()))
        if kind in (exp.And, exp.Or):
            return self._cut([self._line(part, before) for part in _chain(node, kind)])
        if kind is exp.Subquery or kind in QUERIES:
            return self._scalar(node, before)
        if kind is exp.Exists:
            return self._among(node.this, None, before)
        if kind is exp.In:
            return self._in(node, before)
        if kind in (exp.EQ, exp.NullSafeEQ):
            left, right = self._line(node.this, before), self._line(node.expression, before)
            self.compared(left, right)
            return self._cut([left, right])
        if kind in (exp.Any, exp.All):
            return self._among(node.this, None, before)
        if kind is exp.Window:
            return self._window(node)
        if kind is exp.Filter:
            self.read(node.expression.this, condition=True, before=True)
            return self._line(node.this, before)
        if kind is exp.WithinGroup:
            return self._within(node)
        if functions.is_aggregate(node):
            return self._aggregate(node)
        if kind is exp.Anonymous:
            lines = [self._line(child, before) for child in node.expressions]
            return self._cut(lines) if str(node.this).lower() in functions.PREDICATE_NAMES else either(lines, weight=_most(lines))
        return self._call(node, kind, before)

    def _call(self, node: exp.Expr, kind: type, before: bool) -> Line:
        if kind is exp.Case:
            return self._case(node, before)
        if kind is exp.Nullif:
            first, second = self._line(node.this, before), self._line(node.expression, before)
            self.compared(first, second)
            return replace(first, reads=first.reads | second.reads, plain=None)
        lines = [self._line(child, before) for child in node.iter_expressions() if type(child) not in (exp.DataType, exp.Var)]
        if kind in functions.PREDICATES:
            return self._cut(lines)
        if kind in _FAITHFUL or (kind in (exp.Cast, exp.TryCast) and node.args["to"].this in exp.DataType.TEXT_TYPES):
            return replace(either(lines[:1]), plain=lines[0].plain if kind is exp.Paren else None)
        return replace(either(lines, weight=_weight(node, kind, lines)), constants=frozenset())

    @staticmethod
    def _cut(lines: list[Line]) -> Line:
        """What tells whether, not what: it reads the columns and hands over nothing of them."""
        return Line(reads=frozenset().union(*(line.reads for line in lines)))

    def _case(self, node: exp.Expr, before: bool) -> Line:
        subject = self._line(node.this, before) if node.args.get("this") is not None else None
        told, values = [subject] if subject else [], []
        for branch in node.args["ifs"]:
            when = self._line(branch.this, before)
            if subject is not None:
                self.compared(subject, when)
            told.append(when)
            values.append(self._line(branch.args["true"], before))
        if node.args.get("default") is not None:
            values.append(self._line(node.args["default"], before))
        value = either(values, weight=_most(values))
        return replace(value, reads=value.reads.union(*(line.reads for line in told)), same=None, plain=None)

    # -- names -----------------------------------------------------------------------------------------------------

    def column(self, node: exp.Column) -> Line:
        """This function will resolve a column: in this level, then in those around it."""
        if type(node.this) is exp.Star:
            raise refuse("table.*")
        name = node.this.this
        table = node.args.get("table")
        found = self._qualified(table.this, name) if table is not None else self._bare(name)
        if found is None:
            raise slots.withheld([name if table is None else f"{table.this}.{name}"])
        return found

    def _qualified(self, table: str, name: str) -> Line | None:
        level: Level | None = self.level
        while level is not None:
            source = next((s for s in level.sources if s.alias.lower() == table.lower()), None)
            if source is not None:
                return self.of(source, name)
            level = level.outer
        raise refuse(f"{table[:40]}.{name[:40]}", Words("FROM 中没有这个表名。", "No table of that name is in FROM."))

    def _bare(self, name: str) -> Line | None:
        level: Level | None = self.level
        while level is not None:
            found = [s for s in level.sources if s.find(name) is not None]
            alias = level.outputs.get(name.lower())
            if len(found) > 1 and name.lower() not in level.merged:
                raise _ambiguous(name)
            if found or alias is not None:
                lines = [line for s in found if (line := self.of(s, name)) is not None]
                return either([*lines, *([alias] if alias is not None else [])])
            level = level.outer
        return self._unknown(name)

    def _unknown(self, name: str) -> Line | None:
        if not self.question.survey:
            return None
        lines = []
        level: Level | None = self.level
        while level is not None:
            for source in level.sources:
                if source.dataset:
                    self.question.used.setdefault(source.dataset, {})[name.lower()] = None
                    lines.append(Line(reads=frozenset({Origin(source.dataset, name.lower())})))
            level = level.outer
        return either(lines) if lines else None

    def of(self, source: Source, name: str) -> Line | None:
        """This function will give the line of a source's column, and note that it is read."""
        found = source.find(name)
        if source.dataset:
            if found is not None or self.question.survey:
                self.question.used.setdefault(source.dataset, {})[name.lower()] = None
            if found is None and self.question.survey:
                return Line(reads=frozenset({Origin(source.dataset, name.lower())}))
        return found.line if found is not None else None

    # -- persons ---------------------------------------------------------------------------------------------------

    def compared(self, left: Line, right: Line) -> None:
        """This function will note whom the question asks about: constants that are compared with what names persons."""
        for one, other in ((left, right), (right, left)):
            if one.same is not None:
                self.question.asked |= {(one.same, value): None for value in sorted(other.constants)}

    def _in(self, node: exp.Expr, before: bool) -> Line:
        query = node.args.get("query")
        if query is not None:
            return self._among(query, node.this, before)
        left = self._line(node.this, before)
        lines = [self._line(value, before) for value in node.expressions]
        for line in lines:
            self.compared(left, line)
        return self._cut([left, *lines])

    def _query(self, node: exp.Expr, before: bool) -> tuple[exp.Subquery, exp.Expr, list[Out], list[Any]]:
        """A query inside an expression, compiled; and the brackets that stand in its place."""
        place = exp.Subquery()
        node.replace(place)
        made = self.compile(self.question, node, self.ctes, self.level)
        self.level.inner += made.scans * twins.scans(made.hidden, before, self.aggregated)
        return place, made.node, made.columns, made.hidden

    def _scalar(self, node: exp.Expr, before: bool) -> Line:
        place, inner, columns, hidden = self._query(node, before)
        if len(columns) != 1:
            raise _mistake("标量子查询应只有一列", "A subquery that stands for a value has one column")
        twins.found_by(self, inner, hidden, [], before)
        place.set("this", twins.stripped(inner))
        return replace(columns[0].line, plain=None)

    def _among(self, node: exp.Expr, left: exp.Expr | None, before: bool) -> Line:
        """EXISTS (query), x IN (query), x = ANY (query)."""
        line = self._line(left, before) if left is not None else NONE
        place, inner, columns, hidden = self._query(node, before)
        if left is not None:
            parts = list(left.expressions) if type(left) is exp.Tuple else [left]
            if len(parts) != len(columns):
                raise _mistake("IN 两边的列数不同", "The two sides of IN differ in their columns")
            if len(parts) == 1:
                self.compared(line, columns[0].line)
            twins.found_by(self, inner, hidden, parts, before)
        else:
            twins.found_by(self, inner, hidden, [], before)
        if type(place.parent) in (exp.Exists, exp.All):
            place.replace(twins.stripped(inner))
        else:
            place.set("this", twins.stripped(inner))
        return self._cut([line, *(c.line for c in columns)])

    def _aggregate(self, node: exp.Expr) -> Line:
        lines = [self._line(child, True) for child in node.iter_expressions() if type(child) not in (exp.Distinct, exp.Order, exp.Star)]
        for child in node.iter_expressions():
            if type(child) is exp.Distinct:
                lines += [self._line(part, True) for part in child.expressions]
            elif type(child) is exp.Order:
                lines += [self._line(child.this, True)] if child.args.get("this") is not None else []
                lines += [self._line(key.this, True) for key in child.expressions]
        if type(node) in functions.COUNTS:
            return self._cut(lines)
        value = self._gathered(lines)
        if type(node) in functions.COLLECTS:
            twins.cells(self, node)
            return replace(value, weight=value.weight * 8)
        return value

    def _within(self, node: exp.Expr) -> Line:
        """percentile_cont(0.5) WITHIN GROUP (ORDER BY x): what is gathered stands in the order."""
        lines = [self._line(node.this, True)]
        lines += [self._line(key.this, True) for key in node.expression.expressions if type(key.this) is not exp.Var]
        return self._gathered(lines)

    @staticmethod
    def _gathered(lines: list[Line]) -> Line:
        """The line of an aggregate: refused over what names persons, for it would hand over one of many."""
        value = either(lines)
        if value.persons:
            raise Invalid(
                "lake.sql_refused",
                Words("这条 SQL 中有不允许的写法", "This SQL contains something that is not allowed"),
                Words(f"{_PERSONS.zh}{NOTHING_RUN.zh}", f"{_PERSONS.en} {NOTHING_RUN.en}"),
                construct=", ".join(sorted(o.column for o in value.persons))[:80],
            )
        return replace(value, plain=None, same=None, constants=frozenset())

    def _window(self, node: exp.Expr) -> Line:
        self.window_parts(node)
        call = node.this
        while type(call) in (exp.IgnoreNulls, exp.RespectNulls, exp.Filter):
            if type(call) is exp.Filter:
                self.read(call.expression.this, condition=True)
            call = call.this
        if type(call) in functions.RANKS:
            lines = [self._line(child, False) for child in call.iter_expressions()]
            return self._cut(lines)
        if type(call) in functions.COLLECTS or type(call) is exp.WithinGroup:
            raise refuse("list, string_agg … OVER")
        if type(call) in functions.VALUES:
            line = either([self._line(child, False) for child in call.iter_expressions()])
        elif functions.is_aggregate(call):
            line = self._aggregate(call)
        else:
            raise refuse("OVER")
        twins.window(self, node, call)
        return replace(line, plain=None)

    def window_parts(self, node: exp.Expr) -> None:
        """This function will read what a window is divided, sorted and bounded by."""
        for part in node.args.get("partition_by") or []:
            self.read(part)
        order = node.args.get("order")
        for key in order.expressions if order is not None else []:
            if type(key.this) is exp.Var:
                raise refuse("ORDER BY ALL … OVER")
            self.read(key.this)
        spec = node.args.get("spec")
        for side in ("start", "end"):
            bound = spec.args.get(side) if spec is not None else None
            if isinstance(bound, exp.Expr) and type(bound) is not exp.Var:
                self.read(bound)


def _chain(node: Any, kind: type[exp.And | exp.Or]) -> list[Any]:
    stack: list[Any] = [node]
    found: list[Any] = []
    while stack:
        part = stack.pop()
        if isinstance(part, kind):
            stack += [part.expression, part.this]
        else:
            found.append(part)
    return found


def _most(lines: list[Line]) -> int:
    return max((line.weight for line in lines), default=1)


def _weight(node: exp.Expr, kind: type, lines: list[Line]) -> int:
    """How many stored texts long the value may be."""
    if kind in (exp.DPipe, exp.Concat, exp.ConcatWs, exp.Array, exp.Add):
        return sum(line.weight for line in lines)
    if kind is exp.Repeat:
        return lines[0].weight * int(node.args["times"].this)
    if kind in (exp.Replace, exp.RegexpReplace):
        put = node.args.get("replacement")
        return (
            lines[0].weight * (1 + (len(put.this) if type(put) is exp.Literal else 0)) if type(put) is exp.Literal or put is None else 999
        )
    return _most(lines)


def _ambiguous(name: str) -> Invalid:
    return _mistake(f"列名 {name[:40]} 不明确，请写明表名", f"The column {name[:40]} is in several tables; name the table")


def _mistake(zh: str, en: str) -> Invalid:
    return Invalid(
        "lake.sql_mistake",
        Words("这条 SQL 有误", "There is a mistake in this SQL"),
        Words(f"{zh}。{NOTHING_RUN.zh}", f"{en}. {NOTHING_RUN.en}"),
    )
