"""What is typed on a draft's page is kept, so that an error, a closed browser or a pause loses none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beijiang.kernel import clock, guard

from ..grants import PUBLISH
from ..models import Plan as Row
from ..queries.plans import plan
from ..queries.uploads import person

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Plan


def save_plan(actor: Actor, *, draft_id: UUID, dataset: dict[str, Any], columns: dict[str, dict[str, Any]]) -> Plan:
    """This function will keep what was typed of a draft: facts of the dataset, and of those columns (by header) that were on the page."""
    guard.require(actor, PUBLISH)
    owner = person(actor)
    row, _ = Row.objects.get_or_create(draft_id=draft_id, defaults={"user_id": owner, "updated_at": clock.now()})
    if row.user_id != owner:
        # Another person may work on the draft only when the door lets them; then theirs begins afresh.
        row.user_id, row.dataset, row.columns = owner, {}, {}
    row.dataset, row.columns, row.updated_at = dataset, {**row.columns, **columns}, clock.now()
    row.save()
    return plan(actor, draft_id=draft_id)
