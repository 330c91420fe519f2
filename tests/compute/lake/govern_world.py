"""Two datasets under decisions, and a copy in plain DuckDB that holds only what these decisions let be seen."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb

from beijiang.compute.lake import actions, queries
from beijiang.compute.lake.types import ColumnSpec
from beijiang.kernel.words import Words
from beijiang.trust.access.types import ColumnRule, Decision, In, IsNull, Or

from . import make

if TYPE_CHECKING:
    from beijiang.compute.lake.types import Answer

STOLEN, CARS = "stolen_things", "cars"
CAR_COLUMNS = (
    ColumnSpec("plate", Words("号牌", "Plate"), subject="plate"),
    ColumnSpec("holder_id", Words("证件号码", "Identity number"), subject="id_card"),
    ColumnSpec("brand", Words("品牌", "Brand")),
    ColumnSpec("seats", Words("座位数", "Seats"), type="integer"),
    ColumnSpec("price", Words("价格", "Price"), type="decimal"),
    ColumnSpec("since", Words("登记日期", "Since"), type="date"),
    ColumnSpec("station", Words("登记站", "Station")),
)
STOLEN_MASKS = {"owner_name": "redact", "owner_id": "last4", "entered_at": "none"}
CAR_MASKS = {"holder_id": "none"}
COUNT = 60


def stolen_rows() -> list[dict[str, Any]]:
    """Rows of two areas; hidden ones are marked SECRET and hold what breaks careless expressions."""
    found = []
    for n in range(COUNT):
        hidden = n % 3 == 1
        found.append(
            {
                "item_no": f"{n}" if not hidden else f"SECRET{n}",
                "area": "150702" if hidden else "150103",
                "owner_name": f"SECRET-{n}" if hidden else f"王{n % 7}",
                "owner_id": f"15070219900101{n:04d}" if hidden else f"15010319900101{n % 7:04d}",
                "kind": "SECRET" if hidden else [None, "手机", "车辆", "首饰", "it's"][n % 5],
                "value": Decimal("9999999.99") if hidden else Decimal(n * 7 % 40) / 4,
                "pieces": -(2**62) if hidden else (None if n % 11 == 0 else n % 6),
                "stolen_on": date(1, 1, 1) if hidden else date(2026, 1 + n % 3, 1 + n % 28),
                "entered_at": datetime(2026, 3, 1 + n % 28, n % 24, 30, tzinfo=UTC),
                "found": None if n % 13 == 0 else n % 4 == 0,
            }
        )
    return found


def car_rows() -> list[dict[str, Any]]:
    """Cars; those of station B are hidden."""
    return [
        {
            "plate": f"蒙A{n:05d}" if n % 4 else f"SECRET{n}",
            "holder_id": f"15010319900101{n % 9:04d}" if n % 4 else f"SECRET-{n}",
            "brand": ["大众", "丰田", "五菱", None][n % 4] if n % 4 else "SECRET",
            "seats": 5 + n % 3,
            "price": Decimal(n * 1000) + Decimal("0.50"),
            "since": date(2020 + n % 6, 1 + n % 12, 1),
            "station": "A" if n % 4 else "B",
        }
        for n in range(40)
    ]


def build() -> None:
    """Define both datasets and bring their rows."""
    for name, columns, rows, area in ((STOLEN, make.COLUMNS, stolen_rows(), "area"), (CARS, CAR_COLUMNS, car_rows(), None)):
        make.forget(name)
        make.dataset(columns, name=name, area_column=area)
        actions.append(make.STEWARD, dataset=name, rows=rows)


def decisions(**changes: Any) -> dict[str, Decision]:
    """Permits over rows of 150103 and of station A."""
    stolen = make.decision(filter=Or((In("area", ("150103",)), IsNull("area"))), masks=STOLEN_MASKS, row_cap=1000)
    cars = Decision(
        permit=True,
        reasons=(),
        basis="grant",
        filter=In("station", ("A",)),
        row_cap=1000,
        columns=tuple(ColumnRule(c.name, CAR_MASKS.get(c.name, "none")) for c in CAR_COLUMNS if c.name != "station"),  # type: ignore[arg-type]
    )
    return {STOLEN: replace(stolen, **changes), CARS: replace(cars, **changes)}


def ask(sql: str, **changes: Any) -> Answer:
    """The question under those permits."""
    return queries.answer_sql(parsed := queries.parse_sql(sql), {n: d for n, d in decisions(**changes).items() if n in parsed.datasets})


def copy() -> duckdb.DuckDBPyConnection:
    """The copy: filtered, masked, without the columns that may not be seen."""
    found = duckdb.connect()
    found.execute("SET TimeZone = 'Asia/Shanghai'")
    found.execute(
        f"CREATE TABLE {STOLEN} (item_no TEXT, area TEXT, owner_name TEXT, owner_id TEXT, kind TEXT, value DECIMAL(18,2), pieces BIGINT,"
        " stolen_on DATE, entered_at TIMESTAMPTZ, found BOOLEAN)"
    )
    for r in stolen_rows():
        if r["area"] == "150103":
            seen = r | {"owner_name": "***", "owner_id": "****" + r["owner_id"][-4:]}
            found.execute(f"INSERT INTO {STOLEN} VALUES (?,?,?,?,?,?,?,?,?,?)", list(seen.values()))  # noqa: S608
    found.execute(f"CREATE TABLE {CARS} (plate TEXT, holder_id TEXT, brand TEXT, seats BIGINT, price DECIMAL(18,2), since DATE)")
    for r in car_rows():
        if r["station"] == "A":
            found.execute(f"INSERT INTO {CARS} VALUES (?,?,?,?,?,?)", list(r.values())[:-1])  # noqa: S608
    return found


def plain(value: Any) -> Any:
    """A value that can be compared and sorted."""
    if isinstance(value, datetime):
        return ("t", str(value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)))
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, float):
        return ("n", "nan" if math.isnan(value) else f"{value:.9g}")
    if isinstance(value, int | Decimal):
        return ("n", f"{float(value):.9g}")
    return (type(value).__name__, str(value))


def same(found: Answer, sql: str, copied: duckdb.DuckDBPyConnection) -> None:
    """AssertionError where the governed answer is not what the same text gives on the copy."""
    table = copied.execute(sql).to_arrow_table()
    expected = list(zip(*(c.to_pylist() for c in table.columns), strict=True))
    ours = [tuple(plain(v) for v in row) for row in found.rows]
    theirs = [tuple(plain(v) for v in row) for row in expected]
    if "ORDER BY" not in sql.upper().rpartition(")")[2]:
        ours, theirs = sorted(ours), sorted(theirs)
    assert ours == theirs, f"{ours[:5]} … {theirs[:5]}"
    assert "SECRET" not in str(found.rows)
