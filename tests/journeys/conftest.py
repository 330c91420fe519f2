"""Journeys run against the one running product of the session."""

from __future__ import annotations

import pytest

from tests import product as products


@pytest.fixture(scope="session")
def product() -> products.Product:
    """The running product."""
    return products.running()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one worker, and so one product."""
    for item in items:
        if "journeys" in item.path.parts or "browser" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("product"))
            item.add_marker(pytest.mark.timeout(300))
