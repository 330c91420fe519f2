"""The last look at a text before the engine gets it: one SELECT, only listed nodes, only the internal table function.

Run twice, by who wrote the text and by the worker that executes it; so neither a fault in rules.plan nor a forged
request gets anything else to run.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

NODES = frozenset(
    {
        exp.Select,
        exp.From,
        exp.Where,
        exp.Group,
        exp.Order,
        exp.Ordered,
        exp.Limit,
        exp.Subquery,
        exp.Table,
        exp.TableAlias,
        exp.Alias,
        exp.Identifier,
        exp.Column,
        exp.Star,
        exp.Literal,
        exp.Null,
        exp.Boolean,
        exp.Placeholder,
        exp.Paren,
        exp.ReadParquet,
        exp.And,
        exp.Or,
        exp.Not,
        exp.EQ,
        exp.NEQ,
        exp.LT,
        exp.LTE,
        exp.GT,
        exp.GTE,
        exp.In,
        exp.Like,
        exp.Is,
        exp.Case,
        exp.If,
        exp.Cast,
        exp.DataType,
        exp.DataTypeParam,
        exp.DPipe,
        exp.Left,
        exp.Right,
        exp.Length,
        exp.Year,
        exp.SHA2,
        exp.Count,
        exp.Distinct,
        exp.Sum,
        exp.Avg,
        exp.Min,
        exp.Max,
    }
)
ANONYMOUS = frozenset({"sha256"})
MAX_CHARS = 1_000_000


class GateError(ValueError):
    """The text is not one that rules.plan writes; the message names the node, never a value."""


@lru_cache(maxsize=512)
def check(sql: str) -> None:
    """This function will return for a governed SELECT and raise GateError for everything else."""
    if len(sql) > MAX_CHARS:
        raise GateError("too long")
    try:
        statements = sqlglot.parse(sql, read="duckdb", error_level=sqlglot.ErrorLevel.RAISE)
        if len(statements) != 1 or type(statements[0]) is not exp.Select:
            raise GateError("not one SELECT")
        for node in statements[0].walk():
            _check(node)
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise GateError(type(error).__name__) from None


def _check(node: exp.Expr) -> None:
    kind = type(node)
    if kind is exp.Anonymous:
        if str(node.this).lower() not in ANONYMOUS:
            raise GateError("function not listed")
        return
    if kind not in NODES:
        raise GateError(f"{kind.__name__} not listed")
    if kind is exp.Table:
        source = node.this
        if type(source) is not exp.ReadParquet or len(source.expressions) != 1 or type(source.expressions[0]) is not exp.Placeholder:
            raise GateError("a table that is not the internal one")
        if any(value for key, value in node.args.items() if key not in ("this", "alias")):
            raise GateError("a table with further clauses")
    if kind is exp.ReadParquet and type(node.parent) is not exp.Table:
        raise GateError("table function elsewhere")
    if kind is exp.Star and type(node.parent) is not exp.Count:
        raise GateError("*")
    if kind is exp.Select:
        if node.args.get("from_") is None or not node.expressions:
            raise GateError("SELECT without FROM")
        for key, value in node.args.items():
            if value and key not in ("expressions", "from_", "where", "group", "order", "limit"):
                raise GateError(f"clause {key}")
    if kind is exp.Subquery and any(value for key, value in node.args.items() if key not in ("this", "alias")):
        raise GateError("a subquery with further clauses")
    if kind is exp.In and any(value for key, value in node.args.items() if key not in ("this", "expressions")):
        raise GateError("IN with a query")
