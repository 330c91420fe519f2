"""The door is tested with the real policy in the guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beijiang.kernel import guard
from beijiang.trust.access import queries as access

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _policy() -> Iterator[None]:
    before = guard._decider
    access.install()
    yield
    guard.install(before)
