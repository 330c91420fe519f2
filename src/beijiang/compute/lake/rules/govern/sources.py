"""FROM: datasets become governed subqueries, names of WITH become their queries, everything else is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.words import Words

from .. import guard
from ..definition import NAME
from ..slots import withheld
from . import pivots, stars
from .lines import Reader
from .model import NONE, Line, Out, Relation, Source, either
from .words import refuse

if TYPE_CHECKING:
    from .model import Cte, Level, Question

_TABLES = Words(
    "FROM 中只能写目录里的数据集、WITH 中的名称、子查询和 VALUES，名称前不带库名。",
    "FROM takes datasets of the catalogue, names of WITH, subqueries and VALUES; names have no prefix.",
)


def from_clause(question: Question, node: exp.Select, level: Level, ctes: dict[str, Cte], compile_query: Any) -> None:
    """This function will rewrite all tables of a SELECT, in order; each may refer to those before it."""
    clause = node.args.get("from_")
    if node.args.get("laterals") or (clause is None and node.args.get("joins")):
        raise refuse("JOIN without FROM")
    if clause is None:
        return
    scope = _Scope(question, level, ctes, compile_query)
    clause.set("this", _item(scope, clause.this))
    node.set("joins", _joins(scope, node.args.get("joins") or [], node))


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a FROM stands."""

    question: Question
    level: Level
    ctes: dict[str, Cte]
    compile: Any

    def reader(self) -> Reader:
        """This function will give a reader of conditions of joins."""
        return Reader(self.question, self.level, self.ctes, self.compile, aggregated=False)


def _joins(scope: _Scope, joins: list[exp.Expr], node: exp.Select | None) -> list[exp.Expr]:
    made = []
    for place, join in enumerate(joins):
        kind = str(join.args.get("kind") or "").upper()
        if kind in ("SEMI", "ANTI"):
            if node is None or any(str(j.args.get("side") or "").upper() in ("RIGHT", "FULL") for j in joins[place + 1 :]):
                raise refuse(f"{kind} JOIN", Words("请改用 EXISTS 或 NOT EXISTS。", "Write EXISTS or NOT EXISTS."))
            _semi(scope, join, node, kind)
            continue
        _join(scope, join)
        made.append(join)
    return made


def _semi(scope: _Scope, join: exp.Expr, node: exp.Select, kind: str) -> None:
    """a SEMI JOIN b ON x → WHERE EXISTS (SELECT 1 FROM b WHERE x); ANTI → NOT EXISTS."""
    condition = join.args.get("on")
    for name in join.args.get("using") or []:
        # The brackets' own source is the nearest: a bare name there means it, a qualified one the side before.
        left = next((s for s in scope.level.sources if s.find(name.this) is not None or (s.dataset and scope.question.survey)), None)
        if left is None:
            raise withheld([name.this])
        alias = join.this.alias or join.this.name
        same = exp.EQ(this=guard.column(name.this, left.alias), expression=guard.column(name.this, alias))
        condition = same if condition is None else exp.And(this=condition, expression=same)
    if condition is None:
        raise refuse(f"{kind} JOIN without ON")
    query = exp.Select(expressions=[exp.Literal.number(1)]).from_(join.this)
    query.set("where", exp.Where(this=condition))
    found: exp.Expr = exp.Exists(this=query)
    if kind == "ANTI":
        found = exp.Not(this=found)
    where = node.args.get("where")
    node.set("where", exp.Where(this=found if where is None else exp.And(this=exp.Paren(this=where.this), expression=found)))


def _join(scope: _Scope, join: exp.Expr) -> None:
    side, method = (str(join.args.get(k) or "").upper() for k in ("side", "method"))
    level = scope.level
    before = list(level.sources)
    join.set("this", _item(scope, join.this))
    new = level.sources[len(before) :]
    for source in new if side in ("LEFT", "FULL") or method == "ASOF" else []:
        source.optional = True
    for source in before if side in ("RIGHT", "FULL") else []:
        source.optional = True
    using = [i.this for i in join.args.get("using") or []]
    if method == "NATURAL":
        using = stars.common(before, new, scope.question)
        join.set("method", None)
        join.set("using", [exp.to_identifier(n, quoted=True) for n in using])
    reader = scope.reader()
    for name in using:
        _using(reader, name, before, new)
    if join.args.get("on") is not None:
        reader.read(join.args["on"], condition=True, before=True)


def _using(reader: Reader, name: str, before: list[Source], new: list[Source]) -> None:
    survey = reader.question.survey
    mine, other = (
        [line for s in side if s.find(name) is not None or (s.dataset and survey) if (line := reader.of(s, name)) is not None]
        for side in (before, new)
    )
    if not other or not mine:
        raise withheld([name])
    for one in mine:
        for two in other:
            reader.compared(one, two)
            reader.question.conditions |= dict.fromkeys(sorted(one.reads | two.reads, key=lambda o: (o.dataset, o.column)))
    reader.level.merged.add(name.lower())


