"""The provider side over real HTTP, in the data domain, with the real policy and real people behind the reader's views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import transaction

from beijiang.kernel import guard
from beijiang.trust.access import queries as access
from tests.flow.exchange.make import Caller, caller, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.trust.access.make import House


@pytest.fixture(autouse=True)
def _policy() -> Iterator[None]:
    before = guard._decider
    access.install()
    yield
    guard.install(before)


@pytest.fixture
def region(transactional_db: None) -> House:
    """Units, people, a dataset known to access, a case; as the user domain made them."""
    with transaction.atomic(using="reader"):
        return people()


@pytest.fixture
def door(live_server: Any, region: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """A caller of the running provider, standing for the application `user`, as 张伟."""
    from beijiang.flow.exchange.adapters import forget_credentials

    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_url=live_server.url, signing_key_id="user"))
    forget_credentials()
    with transaction.atomic(using="reader"):
        made = caller(region.zhang, live_server.url)
    yield made
    forget_credentials()
