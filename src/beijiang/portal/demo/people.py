"""The officers of the demonstration: some 3,000 drawn at random, and those people whom the guide calls by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from beijiang.kernel.words import Words
from beijiang.trust.identity.types import Duty, PersonRow, UnitKind, UnitRow

from . import SEED
from .names import people_names
from .units import REGION_CODE, branch_code, bureau_code, stations_of, units

HOME_COUNTY, OTHER_COUNTY = "150103", "150702"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom the guide and the tests call by name; `about` says what they are good for."""

    row: PersonRow
    about: Words


def _person(username: str, name: str, unit: str, title: Words, about: Words, *duties: Duty) -> DemoPerson:
    number = f"DEMO{len(username):02d}{sum(map(ord, username)) % 10000:04d}"
    row = PersonRow(
        username=username,
        name=name,
        unit_code=unit,
        duties=tuple(map(str, duties)),
        title_zh=title.zh,
        title_en=title.en,
        police_number=number,
    )
    return DemoPerson(row, about)


@lru_cache(maxsize=1)
def demo_people() -> tuple[DemoPerson, ...]:
    """This function will give the people with a stable name, unit and password."""
    officer, chief = Words("民警", "Officer"), Words("分局长", "Chief of the sub-bureau")
    head = Words("所长", "Head of station")
    here, there = stations_of(HOME_COUNTY), stations_of(OTHER_COUNTY)
    return (
        _person("zhang.wei", "张伟", here[0].code, officer,
                Words("持有被盗财物数据的授权", "holds a grant on stolen property"), Duty.OFFICER),
        _person("li.na", "李娜", there[0].code, officer, Words("没有授权，会被拒绝；已提交申请", "has no grant and is refused; has applied for one"), Duty.OFFICER),
        _person("wang.qiang", "王强", bureau_code(HOME_COUNTY), chief,
                Words("回民区分局负责人", "chief of the county bureau"), Duty.CHIEF, Duty.OFFICER),
        _person("zhao.min", "赵敏", branch_code("150000", "刑侦"), Words("数据主管", "Data owner"),
                Words("刑侦数据所有人", "owner of the criminal investigation data"), Duty.OWNER),
        _person("sun.lei", "孙磊", branch_code("150000", "科信"), Words("数据管理员", "Data steward"),
                Words("接入数据", "brings data in"), Duty.STEWARD),
        _person("chen.jing", "陈静", branch_code("150000", "督察"), Words("审计员", "Auditor"),
                Words("查看日志和证明", "reads the log and its proofs"), Duty.AUDITOR),
        _person("admin", "系统管理员", branch_code("150000", "科信"), Words("系统管理员", "Administrator"),
                Words("管理人员和单位", "looks after people and units"), Duty.ADMINISTRATOR, Duty.KEXIN),
        _person("liu.yang", "刘洋", here[1].code, officer,
                Words("授权已到期，会被拒绝", "has a grant that ran out and is refused"), Duty.OFFICER),
        _person("li.min", "李敏", here[0].code, head,
                Words("张伟的所长，由王强代理审批", "chief of zhang.wei's station; wang.qiang stands in"), Duty.CHIEF, Duty.OFFICER),
        _person("wu.rina", "乌日娜", there[0].code, head,
                Words("李娜的所长，有申请等其审批", "chief of li.na's station; an application waits"), Duty.CHIEF, Duty.OFFICER),
        _person("gao.feng", "高峰", here[2].code, officer,
                Words("授权已撤销，会被拒绝", "has a grant that was revoked and is refused"), Duty.OFFICER),
    )  # fmt: skip


_BRANCH_DUTIES = {
    "法制": (Duty.LEGAL,),
    "督察": (Duty.SUPERVISOR,),
    "科信": (Duty.KEXIN,),
    "指挥中心": (Duty.OFFICER, Duty.LIAISON),
}


def _places(unit: UnitRow) -> list[tuple[tuple[Duty, ...], Words]]:
    """The posts of one unit: what duties, and what they are called."""
    officer = ((Duty.OFFICER,), Words("民警", "Officer"))
    match unit.kind:
        case UnitKind.STATION:
            return [((Duty.OFFICER, Duty.CHIEF), Words("所长", "Head of station")), officer]
        case UnitKind.BRANCH:
            duties = _BRANCH_DUTIES.get(unit.branch, (Duty.OFFICER,))
            owner = ((Duty.OFFICER, Duty.OWNER), Words("数据主管", "Data owner"))
            is_county = not unit.division.endswith("00")
            return [(duties, Words("民警", "Officer"))] if is_county else [(duties, Words("民警", "Officer")), owner]
    return [((Duty.OFFICER, Duty.CHIEF), Words("局长", "Chief"))] if unit.code != REGION_CODE else []


@lru_cache(maxsize=1)
def people() -> tuple[PersonRow, ...]:
    """This function will give everybody, those with a stable name first."""
    named = tuple(person.row for person in demo_people())
    wanted = [(unit, *place) for unit in units() for place in _places(unit)]
    names = people_names(np.random.default_rng([SEED, 1]), len(wanted))
    drawn = tuple(
        PersonRow(
            username=f"d{number:06d}",
            name=str(name),
            unit_code=unit.code,
            duties=tuple(map(str, duties)),
            title_zh=title.zh,
            title_en=title.en,
            police_number=f"D{number:06d}",
        )
        for number, ((unit, duties, title), name) in enumerate(zip(wanted, names, strict=True), 1)
    )
    return named + drawn
