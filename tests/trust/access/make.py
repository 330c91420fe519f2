"""Builders: a small region, its people, a dataset and a matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from beijiang.kernel import clock
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access import actions
from beijiang.trust.access.types import ColumnInfo, DatasetResource, GrantInfo, Question
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.trust.identity.types import PersonRow, UnitRow

SYSTEM = Actor.system("tests")
CASE = "A1501032026110001"
REASON = "侦办系列盗窃案件需要核对被盗物品"

UNITS = (
    UnitRow("150000", "内蒙古自治区公安厅", "Regional bureau", "region", division="150000"),
    UnitRow("150000XZ", "刑侦总队", "Criminal investigation branch", "branch", "150000", "150000", "刑侦"),
    UnitRow("150000JJ", "交管总队", "Traffic branch", "branch", "150000", "150000", "交管"),
    UnitRow("150100", "呼和浩特市公安局", "Hohhot city bureau", "city", "150000", "150100"),
    UnitRow("150103", "回民区分局", "Huimin bureau", "county", "150100", "150103"),
    UnitRow("150103001", "通道街派出所", "Tongdao Street station", "station", "150103", "150103"),
    UnitRow("150700", "呼伦贝尔市公安局", "Hulunbuir city bureau", "city", "150000", "150700"),
    UnitRow("150702", "海拉尔区分局", "Hailar bureau", "county", "150700", "150702"),
    UnitRow("150702001", "正阳街派出所", "Zhengyang Street station", "station", "150702", "150702"),
)
PEOPLE = {
    "zhang": PersonRow("zhang.wei", "张伟", "150103001", ("officer",)),
    "li": PersonRow("li.na", "李娜", "150702001", ("officer",)),
    "wang": PersonRow("wang.qiang", "王强", "150103", ("chief",)),
    "zhao": PersonRow("zhao.min", "赵敏", "150000XZ", ("owner",)),
    "qian": PersonRow("qian.jun", "钱军", "150000JJ", ("owner",)),
    "chen": PersonRow("chen.jing", "陈静", "150000", ("auditor",)),
    "he": PersonRow("he.lan", "何岚", "150000", ("supervisor",)),
    "admin": PersonRow("admin", "系统管理员", "150000", ("administrator",)),
}


@dataclass(frozen=True)
class House:
    """People by short name."""

    zhang: Actor
    li: Actor
    wang: Actor
    zhao: Actor
    qian: Actor
    chen: Actor
    he: Actor
    admin: Actor


def column(name: str, zh: str, en: str, **more: Any) -> ColumnInfo:
    """One column."""
    return ColumnInfo(name, Words(zh, en), **more)


STOLEN = DatasetResource(
    name="stolen_property",
    title=Words("被盗物品", "Stolen property"),
    owner_unit="150000XZ",
    grade="sensitive",
    personal=True,
    area_column="county",
    unit_column="unit",
    allowed_purposes=("case_investigation", "property_return"),
    columns=(
        column("item", "物品", "Item"),
        column("county", "区划", "County"),
        column("unit", "立案单位", "Unit"),
        column("owner_id", "失主证件号", "Owner's ID number", subject="id_card", default_mask="last4"),
        column("stolen_on", "被盗日期", "Stolen on", type="date"),
        column("nation", "民族", "Ethnicity", sensitive=True),
    ),
)
LOST = DatasetResource(
    name="lost_property",
    title=Words("遗失物", "Lost property"),
    owner_unit="150000XZ",
    grade="internal",
    personal=False,
    columns=(column("item", "物品", "Item"), column("finder", "拾得人", "Finder"), column("found_on", "日期", "Found on", type="date")),
)
QUESTION = Question("stolen_property", "case_investigation", CASE)


def house() -> House:
    """This function will build units, people, two datasets and an open case of 张伟's station."""
    identity.import_units(SYSTEM, rows=UNITS)
    identity.import_people(SYSTEM, rows=PEOPLE.values())
    found = {k: people.actor_for(people.person_by_username(row.username).id) for k, row in PEOPLE.items()}
    actions.register_resource(SYSTEM, resource=STOLEN)
    actions.register_resource(SYSTEM, resource=LOST)
    actions.register_matter(SYSTEM, ref=CASE, kind="case", title=Words("系列盗窃案", "Serial theft"), unit_code="150103001")
    return House(**found)


def grant(region: House, **changes: Any) -> GrantInfo:
    """This function will let 赵敏 issue the usual grant to 张伟: own county, 30 days."""
    terms: dict[str, Any] = {
        "dataset": "stolen_property",
        "purpose": "case_investigation",
        "matter": CASE,
        "areas": ("150103",),
        "days": 30,
        "reason": REASON,
        "holder_user": region.zhang.user_id,
    }
    return actions.issue_grant(changes.pop("actor", region.zhao), **{**terms, **changes})


def later(**delta: Any) -> Any:
    """Within this block the clock runs ahead."""
    return clock.shifted(timedelta(**delta))


def resource(**changes: Any) -> DatasetResource:
    """The usual dataset, changed."""
    return replace(STOLEN, **changes)


def asking(**changes: Any) -> Question:
    """The usual question, changed."""
    return replace(QUESTION, **changes)
