"""Brings the demonstration into a new instance, through the rooms' own actions like anybody else.

Each step looks first whether it was done, so that a second start changes nothing and leaves no leaf.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange import queries as exchange_queries
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Invalid, NotFound, Refused, Unavailable
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access
from beijiang.trust.access import queries as access_queries
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as identity_queries

from . import brought
from .applications import seed_applications
from .datasets import DATASETS, write
from .people import HOME_COUNTY, demo_people, people
from .units import bureau_code, units

if TYPE_CHECKING:
    from collections.abc import Callable

    from beijiang.flow.exchange.types import Run
    from beijiang.trust.identity.types import ImportReport

    Say = Callable[[object], None]

SYSTEM = Actor.system("demo")
MATTER = "A1501032026110001"
MATTER_TITLE = Words("新华西路电动自行车系列被盗案（演示）", "Series of e-bike thefts, Xinhua West Road (demonstration)")
MASKS = {"owner_id_number": "last4", "owner_phone": "first4"}
GRANT_DAYS = 30
STEWARD = "sun.lei"
PATIENCE = 180.0
"""Seconds for all datasets to come in; on two cores they take some ten."""
LISTED_PATIENCE = 20.0


def seed_user_domain(say: Say) -> None:
    """This function will bring in units, people, dataset descriptions, the matters, grants and applications (user domain).

    Raises Refused outside the demonstration, because these accounts share a password that everybody knows.
    """
    if not settings.ENV.demo:
        raise Refused("portal.not_demo", detail=Words("只有演示模式可以装入演示数据。", "Only a demonstration takes demonstration data."))
    _units(say)
    _people(say)
    for dataset in DATASETS:
        # Known before its rows come, so that grants can be issued; the same again changes nothing.
        access.register_resource(SYSTEM, resource=dataset.resource)
    _matter(say)
    _grants(say)
    seed_applications(say)


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
            reason=f"{MATTER} 案侦查需要核对被盗财物登记（演示）",
        )
        if username == "gao.feng":
            access.revoke_grant(owner, grant_id=grant.id, reason="持有人已不再参与该案（演示）")
        say(Words(f"已向{holder.name}签发授权", f"grant for {username}"))


def seed_lake(say: Say) -> None:
    """This function will bring the datasets in by the door, as the steward, and wait until they can be asked (user domain).

    The lake must know the datasets by then (config's errand `define-lake` in the data domain). Raises Unavailable when
    the door or the lake is away or a dataset does not come in; what came in stays, and the next start goes on.
    """
    _only_demo()
    missing = [dataset for dataset in DATASETS if not _listed(dataset.resource.name, dataset.rows)]
    if not missing:
        return
    issued = identity.issue_access_token(SYSTEM, username=STEWARD, ttl=timedelta(minutes=15))
    steward = identity_queries.actor_for_bearer(issued.token)
    try:
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=settings.ENV.blob_dir) as folder:
            runs = []
            for dataset in missing:
                path = write(dataset.resource.name, Path(folder))
                runs.append(exchange.send_file(steward, dataset=dataset.resource.name, path=path))
                path.unlink()
        deadline = time.monotonic() + PATIENCE
        for run in runs:
            done = _finished(steward, run, deadline)
            say(Words(f"{done.dataset}：{done.rows_ok:,} 行", f"{done.dataset}: {done.rows_ok:,} rows"))
        brought.seed(steward, say)
    finally:
        identity.end_session(SYSTEM, sid=issued.sid)
    # The directory hears of it by the stream; a start is not held up for long if that is slow.
    until = time.monotonic() + LISTED_PATIENCE
    while time.monotonic() < until and not all(_listed(d.resource.name, d.rows) for d in missing):
        time.sleep(0.1)


def _finished(steward: Actor, run: Run, deadline: float) -> Run:
    while run.state not in ("done", "failed", "cancelled") and time.monotonic() < deadline:
        time.sleep(0.3)
        run = exchange_queries.run(steward, run_id=run.id)
    if run.state != "done" or run.rows_bad:
        why = run.error or Words(f"状态 {run.state}，问题行 {run.rows_bad}", f"state {run.state}, {run.rows_bad} bad rows")
        raise Unavailable(
            "portal.demo_not_in",
            Words("演示数据没有全部装入", "The demonstration data did not all come in"),
            Words(f"{run.dataset}：{why.zh}。已装入的保留，再次启动会继续。",
                  f"{run.dataset}: {why.en}. What came in stays; the next start goes on."),
        )  # fmt: skip
    return run


def _listed(name: str, rows: int) -> bool:
    try:
        return exchange_queries.entry(SYSTEM, name=name).rows == rows
    except NotFound:
        return False


def _only_demo() -> None:
    if not settings.ENV.demo:
        raise Refused("portal.not_demo", detail=Words("只有演示模式可以装入演示数据。", "Only a demonstration takes demonstration data."))


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
            detail=Words(f"演示数据 {first.key}：{first.reason.zh}", f"Demonstration row {first.key}: {first.reason.en}"),
        )
