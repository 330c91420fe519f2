"""What all tests share: both domains' databases, people to act as, a policy in the guard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DOMAIN = os.environ["BEIJIANG_DOMAIN"]
DATA_ONLY = ("tests/compute/lake", "tests/flow/exchange/provider")


def pytest_configure(config: pytest.Config) -> None:
    """In the data domain the reader's database is one the builders may fill."""
    from django.conf import settings

    if DOMAIN == "data":
        settings.READER_IS_WRITABLE = True
        settings.DATABASES["reader"]["OPTIONS"] = {"application_name": "tests"}
        settings.DATABASES["reader"]["TEST"] = {
            "NAME": "test_reader",
            "MIRROR": None,
            "CHARSET": None,
            "COLLATION": None,
            "MIGRATE": True,
            "DEPENDENCIES": [],
        }


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each domain runs its own tests: rooms of the data domain under `data`, all others under `user`."""
    keep, drop = [], []
    for item in items:
        path = str(item.path.relative_to(config.rootpath))
        of_data = path.startswith(DATA_ONLY) or item.get_closest_marker("data_domain") is not None
        (keep if of_data == (DOMAIN == "data") else drop).append(item)
    items[:] = keep
    if drop:
        config.hook.pytest_deselected(items=drop)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Each test starts in Chinese, whatever the one before it spoke."""
    from beijiang.kernel.words import ZH, speaking

    with speaking(ZH):
        yield


@pytest.fixture
def permissive() -> Iterator[None]:
    """A guard that lets all pass: for rooms tested without the policy."""
    from beijiang.kernel import guard

    before = guard._decider
    guard.install(lambda actor, permission, resource: None)
    yield
    guard.install(before)
