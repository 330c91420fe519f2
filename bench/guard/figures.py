"""Alternating runs, their median and its interval."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from typing import Any


def alternate(
    sides: dict[str, Callable[[], Any]],
    runs: int,
    meter: Callable[[], float] | None = None,
    *,
    seconds: float = math.inf,
    fewest: int = 5,
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """This function will run all sides in turn, `runs` times after one to warm up, turning the order each time.

    Gives wall milliseconds of each run, and by `meter` (milliseconds so far) the mean CPU time of a run. After `seconds` it ends,
    but not before the `fewest` runs.
    """
    until = time.monotonic() + seconds
    times: dict[str, list[float]] = {name: [] for name in sides}
    spent = dict.fromkeys(sides, 0.0)
    for run in range(runs + 1):
        if run > fewest and time.monotonic() > until:
            break
        for name in list(sides) if run % 2 else list(reversed(sides)):
            before, started = meter() if meter else 0.0, time.perf_counter()
            sides[name]()
            if run:
                times[name].append((time.perf_counter() - started) * 1000)
                spent[name] += ((meter() if meter else 0.0) - before) / runs
    return times, spent


def median(values: list[float]) -> tuple[float, float, float]:
    """This function will give the median and its 95 % interval by ranks (binomial)."""
    found = sorted(values)
    n = len(found)
    reach = 1.96 * math.sqrt(n) / 2
    low, high = max(0, math.floor(n / 2 - reach)), min(n - 1, math.ceil(n / 2 + reach))
    return statistics.median(found), found[low], found[high]


def told(values: list[float], digits: int = 2) -> str:
    """This function will write a median with its interval."""
    return "{:.{d}f} ({:.{d}f}–{:.{d}f})".format(*median(values), d=digits)


def ratios(one: list[float], other: list[float]) -> list[float]:
    """This function will divide run by run: both ran next to each other."""
    return [a / b for a, b in zip(one, other, strict=True)]
