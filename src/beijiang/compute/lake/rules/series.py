"""range() and generate_series() in FROM: bounds written out, and few enough rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlglot import exp

from beijiang.kernel.words import Words

MOST = 100_000
BOUNDED = Words(
    f"range 和 generate_series 只能写在 FROM 中，边界和步长须是常量，最多 {MOST:,} 行。",
    f"range and generate_series stand in FROM only, with constant bounds and step, and give at most {MOST:,} rows.",
)
_UNITS = {
    "SECOND": 1,
    "MINUTE": 60,
    "HOUR": 3600,
    "DAY": 86400,
    "WEEK": 7 * 86400,
    "MONTH": 28 * 86400,
    "QUARTER": 89 * 86400,
    "YEAR": 365 * 86400,
}


def count(node: exp.Expr) -> int | None:
    """This function will say how many rows a series has at most; None where that is not certain or too many."""
    start, end, step = (constant(node.args.get(key)) for key in ("start", "end", "step"))
    if node.args.get("step") is not None and step is None:
        return None
    if isinstance(start, int) and isinstance(end, int):
        size = 1 if step is None else step
        found = (abs(end - start)) // abs(size) + 1 if isinstance(size, int) and size else None
    elif isinstance(start, datetime) and isinstance(end, datetime) and isinstance(step, timedelta) and step.total_seconds() >= 1:
        found = int(abs(end - start) / step) + 1
    else:
        return None
    return found if found is not None and found <= MOST else None


def constant(node: Any) -> int | datetime | timedelta | None:
    """This function will read a whole number, a date or time, or an interval of one unit."""
    kind = type(node)
    if kind is exp.Literal and not node.is_string and node.this.isdigit() and len(node.this) < 19:
        return int(node.this)
    if kind is exp.Neg:
        value = constant(node.this)
        return -value if isinstance(value, int) else None
    if kind is exp.Cast and type(node.this) is exp.Literal and node.this.is_string:
        try:
            if node.args["to"].this == exp.DataType.Type.DATE:
                return datetime.combine(date.fromisoformat(node.this.this), datetime.min.time())
            if node.args["to"].this in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ):
                return datetime.fromisoformat(node.this.this).replace(tzinfo=None)
        except ValueError:
            return None
    if kind is exp.Interval and type(node.this) is exp.Literal and str(node.this.this).isdigit():
        unit = _UNITS.get(str(node.args["unit"]).upper().rstrip("S")) if node.args.get("unit") is not None else None
        return timedelta(seconds=int(node.this.this) * unit) if unit and len(node.this.this) < 7 else None
    return None
