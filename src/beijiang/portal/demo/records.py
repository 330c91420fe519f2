"""How the rows of each demonstration dataset are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from .draw import (
    FIRST_DAY,
    LAST_DAY,
    MARK,
    PLATE_LETTER,
    branch_units,
    compact,
    counties,
    county_codes,
    date_column,
    days_between,
    digits,
    joined,
    persons,
    pick,
    serials,
    station_units,
    yuan,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOURS = ("黑色", "白色", "银灰色", "红色", "蓝色", "绿色", "黄色", "棕色")
STOLEN = {
    # category: (weight, middle value in yuan, brands)
    "电动自行车": (26, 2600, ("北鹿", "草原风", "青城", "蒙驰")),
    "手机": (22, 3200, ("星原", "云牧", "塞北", "长调")),
    "自行车": (12, 700, ("草原风", "青城", "马蹄")),
    "摩托车": (7, 6800, ("蒙驰", "烈马")),
    "汽车": (3, 86000, ("蒙驰", "北疆", "阴山")),
    "笔记本电脑": (6, 5200, ("星原", "云牧")),
    "现金": (9, 1800, ("",)),
    "首饰": (5, 4600, ("",)),
    "牲畜": (6, 7800, ("",)),
    "农机具": (4, 9500, ("阴山", "河套")),
}


def _shared(count: int, owner: NDArray[np.int64]) -> dict[str, Any]:
    people = persons()
    return {
        "owner_name": people.name[owner],
        "owner_id_number": people.id_number[owner],
        "owner_phone": people.phone[owner],
        "remark": np.full(count, MARK),
    }


def _owners(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    return rng.integers(0, len(persons().name), count)


def stolen_property(rng: np.random.Generator, count: int) -> pa.Table:
    """This function will draw things stolen: some 1.6 per case, the case numbered by county and month."""
    cases = max(count * 5 // 8, 1)
    county = counties(rng, cases)
    stolen = np.sort(days_between(rng, cases))
    registered = np.minimum(stolen + rng.geometric(0.45, cases) - 1, LAST_DAY)
    month = np.char.replace(np.datetime_as_string(registered, unit="M"), "-", "")
    scope = joined(county_codes()[county], month)
    number = joined("A", scope, digits(serials(scope), 4))
    owner = _owners(rng, cases)
    # Every case has one thing at least; the rest is spread at random.
    case = np.sort(np.concatenate((np.arange(cases), rng.integers(0, cases, count - cases))))
    kind = rng.choice(len(STOLEN), count, p=np.array([v[0] for v in STOLEN.values()]) / 100)
    names = np.array(list(STOLEN))
    brands = [np.array(v[2]) for v in STOLEN.values()]
    brand = np.empty(count, dtype="U3")
    for index, choices in enumerate(brands):
        rows = kind == index
        brand[rows] = rng.choice(choices, int(rows.sum()))
    return pa.table(
        {
            "item_number": joined(number[case], "-", digits(serials(case), 2)),
            "case_number": number[case],
            "county_code": county_codes()[county][case],
            "unit_code": branch_units("刑侦")[county][case],
            "stolen_on": date_column(stolen[case]),
            "registered_on": date_column(registered[case]),
            "category": names[kind],
            "brand": brand,
            "serial_number": np.where(brand == "", "", joined("SN", digits(rng.integers(0, 10**9, count), 9))),
            "colour": pick(rng, count, COLOURS),
            "value_yuan": yuan(rng, count, np.array([v[1] for v in STOLEN.values()])[kind]),
            "status": pick(rng, count, ("未追回", "已追回", "已发还"), (70, 12, 18)),
            **_shared(count, owner[case]),
        }
    )


def vehicle_registrations(rng: np.random.Generator, count: int) -> pa.Table:
    """This function will draw vehicles with plates of the series 蒙X, which is not issued."""
    county = counties(rng, count)
    registered = np.sort(days_between(rng, count, np.datetime64("2012-01-01")))
    new_energy = rng.random(count) < 0.18
    serial = rng.permutation(900_000)[:count] + 100_000
    # Six digits told by a letter and five places: 蒙X + letter + letter + four digits, or 蒙XD + six digits.
    letters = np.array(tuple("ABCDEFGHJK"))
    plain = joined(f"蒙{PLATE_LETTER}", letters[serial // 100_000], letters[serial // 10_000 % 10], digits(serial % 10_000, 4))
    plate = np.where(new_energy, joined(f"蒙{PLATE_LETTER}D", digits(serial, 6)), plain)
    years = (LAST_DAY - registered).astype(np.int64) // 365
    inspected = registered + ((years // 2 + 1) * 730).astype("timedelta64[D]")
    state = pick(rng, count, ("正常", "逾期未检验", "转出", "注销", "查封"), (86, 6, 4, 3, 1))
    return pa.table(
        {
            "plate_number": plate,
            "plate_kind": np.where(new_energy, "小型新能源汽车", pick(rng, count, ("小型汽车", "大型汽车", "普通摩托车"), (82, 8, 10))),
            "vin": joined("XDEMO", digits(rng.permutation(10**7)[:count], 12)),
            "brand": pick(rng, count, ("蒙驰", "北疆", "阴山", "草原风", "河套", "烈马"), (26, 22, 18, 14, 12, 8)),
            "body": pick(rng, count, ("轿车", "越野车", "客车", "货车", "皮卡"), (48, 26, 6, 12, 8)),
            "colour": pick(rng, count, COLOURS),
            "energy": np.where(new_energy, "纯电动", pick(rng, count, ("汽油", "柴油"), (84, 16))),
            "county_code": county_codes()[county],
            "unit_code": branch_units("交管")[county],
            "registered_on": date_column(registered),
            "inspected_until": date_column(inspected),
            "status": state,
            "value_yuan": yuan(rng, count, np.full(count, 98_000), 0.5),
            **_shared(count, _owners(rng, count)),
        }
    )


def lost_property(rng: np.random.Generator, count: int) -> pa.Table:
    """This function will draw things lost and handed in, recorded by stations."""
    county = counties(rng, count)
    lost = np.sort(days_between(rng, count))
    reported = np.minimum(lost + rng.geometric(0.5, count) - 1, LAST_DAY)
    scope = joined(county_codes()[county], np.datetime_as_string(reported, unit="Y"))
    return pa.table(
        {
            "record_number": joined("L", scope, digits(serials(scope), 6)),
            "county_code": county_codes()[county],
            "unit_code": station_units(rng, county),
            "lost_on": date_column(lost),
            "reported_on": date_column(reported),
            "category": pick(rng, count, ("钱包", "手机", "钥匙", "证件", "背包", "雨伞", "首饰", "眼镜"), (20, 24, 14, 18, 10, 6, 4, 4)),
            "colour": pick(rng, count, COLOURS),
            "place_kind": pick(rng, count, ("公交车", "出租车", "商场", "车站", "街道", "公园", "学校")),
            "value_yuan": yuan(rng, count, np.full(count, 420), 0.9),
            "status": pick(rng, count, ("未找到", "已拾得待领", "已领取"), (58, 16, 26)),
            **_shared(count, _owners(rng, count)),
        }
    )


LICENCES = {
    # category: (branch, weight, years valid, fee)
    "普通护照": ("出入境", 34, 10, 120),
    "往来港澳通行证": ("出入境", 26, 10, 60),
    "旅馆业特种行业许可证": ("治安", 14, 4, 10),
    "公章刻制业特种行业许可证": ("治安", 5, 4, 10),
    "保安员证": ("治安", 17, 8, 10),
    "烟花爆竹道路运输许可证": ("治安", 4, 1, 10),
}


def licences(rng: np.random.Generator, count: int) -> pa.Table:
    """This function will draw licences and permits, the number by branch and year of issue."""
    county = counties(rng, count)
    kind = rng.choice(len(LICENCES), count, p=np.array([v[1] for v in LICENCES.values()]) / 100)
    branch = np.array([v[0] for v in LICENCES.values()])[kind]
    issued = np.sort(days_between(rng, count, FIRST_DAY - np.timedelta64(2200, "D")))
    years = np.array([v[2] for v in LICENCES.values()])[kind]
    until = issued + (years * 365).astype("timedelta64[D]")
    ended = until < LAST_DAY
    unit = np.where(branch == "治安", branch_units("治安")[county], branch_units("出入境")[county])
    fee = pa.array(np.array([v[3] for v in LICENCES.values()])[kind]).cast(pa.decimal128(21, 2)).cast(pa.decimal128(14, 2))
    return pa.table(
        {
            "licence_number": joined("DEMO", compact(issued), digits(serials(compact(issued)), 5)),
            "category": np.array(list(LICENCES))[kind],
            "branch": branch,
            "county_code": county_codes()[county],
            "unit_code": unit,
            "issued_on": date_column(issued),
            "valid_until": date_column(until),
            "status": np.where(ended, "已过期", pick(rng, count, ("有效", "已注销", "已吊销"), (94, 5, 1))),
            "fee_yuan": fee,
            **_shared(count, _owners(rng, count)),
        }
    )