def _item(scope: _Scope, node: exp.Expr) -> exp.Expr:
    question, level = scope.question, scope.level
    pivots_ = node.args.get("pivots")
    if pivots_:
        return _pivoted(scope, node, pivots_)
    if type(node) is exp.Lateral:
        node = _lateral(node)
    alias = node.args.get("alias")
    if (
        type(node) is exp.Subquery
        and type(node.this) in (exp.Table, exp.Subquery)
        and not any(node.args.get(k) for k in ("order", "limit", "offset"))
    ):
        inner = node.this
        if inner.args.get("joins") or type(inner) is exp.Table:
            return _bracketed(scope, node, inner)
    joins = node.args.pop("joins", None) or []
    name = alias.this.this if alias is not None and alias.this is not None else ""
    renames = (alias.args.get("columns") or []) if alias is not None else []
    if type(node) is exp.Table:
        made, source = _series(question, node, name) if type(node.this) is exp.GenerateSeries else _table(question, node, name, scope.ctes)
    elif type(node) in (exp.Subquery, exp.Values):
        made, source = _derived(scope, node, name)
    else:
        raise refuse(type(node).__name__, _TABLES)
    if any(s.alias.lower() == source.alias.lower() for s in level.sources):
        raise refuse(f"two tables named 重名的表 {source.alias[:40]}")
    if renames:
        source.columns = stars.renamed(source.columns, renames)
        made.args["alias"].set("columns", [exp.to_identifier(c.name, quoted=True) for c in source.columns])
    level.sources.append(source)
    if joins:
        made.set("joins", _joins(scope, joins, None))
    return made


def _bracketed(scope: _Scope, node: exp.Expr, inner: exp.Expr) -> exp.Expr:
    """( a JOIN b ON … ): brackets around joins are kept, brackets around one table are not."""
    if node.args.get("alias") is not None:
        if inner.args.get("joins") or inner.args.get("alias") is not None:
            raise refuse("brackets with a name around a join 给括号内的联接命名", _TABLES)
        inner.set("alias", node.args["alias"])
    made = _item(scope, inner)
    return exp.Subquery(this=made) if made.args.get("joins") else made


def _pivoted(scope: _Scope, node: exp.Expr, found: list[exp.Pivot]) -> exp.Expr:
    if len(found) != 1:
        raise refuse("several PIVOTs 多个 PIVOT")
    node.set("pivots", None)
    source = scope.compile(scope.question, all_of(node), scope.ctes, scope.level)
    query = pivots.rewritten(scope.question, found[0], source)
    return _item(scope, exp.Subquery(this=query, alias=found[0].args.get("alias")))


def all_of(node: exp.Expr) -> exp.Select:
    """This function will write SELECT * FROM a table."""
    return exp.Select(expressions=[exp.Star()]).from_(node)


def _series(question: Question, node: exp.Table, alias: str) -> tuple[exp.Expr, Source]:
    """range(…) and generate_series(…) with constant bounds: one column of that name."""
    column = "range" if node.this.args.get("is_end_exclusive") else "generate_series"
    name = alias or column
    shown = exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=[exp.to_identifier(column, quoted=True)])
    return exp.Table(this=node.this, alias=shown), Source(name, [Out(column)])


def _lateral(node: exp.Expr) -> exp.Expr:
    inner = node.this
    if type(inner) is not exp.Subquery or node.args.get("view") or node.args.get("outer"):
        raise refuse("LATERAL", _TABLES)
    inner.set("alias", node.args.get("alias"))
    return inner


def _table(question: Question, node: exp.Table, alias: str, ctes: dict[str, Cte]) -> tuple[exp.Expr, Source]:
    name = node.this.this
    cte = ctes.get(name.lower())
    if cte is None and not NAME.match(name.lower()):
        # What is no name of a dataset may be anything, a person's number too: it must not get into the log as one.
        raise refuse("name of a dataset 数据集名称", _TABLES)
    shown = exp.TableAlias(this=exp.to_identifier(alias or name, quoted=True))
    if cte is not None:
        made = exp.Table(this=exp.to_identifier(cte.name, quoted=True), alias=shown)
        return made, Source(alias or name, list(cte.columns), list(cte.hidden), scans=cte.scans, wide=cte.wide)
    source = question.tables.open(name.lower())
    source.alias, source.scans, source.wide = alias or name, 1, Counter({source.dataset: 1})
    question.used.setdefault(source.dataset, {})
    governed = source.governed or exp.Select(expressions=[exp.Star()])
    source.governed = governed
    return exp.Subquery(this=governed, alias=shown), source


def _derived(scope: _Scope, node: exp.Expr, alias: str) -> tuple[exp.Expr, Source]:
    node.set("alias", None)
    made = scope.compile(scope.question, node, scope.ctes, scope.level)
    name = alias or scope.question.fresh("t")
    table = exp.Subquery(this=made.node, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    return table, Source(name, made.columns, made.hidden, scans=made.scans, wide=made.wide)


def values(question: Question, node: exp.Values, ctes: dict[str, Cte], outer: Level | None) -> Relation:
    """This function will read VALUES as a query: its columns are col0, col1 …, as the engine names them."""
    from .levels import compile_query

    level_reader = Reader(question, _empty(outer), ctes, compile_query, aggregated=False)
    rows = [list(row.expressions) if type(row) is exp.Tuple else [row] for row in node.expressions]
    if any(cell.find(exp.Query) is not None for row in rows for cell in row):
        # What a query in there hands over would stand in a row that is about nobody.
        raise refuse("VALUES with a query 含子查询")
    if not rows or len({len(row) for row in rows}) != 1:
        raise refuse("VALUES of different lengths 列数不同")
    lines: list[list[Line]] = [[level_reader.read(cell) for cell in row] for row in rows]
    columns = [Out(f"col{i}", either(column) if column else NONE) for i, column in enumerate(zip(*lines, strict=True))]
    shown: list[exp.Expr] = [exp.column(exp.to_identifier(c.name, quoted=True)) for c in columns]
    node.set(
        "alias",
        exp.TableAlias(
            this=exp.to_identifier(question.fresh("v"), quoted=True), columns=[exp.to_identifier(c.name, quoted=True) for c in columns]
        ),
    )
    return Relation(
        exp.Select(expressions=[guard.aliased(s, c.name) for s, c in zip(shown, columns, strict=True)]).from_(node), columns, []
    )


def _empty(outer: Level | None) -> Level:
    from .model import Level

    return Level(outer)
