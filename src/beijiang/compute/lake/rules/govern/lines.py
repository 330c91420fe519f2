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
from ..definition import NAME
from . import functions, gathers, twins
from .model import HEAVIEST, NONE, Level, Line, Origin, either
from .shapes import QUERIES
from .words import NOTHING_RUN, refuse

if TYPE_CHECKING:
    from collections import Counter

    from .model import Cte, Out, Question, Source

UNKNOWN = "unknown"
_FAITHFUL = (exp.Paren, exp.Upper, exp.Lower, exp.Trim)
"""Keep a value what it is, for telling who was asked about."""
_TOO_MUCH = Words("计算出的文本会过长。", "The calculated text would be too long.")


class Reader:
    """Reads the expressions of one SELECT."""

    def __init__(self, question: Question, level: Level, ctes: dict[str, Cte], compile_query: Any, *, aggregated: bool) -> None:
        self.question, self.level, self.ctes, self.compile, self.aggregated = question, level, ctes, compile_query, aggregated
        self.handing = False
        """Whether what is read now leaves, and does not only choose rows."""

    def read(self, node: exp.Expr, *, condition: bool = False, before: bool = False) -> Line:
        """This function will tell where an expression comes from. `condition`: rows are chosen by it; `before`: before grouping."""
        line = self._line(node, before)
        if condition:
            self.question.conditions |= dict.fromkeys(sorted(line.reads, key=lambda o: (o.dataset, o.column)))
        if line.weight > HEAVIEST:
            raise refuse("|| … ||", _TOO_MUCH)
        return line

    def inner(self, node: exp.Expr) -> Line:
        """This function will read what an aggregate is calculated from: before grouping."""
        return self._line(node, True)

    def here(self, node: exp.Expr) -> Line:
        """This function will read what stands beside the outputs: after grouping."""
        return self._line(node, False)

    def _line(self, node: Any, before: bool) -> Line:
        kind = type(node)
        if kind is exp.Column:
            return self.column(node)
        if kind is exp.Null:
            return Line(gaps=True)
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
        if (kind is exp.EQ and type(node.expression) is exp.Any) or (kind is exp.NEQ and type(node.expression) is exp.All):
            return self._among(node.expression.this, node.this, before)  # IN and NOT IN, in other words
        if kind in (exp.EQ, exp.NullSafeEQ):
            left, right = self._line(node.this, before), self._line(node.expression, before)
            self.compared(left, right)
            return self._cut([left, right])
        if kind in (exp.Any, exp.All):
            return self._among(node.this, None, before)
        if kind is exp.Window:
            return gathers.window(self, node)
        if kind is exp.Filter:
            self.read(node.expression.this, condition=True, before=True)
            return self._line(node.this, before)
        if kind is exp.WithinGroup:
            return gathers.within(self, node)
        if functions.is_aggregate(node):
            return gathers.aggregate(self, node)
        if kind is exp.Anonymous:
            name = str(node.this).lower()
            lines = [self._line(child, before) for child in node.expressions]
            if name in functions.PREDICATE_NAMES:
                return self._cut(lines)
            value = either(lines, weight=_most(lines))
            return replace(value, constants=frozenset(), gaps=value.gaps or name.startswith("try_"))
        return self._call(node, kind, before)

    def _call(self, node: exp.Expr, kind: type, before: bool) -> Line:
        if kind is exp.Case:
            return self._case(node, before)
        if kind is exp.Nullif:
            first, second = self._line(node.this, before), self._line(node.expression, before)
            self.compared(first, second)
            return replace(first, reads=first.reads | second.reads, plain=None, gaps=True)
        lines = [self._line(child, before) for child in node.iter_expressions() if type(child) not in (exp.DataType, exp.Var)]
        if kind in functions.PREDICATES:
            return self._cut(lines)
        if kind in _FAITHFUL or (kind in (exp.Cast, exp.TryCast) and node.args["to"].this in exp.DataType.TEXT_TYPES):
            return replace(either(lines[:1]), plain=lines[0].plain if kind is exp.Paren else None)
        value = either(lines, weight=_weight(node, kind, lines))
        if kind is exp.Coalesce:
            value = replace(value, same=lines[0].same)
        return replace(value, constants=frozenset(), gaps=value.gaps or kind in functions.GAPS)

    @staticmethod
    def _cut(lines: list[Line]) -> Line:
        """What tells whether, not what: it reads the columns and hands over nothing of them."""
        return Line(reads=frozenset().union(*(line.reads for line in lines)), gaps=any(line.gaps for line in lines))

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
        return replace(value, gaps=True, reads=value.reads.union(*(line.reads for line in told)), same=None, plain=None)

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
        """The engine may take an output of that name for it, or a column of this level or of one around it: it is read as each of them."""
        level: Level | None = self.level
        aliases: list[Line] = []
        while level is not None:
            found = [s for s in level.sources if s.find(name) is not None]
            if name.lower() in level.outputs:
                aliases.append(level.outputs[name.lower()])
            if len(found) > 1 and name.lower() not in level.merged:
                raise _ambiguous(name)
            if found:
                lines = [line for s in found if (line := self.of(s, name)) is not None]
                return replace(either([*lines, *aliases]), same=next((line.same for line in lines if line.same), None))
            level = level.outer
        return either(aliases) if aliases else self._unknown(name)

    def _unknown(self, name: str) -> Line | None:
        if not self.question.survey:
            return None
        lines = []
        level: Level | None = self.level
        while level is not None:
            lines += [line for source in level.sources if source.dataset and (line := self._named(source, name)) is not None]
            level = level.outer
        return either(lines) if lines else None

    def of(self, source: Source, name: str) -> Line | None:
        """This function will give the line of a source's column, and note that it is read."""
        found = source.find(name)
        if source.dataset and found is None and self.question.survey:
            return self._named(source, name)
        if source.dataset and found is not None:
            self.question.used.setdefault(source.dataset, {})[name.lower()] = None
        if found is None:
            return None
        return replace(found.line, gaps=True) if source.optional else found.line

    def _named(self, source: Source, name: str) -> Line:
        """A column that the dataset does not have, noted for who decides. What cannot be the name of one is not noted as it stands."""
        noted = name.lower() if NAME.match(name.lower()) else UNKNOWN
        self.question.used.setdefault(source.dataset, {})[noted] = None
        return Line(reads=frozenset({Origin(source.dataset, noted)}))

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

    def _query(self, node: exp.Expr, before: bool) -> tuple[exp.Subquery, exp.Expr, list[Out], list[Any], Counter[str]]:
        """A query inside an expression, compiled; and the brackets that stand in its place."""
        place = exp.Subquery()
        node.replace(place)
        made = self.compile(self.question, node, self.ctes, self.level)
        self.level.inner += made.scans * twins.scans(made.hidden, before, self.aggregated)
        return place, made.node, made.columns, made.hidden, made.wide

    def _scalar(self, node: exp.Expr, before: bool) -> Line:
        place, inner, columns, hidden, wide = self._query(node, before)
        if len(columns) != 1:
            raise _mistake("标量子查询应只有一列", "A subquery that stands for a value has one column")
        twins.found_by(self, inner, hidden, [], before)
        place.set("this", twins.stripped(inner))
        if self.handing:
            self.level.hand(wide)
        return replace(columns[0].line, plain=None, gaps=True)

    def _among(self, node: exp.Expr, left: exp.Expr | None, before: bool) -> Line:
        """EXISTS (query), x IN (query), x = ANY (query)."""
        line = self._line(left, before) if left is not None else NONE
        place, inner, columns, hidden, _ = self._query(node, before)
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
