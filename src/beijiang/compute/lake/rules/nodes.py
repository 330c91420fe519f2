"""What a node of parsed SQL may be: its name, its parts, the constant it stands for. Everything else is refused by name."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

POSSIBLE = Words(
    "可以写：SELECT 列或 count/count(DISTINCT)/sum/avg/min/max FROM 一个数据集 [WHERE 列与常量的比较、IN、LIKE、BETWEEN、IS NULL，用 AND/OR/NOT 连接] "
    "[GROUP BY 列] [ORDER BY 输出列] [LIMIT 数]。",
    "What works: SELECT columns or count/count(DISTINCT)/sum/avg/min/max FROM one dataset [WHERE comparisons of a column with a constant, "
    "IN, LIKE, BETWEEN, IS NULL, joined by AND/OR/NOT] [GROUP BY columns] [ORDER BY output columns] [LIMIT n].",
)


def refuse(construct: str) -> Invalid:
    """This function will make the refusal of a construct, naming it and what is possible instead."""
    named = construct[:80]
    return Invalid(
        "lake.sql_refused",
        Words("这条 SQL 中有不允许的写法", "This SQL contains something that is not allowed"),
        Words(f"不支持：{named}。{POSSIBLE.zh}没有执行任何查询。", f"Not supported: {named}. {POSSIBLE.en} Nothing was run."),
        construct=named,
    )


def node_name(node: Any) -> str:
    """This function will name a node as its writer would know it."""
    if isinstance(node, exp.Command):
        return str(node.this).upper()[:40]
    if isinstance(node, exp.Anonymous):
        return f"{str(node.this)[:40]}()"
    if isinstance(node, exp.Func):
        return f"{node.sql_name()}()"
    return type(node).__name__ if isinstance(node, exp.Expr) else str(node)[:40]


def only(node: exp.Expr, *allowed: str) -> None:
    """This function will refuse a node that carries anything beyond `allowed`: a clause we do not know is never dropped in silence."""
    for key, value in node.args.items():
        if key not in allowed and value not in (None, False, []):
            raise refuse(f"{node_name(node)} … {key.strip('_').upper()}")


def literal(node: Any) -> Any:
    """This function will give the constant that a node stands for: text, number, truth, date or time."""
    kind = type(node)
    if kind is exp.Literal:
        only(node, "this", "is_string")
        return str(node.this) if node.is_string else _number(str(node.this))
    if kind is exp.Neg and type(node.this) is exp.Literal and not node.this.is_string:
        return -_number(str(node.this.this))
    if kind is exp.Paren:
        return literal(node.this)
    if kind is exp.Boolean:
        return bool(node.this)
    if kind is exp.Null:
        raise refuse("comparison with NULL, write IS NULL 与 NULL 比较，请写 IS NULL")
    if kind is exp.Column:
        raise refuse("comparison of two columns 列与列比较")
    if kind is exp.Cast and type(node.this) is exp.Literal and node.this.is_string:
        only(node, "this", "to")
        target = node.args["to"].this
        try:
            if target == exp.DataType.Type.DATE:
                return date.fromisoformat(str(node.this.this))
            if target in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ, exp.DataType.Type.TIMESTAMPTZ):
                return datetime.fromisoformat(str(node.this.this))
        except ValueError:
            raise refuse(f"date 日期 {str(node.this.this)[:30]!r}") from None
        raise refuse("CAST")
    raise refuse(node_name(node))


def _number(text: str) -> int | Decimal:
    if not re.fullmatch(r"\d{1,30}(\.\d{1,15})?|\.\d{1,15}", text):
        raise refuse(f"number 数字 {text[:30]!r}")
    return Decimal(text) if "." in text else int(text)
