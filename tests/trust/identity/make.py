"""Builders: a small region with people in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beijiang.kernel.types import Actor
from beijiang.trust.identity import actions, queries
from beijiang.trust.identity.types import PersonRow, UnitRow

if TYPE_CHECKING:
    from uuid import UUID

PASSWORD = "lantern-orbit-42-quiet"
SYSTEM = Actor.system("tests")

UNITS = (
    UnitRow("150000", "内蒙古自治区公安厅", "Regional bureau", "region", division="150000"),
    UnitRow("150100", "呼和浩特市公安局", "Hohhot city bureau", "city", "150000", "150100"),
    UnitRow("150103", "回民区分局", "Huimin bureau", "county", "150100", "150103"),
    UnitRow("150103001", "通道街派出所", "Tongdao Street station", "station", "150103", "150103"),
    UnitRow("150700", "呼伦贝尔市公安局", "Hulunbuir city bureau", "city", "150000", "150700"),
    UnitRow("150702", "海拉尔区分局", "Hailar bureau", "county", "150700", "150702"),
)

PEOPLE = (
    PersonRow("admin", "系统管理员", "150000", ("administrator",)),
    PersonRow("wang.qiang", "王强", "150103", ("chief",), "分局长", "Chief", "100002"),
    PersonRow("zhang.wei", "张伟", "150103001", ("officer",), "民警", "Officer", "100001"),
    PersonRow("li.na", "李娜", "150702", ("officer",), "民警", "Officer", "100003"),
    PersonRow("chen.jing", "陈静", "150103", ("auditor",), "审计员", "Auditor", "100004"),
)


@dataclass(frozen=True)
class Region:
    """Ids by username."""

    ids: dict[str, UUID]

    def actor(self, username: str) -> Actor:
        """The person as they are now, without a session."""
        return queries.actor_for(self.ids[username])


def region() -> Region:
    """Six units, five people, one password."""
    actions.import_units(SYSTEM, rows=UNITS)
    actions.import_people(SYSTEM, rows=PEOPLE, password=PASSWORD)
    return Region({p.username: queries.person_by_username(p.username).id for p in PEOPLE})
