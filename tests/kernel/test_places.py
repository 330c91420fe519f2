"""Names of divisions, as any room may print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beijiang.kernel import places
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_the_region_is_known_by_name() -> None:
    assert places.name("150103").zh == "回民区"
    assert places.full_name("150103").zh == "呼和浩特市回民区"
    assert places.full_name("150000").zh == "内蒙古自治区"
    assert len(places.places("city")) == 12
    assert [p.level for p in places.places("region", "city")][:2] == ["region", "city"]
    found = places.place("150103")
    assert found is not None and (found.level, found.above) == ("county", "150100")


@pytest.fixture
def _bare() -> Iterator[None]:
    before = places._source
    places.install(None)
    yield
    places.install(before)


@pytest.mark.usefixtures("_bare")
def test_without_names_the_code_stands() -> None:
    assert places.full_name("150103") == Words("150103", "150103")
    assert places.places() == () and places.place("x") is None
