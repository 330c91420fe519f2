"""Worlds that a person cannot tell apart: the same permitted rows and values, other hidden rows, withheld columns and masked parts.

Whatever is asked, the reply must be the same in all of them. What is hidden carries a mark, so that it is also found by eye:
SECRET in texts, 15999919 in numbers of persons, 77886677 in telephones, 4242424242 in numbers.
"""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from beijiang.compute.lake.types import ColumnSpec
from beijiang.kernel.words import Words
from beijiang.trust.access.types import All, And, ColumnRule, Compare, Decision, Filter, In, IsNull, Not

WORLDS = ("one", "two", "none")
"""one: hidden rows with words where numbers are expected; two: many, with extreme values; none: no hidden row at all."""
LARGE = "large"
"""A fourth world, for slow runs: 400,000 hidden cases in several files and row groups among the same permitted ones."""
MARKS = ("SECRET", "15999919", "77886677", "4242424242")
Row = dict[str, Any]


def _column(name: str, type_: str = "text", mask: str = "none", **more: Any) -> ColumnSpec:
    return ColumnSpec(name, Words(name, name), type=type_, default_mask=mask, **more)


COLUMNS: dict[str, tuple[ColumnSpec, ...]] = {
    "crimes": (
        _column("case_no"),
        _column("area"),
        _column("station"),
        _column("kind"),
        _column("opened_on", "date"),
        _column("opened_at", "timestamp"),
        _column("amount", "decimal"),
        _column("victims", "integer"),
        _column("score", "number"),
        _column("divisor", "integer"),
        _column("tag"),
        _column("void"),
        _column("gap", "integer"),
        _column("solved", "boolean"),
        _column("address"),
        _column("reporter_name", mask="redact", subject="name"),
        _column("reporter_id", mask="last4", subject="id_card"),
        _column("phone", mask="first4", subject="phone"),
        _column("suspect_id", mask="hash", subject="id_card"),
        _column("born", "date", "year"),
        _column("seen_at", "timestamp", "year"),
        _column("weight", "number", "redact"),
        _column("paid", "decimal", "first4"),
        _column("note", mask="null"),
        _column("informant"),
        _column("risk", "integer"),
        _column("handler"),
    ),
    "vehicles": (
        _column("plate", subject="plate"),
        _column("owner_id", mask="hash", subject="id_card"),
        _column("brand"),
        _column("colour"),
        _column("area"),
        _column("registered_on", "date"),
        _column("mileage", "integer"),
        _column("price", "decimal"),
        _column("vin", mask="last4"),
        _column("stolen", "boolean"),
        _column("keeper"),
        _column("risk", "integer"),
    ),
    "stays": (
        _column("guest_id", mask="hash", subject="id_card"),
        _column("guest_name", mask="redact", subject="name"),
        _column("hotel"),
        _column("area"),
        _column("checked_in", "timestamp"),
        _column("nights", "integer"),
        _column("room"),
    ),
    "areas": (_column("code"), _column("name"), _column("city"), _column("population", "integer"), _column("founded", "date")),
}
WITHHELD = {"crimes": {"informant", "risk", "handler"}, "vehicles": {"keeper", "risk"}, "stays": {"room"}, "areas": set[str]()}
FILTERS: dict[str, Filter] = {
    "crimes": And((Compare("area", ">=", "150103"), Compare("area", "<", "150104"), Not(IsNull("case_no")))),
    "vehicles": And((In("area", ("150103", "150104", "150105")), Not(Compare("brand", "=", "SECRET")))),
    "stays": All(),
    "areas": All(),
}


def decisions(row_cap: int = 5000) -> dict[str, Decision]:
    """What the person is permitted on each dataset."""
    return {
        name: Decision(
            permit=True,
            reasons=(),
            basis="grant",
            filter=FILTERS[name],
            row_cap=row_cap,
            columns=tuple(ColumnRule(c.name, c.default_mask) for c in columns if c.name not in WITHHELD[name]),  # type: ignore[arg-type]
        )
        for name, columns in COLUMNS.items()
    }


def rows(dataset: str, world: str) -> list[Row]:
    """All rows of a dataset in a world: the permitted ones, and the hidden ones among them."""
    if world == LARGE:
        return _large() if dataset == "crimes" else rows(dataset, "one")
    permitted, hidden = _VISIBLE[dataset](world), _HIDDEN[dataset](world)
    chance = random.Random(f"{dataset} {world}")
    found = list(permitted)
    for row in hidden:  # among the others, whose order stays
        found.insert(chance.randrange(len(found) + 1), row)
    return found


