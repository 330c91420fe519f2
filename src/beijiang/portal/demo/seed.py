"""Brings the demonstration into a new instance, through the rooms' own actions like anybody else.

Each step looks first whether it was done, so that a second start changes nothing and leaves no leaf.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from beijiang.kernel.clock import now
from beijiang.kernel.errors import Invalid, NotFound, Refused
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access
from beijiang.trust.access import queries as access_queries
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as identity_queries

from .datasets import DATASETS
from .people import HOME_COUNTY, demo_people, people
from .units import bureau_code, units

if TYPE_CHECKING:
    from collections.abc import Callable

    from beijiang.trust.identity.types import ImportReport

    Say = Callable[[object], None]

SYSTEM = Actor.system("demo")
MATTER = "A1501032026110001"
MATTER_TITLE = Words("新华西路电动自行车系列被盗案(演示)", "Series of e-bike thefts, Xinhua West Road (demonstration)")
MASKS = {"owner_id_number": "last4", "owner_phone": "first4"}
GRANT_DAYS = 30


def seed_user_domain(say: Say) -> None:
    """This function will bring in units, people, dataset descriptions, the matter and the grants (user domain).

    Raises Refused outside the demonstration, because these accounts share a password that everybody knows.
    """
    if not settings.ENV.demo:
        raise Refused(
            "portal.not_demo", detail=Words("只有演示模式可以装入演示数据。", "Only a demonstration takes demonstration data.")
        )
    _units(say)
    _people(say)
    for dataset in DATASETS:
        # Known before its rows come, so that grants can be issued; the same again changes nothing.
        access.register_resource(SYSTEM, resource=dataset.resource)
    _matter(say)
    _grants(say)


def _units(say: Say) -> None:
    wanted = units()
    if _known(lambda: identity_queries.unit(wanted[-1].code)):
        return
    _checked(identity.import_units(SYSTEM, rows=wanted))
    say(Words(f"已建立 {len(wanted)} 个单位", f"{len(wanted):,} units"))


def _people(say: Say) -> None:
    everybody, named = people(), [person.row for person in demo_people()]
    if _known(lambda: identity_queries.person_by_username(everybody[-1].username)):
        return
    # Only those whom the guide calls by name can sign in; nobody needs three thousand known passwords.
    _checked(identity.import_people(SYSTEM, rows=named, password=settings.ENV.demo_password))
    _checked(identity.import_people(SYSTEM, rows=everybody[len(named) :]))
    say(Words(f"已建立 {len(everybody)} 名民警", f"{len(everybody):,} officers"))


def _matter(say: Say) -> None:
    if _known(lambda: access_queries.matter(MATTER)):
        return
    team = [_actor(name).user_id for name in ("zhang.wei", "liu.yang", "gao.feng")]
    access.register_matter(
        _actor("wang.qiang"),
        ref=MATTER,
        kind="case",
        title=MATTER_TITLE,
        unit_code=bureau_code(HOME_COUNTY),
        participants=[user_id for user_id in team if user_id],
    )
    say(Words(f"已登记案件 {MATTER}", f"case {MATTER}"))


def _grants(say: Say) -> None:
    """One that stands, one that ran out, and one that was revoked: a refusal can be shown for each."""
    owner, today = _actor("zhao.min"), now()
    spans = {
        "zhang.wei": (today, today + timedelta(days=GRANT_DAYS)),
        "liu.yang": (today - timedelta(days=GRANT_DAYS + 10), today - timedelta(days=10)),
        "gao.feng": (today, today + timedelta(days=GRANT_DAYS)),
    }
    for username, (start, end) in spans.items():
        holder = _actor(username)
        if access_queries.grants_for(holder) or access_queries.grants_for(holder, ended=True):
            continue
        grant = access.issue_grant(
            owner,
            dataset="stolen_property",
            purpose="case_investigation",
            matter=MATTER,
            holder_user=holder.user_id,
            masks=MASKS,
            areas=(HOME_COUNTY,),
            start=start,
            end=end,
            reason=f"{MATTER} 案侦查需要核对被盗财物登记(演示)",
        )
        if username == "gao.feng":
            access.revoke_grant(owner, grant_id=grant.id, reason="持有人已不再参与该案(演示)")
        say(Words(f"已向{holder.name}签发授权", f"grant for {username}"))


def _actor(username: str) -> Actor:
    return identity_queries.actor_for(identity_queries.person_by_username(username).id)


def _known(look: Callable[[], object]) -> bool:
    try:
        look()
    except NotFound:
        return False
    return True


def _checked(report: ImportReport) -> None:
    """Seeded rows are right or the seed is wrong; nothing of it is taken by halves in silence."""
    if report.rejected:
        first = report.rejected[0]
        raise Invalid(
            "portal.demo_rejected",
            detail=Words(f"演示数据 {first.key}:{first.reason.zh}", f"Demonstration row {first.key}: {first.reason.en}"),
        )
