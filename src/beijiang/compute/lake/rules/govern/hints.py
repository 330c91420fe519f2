"""Conditions that may stand on the stored values, so that the engine skips row groups: a look-up reads one, not all."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ...types import Compare, In
from .. import guard, slots

if TYPE_CHECKING:
    from ..slots import Marks
    from .model import Level, Source

MOST = 20
"""Conditions that are moved at most."""
_OPS: dict[type, str] = {exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_FLIP = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def push(node: exp.Select, level: Level, marks: Marks | None) -> None:
    """This function will move each fitting conjunct of WHERE into the guarded SELECT of the dataset it is about.

    Only where that changes nothing: the dataset stands in FROM itself, and not on a side of a join that may be without a row; the
    column is shown as it is stored, and the constant is of its very type. What was moved need not be tried a second time.
    """
    where = node.args.get("where")
    if where is None:
        return
    moved: dict[int, dict[Compare | In, None]] = {}
    kept: list[exp.Expr] = []
    for part in _conjuncts(where.this):
        found = [_fitting(piece, level, marks) for piece in _pieces(part)]
        new = [each for each in found if each is not None]
        if len(new) == len(found) and sum(map(len, moved.values())) + len(new) <= MOST:
            for place, condition in new:
                moved.setdefault(place, {})[condition] = None
        else:
            kept.append(part)
    for place, conditions in moved.items():
        source = level.sources[place]
        if source.guard is not None and source.governed is not None:
            ok = source.governed.args["where"]
            raw = guard.joined([source.guard.condition(c, "t", raw=True) for c in conditions], exp.And)
            ok.set("this", exp.And(this=ok.this, expression=raw))
    if moved:
        node.set("where", exp.Where(this=guard.joined(kept, exp.And)) if kept else None)


def _conjuncts(node: Any) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    stack: list[Any] = [node]
    while stack:
        part = stack.pop()
        if type(part) is exp.And:
            stack += [part.expression, part.this]
        elif type(part) is exp.Paren and type(part.this) in (exp.And, exp.Paren):
            stack.append(part.this)
        else:
            found.append(part)
    return found


def _pieces(part: exp.Expr) -> list[exp.Expr]:
    while type(part) is exp.Paren:
        part = part.this
    if type(part) is exp.Between and not part.args.get("negate"):
        return [exp.GTE(this=part.this, expression=part.args["low"]), exp.LTE(this=part.this, expression=part.args["high"])]
    return [part]


def _fitting(part: exp.Expr, level: Level, marks: Marks | None) -> tuple[int, Compare | In] | None:
    """Which table a condition may move into, and what it says; None where it must stay."""
    comparison = _comparison(part, marks)
    if comparison is None:
        return None
    column, op, values = comparison
    source = _source(column, level)
    if source is None or source.guard is None:
        return None
    name = column.name.lower()
    made = In(name, tuple(values)) if op == "in" else Compare(name, op, values[0])  # type: ignore[arg-type]
    if not source.guard.may_stand_raw(made):
        return None
    return next(i for i, s in enumerate(level.sources) if s is source), made


def _comparison(part: exp.Expr, marks: Marks | None) -> tuple[exp.Column, str, list[Any]] | None:
    kind = type(part)
    if kind is exp.In and type(part.this) is exp.Column and part.expressions and not part.args.get("negate"):
        values = [_constant(value, marks) for value in part.expressions]
        return None if any(v is None for v in values) else (part.this, "in", values)
    op = _OPS.get(kind)  # type: ignore[arg-type]  # any kind may be asked for
    if op is None:
        return None
    left, right = part.this, part.expression
    if type(left) is not exp.Column:
        left, right, op = right, left, _FLIP[op]
    value = _constant(right, marks)
    return (left, op, [value]) if type(left) is exp.Column and value is not None else None


def _source(column: exp.Column, level: Level) -> Source | None:
    table = column.args.get("table")
    if table is not None:
        found = [s for s in level.sources if s.alias.lower() == table.this.lower() and s.find(column.name) is not None]
    else:
        found = [s for s in level.sources if s.find(column.name) is not None]
    # A renamed column of a dataset is not the stored one of that name.
    if len(found) != 1 or found[0].optional or found[0].guard is None:
        return None
    out = found[0].find(column.name)
    plain = out.line.plain if out is not None else None
    return found[0] if plain is not None and plain.column == column.name.lower() else None


def _constant(node: Any, marks: Marks | None) -> Any:
    """The constant as Python has it, or None for anything that is not certainly the same in the engine."""
    kind = type(node)
    if kind is exp.Placeholder:
        return slots.marked(marks, node) if marks is not None else None
    if kind is exp.Paren:
        return _constant(node.this, marks)
    if kind is exp.Literal:
        if node.is_string:
            return str(node.this)
        return int(node.this) if node.this.isdigit() and len(node.this) <= 18 else None
    if kind is exp.Neg and type(node.this) is exp.Literal and not node.this.is_string:
        value = _constant(node.this, marks)
        return -value if value is not None else None
    if kind is exp.Boolean:
        return bool(node.this)
    if kind is exp.Cast and type(node.this) is exp.Literal and node.this.is_string:
        try:
            if node.args["to"].this == exp.DataType.Type.DATE:
                return date.fromisoformat(node.this.this)
            if node.args["to"].this in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ):
                return datetime.fromisoformat(node.this.this)
        except ValueError:
            return None
    return None
