"""The areas one may choose: the region, its cities, and their counties."""

from __future__ import annotations

from dataclasses import dataclass

from beijiang.kernel import places
from beijiang.kernel.places import Place


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """A city with its counties; the region stands in a group of its own without any. `whole`: the city may be chosen itself."""

    top: Place
    below: tuple[Place, ...]
    whole: bool = True


def known_area(code: str) -> bool:
    """This function will say whether a division of this code may be named."""
    found = places.place(code)
    return found is not None and found.level != "township"


def area_groups() -> tuple[AreaGroup, ...]:
    """This function will list what may be chosen, the region first, then city by city."""
    counties: dict[str, list[Place]] = {}
    for county in places.places("county"):
        counties.setdefault(county.above, []).append(county)
    regions = [AreaGroup(r, ()) for r in places.places("region")]
    return (*regions, *(AreaGroup(c, tuple(counties.get(c.code, ()))) for c in places.places("city")))
