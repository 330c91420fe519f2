"""Applications in several states, so that nobody's queue is empty, and one substitute; told by people of the guide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from beijiang.kernel.clock import now
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access
from beijiang.trust.access import queries as access_queries
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as identity_queries
from beijiang.trust.identity.types import Duty
from beijiang.work.permissions import actions, queries
from beijiang.work.permissions.types import Draft, Terms

from .people import HOME_COUNTY, OTHER_COUNTY
from .units import stations_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from beijiang.work.permissions.types import ApplicationInfo, Stage, Verdict

    Say = Callable[[object], None]

CASE = "A1501032026110001"
OTHER_CASE = "A1507022026110002"
OTHER_TITLE = Words("海拉尔东街商铺被盗案（演示）", "Burglary of shops, Hailar East Street (demonstration)")
SUBSTITUTE_DAYS = 60
STOLEN = ("item_number", "stolen_on", "category", "brand", "serial_number", "colour", "status", "county_code")


class _Wanted(NamedTuple):
    """What somebody applies for."""

    matter: str
    county: str
    reason: str
    datasets: dict[str, tuple[str, ...]]
    days: int = 30


_WANTED = {
    "li.na": _Wanted(
        OTHER_CASE,
        OTHER_COUNTY,
        "海拉尔东街商铺被盗案需要核对同类物品的报失登记和序列号（演示）",
        {"stolen_property": (*STOLEN, "owner_phone")},
    ),
    "liu.yang": _Wanted(
        CASE,
        HOME_COUNTY,
        "串并电动自行车系列被盗案，需要把被盗登记与机动车登记一并比对（演示）",
        {"stolen_property": STOLEN, "vehicle_registrations": ("plate_number", "plate_kind", "brand", "colour", "status", "county_code")},
    ),
    "zhang.wei": _Wanted(
        CASE,
        HOME_COUNTY,
        "核对嫌疑人使用的电动三轮车是否为登记车辆，供查证使用（演示）",
        {"vehicle_registrations": ("plate_number", "brand", "colour", "owner_name", "owner_id_number", "county_code")},
    ),
    "gao.feng": _Wanted(
        CASE,
        HOME_COUNTY,
        "原授权被撤销后，仍需要继续核对同类被盗物品的登记信息（演示）",
        {"stolen_property": STOLEN},
    ),
}


def seed_applications(say: Say) -> None:
    """This function will appoint the substitute and bring the applications into their states; what was done is not done again."""
    _substitute(say)
    _matter(say)
    for username, then in (("li.na", None), ("liu.yang", _pass), ("zhang.wei", _ask_back), ("gao.feng", _refuse)):
        actor = _actor(username)
        if queries.mine(actor) or queries.mine(actor, ended=True):
            continue
        found = actions.apply(actor, draft=_draft(_WANTED[username]))
        if then is not None:
            found = then(found)
        say(Words(f"申请 {found.number}：{found.words.zh}", f"application {found.number}: {found.words.en}"))


def _draft(wanted: _Wanted) -> Draft:
    terms = {name: Terms(columns, (wanted.county,), wanted.days) for name, columns in wanted.datasets.items()}
    return Draft("case_investigation", wanted.matter, wanted.reason, terms)


def _substitute(say: Say) -> None:
    """王强 decides for 李敏, who is at a course: both names stand in the record."""
    holder, substitute = _actor("li.min"), _actor("wang.qiang")
    known = identity_queries.substitutions_of(holder) or identity_queries.substitutions_of(holder, ended=True)
    if known or holder.user_id is None or substitute.user_id is None:
        return
    start = now()
    identity.appoint_substitute(
        holder,
        post_id=identity_queries.posts_of(holder.user_id)[0].id,
        substitute=substitute.user_id,
        starts_at=start,
        ends_at=start + timedelta(days=SUBSTITUTE_DAYS),
        reason="参加业务培训（演示）",
    )
    say(Words(f"{substitute.name}代{holder.name}审批", "a substitute is appointed"))


def _matter(say: Say) -> None:
    try:
        access_queries.matter(OTHER_CASE)
    except NotFound:
        officer = _actor("li.na")
        access.register_matter(
            _actor("wu.rina"),
            ref=OTHER_CASE,
            kind="case",
            title=OTHER_TITLE,
            unit_code=stations_of(OTHER_COUNTY)[0].code,
            participants=[officer.user_id] if officer.user_id else [],
        )
        say(Words(f"已登记案件 {OTHER_CASE}", f"case {OTHER_CASE}"))


def _pass(found: ApplicationInfo) -> ApplicationInfo:
    return _decide(found, "chief", "approve", "同意，请数据所有人审批。（演示）")


def _ask_back(found: ApplicationInfo) -> ApplicationInfo:
    return _decide(found, "chief", "return", "为什么需要所有人的证件号码？号牌和颜色是否已经足够？（演示）", by="wang.qiang")


def _refuse(found: ApplicationInfo) -> ApplicationInfo:
    return _decide(_pass(found), "owners", "refuse", "已不参与该案办理，不符合使用目的。（演示）", by="zhao.min")


def _decide(found: ApplicationInfo, stage: Stage, verdict: Verdict, note: str, *, by: str = "") -> ApplicationInfo:
    """By whoever fills the place, or by the one named."""
    unit, duty = (found.unit_code, Duty.CHIEF) if stage == "chief" else (found.items[0].owner_unit, Duty.OWNER)
    who = _actor(by) if by else _first(unit, duty, found.applicant)
    if who is None:
        return found
    return actions.decide(who, application_id=found.id, stage=stage, verdict=verdict, seen=found.edition, note=note)


def _first(unit: str, duty: Duty, applicant: UUID) -> Actor | None:
    people = identity_queries.deciders(unit_code=unit, duty=duty, without={applicant}).people
    return identity_queries.actor_for(people[0].user_id) if people else None


def _actor(username: str) -> Actor:
    return identity_queries.actor_for(identity_queries.person_by_username(username).id)
