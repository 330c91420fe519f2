"""What one typed on a draft's page so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..grants import PUBLISH
from ..models import Plan as Row
from ..types import Plan
from .uploads import person

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def plan(actor: Actor, *, draft_id: UUID) -> Plan:
    """This function will give what the actor typed of a draft; an empty plan if nothing was kept."""
    guard.require(actor, PUBLISH)
    row = Row.objects.filter(draft_id=draft_id, user_id=person(actor)).first()
    return Plan(draft_id) if row is None else Plan(draft_id, row.dataset, row.columns, row.updated_at)
