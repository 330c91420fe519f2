"""From a published fact to rows: what is taken, what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from ..types import RecordFeed

BATCH = 10_000


def rows_of(feed: RecordFeed, document: dict[str, Any]) -> list[dict[str, Any]]:
    """This function will give the rows of an event. Invalid for a foreign publisher or another shape than the feed's.

    Members that the feed does not name are left out: nothing enters the lake by accident.
    """
    if document["type"] != feed.event_type or document["source"] != feed.publisher:
        raise Invalid(
            "exchange.foreign_publisher",
            detail=Words(
                "记录不是由登记的发布方发出的，没有入库。", "The record was not published by its registered publisher; it was not taken."
            ),
        )
    data = document["data"]
    records = data.get(feed.many) if feed.many else [data]
    if not isinstance(records, list) or not 1 <= len(records) <= BATCH or not all(isinstance(r, dict) for r in records):
        raise Invalid("exchange.bad_records", detail=Words(f"一批应有 1 到 {BATCH} 条记录。", f"A batch has 1 to {BATCH} records."))
    return [{column: _plain(record.get(member)) for column, member in feed.columns.items()} for record in records]


def _plain(value: Any) -> Any:
    # Words of the house are stored by their Chinese text; nested values have no place in a column.
    if isinstance(value, dict):
        return value.get("zh") if set(value) == {"zh", "en"} else None
    return None if isinstance(value, list) else value
