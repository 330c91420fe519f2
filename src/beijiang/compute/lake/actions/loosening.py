"""Whether a change opens a dataset wider, or gives it to another unit: that is its owner's to do, and leaves a leaf of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import guard
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants
from ..rules.loosen import loosened

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from ..types import Dataset


def settle(actor: Actor, *, before: Dataset, after: Dataset) -> None:
    """This function will return for a change that only tightens, or that the owner makes; else raise Refused, and nothing is saved."""
    about = guard.Resource("dataset", before.name, {"owner_unit": before.owner_unit, "grade": before.grade})
    what = list(loosened(before, after))
    if what:
        guard.require(actor, grants.LOOSEN, about)
    if after.owner_unit != before.owner_unit:
        guard.require(actor, grants.HAND_OVER, about)
        what.append(Words(f"移交给 {after.owner_unit}", f"handing it over to {after.owner_unit}"))
    if what:
        audit.record(
            actor, events.DatasetLoosened(name=before.name, owner_unit=before.owner_unit, to_unit=after.owner_unit, what=tuple(what))
        )
