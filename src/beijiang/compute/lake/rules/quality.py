"""From counts to shares: what each dimension of quality means here, and how they make one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

WEIGHTS = {"completeness": 0.25, "validity": 0.35, "uniqueness": 0.15, "consistency": 0.15, "freshness": 0.10}
_AGES = ((1, 1.0), (7, 0.95), (31, 0.85), (92, 0.7), (366, 0.4), (1096, 0.2))
"""Days since the newest record, and how fresh that is."""


def validity(accepted: int, set_aside: int, checked: int, failed: int) -> float:
    """This function will give the share of rows whose types fitted times the share of checked values that passed."""
    rows = accepted + set_aside
    return (accepted / rows if rows else 1.0) * (1 - failed / checked if checked else 1.0)


def freshness(newest: datetime | None, now: datetime) -> float | None:
    """This function will say how fresh data is by its newest record; None when no record says when it is of."""
    if newest is None:
        return None
    days = (now - newest).total_seconds() / 86_400
    return next((share for most, share in _AGES if days <= most), 0.1)


def overall(dimensions: Mapping[str, float]) -> float | None:
    """This function will weigh the dimensions that were measured into one share; None when none was."""
    weight = sum(WEIGHTS[name] for name in dimensions)
    return sum(WEIGHTS[name] * share for name, share in dimensions.items()) / weight if weight else None
