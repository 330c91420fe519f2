"""What waits for whom: one list for a person over all rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from . import clock
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from .types import Actor


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing that waits."""

    key: str
    title: Words
    url: str
    loud: bool
    due_at: datetime | None
    created_at: datetime


def put(
    key: str,
    title: Words,
    url: str,
    *,
    user_id: UUID | None = None,
    unit_code: str = "",
    duty: str = "",
    loud: bool = False,
    due_at: datetime | None = None,
) -> None:
    """This function will add or renew the item `key`, for one person or for a duty (in a unit, or anywhere)."""
    from .models import Todo

    if user_id is None and not duty:
        raise ValueError("a to-do needs a person or a duty")
    Todo.objects.update_or_create(
        key=key,
        defaults={
            "title_zh": title.zh,
            "title_en": title.en,
            "url": url,
            "user_id": user_id,
            "unit_code": unit_code,
            "duty": duty,
            "loud": loud,
            "due_at": due_at,
            "done_at": None,
        },
    )


def done(key: str) -> None:
    """This function will tick off the item `key`; ticking twice is harmless."""
    from .models import Todo

    Todo.objects.filter(key=key, done_at__isnull=True).update(done_at=clock.now())


def done_under(prefix: str, *, but: Iterable[str] = ()) -> None:
    """This function will tick off every item whose key begins with `prefix`, except those named in `but`."""
    from .models import Todo

    rows = Todo.objects.filter(key__startswith=prefix, done_at__isnull=True)
    rows.exclude(key__in=list(but)).update(done_at=clock.now())


def for_actor(actor: Actor, *, limit: int = 50) -> list[TodoItem]:
    """This function will list what waits for the actor, loud and nearest first."""
    from .models import Todo

    mine = Q(user_id=actor.user_id) if actor.user_id else Q(pk__isnull=True)
    if actor.duties:
        mine |= Q(user_id__isnull=True, duty__in=actor.duties, unit_code__in=["", actor.unit_code])
    rows = Todo.objects.filter(mine, done_at__isnull=True).order_by("-loud", "due_at", "created_at")[:limit]
    return [TodoItem(r.key, Words(r.title_zh, r.title_en), r.url, r.loud, r.due_at, r.created_at) for r in rows]
