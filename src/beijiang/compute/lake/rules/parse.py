"""SQL of a person into one closed Select. What is not on the list is refused by name; nothing is passed through.

The text itself never reaches the engine: only the Select does, and rules.plan writes its own SQL from that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.words import Words

from ..types import Aggregate, All, And, Compare, In, IsNull, Like, Not, Or, Order, Select
from .nodes import POSSIBLE, literal, node_name, only, refuse

if TYPE_CHECKING:
    from beijiang.trust.access.types import Operator

    from ..types import Where

MAX_CHARS = 100_000
MAX_TOKENS = 10_000
MAX_DEPTH = 60
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")

_OPEN = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSE = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_COMPARE: dict[Any, Operator] = {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_FLIP: dict[Operator, Operator] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FUNCTIONS = {exp.Sum: "sum", exp.Avg: "avg", exp.Min: "min", exp.Max: "max"}


def parse(sql: str) -> Select:
    """This function will read exactly one SELECT over one dataset. Invalid or TooLarge for anything else."""
    tokens = _tokens(sql)
    if not tokens:
        raise Invalid("lake.sql_empty", detail=Words(f"没有收到 SQL。{POSSIBLE.zh}", f"There is no SQL. {POSSIBLE.en}"))
    try:
        statements = sqlglot.parse(sql, read="duckdb", error_level=sqlglot.ErrorLevel.RAISE)
    except Exception as error:
        # Whatever the parser stumbles over is refused: fuzzing found AttributeError and TypeError beside its own errors.
        # `from None`: its message quotes the text, which may hold personal data.
        raise Invalid(
            "lake.sql_unreadable",
            Words("无法读懂这条 SQL", "This SQL cannot be read"),
            Words(
                f"语法有误{_where(error)}。{POSSIBLE.zh}没有执行任何查询。",
                f"A syntax error{_where(error)}. {POSSIBLE.en} Nothing was run.",
            ),
        ) from None
    if len(statements) == 2 and (statements[1] is None or isinstance(statements[1], exp.Semicolon)):
        statements = statements[:1]
    if len(statements) != 1:
        raise refuse("several statements 多条语句")
    root = statements[0]
    if type(root) is not exp.Select:
        raise refuse(node_name(root))
    try:
        return _select(root)
    except RecursionError:
        raise _too_deep() from None


def _tokens(sql: str) -> list[Any]:
    if len(sql) > MAX_CHARS:
        raise TooLarge(
            "lake.sql_too_long",
            detail=Words(
                f"SQL 超过 {MAX_CHARS:,} 个字符，没有执行。请缩短条件。",
                f"The SQL is longer than {MAX_CHARS:,} characters and was not run. Shorten it.",
            ),
        )
    if "\x00" in sql:
        raise refuse("NUL character 空字符")
    try:
        tokens = sqlglot.tokenize(sql, read="duckdb")
    except (SqlglotError, ValueError) as error:
        raise Invalid(
            "lake.sql_unreadable",
            Words("无法读懂这条 SQL", "This SQL cannot be read"),
            Words(f"可能缺少引号{_where(error)}。没有执行任何查询。", f"A quotation mark may be missing{_where(error)}. Nothing was run."),
        ) from None
    if len(tokens) > MAX_TOKENS:
        raise TooLarge(
            "lake.sql_too_long",
            detail=Words(f"SQL 超过 {MAX_TOKENS:,} 个词，没有执行。", f"The SQL has more than {MAX_TOKENS:,} words and was not run."),
        )
    depth = run = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in _OPEN) - (kind in _CLOSE)
        run = run + 1 if kind in {TokenType.NOT, TokenType.DASH, TokenType.TILDE, TokenType.PLUS} else 0
        if depth > MAX_DEPTH or run > MAX_DEPTH:
            raise _too_deep()
    return tokens


def _too_deep() -> TooLarge:
    return TooLarge(
        "lake.sql_too_deep",
        detail=Words(
            f"括号或 NOT 嵌套超过 {MAX_DEPTH} 层，没有执行。", f"Brackets or NOT are nested deeper than {MAX_DEPTH}; nothing was run."
        ),
    )


def _where(error: BaseException) -> str:
    places = getattr(error, "errors", None) or [{}]
    line, column = places[0].get("line"), places[0].get("col")
    return f"（{line}:{column}）" if line else ""


def _select(root: exp.Select) -> Select:
    only(root, "expressions", "from_", "where", "group", "order", "limit")
    dataset, alias = _table(root.args.get("from_"))
    reader = _Reader({dataset, alias})
    columns, aggregates, star = reader.outputs(root.expressions)
    group = reader.group(root.args.get("group"))
    if group and star:
        raise refuse("* with GROUP BY")
    if (group or aggregates) and not set(columns) <= set(group):
        missing = ", ".join(c for c in columns if c not in group)
        raise refuse(f"column outside GROUP BY 未分组的列：{missing}")
    where = root.args.get("where")
    condition: Where = All()
    if where is not None:
        only(where, "this")
        condition = reader.where(where.this)
    return Select(
        dataset=dataset,
        columns=columns,
        where=condition,
        group_by=group,
        aggregates=aggregates,
        order_by=reader.order(root.args.get("order"), (*columns, *(a.name for a in aggregates))),
        limit=_limit(root.args.get("limit")),
    )


def _table(node: Any) -> tuple[str, str]:
    if node is None:
        raise refuse("SELECT without FROM 没有 FROM")
    only(node, "this")
    table = node.this
    if type(table) is not exp.Table or type(table.this) is not exp.Identifier:
        raise refuse(node_name(table.this if isinstance(table, exp.Table) else table))
    only(table, "this", "alias")
    name = _identifier(table.this)
    alias = table.args.get("alias")
    if alias is None:
        return name, name
    only(alias, "this")
    return name, _identifier(alias.this)


def _identifier(node: Any) -> str:
    if type(node) is not exp.Identifier:
        raise refuse(node_name(node))
    name = str(node.this).lower()
    if not NAME.match(name):
        raise refuse(f"name 名称 {name[:40]!r}")
    return name


def _limit(node: Any) -> int | None:
    if node is None:
        return None
    if type(node) is not exp.Limit:
        raise refuse(node_name(node).upper())
    only(node, "expression")
    value = node.expression
    if type(value) is not exp.Literal or value.is_string or not str(value.this).isdigit():
        raise refuse("LIMIT with an expression LIMIT 只接受整数")
    return min(int(value.this), 10**9)


class _Reader:
    """Reads the parts of one SELECT whose columns may be qualified by `names`."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.formulas: dict[tuple[str, str | None], str] = {}

    def column(self, node: Any) -> str:
        if type(node) is not exp.Column:
            raise refuse(node_name(node))
        only(node, "this", "table")
        table = node.args.get("table")
        if table is not None and _identifier(table) not in self.names:
            raise refuse(f"column of another table 其他表的列 {str(table.this)[:40]!r}")
        if type(node.this) is exp.Star:
            raise refuse("table.*")
        return _identifier(node.this)

    def outputs(self, nodes: list[Any]) -> tuple[tuple[str, ...], tuple[Aggregate, ...], bool]:
        columns: list[str] = []
        aggregates: list[Aggregate] = []
        if len(nodes) == 1 and type(nodes[0]) is exp.Star:
            only(nodes[0])
            return (), (), True
        for node in nodes:
            alias = None
            inner = node
            if type(node) is exp.Alias:
                only(node, "this", "alias")
                alias, inner = _identifier(node.args["alias"]), node.this
            if type(inner) is exp.Star:
                raise refuse("* beside other columns")
            formula = self.formula(inner)
            if formula is None:
                name = self.column(inner)
                if alias not in (None, name):
                    raise refuse(f"alias of a plain column 给普通列改名：{name} AS {alias}")
                columns.append(name)
            else:
                name = alias or self._default_name(formula)
                aggregates.append(Aggregate(*formula, name))
                self.formulas.setdefault(formula, name)
        seen = [*columns, *(a.name for a in aggregates)]
        if len(set(seen)) != len(seen):
            raise refuse("two output columns of the same name 输出列重名")
        return tuple(columns), tuple(aggregates), False

    @staticmethod
    def _default_name(formula: tuple[str, str | None]) -> str:
        function, column = formula
        return f"{function}_{column}"[:63] if column else function

    def formula(self, node: Any) -> tuple[str, str | None] | None:
        """An aggregate as (function, column); None for anything that is not one."""
        if type(node) is exp.Count:
            only(node, "this", "big_int")
            if type(node.this) is exp.Star:
                only(node.this)
                return "count", None
            if type(node.this) is exp.Distinct:
                only(node.this, "expressions")
                if len(node.this.expressions) != 1:
                    raise refuse("count(DISTINCT a, b)")
                return "count_distinct", self.column(node.this.expressions[0])
            return "count", self.column(node.this)
        function = _FUNCTIONS.get(type(node))
        if function is None:
            return None
        only(node, "this")
        return function, self.column(node.this)

    def group(self, node: Any) -> tuple[str, ...]:
        if node is None:
            return ()
        only(node, "expressions")
        return tuple(dict.fromkeys(self.column(part) for part in node.expressions))

    def order(self, node: Any, outputs: tuple[str, ...]) -> tuple[Order, ...]:
        if node is None:
            return ()
        only(node, "expressions")
        found = []
        for part in node.expressions:
            if type(part) is not exp.Ordered:
                raise refuse(node_name(part))
            only(part, "this", "desc")
            found.append(Order(self._order_name(part.this, outputs), bool(part.args.get("desc"))))
        return tuple(found)

    def _order_name(self, node: Any, outputs: tuple[str, ...]) -> str:
        if type(node) is exp.Literal and not node.is_string and str(node.this).isdigit():
            place = int(node.this)
            if not 1 <= place <= len(outputs):
                raise refuse(f"ORDER BY {place}")
            return outputs[place - 1]
        formula = self.formula(node)
        if formula is None:
            return self.column(node)
        if formula not in self.formulas:
            raise refuse("ORDER BY an aggregate that is not selected 按未选出的汇总排序")
        return self.formulas[formula]

    def where(self, node: Any) -> Where:
        kind = type(node)
        if kind in (exp.And, exp.Or):
            only(node, "this", "expression")
            parts = tuple(self.where(part) for part in _flat(node, kind))
            return And(parts) if kind is exp.And else Or(parts)  # type: ignore[arg-type]  # LIKE too
        if kind is exp.Paren:
            only(node, "this")
            return self.where(node.this)
        if kind is exp.Not:
            only(node, "this")
            return Not(self.where(node.this))  # type: ignore[arg-type]
        if kind in _COMPARE:
            only(node, "this", "expression")
            if type(node.this) is exp.Column:
                return Compare(self.column(node.this), _COMPARE[kind], literal(node.expression))
            return Compare(self.column(node.expression), _FLIP[_COMPARE[kind]], literal(node.this))
        if kind in (exp.In, exp.Like, exp.Between, exp.Is):
            found = self.test(node, kind)
            # The parser writes NOT LIKE either as NOT(LIKE) or as a LIKE that is negated.
            return Not(found) if node.args.get("negate") else found  # type: ignore[arg-type]
        if kind is exp.Column:
            raise refuse("a column alone as condition, write column = TRUE 单独的列作条件")
        raise refuse(node_name(node))

    def test(self, node: Any, kind: type) -> Where:
        """IN, LIKE, BETWEEN and IS NULL, without their negation."""
        if kind is exp.In:
            only(node, "this", "expressions", "negate")
            return In(self.column(node.this), tuple(literal(value) for value in node.expressions))
        if kind is exp.Like:
            only(node, "this", "expression", "negate")
            pattern = literal(node.expression)
            if not isinstance(pattern, str):
                raise refuse("LIKE with something else than text LIKE 只接受文本")
            return Like(self.column(node.this), pattern)
        if kind is exp.Between:
            only(node, "this", "low", "high", "negate")
            column = self.column(node.this)
            return And((Compare(column, ">=", literal(node.args["low"])), Compare(column, "<=", literal(node.args["high"]))))
        only(node, "this", "expression", "negate")
        if type(node.expression) is not exp.Null:
            raise refuse("IS TRUE / IS FALSE / IS DISTINCT FROM")
        return IsNull(self.column(node.this))


def _flat(node: Any, kind: type) -> list[Any]:
    """The operands of a chain of AND or OR, left to right, without recursion along the chain."""
    stack: list[Any] = [node]
    found: list[Any] = []
    while stack:
        part: Any = stack.pop()
        if part.__class__ is kind:
            operator = cast("exp.Binary", part)
            only(operator, "this", "expression")
            stack += [operator.expression, operator.this]
        else:
            found.append(part)
    return found
