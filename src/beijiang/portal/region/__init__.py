"""The region the demonstration stands on: divisions, boundaries, settlements, roads, statutes.

Plain tables packaged with the product (data/, from public packages by tools/build_region.py; data/SOURCES.md).
Coordinates are WGS 84 degrees (CGCS2000 in the source, the same within a decimetre). Counts: 12 leagues and
cities, 103 banners and counties, 5 development zones, 1,225 townships.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from beijiang.kernel.words import Words

Level = Literal["region", "city", "county", "zone", "township"]
BoundaryLevel = Literal["region", "city", "county"]
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division: six digits (GB/T 2260), a township twelve.

    `centre` says what lon/lat are: its seat's settlement, a point inside the boundary, or none known.
    """

    code: str
    name: Words
    level: Level
    parent: str | None
    lon: float | None
    lat: float | None
    centre: Literal["settlement", "inside", "none"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """One place of GeoNames: `population` is 0 where unknown, `county` the division it lies in."""

    id: int
    name: Words
    lon: float
    lat: float
    population: int
    county: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a statute, in the Chinese wording in force."""

    number: int
    label: str
    chapter: str
    text: str


@dataclass(frozen=True, slots=True)
class Statute:
    """One statute and its articles; `effective` is an ISO date as the source gives it."""

    title: Words
    issuer: str
    effective: str
    articles: tuple[Article, ...]

    def article(self, number: int) -> Article:
        """This function will give the article `number`; KeyError when the statute has none such."""
        for found in self.articles:
            if found.number == number:
                return found
        raise KeyError(f"{self.title.zh} {number}")


def _read(name: str) -> Any:
    return json.loads(gzip.decompress((_DATA / f"{name}.json.gz").read_bytes()))


@lru_cache(maxsize=1)
def divisions() -> dict[str, Division]:
    """This function will give all divisions by code, parents before children."""
    return {
        row["code"]: Division(
            code=row["code"],
            name=Words(row["zh"], row["en"]),
            level=row["level"],
            parent=row["parent"],
            lon=row["lon"],
            lat=row["lat"],
            centre=row["centre"],
        )
        for row in _read("divisions")
    }


def at_level(level: Level) -> tuple[Division, ...]:
    """This function will give the divisions of one level in order of code."""
    return tuple(sorted((d for d in divisions().values() if d.level == level), key=lambda d: d.code))


@lru_cache(maxsize=3)
def boundaries(level: BoundaryLevel) -> dict[str, Any]:
    """This function will give one level's boundaries as a GeoJSON FeatureCollection; do not change it in place.

    Features carry `id` = code and properties code, zh, en, level. Simplified to about 400 m with shared edges kept.
    """
    return _read(f"boundaries_{level}")  # type: ignore[no-any-return]


def boundaries_gzip(level: BoundaryLevel) -> bytes:
    """This function will give the same as packed bytes, to be sent with `Content-Encoding: gzip`."""
    return (_DATA / f"boundaries_{level}.json.gz").read_bytes()


@lru_cache(maxsize=1)
def settlements() -> tuple[Settlement, ...]:
    """This function will give the settlements, the most populous first."""
    return tuple(
        Settlement(
            id=row["id"],
            name=Words(row["zh"] or row["en"], row["en"]),
            lon=row["lon"],
            lat=row["lat"],
            population=row["population"],
            county=row["county"],
        )
        for row in _read("settlements")
    )


@lru_cache(maxsize=1)
def roads() -> dict[str, Any]:
    """This function will give the highways as GeoJSON lines: schematic, without names; © OpenStreetMap contributors."""
    return _read("roads")  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def statutes() -> dict[str, Statute]:
    """This function will give the statutes by Chinese title."""
    return {
        row["zh"]: Statute(
            title=Words(row["zh"], row["en"]),
            issuer=row["issuer"],
            effective=row["effective"],
            articles=tuple(Article(a["number"], a["label"], a["chapter"], a["text"]) for a in row["articles"]),
        )
        for row in _read("statutes")
    }
