"""Access is tested with its own policy in the guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beijiang.kernel import guard
from beijiang.trust.access import queries

from .make import House, house

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _policy() -> Iterator[None]:
    before = guard._decider
    queries.install()
    yield
    guard.install(before)


@pytest.fixture
def region(db: None) -> House:
    """A small region with a dataset, a matter and people."""
    return house()
