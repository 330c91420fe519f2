"""Stewardship is tested with the real policy, real people, a real disk and real HTTP to a door that says what it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from beijiang.flow.exchange.adapters import forget_credentials
from beijiang.kernel import guard
from beijiang.trust.access import queries as access
from tests.work.inquiry.make import browser, region

from .make import CareDoor, steward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

    from beijiang.kernel.types import Actor
    from tests.trust.access.make import House


@pytest.fixture(autouse=True)
def _policy() -> Iterator[None]:
    before = guard._decider
    access.install()
    yield
    guard.install(before)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spool and drop folders of this test's own."""
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, upload_dir=tmp_path / "uploads", drop_dir=tmp_path / "drop"))
    return tmp_path


@pytest.fixture
def house(db: None) -> House:
    """The region with two listed datasets."""
    return region()


@pytest.fixture
def sun(house: House) -> Actor:
    """孙磊, steward of the region, signed in."""
    return steward()


@pytest.fixture
def door(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CareDoor]:
    """The door."""
    with CareDoor() as made:
        monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_url=made.url, signing_key_id="user"))
        forget_credentials()
        yield made
    forget_credentials()


@pytest.fixture
def client(sun: Actor) -> Client:
    """孙磊's browser."""
    return browser(sun)
