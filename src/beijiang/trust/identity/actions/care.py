"""Who may lay hands on whose account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.words import Words

from ..models import User
from ..queries.directory import home_paths, posts_of
from ..rules import cares_for, outranked, path_codes

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def target_in_care(by: Actor, user_id: UUID, *, lock: bool = False) -> User:
    """This function will give the person if `by` looks after them, else raise NotFound or Refused.

    A chief looks after the people of their unit and those below, but not over those who hold duties
    that only an administrator gives: else a reset link would make a chief an administrator.
    """
    rows = User.objects.select_for_update() if lock else User.objects
    user = rows.filter(id=user_id).first()
    homes = [path_codes(p) for p in home_paths(user_id)] if user else []
    if user is None or (homes and not all(cares_for(by, path) for path in homes)) or (not homes and not cares_for(by, ())):
        raise NotFound(
            "identity.person_unknown", detail=Words("没有这个人员，或不归您管理。", "There is no such person, or not in your care.")
        )
    if user.id != by.user_id and outranked(by, [d for post in posts_of(user_id) for d in post.duties]):
        raise Refused(
            "identity.outranked",
            detail=Words(
                "此人担任的职责只能由系统管理员管理，未作改动。",
                "This person's duties are in the hands of administrators only; nothing was changed.",
            ),
        )
    return user