def _large() -> list[Row]:
    chance, permitted = random.Random(3), iter(_crimes("one"))
    hidden = itertools.cycle(_hidden_crimes("one") + _hidden_crimes("two"))
    places = set(chance.sample(range(400_000), 120))
    return [next(permitted) if place in places else next(hidden) for place in range(400_120)]


def visible(dataset: str, world: str = "one") -> list[Row]:
    """The permitted rows alone, unmasked."""
    return _VISIBLE[dataset](world)


def _person(n: int) -> str:
    """An identity number that is the same person in every world (hashed, so its likeness shows)."""
    return f"159999199{n % 10}0101{n:04d}"


def _other(world: str, n: int) -> str:
    """A masked-out part, another in each world, of another length too."""
    return {"one": f"SECRETone{n}", "two": f"SECRET{n * 7919}two", "none": f"SECRET{n}"}[world]


_KINDS = ("盗窃", "诈骗", "抢劫", "伤害", "盗窃", None)
_STATIONS = ("中山西路派出所", "新华西路派出所", "Tongdao 通道街派出所")
_ADDRESSES = ("回民区中山西路12号", "回民区新华西街 3 号院", "  海拉尔西路8号 ", "Huimin Dist. No. 7", None)
_DAY0 = date(2025, 1, 1)


def _crimes(world: str) -> list[Row]:
    chance = random.Random(11)  # the same in every world
    found = []
    for n in range(120):
        day = _DAY0 + timedelta(days=chance.randrange(640))
        w = WORLDS.index(world)
        found.append(
            {
                "case_no": f"A{n:04d}",
                "area": "150103" if n % 3 else f"150103{n % 4 + 1:03d}",
                "station": _STATIONS[n % 3],
                "kind": _KINDS[n % 6],
                "opened_on": day,
                "opened_at": datetime(day.year, day.month, day.day, n % 24, n % 60, tzinfo=UTC),
                "amount": None if n % 10 == 9 else Decimal(chance.randrange(100, 900_000)) / 100,
                "victims": n % 5,
                "score": None if n % 13 == 12 else (chance.randrange(1000) + 1) / 1000,
                "divisor": n % 9 + 1,
                "tag": str(2000 + n % 25),
                "void": None,
                "gap": None,
                "solved": None if n % 11 == 10 else n % 3 == 0,
                "address": _ADDRESSES[n % 5],
                "reporter_name": None if (n + w) % 7 == 0 else _other(world, n),
                "reporter_id": None if n % 17 == 16 else "x" * ((n + w) % 7) if n % 19 == 18 else f"159999{19400101 + w * 7 + n}{n:04d}",
                "phone": None if n % 23 == 22 else f"1380{'77886677' * (w + 1)}{(n * 37 + w) % 1000:03d}",
                "suspect_id": None if n % 8 == 7 else _person(n % 40),
                "born": None if n % 29 == 28 else date(1950 + n % 50, 1 + (n + w) % 12, 1 + (n * 3 + w) % 28),
                "seen_at": datetime(2020 + n % 6, 1 + (n + 5 * w) % 12, 3, w, tzinfo=UTC),
                "weight": None if (n + w) % 5 == 0 else 4242424242.0 + n + w,
                "paid": Decimal(f"1{n:03d}4242424242{w}") + w,
                "note": None if world == "none" else _other(world, n),
                "informant": None if world == "none" else _other(world, n),
                "risk": (4242424242000 + n) * (w + 1) if n % (w + 2) else None,
                "handler": _other(world, n % (w + 2)),
            }
        )
    return found


def _hidden_crimes(world: str) -> list[Row]:
    if world == "none":
        return []
    found = []
    for n in range(40 if world == "one" else 400):
        words = world == "one" or n % 2
        row = {name.name: None for name in COLUMNS["crimes"]} | {
            "case_no": f"A{n:04d}" if n % 2 else f"SECRET-{n}",
            "area": ("150702", "150100", "15010", "150104", None, "(SECRET", "%", "")[n % 8],
            "station": "SECRET-999",
            "kind": ("盗窃", "SECRET-999", "诈骗", None, "")[n % 5],
            "opened_on": (date(1, 1, 1), date(9999, 12, 31), date(2025, 6, 1), None)[n % 4],
            "opened_at": (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC), None)[n % 4],
            "amount": (Decimal("9999999999999999.99"), Decimal("-9999999999999999.99"), Decimal(0), None, Decimal("4242424242.42"))[n % 5],
            "victims": (9223372036854775807, -9223372036854775808, 0, None, 4242424242)[n % 5],
            "score": (1.7e308, -1.7e308, float("nan"), float("inf"), None, -1.0, 0.0)[n % 7],
            "divisor": (0, -1, 9223372036854775807, -9223372036854775808, None)[n % 5],
            "tag": ("SECRET-999", "(", "%", "\\", "%Q", "", "'\"", "[", "{", "-1", "nan", "SECRET\x01", "𠀀SECRET")[n % 13]
            if words
            else "99999999999999999999",
            "void": "SECRET-999",
            "gap": (0, -1, 9223372036854775807)[n % 3],
            "solved": n % 2 == 0,
            "address": "SECRET-999" * (1 + n % 40),
            "reporter_name": f"SECRET-{n}",
            "reporter_id": f"159999197001017{n:03d}",
            "phone": f"138077886677{n:03d}",
            "suspect_id": _person(n % 60),
            "born": date(9999, 12, 31) if n % 2 else date(1, 1, 1),
            "seen_at": datetime(9999, 12, 30, tzinfo=UTC),
            "weight": 4242424242.0,
            "paid": Decimal("9999999999999999.99"),
            "note": "SECRET-999",
            "informant": "SECRET-999",
            "risk": 4242424242,
            "handler": "SECRET-999",
        }
        found.append(row)
    return found


