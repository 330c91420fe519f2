"""A dataset as a decision lets it be seen, as SQL (reference: CASE guard, explicit columns):

    SELECT CASE WHEN t."#ok" THEN mask(t.a) END AS a, …
    FROM (SELECT p.a, <filter on stored values> AS "#ok" FROM read_parquet(?) AS p) AS t
    WHERE t."#ok"

The forms (rules.plan) and SQL (rules.govern) read datasets by this and by nothing else; rules.gate knows the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid

from ..types import All, And, Compare, In, IsNull, Like, Not, Nothing, Or
from . import masks
from .coerce import coerce
from .slots import SALT, Slot, bad_literal, files, mismatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from beijiang.trust.access.types import ColumnRule, Decision

    from ..types import ColumnSpec, Dataset, Where
    from .slots import Marks

OK = "#ok"
_COMPARE = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
EXACT: dict[str, type] = {"text": str, "integer": int, "date": date, "timestamp": datetime, "boolean": bool}
"""Types whose constants the engine compares with stored values without casting either."""


@dataclass(slots=True)
class Guard:
    """One dataset under one decision, for the length of one statement."""

    dataset: Dataset
    decision: Decision
    marks: Marks
    empty: bool = False
    """There is no file yet: an empty relation of the same columns stands in."""

    @property
    def rules(self) -> Mapping[str, ColumnRule]:
        """Columns that may be read, by name."""
        known = {c.name for c in self.dataset.columns}
        return {rule.name: rule for rule in self.decision.columns if rule.name in known}

    @property
    def readable(self) -> tuple[str, ...]:
        """Names of the columns that may be read, in the dataset's order."""
        rules = self.rules
        return tuple(c.name for c in self.dataset.columns if c.name in rules)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of the columns whose values name persons, readable or not."""
        return tuple(c.name for c in self.dataset.columns if c.subject)

    def spec(self, name: str) -> ColumnSpec:
        """This function will give the declaration of a column."""
        return next(c for c in self.dataset.columns if c.name == name)

    def mask(self, name: str) -> str:
        """This function will give the mask of a readable column."""
        return self.rules[name].mask

    def masked_type(self, name: str) -> str:
        """This function will give the type that a column has after its mask."""
        return masks.masked_type(self.spec(name).type, self.mask(name))

    def governed(self, columns: Iterable[str], hidden: Iterable[tuple[str, str]]) -> exp.Select:
        """This function will write the guarded SELECT of `columns`, and of subject columns as text under hidden names."""
        columns, hidden = tuple(dict.fromkeys(columns)), tuple(hidden)
        if not filter_columns(self.decision.filter) <= {c.name for c in self.dataset.columns}:
            raise mismatch()
        try:
            condition = self.condition(self.decision.filter, "p", raw=True)
        except (Invalid, TypeError):
            raise mismatch() from None
        raw = dict.fromkeys([*columns, *(name for name, _ in hidden)])
        inner = exp.Select(
            expressions=[*(aliased(column(n, "p"), n) for n in raw), aliased(condition, OK)],
        ).from_(self._rows([*raw, *filter_columns(self.decision.filter)]))
        guarded: list[exp.Expr] = []
        for name in columns:
            spec = self.spec(name)
            value = masks.masked(
                column(name, "t"), type_=spec.type, digits=spec.digits, mask=self.mask(name), salt=lambda: self.marks.slot(Slot(SALT))
            )
            guarded.append(aliased(_guarded(value), name))
        guarded += [aliased(_guarded(exp.cast(column(n, "t"), "TEXT")), h) for n, h in hidden]
        if not guarded:  # count(*) alone
            guarded.append(aliased(_guarded(exp.Literal.number(1)), "#one"))
        return exp.Select(expressions=guarded).from_(inner.subquery("t", copy=False), copy=False).where(column(OK, "t"), copy=False)

    def _rows(self, names: Sequence[str]) -> exp.Expr:
        alias = exp.TableAlias(this=exp.to_identifier("p", quoted=True))
        if not self.empty:
            given: list[exp.Expr] = [self.marks.slot(files(self.dataset.name))]
            if self.dataset.evolved:
                # Files written before a column was added do not have it: there it is NULL.
                given.append(exp.EQ(this=exp.column("union_by_name"), expression=exp.Boolean(this=True)))
            return exp.Table(this=exp.ReadParquet(expressions=given), alias=alias)
        shown = [
            aliased(exp.cast(exp.null(), masks.sql_type(self.spec(n).type, self.spec(n).digits)), n) for n in dict.fromkeys(names)
        ] or [aliased(exp.null(), "#one")]
        return exp.Subquery(this=exp.Select(expressions=shown).where(exp.Boolean(this=False)), alias=alias)

    def condition(self, part: Where, table: str, *, raw: bool) -> exp.Expr:
        """This function will write a filter; raw: on stored values (policy), else on masked ones (the person's)."""
        if isinstance(part, All | Nothing):
            return exp.Boolean(this=isinstance(part, All))
        if isinstance(part, And | Or):
            return joined([self.condition(p, table, raw=raw) for p in part.parts], exp.And if isinstance(part, And) else exp.Or)
        if isinstance(part, Not):
            return exp.Not(this=exp.Paren(this=self.condition(part.part, table, raw=raw)))
        type_ = self.spec(part.column).type if raw else self.masked_type(part.column)
        named = column(part.column, table)
        if isinstance(part, IsNull):
            return exp.Is(this=named, expression=exp.null())
        if isinstance(part, Like):
            if type_ != "text":
                raise bad_literal(part.column, type_, "LIKE")
            return exp.Like(this=named, expression=self.marks.bind(part.pattern))
        if isinstance(part, Compare):
            return _COMPARE[part.op](this=named, expression=self.marks.bind(literal(part.column, type_, part.literal)))
        if isinstance(part, In):
            if not part.literals:
                return exp.Boolean(this=False)
            values = [self.marks.bind(literal(part.column, type_, v)) for v in part.literals]
            return exp.In(this=named, expressions=values)
        raise TypeError(f"{type(part).__name__} is no condition")

    def may_stand_raw(self, part: Compare | In) -> bool:
        """This function will say whether a person's comparison may stand beside the policy's, on stored values.

        The guard hides from the engine that it compares stored values; beside the policy's it lets the engine skip row groups.
        Only such as cannot raise on any row, hidden ones included: an unmasked column and constants of exactly its type.
        """
        if part.column not in self.rules or self.mask(part.column) != "none" or (isinstance(part, Compare) and part.op == "!="):
            return False
        type_ = self.spec(part.column).type
        values = (part.literal,) if isinstance(part, Compare) else part.literals
        try:
            return type_ in EXACT and bool(values) and all(type(coerce(v, type_)) is EXACT[type_] for v in values)
        except ValueError:
            return False


def literal(name: str, type_: str, value: Any) -> Any:
    """This function will turn a constant into its column's type; Invalid ("lake.bad_literal") when it does not fit."""
    try:
        return coerce(value, type_)
    except ValueError:
        raise bad_literal(name, type_, value) from None


def column(name: str, table: str) -> exp.Column:
    """This function will give a quoted, qualified column."""
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def aliased(value: exp.Expr, name: str) -> exp.Alias:
    """This function will name an output. (sqlglot's own would name brackets around a query themselves.)"""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def present(value: exp.Expr) -> exp.Expr:
    """This function will ask whether there is a value: x IS NOT NULL."""
    return exp.Not(this=exp.Is(this=value, expression=exp.null()))


def joined(parts: list[exp.Expr], kind: type[exp.And | exp.Or | exp.Add]) -> exp.Expr:
    """This function will join conditions, or numbers, as a balanced tree, so that a thousand parts are ten levels deep."""
    if not parts:
        return exp.Boolean(this=kind is exp.And)
    if len(parts) == 1:
        return exp.Paren(this=parts[0])
    middle = len(parts) // 2
    return exp.Paren(this=kind(this=joined(parts[:middle], kind), expression=joined(parts[middle:], kind)))


def filter_columns(part: Where) -> set[str]:
    """This function will name the columns of a condition."""
    if isinstance(part, And | Or):
        return set().union(*(filter_columns(p) for p in part.parts))
    if isinstance(part, Not):
        return filter_columns(part.part)
    if isinstance(part, All | Nothing):
        return set()
    return {part.column}


def _guarded(value: exp.Expr) -> exp.Expr:
    """Even where an optimiser moved a person's predicate below the filter, a hidden row shows NULL."""
    return exp.Case(ifs=[exp.If(this=column(OK, "t"), true=value)])
