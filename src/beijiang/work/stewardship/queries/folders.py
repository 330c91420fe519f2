"""One's drop folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..adapters import drops
from ..grants import UPLOAD
from ..models import DropFolder as Row
from ..types import DropFolder
from .uploads import person

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor


def drop_folder(actor: Actor) -> DropFolder:
    """This function will give the actor's drop folder: where it is, since when it is open (None: it is not), what lies in it."""
    guard.require(actor, UPLOAD)
    row = Row.objects.filter(user_id=person(actor)).first()
    path = str(drops.of(actor.username))
    if row is None:
        return DropFolder(actor.username, path, None)
    return DropFolder(actor.username, path, row.opened_at, len(drops.look(row.username)), drops.refusals(row.username))
