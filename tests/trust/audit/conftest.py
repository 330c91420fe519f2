"""A guard that knows only the duties each permission is declared with."""

from __future__ import annotations

import pytest

from beijiang.kernel import guard
from beijiang.kernel.errors import Refused


@pytest.fixture(autouse=True)
def by_duty():
    """Permit what the declared duties carry."""
    def decide(actor, permission, resource):
        if permission.duties & ({*actor.duties, "public"} | ({"*"} if actor.is_authenticated else set())):
            return None
        return Refused("test.no_duty", permission=permission.code)

    before = guard._decider
    guard.install(decide)
    yield
    guard.install(before)
