"""Reading the log, which is itself written into the log."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from beijiang.kernel.types import Actor

from .. import queries
from ..events import EntryRead, LogRead
from ..types import Entry, EntryDetail, Filters, GroupBy, Groups, Page
from .record import record


@transaction.atomic
def read_log(actor: Actor, *, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page[Entry]:
    """This function will give one page of the log, newest first, and leave a leaf for having read it.

    Errors as `queries.find`.
    """
    page = queries.find(actor, filters=filters, cursor=cursor, limit=limit)
    record(actor, LogRead(filters=queries.filters_text(filters), shown=len(page.items)))
    return page


@transaction.atomic
def read_groups(actor: Actor, *, filters: Filters, by: GroupBy) -> Groups:
    """This function will count the entries that fit by person, unit or dataset, and leave a leaf for having read it.

    Errors as `queries.groups`.
    """
    found = queries.groups(actor, filters=filters, by=by)
    record(actor, LogRead(filters={**queries.filters_text(filters), "by": by}, shown=len(found.items)))
    return found


@transaction.atomic
def open_entry(actor: Actor, *, entry_id: UUID) -> EntryDetail:
    """This function will give one entry whole, and leave a leaf for having read it. Errors as `queries.entry`."""
    found = queries.entry(actor, entry_id=entry_id)
    record(actor, EntryRead(entry=found.entry.id, entry_type=found.entry.type))
    return found
