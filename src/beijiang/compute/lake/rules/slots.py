"""Parameters of governed SQL in the order of its text, and why one of them cannot be bound."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.words import Words

from . import flat

SALT = "salt"


class Slot(str):
    """A parameter whose value is put in when the plan is run: the files of a dataset ("files:NAME"), the salt."""

    __slots__ = ()


def files(dataset: str) -> Slot:
    """This function will name the slot for the files of a dataset."""
    return Slot(f"files:{dataset}")


def slot(value: Any) -> str | None:
    """This function will name the slot that a parameter of a plan is ("files", "salt"), or None for a value."""
    return value.partition(":")[0] if isinstance(value, Slot) else None


_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$#p(\d+)""")


@dataclass(slots=True)
class Marks:
    """The parameters of one statement in the making. A mark prints as $#p7, which nobody else can write."""

    values: list[Any] = field(default_factory=list)
    _slots: dict[Slot, int] = field(default_factory=dict)

    def bind(self, value: Any) -> exp.Expr:
        """This function will give a value a number, and the node that stands for it."""
        self.values.append(value)
        return _mark(len(self.values) - 1)

    def slot(self, slot: Slot) -> exp.Expr:
        """This function will give a slot's node; the same slot has one number."""
        if slot not in self._slots:
            self.values.append(slot)
            self._slots[slot] = len(self.values) - 1
        return _mark(self._slots[slot])

    def finish(self, tree: exp.Expr) -> tuple[str, tuple[Any, ...]]:
        """This function will write the statement with ? for each mark, and give the values in the order of the text.

        Texts and quoted names are stepped over whole, so that a constant of a person's that looks like a mark stays what it is.
        """
        flat.flatten(tree)
        found: list[Any] = []

        def put(piece: re.Match[str]) -> str:
            if piece[1] is None:
                return piece[0]
            found.append(self.values[int(piece[1])])
            return "?"

        return _PIECE.sub(put, tree.sql(dialect="duckdb", identify=True, comments=False)), tuple(found)


def marked(marks: Marks, node: Any) -> Any:
    """This function will give the value that a mark stands for."""
    return marks.values[int(node.this[2:])]


def _mark(number: int) -> exp.Expr:
    return exp.Placeholder(this=f"#p{number}")


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


_SHOWN = re.compile(r"([^\s\d]{1,63}\.)?[a-z][a-z0-9_]{0,62}\Z", re.IGNORECASE)


def withheld(names: list[str]) -> Refused:
    """This function will make the refusal of columns, the same for those that do not exist and those that one may not see.

    Asking must not tell which of the two it is. A name that can be no column's is not repeated: a text in double quotes is a name
    to the engine, and may be a person's.
    """
    known = [n for n in names if _SHOWN.match(n)]
    listed = ", ".join(known[:20]) + ("" if len(known) == len(names) else " …")
    return Refused(
        "lake.columns_withheld",
        Words("有的列不能查询", "Some columns cannot be asked for"),
        Words(
            f"没有这些列，或者现有依据不包含它们：{listed}。请从“可见列”中选择，或申请授权；文本要用单引号。没有返回任何数据。",
            f"These columns do not exist or your basis does not cover them: {listed}. Choose among the columns you may see, or apply; "
            "texts stand in single quotes. No data was returned.",
        ),
        columns=known[:100],
    )
