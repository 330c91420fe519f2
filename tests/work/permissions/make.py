"""Builders: the region with chiefs, owners and two listed datasets, and an application in any state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from beijiang.flow.exchange import actions as exchange
from beijiang.kernel import clock
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.trust.identity.types import PersonRow, UnitRow
from beijiang.work.permissions import actions
from beijiang.work.permissions.types import Draft, Terms
from tests.trust.access.make import CASE, LOST, STOLEN, SYSTEM, column, house
from tests.work.inquiry.make import NOW, PASSWORD, bearer, browser

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor
    from beijiang.work.permissions.types import ApplicationInfo

__all__ = ["CASE", "PASSWORD", "SYSTEM", "bearer", "browser"]

REASON = "系列电动自行车被盗案串并，需核对同类物品的被盗时间和地点"
VEHICLES = replace(
    LOST,
    name="vehicles",
    title=Words("机动车登记", "Vehicle registrations"),
    owner_unit="150000JJ",
    grade="sensitive",
    personal=True,
    area_column="county",
    columns=(
        column("plate", "号牌", "Plate", subject="plate"),
        column("brand", "品牌", "Brand"),
        column("county", "区划", "County"),
        column("owner_phone", "联系电话", "Telephone", default_mask="first4"),
    ),
)
MORE_UNITS = (UnitRow("150103002", "海西路派出所", "Haixi Road station", "station", "150103", "150103"),)
MORE_PEOPLE = {
    "limin": PersonRow("li.min", "李敏", "150103001", ("chief", "officer")),
    "hegang": PersonRow("he.gang", "何刚", "150103001", ("chief", "officer")),
    "zhou": PersonRow("zhou.yu", "周宇", "150100", ("chief",)),
    "feng": PersonRow("feng.lei", "冯雷", "150000XZ", ("owner",)),
    "bai": PersonRow("bai.jie", "白洁", "150000XZ", ("officer",)),
    "wu": PersonRow("wu.rina", "乌日娜", "150702001", ("chief", "officer")),
}


@dataclass
class Town:
    """People by short name; `a("zhang")` gives them as they are now."""

    ids: dict[str, UUID]

    def a(self, name: str) -> Actor:
        """The actor."""
        return people.actor_for(self.ids[name])


def town() -> Town:
    """This function will build the region: 张伟's station with two chiefs (李敏, 何刚), owners 赵敏 and 冯雷 of 刑侦, 钱军 of 交管."""
    made = house()
    identity.import_units(SYSTEM, rows=MORE_UNITS)
    identity.import_people(SYSTEM, rows=MORE_PEOPLE.values())
    access.register_resource(SYSTEM, resource=VEHICLES)
    for resource in (STOLEN, LOST, VEHICLES):
        exchange.list_dataset(SYSTEM, resource=resource, rows=1000, freshness=NOW, quality=0.97, published_at=NOW)
    ids = {k: getattr(made, k).user_id for k in ("zhang", "li", "wang", "zhao", "qian", "chen", "he", "admin")}
    return Town(ids | {k: people.person_by_username(row.username).id for k, row in MORE_PEOPLE.items()})


STOLEN_TERMS = Terms(("item", "county", "owner_id", "stolen_on"), ("150103",), 30)
VEHICLE_TERMS = Terms(("plate", "brand", "county"), ("150103", "150702"), 20)


def draft(**changes: Any) -> Draft:
    """The usual application of 张伟: four columns of stolen property, own county, thirty days."""
    return replace(Draft("case_investigation", CASE, REASON, {"stolen_property": STOLEN_TERMS}), **changes)


def both(**changes: Any) -> Draft:
    """The same for two datasets of two owners, to join them."""
    return draft(terms={"stolen_property": STOLEN_TERMS, "vehicles": VEHICLE_TERMS}, **changes)


def applied(region: Town, **changes: Any) -> ApplicationInfo:
    """张伟 has applied."""
    return actions.apply(region.a("zhang"), draft=changes.pop("draft", None) or draft(**changes))


def decide(region: Town, who: str, found: ApplicationInfo, verdict: str = "approve", **more: Any) -> ApplicationInfo:
    """Somebody decides on what they have before them."""
    terms = {
        "application_id": found.id,
        "stage": "chief" if found.state == "chief" else "owners",
        "verdict": verdict,
        "seen": found.edition,
        "note": "" if verdict == "approve" else "请说明与本案的关系",
    }
    return actions.decide(region.a(who), **(terms | more))


def passed(region: Town, **changes: Any) -> ApplicationInfo:
    """李敏 has passed 张伟's application on."""
    return decide(region, "limin", applied(region, **changes))


def granted(region: Town, **changes: Any) -> ApplicationInfo:
    """赵敏 has granted it."""
    return decide(region, "zhao", passed(region, **changes))


def returned(region: Town) -> ApplicationInfo:
    """李敏 has asked back."""
    return decide(region, "limin", applied(region), "return")


def later(**delta: Any) -> Any:
    """Within this block the clock runs ahead."""
    from datetime import timedelta

    return clock.shifted(timedelta(**delta))
