"""A constant of a question as a value of its column's type, exactly or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_TRUE, _FALSE = frozenset({"true", "是", "1"}), frozenset({"false", "否", "0"})


def coerce(value: Any, type_: str) -> Any:
    """This function will turn `value` into the Python value of column type `type_`; ValueError when it does not fit.

    A time without a zone is Asia/Shanghai's, as on all screens; a date compared with a time is its first moment there.
    """
    if type_ == "text":
        return _text(value)
    if type_ in ("integer", "decimal", "number"):
        return _number(value, type_)
    if type_ == "boolean":
        return _truth(value)
    if type_ == "date":
        if isinstance(value, datetime):
            raise ValueError(value)
        return value if isinstance(value, date) else date.fromisoformat(_text(value))
    if type_ == "timestamp":
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=_SHANGHAI)
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_SHANGHAI)
        return moment.astimezone(UTC)
    raise ValueError(type_)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError("no text")
    return value


def _number(value: Any, type_: str) -> int | Decimal | float:
    if isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - one error for all that does not fit
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except InvalidOperation:
            raise ValueError(value) from None
    if isinstance(value, float):
        value = Decimal(str(value))
    if not isinstance(value, int | Decimal) or (isinstance(value, Decimal) and not value.is_finite()):
        raise ValueError("no number")
    if not -(10**18) < value < 10**18:
        raise ValueError("out of range")
    if type_ == "number":
        return float(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(value)
