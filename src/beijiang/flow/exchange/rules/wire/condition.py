"""Conditions of a question on the wire: the closed nodes of `access.types` and LIKE, nothing else."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from ...types import All, And, Compare, In, IsNull, Like, Not, Nothing, Or, Where

OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})
DEPTH, NODES, LITERALS, TEXT = 8, 200, 1000, 1000


def malformed(zh: str, en: str) -> Invalid:
    """This function will make the error for a question that cannot be read."""
    return Invalid("exchange.bad_question", Words("提问无法读取", "The question cannot be read"), Words(zh, en))


def condition_to_dict(where: Where) -> dict[str, Any]:
    """This function will write a condition."""
    match where:
        case All():
            return {"op": "all"}
        case Nothing():
            return {"op": "nothing"}
        case And(parts):
            return {"op": "and", "parts": [condition_to_dict(p) for p in parts]}
        case Or(parts):
            return {"op": "or", "parts": [condition_to_dict(p) for p in parts]}
        case Not(part):
            return {"op": "not", "part": condition_to_dict(part)}
        case Compare(column, op, literal):
            return {"op": op, "column": column, "literal": literal_to_json(literal)}
        case In(column, literals):
            return {"op": "in", "column": column, "literals": [literal_to_json(v) for v in literals]}
        case IsNull(column):
            return {"op": "is_null", "column": column}
        case Like(column, pattern):
            return {"op": "like", "column": column, "pattern": pattern}
    raise TypeError(f"{type(where).__name__} is no condition")


def condition_from_dict(value: Any) -> Where:
    """This function will read a condition; Invalid for an unknown node, a wrong shape, or one too big."""
    return _Reader().read(value, DEPTH)


class _Reader:
    def __init__(self) -> None:
        self.nodes = 0

    def read(self, value: Any, depth: int) -> Where:
        self.nodes += 1
        if depth <= 0 or self.nodes > NODES:
            raise malformed(f"条件最多 {NODES} 个、{DEPTH} 层。", f"At most {NODES} conditions in {DEPTH} levels.")
        if not isinstance(value, dict) or not isinstance(value.get("op"), str):
            raise malformed("条件应为带 op 的对象。", "A condition is an object with op.")
        op = value["op"]
        if op in ("all", "nothing"):
            _only(value, "op")
            return All() if op == "all" else Nothing()
        if op in ("and", "or"):
            _only(value, "op", "parts")
            if not isinstance(value.get("parts"), list):
                raise malformed(f"{op} 需要 parts 列表。", f"{op} needs a list of parts.")
            parts: tuple[Any, ...] = tuple(self.read(part, depth - 1) for part in value["parts"])
            return And(parts) if op == "and" else Or(parts)
        if op == "not":
            _only(value, "op", "part")
            inner: Any = self.read(value.get("part"), depth - 1)
            return Not(inner)
        return _leaf(op, value)


def _leaf(op: str, value: dict[str, Any]) -> Where:
    column = name(value.get("column"))
    if op == "is_null":
        _only(value, "op", "column")
        return IsNull(column)
    if op == "like":
        _only(value, "op", "column", "pattern")
        return Like(column, text(value.get("pattern")))
    if op == "in":
        _only(value, "op", "column", "literals")
        literals = value.get("literals")
        if not isinstance(literals, list) or not 1 <= len(literals) <= LITERALS:
            raise malformed(f"in 需要 1 到 {LITERALS} 个值。", f"in needs 1 to {LITERALS} values.")
        return In(column, tuple(literal_from_json(item) for item in literals))
    if op in OPERATORS:
        _only(value, "op", "column", "literal")
        return Compare(column, op, literal_from_json(value.get("literal")))  # type: ignore[arg-type]
    raise malformed("不认识的条件。", "Unknown condition.")


def _only(value: dict[str, Any], *allowed: str) -> None:
    if set(value) - set(allowed):
        raise malformed("条件含有多余的内容。", "A condition has members that do not belong there.")


def name(value: Any) -> str:
    """This function will read a column or dataset name."""
    if not isinstance(value, str) or not 1 <= len(value) <= 128 or not value.isprintable():
        raise malformed("名称应为 1 到 128 个字符的文本。", "A name is a text of 1 to 128 characters.")
    return value


def text(value: Any, limit: int = TEXT) -> str:
    """This function will read a text of limited length, without NUL and halves of characters, which no column can hold."""
    if not isinstance(value, str) or len(value) > limit or any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in value):
        raise malformed(f"文本最长 {limit} 个字符。", f"A text has {limit} characters at most.")
    return value


def literal_to_json(value: Any) -> Any:
    """This function will write a literal; dates, times and decimals say what they are."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value


def literal_from_json(value: Any) -> Any:
    """This function will read a literal."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) >= 1 << 63:
            raise malformed("数值过大。", "The number is too large.")
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise malformed("数值必须是有限的。", "A number must be finite.")
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict) and len(value) == 1:
        ((kind, said),) = value.items()
        try:
            if kind == "date":
                return date.fromisoformat(text(said))
            if kind == "datetime":
                return datetime.fromisoformat(text(said))
            if kind == "decimal":
                number = Decimal(text(said, 60))
                if number.is_finite():
                    return number
        except (ValueError, InvalidOperation):
            pass
    raise malformed("条件中的值不能使用。", "A value in a condition cannot be used.")
