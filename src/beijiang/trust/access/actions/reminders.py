"""News for holders: a grant that ends soon, and one that was ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from beijiang.kernel import clock, todo
from beijiang.kernel.words import Words

from .. import rules
from ..models import Grant
from ..queries.grants import live_until, unrenewed
from ..queries.resources import titles_of

MINE = "/access/mine/"
REVOKED_SHOWN = timedelta(days=7)
"""How long a holder finds the news of a revocation among what waits for them."""


@transaction.atomic
def remind_holders() -> int:
    """This function will tell holders of grants that end within 7 days, and again loudly within 1 day, once each.

    News of grants that are over, renewed or revoked is taken away. Gives how many were told. Run by the room's job.
    """
    now = clock.now()
    soon = live_until(now, now + timedelta(days=rules.EXPIRING_DAYS))
    open_ids = set(unrenewed(soon).values_list("id", flat=True))
    told = 0
    rows = list(Grant.objects.select_for_update(skip_locked=True).filter(id__in=open_ids))
    titles = titles_of(g.dataset for g in rows)
    for row in rows:
        due = rules.ending_soon(start=row.start, end=row.end, now=now)
        if due is None or (row.reminded is not None and row.reminded <= due):
            continue
        _tell(row, titles.get(row.dataset, Words(row.dataset, row.dataset)), loud=due == 1)
        row.reminded = due
        row.save(update_fields=["reminded"])
        told += 1
    for row in Grant.objects.select_for_update(skip_locked=True).filter(reminded__isnull=False).exclude(id__in=open_ids):
        forget_reminder(row)
    for id_ in Grant.objects.filter(revoked_at__lte=now - REVOKED_SHOWN, revoked_at__gt=now - 2 * REVOKED_SHOWN).values_list(
        "id", flat=True
    ):
        todo.done(f"access.revoked:{id_}")
    return told


def forget_reminder(row: Grant) -> None:
    """This function will take away the news that a grant ends: it is over, renewed or revoked."""
    if row.reminded is not None:
        todo.done(f"access.ending:{row.id}")
        row.reminded = None
        row.save(update_fields=["reminded"])


def tell_revoked(row: Grant, title: Words) -> None:
    """This function will tell the holder that somebody else ended their grant, and why."""
    words = Words(
        f"对{title.zh}的授权已由{row.revoked_by_name}撤销：{row.revoke_reason[:80]}",
        f"Your grant on {title.en} was revoked by {row.revoked_by_name}: {row.revoke_reason[:80]}",
    )
    _put(f"access.revoked:{row.id}", words, row, loud=False, due_at=clock.now() + REVOKED_SHOWN)


def _tell(row: Grant, title: Words, *, loud: bool) -> None:
    day = f"{clock.local(row.end):%Y-%m-%d %H:%M}"
    words = Words(f"对{title.zh}的授权将于 {day} 到期", f"The grant on {title.en} ends at {day}")
    _put(f"access.ending:{row.id}", words, row, loud=loud, due_at=row.end)


def _put(key: str, words: Words, row: Grant, *, loud: bool, due_at: datetime) -> None:
    # A unit's grant is its chief's business: nobody else could have it renewed.
    duty, unit = ("", "") if row.holder_user else ("chief", row.holder_unit)
    todo.put(key, words, MINE, user_id=row.holder_user, duty=duty, unit_code=unit, loud=loud, due_at=due_at)
