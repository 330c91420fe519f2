"""Whose data a group is, found without reading the columns that name persons for every row.

Asking each group for its lowest and its highest person costs as much as the question itself. Instead: the question runs without;
then a sample of its rows shows most groups to hold two persons, which is certain; and only the groups left are asked exactly.
The outcome is that of the plain form, always: a sample can only prove that there are several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .. import guard
from . import functions, twins
from .model import Hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..slots import Marks
    from .model import Level, Question, Relation, Source

SAMPLE = 10_000
"""Rows of the question that the sample looks at."""
NAMED = 64
"""Groups left that are asked by name; more are asked all."""
_BOUND = (str, int, Decimal, bool, date, datetime, type(None))


@dataclass(frozen=True, slots=True)
class Staged:
    """A grouped question over one dataset, to be asked in stages.

    `sql` gives the visible outputs and after them `keys` columns that name the group. The hidden outputs of the plain form are
    found by `sample` and `exact`, whose outputs are the keys, a count of rows, and the hidden values asked for.
    """

    sql: str
    parameters: tuple[Any, ...]
    keys: int
    _keys: tuple[exp.Expr, ...]
    _asks: tuple[tuple[Hidden, exp.Expr], ...]
    _node: exp.Select
    _marks: Marks
    size: int = SAMPLE
    """How many rows the sample looks at."""

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """The hidden outputs, in the order of the plain form's."""
        return tuple(hidden for hidden, _ in self._asks)

    def sample(self) -> tuple[str, tuple[Any, ...]]:
        """This function will write the question of the sample: the first rows, by group."""
        rows = self._rows(self.hidden)
        rows.set("limit", exp.Limit(expression=exp.Literal.number(self.size)))
        return self._grouped(rows, self.hidden)

    def exact(self, hidden: Sequence[Hidden], groups: Sequence[tuple[Any, ...]] | None) -> tuple[str, tuple[Any, ...]]:
        """This function will ask for `hidden` of all rows, or of those in `groups`."""
        rows = self._rows(hidden)
        if groups is not None and self.keys:
            condition = guard.joined([self._is(group) for group in groups], exp.Or)
            where = rows.args.get("where")
            rows.set(
                "where", exp.Where(this=condition if where is None else exp.And(this=exp.Paren(this=where.this), expression=condition))
            )
        return self._grouped(rows, hidden)

    @staticmethod
    def bindable(groups: Sequence[tuple[Any, ...]]) -> bool:
        """This function will say whether these groups can be asked by name: few, and of values that compare as they are."""
        return len(groups) <= NAMED and all(isinstance(value, _BOUND) for group in groups for value in group)

    def _rows(self, hidden: Sequence[Hidden]) -> exp.Select:
        found: list[exp.Expr] = [guard.aliased(key.copy(), f"#k{place}") for place, key in enumerate(self._keys)]
        found += [guard.aliased(value.copy(), h.name) for h, value in self._asks if h in hidden]
        made = exp.Select(expressions=found or [guard.aliased(exp.Literal.number(1), "#one")])
        for part in ("from_", "where"):
            if self._node.args.get(part) is not None:
                made.set(part, self._node.args[part].copy())
        return made

    def _grouped(self, rows: exp.Select, hidden: Sequence[Hidden]) -> tuple[str, tuple[Any, ...]]:
        shown: list[exp.Expr] = [guard.aliased(guard.column(f"#k{place}", "g"), f"#k{place}") for place in range(self.keys)]
        shown.append(guard.aliased(exp.Count(this=exp.Star()), "#n"))
        shown += [guard.aliased(twins.about(h, guard.column(h.name, "g")), h.name) for h in hidden]
        query = exp.Select(expressions=shown).from_(
            exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("g", quoted=True))), copy=False
        )
        if self.keys:
            query.set("group", exp.Group(expressions=[exp.Literal.number(place + 1) for place in range(self.keys)]))
        return self._marks.finish(query)

    def _is(self, group: tuple[Any, ...]) -> exp.Expr:
        parts: list[exp.Expr] = []
        for key, value in zip(self._keys, group, strict=True):
            left = exp.Paren(this=key.copy())
            parts.append(
                exp.Is(this=left, expression=exp.null()) if value is None else exp.EQ(this=left, expression=self._marks.bind(value))
            )
        return guard.joined(parts, exp.And)


def of(question: Question, made: Relation, marks: Marks) -> Staged | None:
    """This function will give the staged form of a question, or None where it has none.

    It has one when the outermost SELECT groups the rows of one dataset, by keys that name no person and that can be written
    beside its WHERE, and nothing else in it tells of persons.
    """
    node, level = made.node, made.level
    if not isinstance(node, exp.Select) or level is None or not made.hidden or len(level.sources) != 1:
        return None
    source = level.sources[0]
    values = [*twins.of_level(level), *level.some]
    if source.guard is None or len(made.hidden) != len(values) or level.before or level.after:
        return None
    if any(node.args.get(k) for k in ("joins", "with_", "qualify", "distinct", "windows")) or node.args["from_"].this.args.get("joins"):
        return None
    keys = _keys(node, level, len(made.columns))
    where = node.args.get("where")
    if keys is None or not _fits([*keys, *([where.this] if where else []), *(v for h, v in level.some)], source):
        return None
    if any(_names_persons(key, source) for key in keys):
        return None
    text = node.copy()
    text.set(
        "expressions",
        [
            *(e.copy() for e in node.expressions[: len(made.columns)]),
            *(guard.aliased(key.copy(), f"#k{place}") for place, key in enumerate(keys)),
        ],
    )
    sql, parameters = marks.finish(text)
    asks = tuple((hidden, value) for hidden, (_, value) in zip(made.hidden, values, strict=True))
    return Staged(sql, parameters, len(keys), tuple(keys), asks, node, marks)


def _keys(node: exp.Select, level: Level, width: int) -> list[exp.Expr] | None:
    """The expressions that rows are grouped by; none for a total; None where there are several groupings, or no grouping."""
    group = node.args.get("group")
    if group is None:
        return [] if any(functions.is_aggregate(n) for e in node.expressions[:width] for n in e.walk()) else None
    found: list[exp.Expr] = []
    for key in group.expressions:
        if type(key) is exp.Literal and not key.is_string and key.this.isdigit() and 1 <= int(key.this) <= width:
            found.append(node.expressions[int(key.this) - 1].this)
        elif type(key) in (exp.GroupingSets, exp.Rollup, exp.Cube, exp.Tuple, exp.Literal):
            return None
        elif type(key) is exp.Column and not key.args.get("table") and level.sources[0].find(key.name) is None:
            named = next((e for e in node.expressions[:width] if e.alias.lower() == key.name.lower()), None)
            if named is None:
                return None
            found.append(named.this)
        else:
            found.append(key)
    return found


def _fits(parts: list[exp.Expr], source: Source) -> bool:
    """Whether expressions mean the same beside the dataset alone: columns of it only, and no queries."""
    for part in parts:
        for node in part.walk():
            if isinstance(node, exp.Query | exp.Subquery | exp.Window):
                return False
            if type(node) is exp.Column and not node.name.startswith("#h"):
                table = node.args.get("table")
                if (table is not None and table.this.lower() != source.alias.lower()) or source.find(node.name) is None:
                    return False
    return True


def _names_persons(key: exp.Expr, source: Source) -> bool:
    for column in key.find_all(exp.Column):
        out = source.find(column.name)
        if out is not None and out.line.persons:
            return True
    return False
