"""How columns of demonstration records are drawn: whole columns at once, from one seeded generator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from beijiang.portal import region

from . import SEED
from .names import people_names
from .units import branch_code, stations_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LAST_DAY = np.datetime64("2026-11-20")
FIRST_DAY = np.datetime64("2024-01-01")
ID_DIVISION = "159999"
"""No division has this code, so no identity number begins with it."""
PLATE_LETTER = "X"
"""Inner Mongolia issues 蒙A to 蒙M; none begins with 蒙X."""
PHONE_START = "1000"
"""No mobile number in China begins with 10."""
MARK = "演示数据"

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK = np.array(tuple("10X98765432"))
_PEOPLE = 90_000


@dataclass(frozen=True, slots=True)
class People:
    """Invented persons shared by the datasets: whoever lost a bicycle may also hold a licence."""

    name: NDArray[np.str_]
    id_number: NDArray[np.str_]
    phone: NDArray[np.str_]


def digits(values: Any, width: int) -> NDArray[np.str_]:
    """This function will write numbers with leading zeros to a fixed width."""
    return np.char.zfill(np.asarray(values).astype(f"U{width}"), width)


def joined(*parts: Any) -> NDArray[np.str_]:
    """This function will join columns and texts row by row."""
    result = np.asarray(parts[0])
    for part in parts[1:]:
        result = np.char.add(result, part)
    return result


def check_digit(first17: NDArray[np.str_]) -> NDArray[np.str_]:
    """This function will give the check character of GB 11643 (ISO 7064 MOD 11-2) for each seventeen digits."""
    codes = np.ascontiguousarray(first17.astype("U17")).view(np.uint32).reshape(-1, 17).astype(np.int64) - ord("0")
    return _CHECK[(codes * _WEIGHTS).sum(axis=1) % 11]


@lru_cache(maxsize=1)
def persons() -> People:
    """This function will draw the invented persons, always the same."""
    rng = np.random.default_rng([SEED, 2])
    serial = np.arange(_PEOPLE)
    # One birthday per 999 serials, so that no identity number occurs twice.
    days = np.datetime64("1950-01-01") + rng.permutation(21_000)[serial % 21_000]
    first17 = joined(ID_DIVISION, compact(days), digits(serial // 21_000 * 31 + rng.integers(1, 31, _PEOPLE), 3))
    return People(
        name=people_names(rng, _PEOPLE),
        id_number=joined(first17, check_digit(first17)),
        phone=joined(PHONE_START, digits(rng.permutation(10_000_000)[:_PEOPLE], 7)),
    )


def compact(days: NDArray[np.datetime64]) -> NDArray[np.str_]:
    """This function will write days as YYYYMMDD."""
    return np.char.replace(np.datetime_as_string(days, unit="D"), "-", "")


def days_between(rng: np.random.Generator, count: int, first: Any = FIRST_DAY, last: Any = LAST_DAY) -> Any:
    """This function will draw days from `first` to `last`, both possible."""
    return first + rng.integers(0, int((last - first).astype(int)) + 1, count)


def pick(rng: np.random.Generator, count: int, choices: Sequence[str], weights: Sequence[float] | None = None) -> Any:
    """This function will draw from words, evenly or by weights."""
    share = None if weights is None else np.array(weights) / np.sum(weights)
    return np.array(choices)[rng.choice(len(choices), count, p=share)]


@lru_cache(maxsize=1)
def _counties() -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    codes = [d.code for d in region.at_level("county")]
    people = dict.fromkeys(codes, 60_000)
    for place in region.settlements():
        people[place.county] = people.get(place.county, 0) + place.population
    share = np.sqrt(np.array([people[code] for code in codes], dtype=float))
    return np.array(codes), share / share.sum()


def counties(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """This function will draw counties as indices into `county_codes()`, populous ones more often."""
    return rng.choice(len(_counties()[0]), count, p=_counties()[1])


def county_codes() -> NDArray[np.str_]:
    """This function will give the counties' six-digit codes in order."""
    return _counties()[0]


def branch_units(branch: str) -> NDArray[np.str_]:
    """This function will give each county's unit of one branch, in the order of `county_codes()`."""
    return np.array([branch_code(code, branch) for code in county_codes()])


def station_units(rng: np.random.Generator, county: NDArray[np.int64]) -> NDArray[np.str_]:
    """This function will draw a station of each row's county."""
    stations = [[u.code for u in stations_of(code)] for code in county_codes()]
    count = np.array([len(s) for s in stations])
    start = np.concatenate(([0], np.cumsum(count)[:-1]))
    flat = np.array([code for s in stations for code in s])
    return flat[start[county] + (rng.random(len(county)) * count[county]).astype(np.int64)]


def serials(keys: NDArray[Any]) -> NDArray[np.int64]:
    """This function will number rows of equal key from 1 in their order."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    lengths = np.diff(np.concatenate((starts, [len(keys)])))
    numbers = np.empty(len(keys), dtype=np.int64)
    numbers[order] = np.arange(len(keys)) - np.repeat(starts, lengths) + 1
    return numbers


def yuan(rng: np.random.Generator, count: int, middle: Any, spread: float = 0.6) -> pa.Array:
    """This function will draw amounts in yuan around `middle` (log-normal), to ten yuan, as decimal(14, 2)."""
    amounts = np.maximum(np.exp(np.log(middle) + rng.normal(0, spread, count)) // 10 * 10, 10)
    return pa.array(amounts.astype(np.int64)).cast(pa.decimal128(21, 2)).cast(pa.decimal128(14, 2))


def date_column(days: Any) -> pa.Array:
    """This function will make an Arrow date column of days; NaT becomes null."""
    return pa.array(days.astype("datetime64[D]"))
