"""How an application ends without a decision: taken back, or overtaken by time or a change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import rules
from ..events import ApplicationLapsed, ApplicationsForgotten, ApplicationWithdrawn
from ..grants import APPLY, SWEEP
from ..models import Application
from ..queries.applications import unknown
from ..queries.places import case_of
from ..queries.vital import overtaken
from ..types import OPEN, STATES
from .route import route, tell
from .rows import add_step, check_key, digest_of, items_for, joined, locked, repeated, shown, write_back

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import ApplicationInfo

KEEP = timedelta(days=3 * 365)


@transaction.atomic
def withdraw(actor: Actor, *, application_id: UUID, request_key: str = "") -> ApplicationInfo:
    """This function will take one's own open application back. Conflict if it is decided already; NotFound for another's."""
    guard.require(actor, APPLY, guard.Resource("application", str(application_id)))
    check_key(request_key)
    digest = digest_of("withdraw", str(application_id))
    row = locked(application_id)
    if row is None or row.applicant != actor.user_id:
        raise unknown()
    if repeated(request_key, digest, by=actor):
        return shown(row, actor)
    if row.state not in OPEN:
        state = STATES[row.state]
        raise Conflict(
            "permissions.over",
            Words("申请已经结束", "The application is over already"),
            Words(f"它的状态是：{state.zh}。没有作任何改动。", f"It is {state.en}. Nothing was changed."),
            state=row.state,
        )
    items = items_for(row)
    write_back(row, items, rules.withdrawn(case_of(row, items)))
    receipt = audit.record(
        actor,
        ApplicationWithdrawn(application_id=row.id, number=row.number, **joined(items), purpose=row.purpose, matter=row.matter),
    )
    add_step(row, kind="withdrawn", actor=actor, receipt=receipt, key=request_key, digest=digest)
    route(row, items)
    return shown(row, actor)


@transaction.atomic
def lapse(actor: Actor, *, application_id: UUID) -> bool:
    """This function will end an open application that was overtaken, tell its applicant, and say whether it did."""
    guard.require(actor, SWEEP, guard.Resource("application", str(application_id)))
    row = locked(application_id)
    if row is None or row.state not in OPEN:
        return False
    items = items_for(row)
    gone = overtaken(row, items)
    if gone is None:
        route(row, items)
        return False
    code, why = gone
    write_back(row, items, rules.lapsed(case_of(row, items)))
    receipt = audit.record(
        actor,
        ApplicationLapsed(
            application_id=row.id,
            number=row.number,
            applicant_name=row.applicant_name,
            **joined(items),
            purpose=row.purpose,
            matter=row.matter,
            code=code,
            why=why,
        ),
    )
    add_step(row, kind="lapsed", actor=actor, receipt=receipt, changes=(why,))
    tell(row, Words(f"申请 {row.number} 已失效：{why.zh}", f"{row.number} has lapsed: {why.en}"))
    route(row, items)
    return True


def sweep(actor: Actor) -> int:
    """This function will look at every open application: end what was overtaken, and tell those for whom it waits now,
    since people and units change. Gives how many lapsed. Each is a transaction of its own."""
    guard.require(actor, SWEEP)
    ids = list(Application.objects.filter(state__in=OPEN).order_by("due_at").values_list("id", flat=True))
    return sum(lapse(actor, application_id=application_id) for application_id in ids)


@transaction.atomic
def forget_applications(actor: Actor) -> int:
    """This function will delete applications that ended three years ago or earlier, and give how many (RIGHTS 15)."""
    guard.require(actor, SWEEP)
    before = clock.now() - KEEP
    old = Application.objects.filter(ended_at__lt=before)
    count = old.count()
    if count:
        old.delete()
        audit.record(actor, ApplicationsForgotten(before=before, count=count))
    return count
