"""Text of a person into one tree of listed nodes, within limits that are looked at before anything is built."""

from __future__ import annotations

import logging
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.tokens import TokenType

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from . import shapes
from .words import NOTHING_RUN, POSSIBLE, refuse, too_deep, too_long, unreadable

MAX_CHARS = 100_000
MAX_TOKENS = 5_000
MAX_BRACKETS = 60
MAX_DEPTH = 150
MAX_NODES = 20_000

_OPEN = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSE = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_SIGNS = {TokenType.NOT, TokenType.DASH, TokenType.TILDE, TokenType.PLUS}
_FLAT = (exp.And, exp.Or)


# The parser logs texts that it does not know: a person's number must not stand in a process log.
logging.getLogger("sqlglot").addFilter(lambda record: False)


def read(sql: str) -> exp.Query:
    """This function will read exactly one query of listed nodes, and give a tree of the caller's own.

    Raises Invalid ("lake.sql_empty", "lake.sql_unreadable", "lake.sql_refused") and TooLarge ("lake.sql_too_long",
    "lake.sql_too_deep"); a message names the construct, never a value.
    """
    try:
        return _tree(sql).copy()
    except RecursionError:
        raise too_deep(MAX_DEPTH) from None


@lru_cache(maxsize=16)
def _tree(sql: str) -> exp.Query:
    # A question is read twice on its way (which datasets, then governed): the second time from here.
    _tokens(sql)
    try:
        statements = sqlglot.parse(sql, read="duckdb", error_level=sqlglot.ErrorLevel.RAISE)
    except RecursionError:
        raise
    except Exception as error:
        # Whatever the parser stumbles over is refused: fuzzing found AttributeError and TypeError beside its own errors.
        # `from None`: its message quotes the text, which may hold personal data.
        raise unreadable(_where(error), Words("语法有误", "There is a syntax error")) from None
    if len(statements) == 2 and (statements[1] is None or isinstance(statements[1], exp.Semicolon)):
        statements = statements[:1]
    if len(statements) != 1:
        raise refuse("several statements 多条语句")
    root = statements[0]
    _size(root)
    if isinstance(root, exp.Subquery) and not any(v for k, v in root.args.items() if k != "this"):
        root = root.this
    root = shapes.check(root)
    for node in list(root.walk()):
        node.comments = None
    return root


def _tokens(sql: str) -> None:
    if len(sql) > MAX_CHARS:
        raise too_long(f"SQL 超过 {MAX_CHARS:,} 个字符。", f"The SQL is longer than {MAX_CHARS:,} characters.")
    if "\x00" in sql or any("\ud800" <= c <= "\udfff" for c in sql):
        raise refuse("NUL character or half a character 空字符或残缺字符")
    try:
        tokens: list[Any] = sqlglot.tokenize(sql, read="duckdb")
    except Exception as error:
        raise unreadable(_where(error), Words("可能缺少引号", "A quotation mark may be missing")) from None
    if not tokens:
        raise Invalid(
            "lake.sql_empty",
            Words("没有收到 SQL", "There is no SQL"),
            Words(f"{POSSIBLE.zh}{NOTHING_RUN.zh}", f"{POSSIBLE.en} {NOTHING_RUN.en}"),
        )
    if len(tokens) > MAX_TOKENS:
        raise too_long(f"SQL 超过 {MAX_TOKENS:,} 个词。", f"The SQL has more than {MAX_TOKENS:,} words.")
    for one, other in pairwise(tokens):
        if one.token_type is TokenType.NUMBER and other.start == one.end + 1 and other.token_type in (TokenType.VAR, TokenType.IDENTIFIER):
            raise refuse("number 数字")  # 0x1F would be read as 0 AS x1F
    depth = run = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in _OPEN) - (kind in _CLOSE)
        run = run + 1 if kind in _SIGNS else 0
        if depth > MAX_BRACKETS or run > MAX_BRACKETS:
            raise too_deep(MAX_BRACKETS)


def _size(root: Any) -> None:
    """Nodes and depth, without recursion; a chain of AND or OR counts as one level."""
    count, stack = 0, [(root, 0)]
    while stack:
        node, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise too_deep(MAX_DEPTH)
        if count > MAX_NODES:
            raise too_long(f"SQL 的成分超过 {MAX_NODES:,} 个。", f"The SQL has more than {MAX_NODES:,} parts.")
        if isinstance(node, exp.Expr):
            flat = type(node) in _FLAT
            stack += [(child, depth + (not (flat and type(child) is type(node)))) for child in node.iter_expressions()]


def _where(error: BaseException) -> str:
    places = getattr(error, "errors", None) or [{}]
    line, column = places[0].get("line"), places[0].get("col")
    return f"（{line}:{column}）" if line else ""
