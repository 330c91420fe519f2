"""Tells whom an application waits for, and its applicant what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from beijiang.kernel import clock, todo
from beijiang.kernel.words import Words

from ..models import Application, Item, Waiting
from ..queries.places import places

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_LOST = ("administrator", "kexin")


def route(row: Application, items: Iterable[Item]) -> None:
    """This function will renew who was told that an application waits for them: new ones get a to-do, others lose theirs."""
    found = list(items)
    waiting = places(row, found)
    people = {d.user_id for p in waiting for d in p.deciders.people}
    told = set(Waiting.objects.filter(application=row).values_list("user_id", flat=True))
    Waiting.objects.filter(application=row, user_id__in=told - people).delete()
    Waiting.objects.bulk_create(
        [Waiting(application=row, user_id=user, since=clock.now()) for user in sorted(people - told)], ignore_conflicts=True
    )
    titles = Words("、".join(i.title_zh for i in found), ", ".join(i.title_en for i in found))
    title = Words(
        f"待审批：{row.applicant_name}申请使用{titles.zh}（{row.number}）",
        f"To decide: {row.applicant_name} applies for {titles.en} ({row.number})",
    )
    url = _url(row)
    keys = []
    for user in people:
        keys.append(f"permissions:{row.id}:wait:{user}")
        if user not in told:
            todo.put(keys[-1], title, url, user_id=user, due_at=row.due_at)
    if any(p.deciders.found is None for p in waiting):
        lost = Words(
            f"没有人可以审批申请 {row.number}：岗位空缺直到最上级", f"Nobody can decide on {row.number}: the place is vacant up to the root"
        )
        for duty in _LOST:
            keys.append(f"permissions:{row.id}:lost:{duty}")
            todo.put(keys[-1], lost, url, duty=duty, loud=True, due_at=row.due_at)
    if row.state == "back":
        keys.append(f"permissions:{row.id}:back")
        todo.put(
            keys[-1],
            Words(f"申请 {row.number} 被退回，请补充后再次提交", f"{row.number} was asked back: answer and send it again"),
            url,
            user_id=row.applicant,
            due_at=row.due_at,
        )
    todo.done_under(f"permissions:{row.id}:", but=keys)


def tell(row: Application, title: Words, *, loud: bool = False) -> None:
    """This function will tell the applicant what became of the application; ticked off once they look."""
    todo.put(news_key(row.applicant, row.id), title, _url(row), user_id=row.applicant, loud=loud)


def news_key(user: UUID, about: UUID | str) -> str:
    """This function will name the to-do by which somebody is told something."""
    return f"permissions:news:{user}:{about}"


def _url(row: Application) -> str:
    return reverse("permissions:detail", args=[row.id])
