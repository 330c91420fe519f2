"""How a question in SQL is refused: the construct is named and what is possible, never a value."""

from __future__ import annotations

from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.words import Words

POSSIBLE = Words(
    "可以写一条 SELECT（可带 WITH）：对目录中数据集的联接、子查询、集合运算、分组、窗口、CASE、常用的文本、数字和日期函数。",
    "What works is one SELECT (WITH included) over datasets of the catalogue: joins, subqueries, set operations, grouping, windows, "
    "CASE, and the usual functions on text, numbers and dates.",
)
NOTHING_RUN = Words("没有执行任何查询。", "Nothing was run.")


def refuse(construct: str, hint: Words | None = None) -> Invalid:
    """This function will make the refusal of a construct, naming it and what to write instead."""
    named = construct[:80]
    told = hint or POSSIBLE
    return Invalid(
        "lake.sql_refused",
        Words("这条 SQL 中有不允许的写法", "This SQL contains something that is not allowed"),
        Words(f"不支持：{named}。{told.zh}{NOTHING_RUN.zh}", f"Not supported: {named}. {told.en} {NOTHING_RUN.en}"),
        construct=named,
    )


def unreadable(where: str, hint: Words) -> Invalid:
    """This function will make the refusal of a text that is no SQL; `where` is "（line:column）" or empty."""
    return Invalid(
        "lake.sql_unreadable",
        Words("无法读懂这条 SQL", "This SQL cannot be read"),
        Words(f"{hint.zh}{where}。{NOTHING_RUN.zh}", f"{hint.en}{where}. {NOTHING_RUN.en}"),
    )


def too_long(zh: str, en: str) -> TooLarge:
    """This function will make the refusal of a text or tree over a limit."""
    return TooLarge(
        "lake.sql_too_long",
        Words("SQL 过长", "The SQL is too long"),
        Words(f"{zh}{NOTHING_RUN.zh}请缩短。", f"{en} {NOTHING_RUN.en} Shorten it."),
    )


def too_deep(limit: int) -> TooLarge:
    """This function will make the refusal of a text nested too deep."""
    return TooLarge(
        "lake.sql_too_deep",
        Words("SQL 嵌套过深", "The SQL is nested too deep"),
        Words(f"嵌套超过 {limit} 层。{NOTHING_RUN.zh}", f"It is nested deeper than {limit} levels. {NOTHING_RUN.en}"),
    )


def too_involved() -> TooLarge:
    """This function will make the refusal of a question whose windows, conditions and queries inside multiply too far."""
    return too_long(
        "窗口函数、带条件的汇总和子查询层层相乘，过于复杂。",
        "Its windows, aggregates under conditions and subqueries multiply too far, level after level.",
    )
