"""Reading the closed list of purposes."""

from __future__ import annotations

import tomllib
from datetime import date

from beijiang.kernel.words import Words

from ..types import GRADES, Purpose


def parse_purposes(text: str) -> dict[str, Purpose]:
    """This function will read law/purposes.toml; raises ValueError for a row that is not complete."""
    found: dict[str, Purpose] = {}
    for row in tomllib.loads(text)["purpose"]:
        purpose = Purpose(
            code=row["code"],
            title=Words(row["zh"], row["en"]),
            statute=row["statute"],
            article=row["article"],
            summary=Words(row["zh_summary"], row["en_summary"]),
            confidence=row["confidence"],
            needs_matter=row["needs_matter"],
            matter_kinds=frozenset(row["matter_kinds"]),
            max_days=row["max_days"],
            row_cap=row["row_cap"],
            daily_rows=row["daily_rows"],
            grades=frozenset(row["grades"]),
            closed_on=row.get("closed_on", ""),
        )
        _check(purpose)
        if purpose.code in found:
            raise ValueError(f"purpose {purpose.code} stands twice")
        found[purpose.code] = purpose
    return found


def _check(purpose: Purpose) -> None:
    if purpose.confidence not in ("H", "M", "L") or purpose.max_days < 1 or purpose.row_cap < 1:
        raise ValueError(f"purpose {purpose.code} has a bad confidence, max_days or row_cap")
    if not purpose.grades <= set(GRADES) or "core" in purpose.grades:
        raise ValueError(f"purpose {purpose.code} names an unknown grade, or core")
    if not purpose.row_cap <= purpose.daily_rows:
        raise ValueError(f"purpose {purpose.code} has a day's rows below one answer's")
    if purpose.needs_matter and not purpose.matter_kinds:
        raise ValueError(f"purpose {purpose.code} needs a matter but names no kind")
    if purpose.closed_on:
        date.fromisoformat(purpose.closed_on)
