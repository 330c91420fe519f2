"""Spot checks: a sample of each week's uses that an auditor looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from beijiang.kernel.words import Words

from .log import Entry

SAMPLE = 20
"""Uses drawn for each week."""

CheckState = Literal["open", "justified", "asked", "flagged", "answered"]
CHECK_STATES: dict[str, Words] = {
    "open": Words("待查看", "To be looked at"),
    "justified": Words("有正当理由", "Justified"),
    "asked": Words("已询问本人", "The person was asked"),
    "flagged": Words("已提请所在单位负责人核查", "Flagged to the unit's chief"),
    "answered": Words("已答复，待结论", "Answered, to be concluded"),
}
FINDINGS: tuple[str, ...] = ("justified", "asked", "flagged")


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """One sampled use, with what was found and answered. `entry` is None once it cannot be shown any more."""

    id: UUID
    week: date
    state: CheckState
    note: str
    noted_by: str
    noted_at: datetime | None
    answer: str
    answered_by: str
    answered_at: datetime | None
    entry: Entry | None

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return CHECK_STATES[self.state]


@dataclass(frozen=True, slots=True)
class Week:
    """One week's sample: how many were drawn of how many uses, by which seed (hex), and how many are still open."""

    monday: date
    population: int
    drawn: int
    open: int
    seed: str
    size: int
    """The size of the checkpoint that the seed comes from."""
