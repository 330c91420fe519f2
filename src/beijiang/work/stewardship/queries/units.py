"""Units that may own a dataset, found by name, pinyin or code."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from beijiang.kernel import guard
from beijiang.kernel.search import sort_key
from beijiang.trust.identity import queries as identity

from ..grants import SEE

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from beijiang.trust.identity.types import Unit

FOUND = 20


def owner_units(actor: Actor, *, q: str = "", limit: int = FOUND) -> tuple[Unit, ...]:
    """This function will list units that could own a dataset: with `q` those that fit by name, pinyin, English or code, highest first.

    Without `q` they are the region's branches, where datasets usually belong, and the actor's own unit.
    """
    guard.require(actor, SEE)
    everybody = identity.units_under("")
    wanted = q.strip().casefold()
    if not wanted:
        found = [u for u in everybody if (len(u.path) <= 2 and u.kind == "branch") or u.code == actor.unit_code]
    else:
        found = [
            u
            for u in everybody
            if wanted in u.name.zh or wanted in u.name.en.casefold() or u.code.startswith(q.strip()) or _spelled(u, wanted)
        ]
    return tuple(sorted(found, key=lambda u: (len(u.path), u.code))[:limit])


def _spelled(unit: Unit, wanted: str) -> bool:
    letters = wanted.replace(" ", "")
    return letters.isascii() and letters.isalpha() and letters in _pinyin(unit.name.zh)


@lru_cache(maxsize=8192)
def _pinyin(name: str) -> str:
    return sort_key(name).replace(" ", "")
