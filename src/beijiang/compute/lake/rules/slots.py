"""Parameters of governed SQL, and why one of them cannot be bound."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.words import Words

_MARK = re.compile(r"\$(p\d+|files|salt)\b")


class Slot(str):
    """A parameter whose value is put in when the plan is run: the files, the salt."""


def slot(value: Any) -> str | None:
    """This function will name the slot that a parameter of a plan is, or None for a value."""
    return str(value) if isinstance(value, Slot) else None


def mark(name: str) -> exp.Expr:
    """This function will give a parameter by name."""
    # A variable that prints as $name; replaced by ? in the finished text, in the order of the text.
    return exp.Placeholder(this=name)


def positional(text: str) -> tuple[str, list[str]]:
    """This function will turn named parameters into positional ones, and give their names in the order of the text."""
    marks = _MARK.findall(text)
    return _MARK.sub("?", text), marks


def mismatch() -> Refused:
    """This function will make the refusal of a policy that does not fit its dataset."""
    return Refused(
        "lake.policy_mismatch",
        Words("规则与数据集不一致", "The policy does not fit the dataset"),
        Words(
            "授权规则引用了该数据集没有的列，或其值与列的类型不符，为安全起见不放行。请联系数据所有人。",
            "The policy names a column that this dataset does not have, or compares it with a value of another type, so nothing is let through. Tell the data's owner.",
        ),
    )


def bad_literal(column: str, type_: str, value: Any) -> Invalid:
    """This function will make the refusal of a constant that is not of its column's type."""
    shown = str(value)[:40]
    return Invalid(
        "lake.bad_literal",
        Words("条件的值与列的类型不符", "A value does not fit its column"),
        Words(
            f"列 {column} 的类型是 {type_}，不能与 {shown} 比较。没有执行查询。",
            f"Column {column} is of type {type_} and cannot be compared with {shown}. Nothing was run.",
        ),
        column=column,
    )
