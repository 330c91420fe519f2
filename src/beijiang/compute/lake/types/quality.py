"""What is measured of a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.kernel.words import Words


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """What was measured of one column; shares from 0 to 1, None where there is nothing to measure."""

    name: str
    completeness: float
    validity: float | None
    """Of the values that are there, how many pass the check or stand in the code set; None when there is neither."""
    distinctness: float
    """Different values ÷ values; an estimate for large tables."""
    invalid: int = 0
    rule: Words | None = None
    """What the values were checked against."""
    samples: tuple[str, ...] = field(default=(), repr=False)
    """A few values that failed, under the column's mask; empty for whoever may not see rows set aside."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of a dataset after its last change. `dimensions` names completeness, validity, uniqueness,
    consistency and freshness with shares from 0 to 1; one that does not apply is left out."""

    dataset: str
    overall: float | None
    dimensions: dict[str, float]
    columns: tuple[ColumnQuality, ...]
    rows: int
    measured_at: datetime | None
    run: UUID | None = None
    notes: tuple[Words, ...] = ()
