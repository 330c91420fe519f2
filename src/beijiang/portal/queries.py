"""What the portal's pages show, gathered from the region's tables."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import GrantInfo
from beijiang.trust.audit import queries as audit
from beijiang.work.inquiry import queries as inquiry
from beijiang.work.inquiry.types import Asked

from . import region

LAYERS = ("region", "city", "county", "roads", "places")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the region map: GeoJSON, packed once, and the tag by which browsers know that they have it."""

    packed: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class League:
    """A league or city with its banners and counties, for those who read a list rather than a map."""

    code: str
    name: Words
    counties: tuple[tuple[str, Words], ...]


@lru_cache(maxsize=len(LAYERS))
def layer(name: str) -> Layer:
    """This function will give a layer of the region map as gzip-packed GeoJSON in WGS 84; NotFound for any other name."""
    if name not in LAYERS:
        raise NotFound("portal.no_such_layer", detail=Words("地图没有这个图层。", "The map has no such layer."))
    if name in ("region", "city", "county"):
        packed = region.boundaries_gzip(name)  # type: ignore[arg-type]  # narrowed by the line above
    else:
        data = region.roads() if name == "roads" else _places()
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        # mtime 0: the same data has the same tag in every process.
        packed = gzip.compress(text.encode(), mtime=0)
    return Layer(packed, f'"{hashlib.sha256(packed).hexdigest()[:20]}"')


def _places() -> dict[str, Any]:
    """Names to write on the map: cities and counties at their centres, settlements where they lie."""
    points: list[tuple[str, Words, str, float | None, float | None, int]] = [
        (d.code, d.name, d.level, d.lon, d.lat, 0)
        for d in region.divisions().values()
        if d.level in ("city", "county") and d.lon is not None
    ]
    # A settlement that gives its name to the county beside it would be written twice.
    points += [(f"s{s.id}", s.name, "settlement", s.lon, s.lat, s.population) for s in region.settlements()]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {"code": code, "zh": name.zh, "en": name.en, "kind": kind, "population": population},
            }
            for code, name, kind, lon, lat, population in points
        ],
    }


@lru_cache(maxsize=1)
def leagues() -> tuple[League, ...]:
    """This function will list the leagues and cities with their banners and counties, in order of code."""
    return tuple(
        League(city.code, city.name, tuple((c.code, c.name) for c in region.at_level("county") if c.parent == city.code))
        for city in region.at_level("city")
    )


def division_name(code: str) -> Words | None:
    """This function will give the name of a division of the region by its six digits, None when there is none."""
    found = region.divisions().get(code)
    return found.name if found else None


# --- the desk: what the rooms tell the viewer about their own ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """The viewer's own: live grants (soonest to end first), how many end soon, latest questions, size of the log.

    `log_size` is the number of entries under the newest signed checkpoint, None before the first.
    """

    grants: tuple[GrantInfo, ...]
    expiring: int
    questions: tuple[Asked, ...]
    datasets: int
    log_size: int | None


def desk(actor: Actor) -> Desk:
    """This function will gather the viewer's grants and questions, and the state of the log, for the home page."""
    # Somebody between two posts may still sign in: the page then stands, with nothing of theirs on it.
    granted = access.grants_for(actor) if guard.allowed(actor, "access.see_own") else ()
    live = sorted((g for g in granted if g.state in ("live", "expiring")), key=lambda g: g.end)
    asked = inquiry.questions(actor, limit=5).items if guard.allowed(actor, "inquiry.see_own") else ()
    return Desk(
        grants=tuple(live),
        expiring=sum(g.state == "expiring" for g in live),
        questions=asked,
        datasets=len(access.resources_known()),
        log_size=_log_size(audit.checkpoint()),
    )


def _log_size(note: str | None) -> int | None:
    # The second line of a checkpoint is the size of the tree (c2sp.org/tlog-checkpoint).
    return int(note.splitlines()[1]) if note else None
