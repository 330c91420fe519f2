"""`/api/v1/audit/…`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.errors import NotFound
from beijiang.kernel.routes import actor_of, signed_in
from beijiang.kernel.words import Words

from . import actions, queries
from .types import Entry, Filters, Page, Receipt

router = Router()


class WordsOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class EntryOut(Schema):
    """One line of the log."""

    id: UUID
    index: int
    type: str
    title: WordsOut
    time: datetime
    actor_name: str
    unit: str
    unit_name: WordsOut
    dataset: str
    purpose: str
    basis: str
    matter: str
    outcome: str
    forgotten: bool
    row_count: int | None
    columns: list[str]
    grants: list[str]
    codes: list[str]
    reasons: WordsOut


class EntriesOut(Schema):
    """One page of the log, newest first."""

    items: list[EntryOut]
    next_cursor: str | None


class ReceiptOut(Schema):
    """What proves an action."""

    id: UUID
    state: str
    type: str
    event: WordsOut
    time: datetime | None
    index: int | None
    size: int | None
    leaf: str
    leaf_hash: str
    hashes: list[str]
    root: str
    checkpoint: str


class SubjectsOut(Schema):
    """How many data subjects an action touched through one column; never who."""

    kind: str
    column: str
    count: int


class EntryDetailOut(Schema):
    """One entry whole. `text` is the exact JSON that the leaf commits to, `salt` is hex; both are null or empty once forgotten."""

    entry: EntryOut
    text: str | None
    salt: str
    subjects: list[SubjectsOut]
    receipt: ReceiptOut
    vkey: str


class FiltersIn(Schema):
    """What to look for; `mine` narrows to one's own actions, which needs no audit duty; `uses` to uses and refusals; `below`: all units under `unit` too."""

    person: str = Field("", max_length=100)
    unit: str = Field("", max_length=100)
    below: bool = False
    dataset: str = Field("", max_length=120)
    purpose: str = Field("", max_length=80)
    matter: str = Field("", max_length=120)
    outcome: str = Field("", max_length=20)
    basis: str = Field("", max_length=40)
    grant: str = Field("", max_length=40)
    column: str = Field("", max_length=120)
    code: str = Field("", max_length=120)
    room: str = Field("", max_length=40)
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = False
    uses: bool = False
    cursor: str = Field("", max_length=20)
    limit: int = Field(50, ge=1, le=200)


def _words(words: Words | str) -> dict[str, str]:
    return Words.of(words).as_dict()


def _entry(e: Entry) -> dict[str, Any]:
    return {
        "id": e.id,
        "index": e.index,
        "type": e.type,
        "title": _words(e.title),
        "time": e.time,
        "actor_name": e.actor_name,
        "unit": e.unit,
        "unit_name": _words(e.unit_name),
        "dataset": e.dataset,
        "purpose": e.purpose,
        "basis": e.basis,
        "matter": e.matter,
        "outcome": e.outcome,
        "forgotten": e.forgotten,
        "row_count": e.row_count,
        "columns": list(e.columns),
        "grants": list(e.grants),
        "codes": list(e.codes),
        "reasons": _words(e.reasons),
    }


def _receipt(r: Receipt) -> dict[str, Any]:
    return {
        "id": r.id,
        "state": r.state,
        "type": r.type,
        "event": _words(r.event),
        "time": r.time,
        "index": r.index,
        "size": r.size,
        "leaf": r.leaf,
        "leaf_hash": r.leaf_hash,
        "hashes": list(r.hashes),
        "root": r.root,
        "checkpoint": r.checkpoint,
    }


@router.get("/entries", response=EntriesOut, summary="Read the log")
@signed_in
def entries(request: HttpRequest, filters: Query[FiltersIn]) -> dict[str, Any]:
    """Entries that fit all filters, newest first. Auditors see all; with `mine=true` everybody sees their own. Leaves a leaf."""
    said = filters.dict()
    cursor, limit = said.pop("cursor") or None, said.pop("limit")
    for name in ("since", "until"):
        said[name] = _aware(said[name])
    page: Page[Entry] = actions.read_log(actor_of(request), filters=Filters(**said), cursor=cursor, limit=limit)
    return {"items": [_entry(e) for e in page.items], "next_cursor": page.next_cursor}


def _aware(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=SHANGHAI) if value is not None and value.tzinfo is None else value


@router.get("/entries/{uuid:entry_id}", response=EntryDetailOut, summary="Open one entry")
@signed_in
def entry(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    """One entry with its frozen words, leaf and proof: for auditors, and for whoever acted. Leaves a leaf."""
    found = actions.open_entry(actor_of(request), entry_id=entry_id)
    return {
        "entry": _entry(found.entry),
        "text": found.text,
        "salt": found.salt,
        "receipt": _receipt(found.receipt),
        "vkey": found.vkey,
        "subjects": [{"kind": k, "column": c, "count": n} for k, c, n in found.subjects],
    }


@router.get("/receipts/{uuid:entry_id}", response=ReceiptOut, summary="Read a receipt")
@signed_in
def receipt(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    """The receipt of an action: pending, or sealed with its inclusion proof. Holds nothing about persons."""
    return _receipt(queries.receipt(entry_id))


@router.get("/receipts/{uuid:entry_id}/proof", response={200: None}, summary="Download a proof file")
@signed_in
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof as a c2sp.org/tlog-proof@v1 text; 404 while the entry is pending."""
    found = queries.receipt(entry_id)
    if found.state != "sealed":
        raise NotFound(
            "audit.pending", detail=Words("该记录尚未入日志，请稍后再取。", "The entry is not sealed yet; try again in a moment.")
        )
    return HttpResponse(found.proof, content_type="text/plain; charset=utf-8")
