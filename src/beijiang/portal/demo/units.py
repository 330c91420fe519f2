"""The units of the demonstration: one bureau per division, their branches, one station per township.

Codes are twelve digits in the manner of GA/T 380: six of the division, two of the branch, four in sequence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from beijiang.kernel.words import Words
from beijiang.portal import region
from beijiang.trust.identity.types import UnitKind, UnitRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beijiang.portal.region import Division

REGION_CODE = "150000000000"
STATION_BRANCH = "51"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch (警种): its two digits in unit codes, its name before 总队/支队/大队, and where it exists."""

    name: str
    digits: str
    zh: str
    en: str
    county: bool
    bare: bool = False
    """True: the name takes no 总队/支队/大队."""


BRANCHES = (
    Branch("指挥中心", "01", "指挥中心", "Command Centre", county=True, bare=True),
    Branch("刑侦", "02", "刑事侦查", "Criminal Investigation", county=True),
    Branch("治安", "03", "治安管理", "Public Order", county=True),
    Branch("交管", "04", "交通管理", "Traffic Management", county=True),
    Branch("经侦", "05", "经济犯罪侦查", "Economic Crime Investigation", county=False),
    Branch("网安", "06", "网络安全保卫", "Network Security", county=False),
    Branch("出入境", "07", "出入境管理", "Exit and Entry Administration", county=True),
    Branch("法制", "08", "法制", "Legal Affairs", county=True),
    Branch("督察", "09", "督察", "Supervision", county=False),
    Branch("科信", "10", "科技信息化", "Science and Technology", county=False),
)
_FORMS = {
    UnitKind.REGION: ("总队", "General Team"),
    UnitKind.CITY: ("支队", "Detachment"),
    UnitKind.COUNTY: ("大队", "Brigade"),
}
# A township is served by a station; parks, farms and companies of the statistical list are served by a neighbour's.
STATION_ENDINGS = ("街道", "镇", "乡", "苏木", "办事处")


def bureau_code(division: str) -> str:
    """This function will give the code of the bureau of a six-digit division."""
    return f"{division}000000"


def branch_code(division: str, branch: str) -> str:
    """This function will give the code of a branch, such as 刑侦, in the bureau of a division."""
    return f"{division}{next(b.digits for b in BRANCHES if b.name == branch)}0000"


def _bureau(division: Division) -> Words:
    found = region.divisions()
    if division.level == "region":
        return Words("内蒙古自治区公安厅", "Inner Mongolia Public Security Department")
    if division.level == "county" and division.name.zh.endswith("区"):
        city = found[division.parent or ""]
        return Words(f"{city.name.zh}公安局{division.name.zh}分局", f"{division.name.en} Sub-bureau, {city.name.en} Public Security Bureau")
    return Words(f"{division.name.zh}公安局", f"{division.name.en} Public Security Bureau")


def _row(code: str, name: Words, kind: UnitKind, parent: str, division: str, branch: str = "") -> UnitRow:
    return UnitRow(code=code, name_zh=name.zh, name_en=name.en, kind=str(kind), parent_code=parent, division=division, branch=branch)


def _branches(bureau: UnitRow) -> Iterator[UnitRow]:
    kind = UnitKind(bureau.kind)
    team_zh, team_en = _FORMS[kind]
    for branch in BRANCHES:
        if kind is UnitKind.COUNTY and not branch.county:
            continue
        zh = branch.zh if branch.bare else f"{branch.zh}{team_zh}"
        en = branch.en if branch.bare else f"{branch.en} {team_en}"
        name = Words(f"{bureau.name_zh}{zh}", f"{en}, {bureau.name_en}")
        yield _row(branch_code(bureau.division, branch.name), name, UnitKind.BRANCH, bureau.code, bureau.division, branch.name)


def _stations() -> Iterator[UnitRow]:
    found = region.divisions()
    served = [d for d in region.at_level("township") if d.name.zh.endswith(STATION_ENDINGS)]
    short = {d.code: _short(d) for d in served}
    same = Counter((d.parent, short[d.code].en) for d in served)  # whatever is alike in Chinese is so in English
    number: Counter[str] = Counter()
    for division in served:
        above = found[division.parent or ""]
        number[above.code] += 1
        name = short[division.code] if same[division.parent, short[division.code].en] == 1 else division.name
        # A development zone has no bureau of its own: its stations answer to the city's.
        bureau = above.code if above.level == "county" else above.parent or ""
        yield _row(
            f"{above.code}{STATION_BRANCH}{number[above.code]:04d}",
            Words(f"{above.name.zh}{name.zh}派出所", f"{name.en} Station, {above.name.en}"),
            UnitKind.STATION,
            bureau_code(bureau),
            above.code,
        )


def _short(division: Division) -> Words:
    for zh, en in (("街道办事处", "Subdistrict"), ("街道", "Subdistrict"), ("苏木", "Sum"), ("镇", "Town")):
        if division.name.zh.endswith(zh) and len(division.name.zh) > len(zh) + 1:
            return Words(division.name.zh.removesuffix(zh), division.name.en.removesuffix(en).strip())
    return division.name


@lru_cache(maxsize=1)
def units() -> tuple[UnitRow, ...]:
    """This function will give all units, each after its parent."""
    bureaus = [
        _row(bureau_code(d.code), _bureau(d), kind, bureau_code(d.parent) if d.parent else "", d.code)
        for level, kind in (("region", UnitKind.REGION), ("city", UnitKind.CITY), ("county", UnitKind.COUNTY))
        for d in region.at_level(level)  # type: ignore[arg-type]
    ]
    branches = [row for bureau in bureaus for row in _branches(bureau)]
    return tuple(bureaus + branches + list(_stations()))


def stations_of(county: str) -> tuple[UnitRow, ...]:
    """This function will give the stations of a six-digit county, in order of code."""
    return tuple(u for u in units() if u.kind == UnitKind.STATION and u.division == county)
