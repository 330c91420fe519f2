"""What overtakes an application while it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from .. import rules
from ..models import Application, Item
from .places import applicant_now, resources_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource, Purpose


def misfit(resource: DatasetResource, purpose: Purpose) -> Words | None:
    """This function will say why a dataset cannot be had for a purpose at all, or None."""
    fault = access.grant_bounds(purpose=purpose.code, dataset=resource.name).fault
    return Words(f"“{resource.title.zh}”：{fault.zh}", f"{resource.title.en}: {fault.en}") if fault else None


def works_on(actor: Actor, *, ref: str) -> bool:
    """This function will say whether an open matter is one that the actor works on."""
    return any(m.ref == ref for m in access.matters_for(actor, limit=1000))


def overtaken(row: Application, items: Iterable[Item], *, resources: dict[str, DatasetResource] | None = None) -> tuple[str, Words] | None:
    """This function will say by what an open application was overtaken (code and words), None if it still stands."""
    if clock.now() >= row.due_at:
        days = rules.LAPSE_AFTER.days
        if row.state == "back":
            return "unanswered", Words(f"退回后 {days} 天内没有补充。", f"It was not amended within {days} days.")
        return "undecided", Words(f"{days} 天内没有人作出决定。", f"Nobody decided within {days} days.")
    applicant = applicant_now(row)
    if applicant is None:
        return "applicant_gone", Words("申请人已不在岗。", "The applicant no longer holds a post.")
    if applicant.unit_code != row.unit_code:
        return "applicant_moved", Words("申请人已调到其他单位。", "The applicant has moved to another unit.")
    purpose = access.find_purpose(row.purpose)
    if purpose is None or not access.is_open(purpose):
        return "purpose_closed", Words("使用目的已经停用。", "The purpose was closed.")
    gone = _matter(row, applicant)
    if gone:
        return gone
    found = list(items)
    known = resources if resources is not None else resources_of(i.dataset for i in found)
    for item in found:
        resource = known.get(item.dataset)
        if resource is None:
            return "dataset_gone", Words(f"数据集“{item.title_zh}”已不存在。", f"The dataset {item.title_en} no longer exists.")
        unfit = misfit(resource, purpose)
        if unfit:
            return "dataset_unfit", unfit
    return None


def _matter(row: Application, applicant: Actor) -> tuple[str, Words] | None:
    if not row.matter:
        return None
    try:
        matter = access.matter(row.matter)
    except NotFound:
        return "matter_gone", Words("事项已不存在。", "The matter no longer exists.")
    if matter.closed_at is not None:
        return "matter_closed", Words("事项已经办结。", "The matter was closed.")
    if not works_on(applicant, ref=row.matter):
        return "matter_left", Words("申请人已不再经办该事项。", "The applicant no longer works on the matter.")
    return None
