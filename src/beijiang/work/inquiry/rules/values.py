"""Typed values: what somebody wrote in a box, as the column's type wants it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

_TRUE, _FALSE = {"是", "true", "yes", "1", "y"}, {"否", "false", "no", "0", "n"}
_NEEDS = {
    "integer": Words("应为整数", "should be a whole number"),
    "decimal": Words("应为数字", "should be a number"),
    "number": Words("应为数字", "should be a number"),
    "boolean": Words("应为“是”或“否”", "should be yes or no"),
    "date": Words("应为日期，如 2026-11-24", "should be a date such as 2026-11-24"),
    "timestamp": Words("应为时间，如 2026-11-24 08:30", "should be a time such as 2026-11-24 08:30"),
}


def typed_value(text: str, kind: str, title: Words) -> Any:
    """This function will read `text` as a value of `kind` (a column type). Times are taken as of Asia/Shanghai.

    Raises Invalid, naming the column.
    """
    text = text.strip()
    try:
        match kind:
            case "integer":
                return int(text)
            case "decimal" | "number":
                number = Decimal(text.replace(",", "").replace("，", ""))
                if not number.is_finite():
                    raise ValueError(text)
                return number if kind == "decimal" else float(number)
            case "boolean":
                if text.lower() in _TRUE | _FALSE:
                    return text.lower() in _TRUE
                raise ValueError(text)
            case "date":
                return date.fromisoformat(text.replace("/", "-"))
            case "timestamp":
                found = datetime.fromisoformat(text.replace("/", "-"))
                return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    except (ValueError, InvalidOperation):
        need = _NEEDS[kind]
        raise Invalid("inquiry.bad_value", detail=Words(f"“{title.zh}”的值{need.zh}。", f"The value of “{title.en}” {need.en}.")) from None
    return text
