"""One SELECT, rewritten: its tables, its stars, its groups, and the hidden outputs that tell whose data each row is."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from .. import guard
from . import functions, gathers, hidden, hints, pivots, sources, stars
from .lines import Reader
from .model import MOST_SCANS, Cte, Level, Out, Question, Relation
from .sets import combine
from .words import NOTHING_RUN, refuse, too_long

Ctes = dict[str, Cte]


def compile_query(question: Question, node: exp.Expr, ctes: Ctes, outer: Level | None) -> Relation:
    """This function will rewrite a query in place, whatever its kind, and tell its outputs."""
    ready = question.ready.pop(id(node), None)
    if ready is not None:
        return ready
    made = _compiled(question, node, ctes, outer)
    if made.scans > MOST_SCANS:
        raise too_long(f"读取数据集超过 {MOST_SCANS} 次。", f"It reads datasets more than {MOST_SCANS} times.")
    return made


def _compiled(question: Question, node: exp.Expr, ctes: Ctes, outer: Level | None) -> Relation:
    if isinstance(node, exp.Subquery):
        return _bracketed(question, node, ctes, outer)
    if isinstance(node, exp.Pivot):
        source = compile_query(question, sources.all_of(node.this), ctes, outer)
        return compile_query(question, pivots.rewritten(question, node, source), ctes, outer)
    if isinstance(node, exp.Values):
        return sources.values(question, node, ctes, outer)
    inner = _with(question, node, ctes, outer)
    if isinstance(node, exp.SetOperation):
        return combine(question, node, inner, outer, compile_query)
    if isinstance(node, exp.Select):
        return _select(question, node, inner, outer)
    raise refuse(type(node).__name__)


def _bracketed(question: Question, node: exp.Subquery, ctes: Ctes, outer: Level | None) -> Relation:
    """( query ) with an ORDER BY or LIMIT of its own becomes SELECT * FROM (query) ORDER BY … LIMIT: its conditions may hold queries too."""
    further = {k: node.args.pop(k) for k in ("order", "limit", "offset", "with_") if node.args.get(k)}
    if not further:
        return compile_query(question, node.this, ctes, outer)
    alias = exp.TableAlias(this=exp.to_identifier(question.fresh("b"), quoted=True))
    query = sources.all_of(exp.Subquery(this=node.this, alias=alias))
    for key, value in further.items():
        query.set(key, value)
    return compile_query(question, query, ctes, outer)


def _with(question: Question, node: exp.Expr, ctes: Ctes, outer: Level | None) -> Ctes:
    """The queries of a WITH, each seeing the ones before it: never itself, never a later one."""
    clause = node.args.get("with_")
    if clause is None:
        return ctes
    known, own = dict(ctes), set()
    for cte in clause.expressions:
        name = cte.args["alias"].this.this
        if name.lower() in own:
            raise refuse(f"WITH {name[:40]} twice 重名")
        own.add(name.lower())
        made = compile_query(question, cte.this, known, outer)
        columns = stars.renamed(made.columns, cte.args["alias"].args.get("columns") or [])
        fresh = question.fresh("c")
        cte.set("this", made.node)
        alias = exp.TableAlias(this=exp.to_identifier(fresh, quoted=True))
        if columns != made.columns:
            names = [c.name for c in columns] + [h.name for h in made.hidden]
            alias.set("columns", [exp.to_identifier(name, quoted=True) for name in names])
        cte.set("alias", alias)
        known[name.lower()] = Cte(fresh, tuple(columns), tuple(made.hidden), made.scans, made.wide)
    return known


def _select(question: Question, node: exp.Select, ctes: Ctes, outer: Level | None) -> Relation:
    level = Level(outer)
    sources.from_clause(question, node, level, ctes, compile_query)
    stars.expand(question, node, level)
    aggregated = is_grouped(node)
    reader = Reader(question, level, ctes, compile_query, aggregated=aggregated)
    outputs = _outputs(node, reader)
    _clauses(node, reader)
    _order(question, node, level, ctes, outputs, reader)
    hints.push(node, level, question.marks)
    made = Relation(node, outputs, [], level.scans, level.wide(aggregated=aggregated, keys=bool(node.args.get("group"))), level)
    hidden.append(question, made, level, aggregated=aggregated)
    return hidden.distinct(question, made) if node.args.get("distinct") and not node.args["distinct"].args.get("on") else made


def is_grouped(node: exp.Select) -> bool:
    """This function will say whether a SELECT makes one row of several: by GROUP BY, HAVING or an aggregate outside windows."""
    if node.args.get("group") or node.args.get("having"):
        return True
    roots = [*node.expressions, node.args.get("qualify"), node.args.get("order")]
    return any(_aggregates(root) for root in roots if root is not None)


def _aggregates(root: exp.Expr) -> bool:
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if functions.is_aggregate(node) or type(node) in functions.GROUPINGS:
            return True
        if isinstance(node, exp.Query | exp.Subquery):
            continue
        if type(node) is exp.Window:
            # Its own function is no aggregate of the level; what stands inside it may be.
            call = node.this
            while type(call) in (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup):
                stack += [call.expression] if call.args.get("expression") else []
                call = call.this
            stack += [*call.iter_expressions(), *(c for k in ("partition_by",) for c in node.args.get(k) or []), *_some(node, "order")]
            continue
        stack += list(node.iter_expressions())
    return False


def _reads(root: exp.Expr, level: Level) -> bool:
    """Whether an output reads a column of its own level: GROUP BY ALL takes no constants, so that nothing still makes one row."""
    own = {source.alias.lower() for source in level.sources}
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, within = stack.pop()
        if type(node) is exp.Column and (not within or node.table.lower() in own):
            return True
        if type(node) is not exp.Window:
            stack += [(child, within or isinstance(node, exp.Query | exp.Subquery)) for child in node.iter_expressions()]
    return False


def _some(node: exp.Expr, key: str) -> list[exp.Expr]:
    found = node.args.get(key)
    return [found] if found is not None else []


def _outputs(node: exp.Select, reader: Reader) -> list[Out]:
    """The select list, every output under a name of its own, and where each comes from."""
    if not node.expressions:
        raise refuse("SELECT without columns 没有列")
    found: list[Out] = []
    taken: set[str] = set()
    made: list[exp.Expr] = []
    reader.handing = True
    for item in node.expressions:
        value = item.this if type(item) is exp.Alias else item
        written = item.args["alias"].this if type(item) is exp.Alias else None
        line = reader.read(value)
        name = stars.free(written or stars.default_name(value), taken)
        if written:
            reader.level.outputs.setdefault(written.lower(), line)
        found.append(Out(name, line))
        made.append(guard.aliased(value, name))
    node.set("expressions", made)
    reader.handing = False
    return found


def _clauses(node: exp.Select, reader: Reader) -> None:
    for window in node.args.get("windows") or []:
        gathers.window_parts(reader, window)
    where, having, qualify, group = (node.args.get(k) for k in ("where", "having", "qualify", "group"))
    if where is not None:
        reader.read(where.this, condition=True, before=True)
        where.set("this", balanced(where.this))
    if group is not None:
        _group(node, group, reader)
    for clause in (having, qualify):
        if clause is not None:
            reader.read(clause.this, condition=True)
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        reader.read(distinct.args["on"])


def _group(node: exp.Select, group: exp.Group, reader: Reader) -> None:
    if group.args.get("all"):
        keys = [i for i, item in enumerate(node.expressions, start=1) if not _aggregates(item) and _reads(item, reader.level)]
        group.set("all", None)
        group.set("expressions", [exp.Literal.number(i) for i in keys])
        if not keys:
            node.set("group", None)
        return
    stack = list(group.expressions)
    while stack:
        part = stack.pop()
        if type(part) in (exp.GroupingSets, exp.Rollup, exp.Cube, exp.Tuple, exp.Paren):
            stack += list(part.iter_expressions())
        else:
            reader.read(part, before=True)


def _order(question: Question, node: exp.Expr, level: Level, ctes: Ctes, outputs: list[Out], reader: Reader | None = None) -> None:
    order = node.args.get("order")
    if order is None:
        return
    keys: list[exp.Expr] = []
    for key in order.expressions:
        if type(key.this) is exp.Var:  # ORDER BY ALL: the visible outputs only
            for place in range(1, len(outputs) + 1):
                again = key.copy()
                again.set("this", exp.Literal.number(place))
                keys.append(again)
            continue
        if type(key.this) is exp.Literal and not key.this.is_string:
            if not key.this.this.isdigit() or not 1 <= int(key.this.this) <= len(outputs):
                raise refuse(f"ORDER BY {key.this.this[:20]}")
        elif not _named(key.this, outputs):
            level.outputs |= {c.name.lower(): c.line for c in outputs if c.name.lower() not in level.outputs}
            (reader or Reader(question, level, ctes, compile_query, aggregated=False)).read(key.this)
        keys.append(key)
    order.set("expressions", keys)


def _named(key: exp.Expr, outputs: list[Out]) -> bool:
    """ORDER BY looks for an output of that name first: a bare name that two tables have is then no question."""
    return type(key) is exp.Column and not key.args.get("table") and any(c.name.lower() == key.name.lower() for c in outputs)


def balanced(node: exp.Expr) -> exp.Expr:
    """This function will turn a long chain of AND or OR into a balanced tree: the engine counts its depth."""
    kind = type(node)
    if kind not in (exp.And, exp.Or):
        return node
    parts, stack = [], [node]
    while stack:
        part = stack.pop()
        if type(part) is kind:
            stack += [part.expression, part.this]
        else:
            parts.append(part)
    if len(parts) < 8:
        return node
    return guard.joined(parts, kind)


def same_width(left: Relation, right: Relation) -> None:
    """This function will refuse a set operation of queries that differ in their number of columns."""
    if len(left.columns) != len(right.columns):
        raise Invalid(
            "lake.sql_mistake",
            Words("这条 SQL 有误", "There is a mistake in this SQL"),
            Words(
                f"集合运算两边的列数不同。{NOTHING_RUN.zh}", f"The two sides of a set operation differ in their columns. {NOTHING_RUN.en}"
            ),
        )
