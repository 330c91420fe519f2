"""Which nodes and clauses a question may be made of. Every other node, and every other part of a listed one, is refused by name."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from beijiang.kernel.words import Words

from .. import series
from . import functions
from .words import refuse

QUERIES = (exp.Select, exp.Union, exp.Intersect, exp.Except)
MAX_NAME = 63
_NAME = re.compile(r"[^#\"\x00-\x1f\x7f]+\Z")
_FLAG = re.compile(r"[A-Za-z_ ]{0,40}\Z")
_NUMBER = re.compile(r"\d{1,38}(\.\d{0,30})?([eE][+-]?\d{1,3})?\Z|\.\d{1,30}([eE][+-]?\d{1,3})?\Z")

_BINARY = ("this", "expression")
CLAUSES: dict[type, tuple[str, ...]] = {
    exp.Select: (
        "with_", "distinct", "expressions", "from_", "joins", "laterals", "where", "group", "having", "qualify", "windows", "order",
        "limit", "offset",
    ),
    exp.Union: ("this", "expression", "distinct", "by_name", "with_", "order", "limit", "offset"),
    exp.Intersect: ("this", "expression", "distinct", "with_", "order", "limit", "offset"),
    exp.Except: ("this", "expression", "distinct", "with_", "order", "limit", "offset"),
    exp.With: ("expressions",),
    exp.CTE: ("this", "alias", "materialized"),
    exp.Subquery: ("this", "alias", "with_", "order", "limit", "offset", "pivots", "joins"),
    exp.Values: ("expressions", "alias"),
    exp.Table: ("this", "alias", "pivots", "joins"),
    exp.GenerateSeries: ("start", "end", "step", "is_end_exclusive"),
    exp.TableAlias: ("this", "columns"),
    exp.Lateral: ("this", "alias", "view", "outer"),
    exp.From: ("this",),
    exp.Join: ("this", "on", "using", "side", "kind", "method"),
    exp.Where: ("this",),
    exp.Having: ("this",),
    exp.Qualify: ("this",),
    exp.Group: ("expressions", "all"),
    exp.GroupingSets: ("expressions",),
    exp.Rollup: ("expressions",),
    exp.Cube: ("expressions",),
    exp.Order: ("this", "expressions"),
    exp.Ordered: ("this", "desc", "nulls_first"),
    exp.Limit: ("expression",),
    exp.Offset: ("expression",),
    exp.Distinct: ("expressions", "on"),
    exp.Window: ("this", "partition_by", "order", "spec", "alias", "over"),
    exp.WindowSpec: ("kind", "start", "start_side", "end", "end_side", "exclude"),
    exp.Alias: ("this", "alias"),
    exp.Identifier: ("this", "quoted"),
    exp.Column: ("this", "table"),
    exp.Star: ("except_", "replace"),
    exp.Literal: ("this", "is_string"),
    exp.Null: (),
    exp.Boolean: ("this",),
    exp.Paren: ("this",),
    exp.Tuple: ("expressions",),
    exp.Interval: ("this", "unit"),
    exp.Var: ("this",),
    exp.DataType: ("this", "expressions", "nested"),
    exp.DataTypeParam: ("this",),
    exp.Cast: ("this", "to"),
    exp.TryCast: ("this", "to", "safe"),
    exp.Not: ("this",),
    exp.Neg: ("this",),
    exp.In: ("this", "expressions", "query", "negate"),
    exp.Between: ("this", "low", "high", "negate"),
    exp.Like: (*_BINARY, "negate"),
    exp.ILike: (*_BINARY, "negate"),
    exp.SimilarTo: (*_BINARY, "negate"),
    exp.Is: (*_BINARY, "negate"),
    exp.Escape: _BINARY,
    exp.Any: ("this",),
    exp.All: ("this",),
    exp.Exists: ("this",),
    exp.Case: ("this", "ifs", "default"),
    exp.If: ("this", "true", "false"),
    exp.Filter: _BINARY,
    exp.WithinGroup: _BINARY,
    exp.IgnoreNulls: ("this",),
    exp.RespectNulls: ("this",),
    exp.Bracket: ("this", "expressions"),
    exp.Slice: _BINARY,
    exp.AtTimeZone: ("this", "zone"),
    exp.Pivot: (
        "this", "expressions", "fields", "unpivot", "using", "group", "into", "columns", "alias", "default_on_null",
        "include_nulls", "value_columns_first", "identify_pivot_strings", "prefixed_pivot_columns", "pivot_column_naming",
    ),
    exp.UnpivotColumns: ("this", "expressions"),
    exp.PivotAlias: ("this", "alias"),
    exp.Div: (*_BINARY, "typed", "safe"),
    exp.DPipe: (*_BINARY, "safe"),
}  # fmt: skip
_OPERATORS = (
    exp.And, exp.Or, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul,
    exp.IntDiv, exp.Mod,
)  # fmt: skip
CLAUSES |= dict.fromkeys(_OPERATORS, _BINARY)


TYPES = frozenset(
    {
        exp.DataType.Type[name]
        for name in (
            "TINYINT", "SMALLINT", "INT", "BIGINT", "INT128", "UTINYINT", "USMALLINT", "UINT", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL",
            "TEXT", "VARCHAR", "BOOLEAN", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPNTZ", "TIMESTAMPTZ", "INTERVAL",
        )
    }
)  # fmt: skip

_SIDES = {"", "LEFT", "RIGHT", "FULL"}
_KINDS = {"", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"}
_METHODS = {"", "NATURAL", "ASOF"}
PATTERNS = Words("模式、替换和选项要直接写成文本。", "Patterns, replacements and options must be written out as texts.")
LIMITS = Words("LIMIT 和 OFFSET 只接受整数。", "LIMIT and OFFSET take whole numbers only.")


def name_of(node: Any) -> str:
    """This function will name a node as its writer would know it."""
    if isinstance(node, exp.Command):
        return str(node.this).upper()[:40]
    if isinstance(node, exp.Anonymous):
        return f"{str(node.this)[:40]}()"
    if isinstance(node, exp.Func):
        return f"{node.sql_name()}()"
    return type(node).__name__ if isinstance(node, exp.Expr) else str(node)[:40]


def check(root: Any) -> exp.Query:
    """This function will return the tree when every node in it is listed; else it refuses the first that is not."""
    if type(root) is exp.Pivot:
        root = exp.Select(expressions=[exp.Star()]).from_(exp.Subquery(this=root))
    if not isinstance(root, exp.Query) or type(root) not in QUERIES:
        raise refuse(name_of(root))
    for node in root.walk():
        _check(node)
    return root


def _check(node: exp.Expr) -> None:
    kind = type(node)
    clauses = CLAUSES.get(kind)
    if clauses is None:
        if not functions.listed(node):
            raise refuse(name_of(node))
        clauses = tuple(node.arg_types)
    for key, value in node.args.items():
        if value in (None, False, []) or (isinstance(value, str) and not value):
            continue
        if key not in clauses:
            raise refuse(f"{name_of(node)} … {key.strip('_').upper()}")
        if isinstance(value, str) and kind not in (exp.Identifier, exp.Literal, exp.Var, exp.Anonymous) and not _FLAG.match(value):
            raise refuse(f"{name_of(node)} … {key.strip('_').upper()}")
    detail = _DETAILS.get(kind)
    if detail is not None:
        detail(node)


def _identifier(node: exp.Expr) -> None:
    check_name(node.this)


def check_name(name: object) -> None:
    """This function will refuse a name that could be taken for one of ours."""
    if not isinstance(name, str) or not _NAME.match(name) or len(name) > MAX_NAME:
        raise refuse(
            "name 名称",
            Words(
                f"名称不能含有 # 和引号，最多 {MAX_NAME} 个字符。",
                f"A name has neither # nor quotation marks, and at most {MAX_NAME} characters.",
            ),
        )


def _literal(node: exp.Expr) -> None:
    if not isinstance(node.this, str) or (not node.is_string and not _NUMBER.match(node.this)):
        raise refuse("number 数字")


def _var(node: exp.Expr) -> None:
    word = str(node.this).upper()
    inside = type(node.parent)
    if inside is exp.Ordered and word == "ALL":
        return
    if inside is exp.WindowSpec and word in ("TIES", "GROUP", "CURRENT ROW", "NO OTHERS"):
        return
    if word not in functions.PARTS:
        raise refuse(f"{word[:30]}")


def _anonymous(node: exp.Expr) -> None:
    if not isinstance(node.this, str) or node.args.get("quoted"):
        raise refuse(name_of(node))


def _type(node: exp.Expr) -> None:
    if node.this not in TYPES or any(type(p) is not exp.DataTypeParam or type(p.this) is not exp.Literal for p in node.expressions):
        raise refuse(f"CAST AS {str(getattr(node.this, 'value', node.this))[:30]}")


def _limit(node: exp.Expr) -> None:
    value = node.expression
    if type(value) is not exp.Literal or value.is_string or not str(value.this).isdigit():
        raise refuse(type(node).__name__.upper(), LIMITS)


def _join(node: exp.Expr) -> None:
    if (
        str(node.args.get("side") or "").upper() not in _SIDES
        or str(node.args.get("kind") or "").upper() not in _KINDS
        or str(node.args.get("method") or "").upper() not in _METHODS
    ):
        raise refuse(" ".join(str(node.args.get(k) or "").upper() for k in ("method", "side", "kind")).strip() + " JOIN")


def _bounded(node: exp.Expr) -> None:
    """Padding and repeating stand at most LONGEST characters: a few letters must not fill the memory."""
    count = node.args.get("expression") if type(node) is exp.Pad else node.args.get("times")
    if type(count) is not exp.Literal or count.is_string or not str(count.this).isdigit() or int(count.this) > functions.LONGEST:
        raise refuse(
            name_of(node),
            Words(f"次数或长度须为不超过 {functions.LONGEST} 的整数。", f"The number must be written out and at most {functions.LONGEST}."),
        )


def _literal_pattern(node: exp.Expr) -> None:
    """Patterns are written out: DuckDB 1.5.6 tries one that comes from a column on hidden rows too, and some it cannot read.

    It calculates functions that it believes cannot fail on the whole dictionary of a column, hidden values included.
    """
    for key in ("expression", "replacement", "group", "modifiers", "position", "parameters"):
        part = node.args.get(key)
        if part is not None and (not isinstance(part, exp.Expr) or type(part) is not exp.Literal):
            raise refuse(name_of(node), PATTERNS)


def _escape(node: exp.Expr) -> None:
    if type(node.this.expression) is not exp.Literal or type(node.expression) is not exp.Literal or len(node.expression.this) != 1:
        raise refuse("LIKE … ESCAPE", PATTERNS)


def _one_of_many(node: exp.Func) -> None:
    """max(x, n) and arg_max(x, y, n) hand over n rows as one list that is about nobody."""
    if node.args.get("count") is not None or node.args.get("expressions"):
        raise refuse(
            f"{node.sql_name()}(…, n)",
            Words("请用 ORDER BY … LIMIT，或按 row_number() 筛选。", "Use ORDER BY … LIMIT, or choose by row_number()."),
        )


def _array(node: exp.Expr) -> None:
    """ARRAY(query) would put all rows of it into one cell, counted as one and about nobody: lists are made by aggregates, which are seen."""
    if node.args.get("value_constructor") is None and any(isinstance(part, exp.Query) for part in node.expressions):
        raise refuse("ARRAY(SELECT …)", Words("请写 (SELECT list(列) FROM …)。", "Write (SELECT list(column) FROM …)."))


def _table(node: exp.Expr) -> None:
    if type(node.this) is exp.GenerateSeries:
        if series.count(node.this) is None:
            raise refuse(name_of(node.this), series.BOUNDED)
    elif type(node.this) is not exp.Identifier:
        raise refuse(name_of(node.this))


def _series(node: exp.Expr) -> None:
    if type(node.parent) is not exp.Table:
        raise refuse(name_of(node), series.BOUNDED)


def _star(node: exp.Expr) -> None:
    if type(node.parent) not in (exp.Select, exp.Count, exp.Column):
        raise refuse("*")
    if type(node.parent) is exp.Column and type(node.parent.parent) is not exp.Select:
        raise refuse("table.*")


def _column(node: exp.Expr) -> None:
    if type(node.this) not in (exp.Identifier, exp.Star) or type(node.args.get("table")) not in (type(None), exp.Identifier):
        raise refuse("column 列")


def _with(node: exp.Expr) -> None:
    if node.args.get("recursive"):
        raise refuse("WITH RECURSIVE", Words("不支持递归查询。", "Recursive queries are not available."))


def _sub(node: exp.Expr) -> None:
    if type(node.this) not in (*QUERIES, exp.Subquery, exp.Values, exp.Table, exp.Pivot):
        raise refuse(name_of(node.this))


_DETAILS: dict[type, Any] = {
    exp.Identifier: _identifier,
    exp.Literal: _literal,
    exp.Var: _var,
    exp.Anonymous: _anonymous,
    exp.DataType: _type,
    exp.Limit: _limit,
    exp.Offset: _limit,
    exp.Join: _join,
    exp.Pad: _bounded,
    exp.Repeat: _bounded,
    exp.Table: _table,
    exp.GenerateSeries: _series,
    exp.RegexpLike: _literal_pattern,
    exp.RegexpFullMatch: _literal_pattern,
    exp.RegexpReplace: _literal_pattern,
    exp.RegexpExtract: _literal_pattern,
    exp.SimilarTo: _literal_pattern,
    exp.Escape: _escape,
    exp.Array: _array,
    **dict.fromkeys((exp.Max, exp.Min, exp.ArgMax, exp.ArgMin), _one_of_many),
    exp.Star: _star,
    exp.Column: _column,
    exp.With: _with,
    exp.Subquery: _sub,
}
