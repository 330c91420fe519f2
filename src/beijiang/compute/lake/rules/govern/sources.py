"""FROM: datasets become governed subqueries, names of WITH become their queries, everything else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.words import Words

from . import stars
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
    if clause is None:
        if node.args.get("joins"):
            raise refuse("JOIN without FROM")
        return
    clause.set("this", _item(question, clause.this, level, ctes, compile_query))
    _nested(question, clause.this, level, ctes, compile_query)
    for join in node.args.get("joins") or []:
        _join(question, join, level, ctes, compile_query)
    for lateral in node.args.get("laterals") or []:
        raise refuse(type(lateral).__name__.upper())


def _nested(question: Question, item: exp.Expr, level: Level, ctes: dict[str, Cte], compile_query: Any) -> None:
    if item.args.get("joins"):
        raise refuse("joins in brackets 括号内的联接", _TABLES)


def _join(question: Question, join: exp.Join, level: Level, ctes: dict[str, Cte], compile_query: Any) -> None:
    side, kind, method = (str(join.args.get(k) or "").upper() for k in ("side", "kind", "method"))
    if kind in ("SEMI", "ANTI"):
        raise refuse(f"{kind} JOIN", Words("请改用 EXISTS 或 NOT EXISTS。", "Write EXISTS or NOT EXISTS."))
    before = list(level.sources)
    join.set("this", _item(question, join.this, level, ctes, compile_query))
    _nested(question, join.this, level, ctes, compile_query)
    new = level.sources[-1]
    if side in ("LEFT", "FULL") or method == "ASOF":
        new.optional = True
    if side in ("RIGHT", "FULL"):
        for source in before:
            source.optional = True
    reader = Reader(question, level, ctes, compile_query, aggregated=False)
    using = [i.this for i in join.args.get("using") or []]
    if method == "NATURAL":
        using = stars.common(before, new, question)
        join.set("method", None)
        join.set("using", [exp.to_identifier(n, quoted=True) for n in using])
    for name in using:
        _using(reader, name, before, new)
    if join.args.get("on") is not None:
        reader.read(join.args["on"], condition=True, before=True)


def _using(reader: Reader, name: str, before: list[Source], new: Source) -> None:
    sides = [s for s in before if s.find(name) is not None or (s.dataset and reader.question.survey)]
    other = reader._of(new, name)
    mine = [line for s in sides if (line := reader._of(s, name)) is not None]
    if other is None or not mine:
        from ..slots import withheld

        raise withheld([name])
    for line in mine:
        reader.compared(line, other)
        reader.question.conditions |= dict.fromkeys(sorted(line.reads | other.reads, key=lambda o: (o.dataset, o.column)))
    reader.level.merged.add(name.lower())


def _item(question: Question, node: exp.Expr, level: Level, ctes: dict[str, Cte], compile_query: Any) -> exp.Expr:
    if node.args.get("pivots"):
        raise refuse("PIVOT")
    if type(node) is exp.Lateral:
        node = _lateral(node)
    alias = node.args.get("alias")
    name = alias.this.this if alias is not None and alias.this is not None else ""
    renames = (alias.args.get("columns") or []) if alias is not None else []
    if type(node) is exp.Table:
        made, source = _table(question, node, name, ctes)
    elif type(node) in (exp.Subquery, exp.Values):
        made, source = _derived(question, node, name, level, ctes, compile_query)
    else:
        raise refuse(type(node).__name__, _TABLES)
    if any(s.alias.lower() == source.alias.lower() for s in level.sources):
        raise refuse(f"two tables named 重名的表 {source.alias[:40]}")
    if renames:
        source.columns = stars.renamed(source.columns, renames)
        made.args["alias"].set("columns", [exp.to_identifier(c.name, quoted=True) for c in source.columns])
    level.sources.append(source)
    return made


def _lateral(node: exp.Expr) -> exp.Expr:
    inner = node.this
    if type(inner) is not exp.Subquery or node.args.get("view") or node.args.get("outer"):
        raise refuse("LATERAL", _TABLES)
    inner.set("alias", node.args.get("alias"))
    return inner


def _table(question: Question, node: exp.Table, alias: str, ctes: dict[str, Cte]) -> tuple[exp.Expr, Source]:
    name = node.this.this
    cte = ctes.get(name.lower())
    shown = exp.TableAlias(this=exp.to_identifier(alias or name, quoted=True))
    if cte is not None:
        made = exp.Table(this=exp.to_identifier(cte.name, quoted=True), alias=shown)
        return made, Source(alias or name, list(cte.columns), list(cte.hidden))
    source = question.tables.open(name.lower())
    source.alias = alias or name
    question.used.setdefault(source.dataset, {})
    governed = source.governed or exp.Select(expressions=[exp.Star()])
    source.governed = governed
    return exp.Subquery(this=governed, alias=shown), source


def _derived(
    question: Question, node: exp.Expr, alias: str, level: Level, ctes: dict[str, Cte], compile_query: Any
) -> tuple[exp.Expr, Source]:
    node.set("alias", None)
    made = compile_query(question, node, ctes, level)
    name = alias or question.fresh("t")
    table = exp.Subquery(this=made.node, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    return table, Source(name, made.columns, made.hidden)


def values(question: Question, node: exp.Values, ctes: dict[str, Cte], outer: Level | None) -> Relation:
    """This function will read VALUES as a query: its columns are col0, col1 …, as the engine names them."""
    from .levels import compile_query

    level_reader = Reader(question, _empty(outer), ctes, compile_query, aggregated=False)
    rows = [list(row.expressions) if type(row) is exp.Tuple else [row] for row in node.expressions]
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
        exp.Select(expressions=[exp.alias_(s, c.name, quoted=True) for s, c in zip(shown, columns, strict=True)]).from_(node), columns, []
    )


def _empty(outer: Level | None) -> Level:
    from .model import Level

    return Level(outer)
