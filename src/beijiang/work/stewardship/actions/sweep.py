"""What stewardship forgets by itself (RIGHTS 15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import clock, guard, todo
from beijiang.trust.audit import actions as audit

from ..adapters import drops, spool
from ..events import UploadsExpired
from ..grants import WORK
from ..models import Plan, Reply, Upload
from ..types import KEEP_HOURS, ON_THEIR_WAY, REFUSED_DAYS, REPLY_HOURS, TAKEN_DAYS, Swept
from .send import draft_key

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

LIST_DAYS = 180
DRAFT_DAYS = 8
"""Days after which the lake has deleted the file of a draft of which nothing was made."""


@transaction.atomic
def expire_uploads(actor: Actor) -> Swept:
    """This function will clear uploads untouched for 48 hours, files in drop folders past their time, and old lists; jobs call it."""
    guard.require(actor, WORK)
    instant = clock.now()
    before = instant - timedelta(hours=KEEP_HOURS)
    # A whole file that the door is to take is never cleared: it goes on its way when the door is back.
    stale = list(
        Upload.objects.select_for_update(skip_locked=True)
        .filter(state__in=["receiving", "waiting", "failed"], touched_at__lt=before)
        .exclude(source="drop")
    )
    Upload.objects.filter(id__in=[row.id for row in stale]).update(state="expired")
    _tick_off(instant)
    Upload.objects.filter(touched_at__lt=instant - timedelta(days=LIST_DAYS)).exclude(state__in=ON_THEIR_WAY).delete()
    Plan.objects.filter(updated_at__lt=instant - timedelta(days=LIST_DAYS)).delete()
    Reply.objects.filter(made_at__lt=instant - timedelta(hours=REPLY_HOURS)).delete()
    files = sum(
        drops.forget(
            username,
            taken_before=(instant - timedelta(days=TAKEN_DAYS)).timestamp(),
            refused_before=(instant - timedelta(days=REFUSED_DAYS)).timestamp(),
        )
        for username in drops.usernames()
    )
    strays = spool.strays(
        set(Upload.objects.filter(state__in=[*ON_THEIR_WAY, "failed"]).values_list("id", flat=True)), before=before.timestamp()
    )
    done = Swept(len(stale), files + len(strays))
    if done.uploads or done.files:
        audit.record(actor, UploadsExpired(before=before, uploads=done.uploads, files=done.files))

    def clear() -> None:
        for row in stale:
            spool.remove(row.id)
        for path in strays:
            path.unlink(missing_ok=True)

    transaction.on_commit(clear)
    return done


def _tick_off(instant: datetime) -> None:
    """What waited for a draft that the lake has deleted by now waits no longer."""
    old = Upload.objects.filter(
        state="sent", touched_at__lt=instant - timedelta(days=DRAFT_DAYS), touched_at__gt=instant - timedelta(days=DRAFT_DAYS + 3)
    )
    for draft_id in old.values_list("draft_id", flat=True):
        if draft_id is not None:
            todo.done(draft_key(draft_id))
