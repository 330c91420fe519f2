"""Permissions are tested with the real policy and real people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beijiang.kernel import guard
from beijiang.trust.access import queries as access

from .make import Town, town

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _policy() -> Iterator[None]:
    before = guard._decider
    access.install()
    yield
    guard.install(before)


@pytest.fixture
def region(db: None) -> Town:
    """The region with its people and datasets."""
    return town()
