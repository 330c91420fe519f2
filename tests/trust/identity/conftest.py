"""Identity is tested without access's policy above it: the guard here goes by duties alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beijiang.kernel import guard
from beijiang.kernel.errors import Refused

from .make import Region, region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beijiang.kernel.guard import Permission, Resource
    from beijiang.kernel.types import Actor


def by_duty(actor: Actor, permission: Permission, resource: Resource | None) -> Refused | None:
    """Permits what grants.py says goes with the actor's duties."""
    if actor.kind == "system" or "public" in permission.duties or actor.duties & permission.duties:
        return None
    if "*" in permission.duties and actor.duties:
        return None
    return Refused("test.no_duty")


@pytest.fixture(autouse=True)
def _duties() -> Iterator[None]:
    before = guard._decider
    guard.install(by_duty)
    yield
    guard.install(before)


@pytest.fixture
def house(db: None) -> Region:
    """A small region."""
    return region()
