"""Inquiry is tested with the real policy, real people and real HTTP to a door that says what it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from beijiang.flow.exchange.adapters import forget_credentials
from beijiang.kernel import guard
from beijiang.trust.access import queries as access
from tests.flow.exchange.stub import StubDoor

from .make import browser, region, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.trust.access.make import House


@pytest.fixture(autouse=True)
def _policy() -> Iterator[None]:
    before = guard._decider
    access.install()
    yield
    guard.install(before)


@pytest.fixture
def house(db: None) -> House:
    """The region with two listed datasets and one grant."""
    return region()


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubDoor]:
    """The door, answering with two rows unless told otherwise."""
    with StubDoor(reply()) as made:
        monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_url=made.url, signing_key_id="user"))
        forget_credentials()
        yield made
    forget_credentials()


@pytest.fixture
def zhang(house: House) -> Client:
    """张伟's browser."""
    return browser(house.zhang)
