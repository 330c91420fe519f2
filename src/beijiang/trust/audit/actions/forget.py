"""Forgetting: the content goes, the leaf stays, and the tree's proofs stay valid (RIGHTS 15)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from ..events import EntriesForgotten
from ..grants import FORGET
from ..models import Entry, Subject
from .record import record
from .tally import discount

MOST = 1000


@transaction.atomic
def forget(actor: Actor, *, entry_ids: Iterable[UUID], reason: str) -> UUID:
    """This function will delete event, salt, data subjects and search columns of sealed entries; returns its own entry's id.

    Type, time, place, leaf and outcome stay. Raises Invalid without a reason or with more than 1,000 entries,
    NotFound (and forgets nothing) when one of them is not sealed.
    """
    guard.require(actor, FORGET)
    ids = tuple(dict.fromkeys(entry_ids))
    if not reason.strip() or not 0 < len(ids) <= MOST:
        raise Invalid(
            "audit.forget_invalid",
            detail=Words(f"请写明删除理由，并选择 1 至 {MOST} 条记录。", f"Give a reason, and choose 1 to {MOST} entries."),
        )
    held = list(Entry.objects.select_for_update().filter(id__in=ids).order_by("index"))
    if len(held) != len(ids):
        raise NotFound(
            "audit.no_entry",
            detail=Words(
                "其中有记录不存在或尚未入日志，一条也没有删除。", "Some entries do not exist or are not sealed yet; nothing was deleted."
            ),
        )
    discount("default", (entry for entry in held if entry.event is not None))
    Subject.objects.filter(entry_id__in=ids).delete()
    Entry.objects.filter(id__in=ids).update(
        event=None,
        salt=None,
        actor_id=None,
        actor_username="",
        actor_name="",
        unit="",
        unit_zh="",
        unit_en="",
        purpose="",
        basis="",
        dataset="",
        matter="",
        use=False,
        unit_path=[],
        datasets=[],
        grants=[],
        columns=[],
        codes=[],
        row_count=None,
    )
    return record(actor, EntriesForgotten(entries=ids, reason=reason.strip()[:500]))
