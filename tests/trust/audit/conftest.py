"""A guard that knows only the duties each permission is declared with."""

from __future__ import annotations

import pytest

from beijiang.kernel import guard
from beijiang.kernel.errors import Refused

from . import make


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


@pytest.fixture
def acting(settings):
    """Requests carry their person in a header (see make.ActAs)."""
    settings.MIDDLEWARE = [f"{make.__name__}.ActAs" if m.startswith("beijiang.trust.identity") else m for m in settings.MIDDLEWARE]


@pytest.fixture
def web(acting, client):
    """`web(actor, path, **query)`: the answer to a browser's GET."""

    def get(actor, path, accept="text/html", **query):
        headers = {"Accept": accept} | ({"X-Act-As": actor.username} if actor else {})
        return client.get(path, query, headers=headers)

    return get
