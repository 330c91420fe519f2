"""What codes are called now. Audit lies below the rooms that know; `config` tells it at start where to ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from beijiang.kernel.words import Words

Source = Callable[[], Mapping[str, Words]]
FRESH = 60.0
"""Seconds for which a list is taken as it was."""

_sources: dict[str, Source] = {}
_seen: dict[str, tuple[float, Mapping[str, Words]]] = {}


def install_names(*, datasets: Source, purposes: Source, units: Source) -> None:
    """This function will set where the words of datasets, purposes and units come from (code → words)."""
    _sources.update(dataset=datasets, purpose=purposes, unit=units)
    _seen.clear()


def names(kind: str) -> Mapping[str, Words]:
    """This function will give every code of a kind ("dataset", "purpose", "unit") with its words; empty when nobody was asked to tell."""
    if kind not in _sources:
        return {}
    at, found = _seen.get(kind, (0.0, {}))
    if kind not in _seen or time.monotonic() - at > FRESH:
        found = _sources[kind]()
        _seen[kind] = (time.monotonic(), found)
    return found


def name_of(kind: str, code: str) -> Words:
    """This function will give the words of a code, else the code itself; of several, joined by a comma, each."""
    known = names(kind)
    if code in known:
        return known[code]
    parts = [known.get(part, Words(part, part)) for part in code.split(", ")]
    return Words("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
