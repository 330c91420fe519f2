"""The grants that a last approval leads to, in its transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beijiang.kernel import clock
from beijiang.kernel.types import Actor
from beijiang.trust.access import actions as access

from .. import rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from ..models import Application, Item

_ISSUER = replace(Actor.system("permissions"), name="授权申请")


def issue(acting: Actor, row: Application, items: Iterable[Item]) -> tuple[UUID, ...]:
    """This function will issue one grant a dataset, all in one bundle, so that they may be joined.

    The owner who decides last issues those of their own place. What other owners approved before is issued by the
    system in their name (`approved_by`), because nobody acts for an owner who is not at the desk.
    """
    start, made = clock.now(), []
    for item in items:
        terms = rules.terms_from(item.granted or {})
        own = item.approved_unit == acting.unit_code
        grant = access.issue_grant(
            acting if own else _ISSUER,
            dataset=item.dataset,
            purpose=row.purpose,
            matter=row.matter,
            reason=row.reason,
            holder_user=row.applicant,
            columns=terms.columns,
            areas=terms.areas,
            days=terms.days,
            start=start,
            origin="applied",
            approved_by=item.approved_by,
            approved_by_name=item.approved_name,
            bundle=row.id,
        )
        item.grant_id = grant.id
        item.save(update_fields=["grant_id"])
        made.append(grant.id)
    return tuple(made)
