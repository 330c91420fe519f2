"""Records that work rooms publish become rows. Neither side imports the other.

The batch's leaf is the lake's, under the event's own id, which is also the number of the leaf that published it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from beijiang.kernel import events, guard
from beijiang.kernel.handlers import handles
from beijiang.kernel.types import Actor

from ..grants import TAKE_RECORDS
from ..rules.records import rows_of

if TYPE_CHECKING:
    from ..types import RecordFeed


def hear_records(*, feed: RecordFeed) -> None:
    """This function will have a published fact become rows of a dataset (config, at start of the data domain's jobs)."""

    def take(document: dict[str, Any]) -> None:
        take_records(Actor.system("exchange"), feed=feed, document=document)

    take.__qualname__ = f"hear_records.{feed.event_type}"
    handles(feed.event_type, consumer=f"exchange.records.{feed.event_type}", domain="data")(take)


@transaction.atomic
def take_records(actor: Actor, *, feed: RecordFeed, document: dict[str, Any]) -> int:
    """This function will append the records of one event and return how many rows came in.

    The event is checked against its registered schema, its publisher, and RIGHTS 2 (by the lake, column by column).
    The same event again changes nothing. Raises Invalid for what does not fit; the stream keeps it as a dead letter.
    """
    from beijiang.compute.lake import actions as lake

    guard.require(actor, TAKE_RECORDS, guard.Resource("dataset", feed.dataset))
    events.check(document)
    rows = rows_of(feed, document)
    taken = lake.append(actor, dataset=feed.dataset, rows=rows, key=document["id"])
    return 0 if taken.repeated else taken.rows
