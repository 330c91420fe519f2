"""What the directory hears of a column, and what it heard before there was more to tell."""

from __future__ import annotations

from typing import Any

import pytest

from beijiang.flow.exchange import handlers, queries
from beijiang.kernel import search
from beijiang.kernel.words import Words
from tests.trust.access.make import House, house

pytestmark = pytest.mark.django_db


def document(**column: Any) -> dict[str, Any]:
    """A published state with one column."""
    both = {"zh": "走失人员", "en": "Missing persons"}
    plain = {
        "name": "seen_at",
        "title": {"zh": "最后见到的时间", "en": "Last seen"},
        "type": "timestamp",
        "element": "T.SEEN",
        "subject": None,
        "sensitive": False,
        "default_mask": "none",
    }
    return {
        "time": "2026-11-24T12:00:00+00:00",
        "data": {
            "name": "missing_persons",
            "title": both,
            "description": both,
            "owner_unit": "150000XZ",
            "grade": "internal",
            "personal": True,
            "area_column": None,
            "unit_column": None,
            "columns": [plain | column],
            "rows": 3,
            "freshness": None,
            "retention_days": None,
            "schema_version": 1,
            "quality": None,
        },
    }


@pytest.fixture
def region(db: None, permissive: None) -> House:
    """Units and people."""
    return house()


def test_names_elements_and_shares_are_kept_and_found(region: House) -> None:
    more = {
        "aliases": ["ZHJD", "末次目击"],
        "element_name": {"zh": "目击时刻", "en": "Moment of sighting"},
        "completeness": 0.25,
        "validity": None,
    }
    handlers.list_published(document(**more))
    (column,) = queries.entry(region.zhang, name="missing_persons").columns
    assert column.facts.aliases == ("ZHJD", "末次目击") and column.facts.element_name == Words("目击时刻", "Moment of sighting")
    assert (column.facts.completeness, column.facts.validity) == (0.25, None)
    for q in ("zhjd", "末次目击", "mcmj", "目击时刻", "sighting", "t.seen", "seen_at"):
        assert [hit.key for hit in search.find(q, kinds=["dataset"])] == ["missing_persons"], q


def test_an_event_of_before_is_understood(region: House) -> None:
    handlers.list_published(document())
    (column,) = queries.entry(region.zhang, name="missing_persons").columns
    assert column.facts.aliases == () and column.facts.element_name is None and column.facts.completeness is None
