"""The last look at a text before the engine gets it: one query, only listed nodes, every dataset behind its guard.

Run twice, by who wrote the text and by the worker that executes it; so neither a fault in rules.plan or rules.govern nor a
forged request gets anything else to run. Its lists (gate_lists) are its own.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from . import flat, series
from . import gate_lists as lists

# It logs texts that it does not know; such a text may name a person.
logging.getLogger("sqlglot").addFilter(lambda record: False)
MAX_CHARS = 1_000_000
_CTE = re.compile(r"#c\d+\Z")
_FLAG = re.compile(r"[A-Za-z_ ]{0,40}\Z")
_NUMBER = re.compile(r"[0-9.]{1,70}([eE][+-]?\d{1,3})?\Z")
_RAW = {
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Is, exp.Null, exp.Boolean,
    exp.Column, exp.Identifier, exp.Placeholder,
}  # fmt: skip
_PATTERNS = (exp.RegexpLike, exp.RegexpFullMatch, exp.RegexpReplace, exp.RegexpExtract, exp.SimilarTo)
_CONSTANT = {exp.GenerateSeries, exp.Literal, exp.Neg, exp.Cast, exp.DataType, exp.Interval, exp.Var}
_QUERIES = (exp.Select, exp.Union, exp.Intersect, exp.Except)


class GateError(ValueError):
    """The text is not one that rules.plan or rules.govern writes; the message names the node, never a value."""


@lru_cache(maxsize=512)
def check(sql: str) -> None:
    """This function will return for a governed query and raise GateError for everything else."""
    if len(sql) > MAX_CHARS:
        raise GateError("too long")
    try:
        statements = sqlglot.parse(sql, read="duckdb", error_level=sqlglot.ErrorLevel.RAISE)
        root = statements[0] if len(statements) == 1 else None
        if root is None or type(root) not in _QUERIES:
            raise GateError("not one query")
        nodes = list(root.walk())
    except GateError:
        raise
    except Exception as error:
        raise GateError(type(error).__name__) from None
    ctes = {node.alias for node in nodes if type(node) is exp.CTE}
    sources = 0
    for node in nodes:
        _node(node)
        if type(node) is exp.Table:
            sources += _table(node, ctes)
        elif type(node) is exp.Select and node.args.get("from_") is None and _empty(node):
            sources += 1
    if not sources:
        raise GateError("no dataset")
    if flat.bare(root):
        raise GateError("a call that may fail, without its barrier")


def _node(node: exp.Expr) -> None:
    kind = type(node)
    if kind is exp.Anonymous:
        if not isinstance(node.this, str) or node.this.lower() not in lists.NAMES:
            raise GateError("function not listed")
    elif kind not in lists.NODES and kind not in lists.CALLS:
        raise GateError(f"{kind.__name__} not listed")
    clauses = lists.CLAUSES.get(kind)
    for key, value in node.args.items():
        if value in (None, False, []) or (isinstance(value, str) and not value):
            continue
        if clauses is not None and key not in clauses:
            raise GateError(f"{kind.__name__} with {key}")
        if isinstance(value, str) and kind not in (exp.Identifier, exp.Literal, exp.Var, exp.Anonymous) and not _FLAG.match(value):
            raise GateError(f"{kind.__name__} with a text in {key}")
    _detail(node, kind)


def _detail(node: exp.Expr, kind: type) -> None:
    if kind is exp.Var and str(node.this).upper() not in lists.WORDS:
        raise GateError("a word that is not listed")
    if kind is exp.Literal and not node.is_string and not _NUMBER.match(str(node.this)):
        raise GateError("a number")
    if kind is exp.Placeholder and node.this:
        raise GateError("a named parameter")
    if kind is exp.Star and type(node.parent) is not exp.Count:
        raise GateError("*")
    if kind is exp.ReadParquet and type(node.parent) is not exp.Table:
        raise GateError("table function elsewhere")
    if kind is exp.GenerateSeries and type(node.parent) is not exp.Table:
        raise GateError("a series elsewhere")
    if kind in _PATTERNS and any(
        part is not None and type(part) is not exp.Literal
        for part in (node.args.get(k) for k in ("expression", "replacement", "group", "modifiers"))
    ):
        raise GateError("a pattern that is not written out")
    if kind is exp.Escape and (type(node.expression) is not exp.Literal or type(node.this.expression) is not exp.Literal):
        raise GateError("a pattern that is not written out")
    if kind is exp.Array and node.args.get("value_constructor") is None and any(isinstance(part, exp.Query) for part in node.expressions):
        raise GateError("a list of a query's rows")
    if kind is exp.DataType and node.this not in lists.TYPES:
        raise GateError("a type that is not listed")
    if kind is exp.Select and not node.expressions:
        raise GateError("SELECT of nothing")
    if kind is exp.With and node.args.get("recursive"):
        raise GateError("recursive")
    if kind is exp.CTE and not _CTE.match(node.alias):
        raise GateError("WITH of a name that is not ours")
    if kind in (exp.Limit, exp.Offset) and (type(node.expression) is not exp.Literal or node.expression.is_string):
        raise GateError("a limit that is no number")
    if kind in (exp.Pad, exp.Repeat):
        count = node.args.get("expression") if kind is exp.Pad else node.args.get("times")
        if type(count) is not exp.Literal or count.is_string or not str(count.this).isdigit() or int(count.this) > 1000:
            raise GateError("a length without a bound")


def _table(node: exp.Expr, ctes: set[str]) -> int:
    """1 for a guarded dataset, 0 for a name of WITH."""
    source = node.this
    if type(source) is exp.Identifier:
        if source.this in ctes and _CTE.match(source.this):
            return 0
        raise GateError("a table that is not ours")
    if type(source) is exp.GenerateSeries:
        _series(source)
        return 0
    if type(source) is not exp.ReadParquet or type(source.expressions[0]) is not exp.Placeholder or not _by_name(source.expressions[1:]):
        raise GateError("a table that is not the internal one")
    if [k for k, v in source.args.items() if v] != ["expressions"] or node.alias != "p":
        raise GateError("a table function with options")
    _guarded(node.parent_select)
    return 1


def _by_name(options: list[exp.Expr]) -> bool:
    """Of the options of read_parquet only `union_by_name = TRUE` stands: it opens no other file."""
    return not options or [o.sql(dialect="duckdb").replace('"', "") for o in options] == ["union_by_name = TRUE"]


def _series(node: exp.Expr) -> None:
    """A calendar or a range of numbers: constants only, and none so large that the rows could fill the memory."""
    for child in node.walk():
        if type(child) not in _CONSTANT:
            raise GateError("a series with something else than constants")
        if type(child) is exp.Literal and not child.is_string and (not child.this.isdigit() or int(child.this) > 10**9):
            raise GateError("a series too long")
    if series.count(node) is None:
        raise GateError("a series too long")


def _empty(node: exp.Select) -> bool:
    """An empty relation that stands for a dataset without files: SELECT NULL… WHERE FALSE AS p, behind the guard too."""
    where = node.args.get("where")
    if (
        where is None
        or type(where.this) is not exp.Boolean
        or where.this.this
        or type(node.parent) is not exp.Subquery
        or node.parent.alias != "p"
    ):
        return False
    for item in node.expressions:
        value = item.this if type(item) is exp.Alias else item
        if type(value.this if type(value) is exp.Cast else value) is not exp.Null:
            return False
    outer = node.parent.parent_select
    _guarded(outer)
    return True


def _guarded(inner: Any) -> None:
    """SELECT CASE WHEN t.#ok THEN … END … FROM (SELECT p.a, … AS #ok FROM <dataset> AS p) AS t WHERE t.#ok [AND …]."""
    if type(inner) is not exp.Select or set(_present(inner)) != {"expressions", "from_"}:
        raise GateError("a dataset read otherwise than guarded")
    *columns, ok = inner.expressions
    if ok.alias != "#ok" or any(type(c) is not exp.Alias or type(c.this) is not exp.Column or c.this.table != "p" for c in columns):
        raise GateError("a dataset without its filter")
    bracket = inner.parent
    outer = bracket.parent_select if type(bracket) is exp.Subquery and bracket.alias == "t" else None
    if (
        type(outer) is not exp.Select
        or set(_present(outer)) != {"expressions", "from_", "where"}
        or outer.args["from_"].this is not bracket
    ):
        raise GateError("a dataset without its guard")
    first, *others = _conjuncts(outer.args["where"].this)
    if not _is_ok(first):
        raise GateError("a dataset without its filter applied")
    for condition in (ok.this, *others):
        # On stored values stand comparisons of columns with bound values and nothing else: none can raise.
        if any(type(n) not in _RAW for n in condition.walk()):
            raise GateError("a condition on stored values that is not listed")
    for item in outer.expressions:
        case = item.this if type(item) is exp.Alias else None
        if type(case) is not exp.Case or _present(case) != ["ifs"] or len(case.args["ifs"]) != 1 or not _is_ok(case.args["ifs"][0].this):
            raise GateError("a column without its guard")


def _conjuncts(node: Any) -> list[Any]:
    if type(node) is exp.Paren:
        return _conjuncts(node.this)
    return [*_conjuncts(node.this), *_conjuncts(node.expression)] if type(node) is exp.And else [node]


def _is_ok(node: Any) -> bool:
    return type(node) is exp.Column and node.name == "#ok" and node.table == "t"


def _present(node: exp.Expr) -> list[str]:
    return [k for k, v in node.args.items() if v not in (None, False, [])]