_BRANDS = ("大众", "丰田", "比亚迪", "Audi 奥迪", "五菱")


def _vehicles(world: str) -> list[Row]:
    chance = random.Random(12)
    w = WORLDS.index(world)
    return [
        {
            "plate": f"蒙A{n:05d}",
            "owner_id": None if n % 9 == 8 else _person(n),
            "brand": _BRANDS[n % 5],
            "colour": ("黑", "白", "银", None)[n % 4],
            "area": ("150103", "150104", "150105")[n % 3],
            "registered_on": date(2015 + n % 10, n % 12 + 1, 15),
            "mileage": chance.randrange(300_000),
            "price": None if n % 12 == 11 else Decimal(chance.randrange(3_000_000, 40_000_000)) / 100,
            "vin": f"SECRET{w}{'77886677' * w}{n:04d}",
            "stolen": n % 6 == 0,
            "keeper": None if world == "none" else _other(world, n),
            "risk": 4242424242 * (w + 1) + n,
        }
        for n in range(60)
    ]


def _hidden_vehicles(world: str) -> list[Row]:
    if world == "none":
        return []
    return [
        {
            "plate": f"蒙A{n:05d}" if n % 3 else f"SECRET-{n}",
            "owner_id": _person(n),
            "brand": "SECRET" if n % 4 == 0 else None if n % 4 == 1 else "大众",
            "colour": "SECRET",
            "area": "150103" if n % 4 in (0, 1) else ("150702", "(SECRET", "%Q")[n % 3],
            "registered_on": date(9999, 12, 31) if n % 2 else date(1, 1, 1),
            "mileage": (0, -9223372036854775808, 9223372036854775807)[n % 3],
            "price": Decimal("-9999999999999999.99") if n % 2 else Decimal(0),
            "vin": "SECRET-999",
            "stolen": True,
            "keeper": "SECRET-999",
            "risk": 0,
        }
        for n in range(25 if world == "one" else 250)
    ]


def _stays(world: str) -> list[Row]:
    w = WORLDS.index(world)
    return [
        {
            "guest_id": _person(n % 30),
            "guest_name": None if (n + w) % 3 == 0 else _other(world, n),
            "hotel": ("内蒙古饭店", "昭君大酒店", "Shangri-La 香格里拉")[n % 3],
            "area": ("150103", "150104", "150105", "150702")[n % 4],
            "checked_in": datetime(2026, 1 + n % 10, 1 + n % 28, 12 + n % 10, 5, tzinfo=UTC),
            "nights": n % 6 + 1,
            "room": None if world == "none" else f"SECRET{w}{n}",
        }
        for n in range(90)
    ]


def _areas(world: str) -> list[Row]:
    named = (
        ("150102", "新城区", "呼和浩特市", 690_000),
        ("150103", "回民区", "呼和浩特市", 260_000),
        ("150104", "玉泉区", "呼和浩特市", 420_000),
        ("150105", "赛罕区", "呼和浩特市", 830_000),
        ("150702", "海拉尔区", "呼伦贝尔市", 350_000),
        ("150781", "满洲里市", "呼伦贝尔市", None),
    )
    return [
        {"code": code, "name": name, "city": city, "population": people, "founded": date(1950 + 3 * n, 10, 1)}
        for n, (code, name, city, people) in enumerate(named)
    ]


_VISIBLE = {"crimes": _crimes, "vehicles": _vehicles, "stays": _stays, "areas": _areas}
_HIDDEN = {"crimes": _hidden_crimes, "vehicles": _hidden_vehicles, "stays": lambda w: list[Row](), "areas": lambda w: list[Row]()}
