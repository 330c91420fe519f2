"""Names of divisions by their codes (GB/T 2260, nine or twelve digits below the county). The portal's region tables fill it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from .words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Level = Literal["region", "city", "county", "township"]


@dataclass(frozen=True, slots=True)
class Place:
    """One division: its code, name, level, and the code of the division above it (empty at the top)."""

    code: str
    name: Words
    level: Level
    above: str


_source: Callable[[], Iterable[Place]] | None = None


def install(source: Callable[[], Iterable[Place]] | None) -> None:
    """This function will set where the names come from (the portal at start; tests). They are read when first asked for."""
    global _source
    _source = source
    _known.cache_clear()


@lru_cache(maxsize=1)
def _known() -> dict[str, Place]:
    return {place.code: place for place in _source()} if _source is not None else {}


def stem(code: str) -> str:
    """This function will give the part of an area code that all areas within begin with: 15 of 150000, 1501 of 150100 (GB/T 2260).

    Codes longer than six digits lose their empty threes (GB/T 10114).
    """
    while len(code) > 6 and code.endswith("000"):
        code = code[:-3]
    if len(code) == 6:
        return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code


def place(code: str) -> Place | None:
    """This function will find a division by its code, None if it is not known."""
    return _known().get(code)


def name(code: str) -> Words:
    """This function will give the name of a division; the code itself where nobody knows a name."""
    found = _known().get(code)
    return found.name if found else Words(code, code)


def full_name(code: str) -> Words:
    """This function will give the name with that of the city above a county or township, since names repeat."""
    found = _known().get(code)
    if found is None or found.level in ("region", "city"):
        return name(code)
    above = _known().get(found.above)
    if above is None or above.level == "region":
        return found.name
    upper = full_name(above.code)
    return Words(f"{upper.zh}{found.name.zh}", f"{found.name.en}, {upper.en}")


def places(*levels: Level) -> tuple[Place, ...]:
    """This function will list the divisions of some levels (all, if none is named) in order of code."""
    return tuple(p for _, p in sorted(_known().items()) if not levels or p.level in levels)
