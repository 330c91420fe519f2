"""What several pages of permissions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beijiang.kernel import guard
from beijiang.kernel.words import Words

from .. import queries
from ..grants import APPLY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beijiang.kernel.types import Actor

SAMPLES = {
    "none": Words("原样", "as it is"),
    "null": Words("（空）", "(empty)"),
    "redact": Words("***", "***"),
    "first4": Words("1380*******", "1380*******"),
    "last4": Words("**************1234", "**************1234"),
    "year": Words("2026", "2026"),
    "hash": Words("9f3a…（摘要）", "9f3a… (digest)"),
}
"""How a value would look under each mask; invented."""


def tabs(actor: Actor, here: str) -> dict[str, Any]:
    """This function will give what the tabs of the room show: where one is, and how much waits."""
    return {"here": here, "waiting": queries.waiting_count(actor), "may_apply": guard.allowed(actor, APPLY)}


def picker(groups: Iterable[queries.AreaGroup], chosen: set[str]) -> list[tuple[queries.AreaGroup, bool]]:
    """This function will give the groups of areas, each with whether it stands open: where something of it is chosen."""
    return [(group, any(place.code in chosen for place in (group.top, *group.below))) for group in groups]
