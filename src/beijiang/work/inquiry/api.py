"""/api/v1/inquiry: ask, find a receipt, see the directory."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel.routes import actor_of, guarded
from beijiang.trust.audit import queries as audit

from . import actions, queries
from .grants import ASK, SEE, SEE_OWN

router = Router()


class Both(Schema):
    """A text in both languages."""

    zh: str
    en: str


class AskIn(Schema):
    """A question: `sql`, or `dataset` and what follows; always a purpose, and a matter (`case`) where it needs one.

    `id` is the caller's own number for it, by which it can be followed and stopped; a number is asked once.
    """

    id: UUID | None = None
    purpose: str = Field(max_length=64)
    case: str = Field("", max_length=80)
    sql: str | None = Field(None, max_length=65_536)
    dataset: str | None = Field(None, max_length=128)
    columns: list[str] | None = None
    where: dict[str, Any] | None = None
    group_by: list[str] | None = None
    aggregates: list[dict[str, Any]] | None = None
    order_by: list[dict[str, Any]] | None = None
    limit: int | None = None


class ColumnOut(Schema):
    """A column of the answer and how it was masked."""

    name: str
    title: Both
    type: str
    mask: str


class BasisOut(Schema):
    """On what the use stood."""

    kind: str
    words: Both
    purpose: Both
    matter: str
    expires_at: datetime | None


class AnswerOut(Schema):
    """Rows with their receipt."""

    dataset: str
    title: Both
    columns: list[ColumnOut]
    rows: list[list[Any]]
    truncated: bool
    row_cap: int
    receipt: UUID
    basis: BasisOut
    elapsed_ms: float
    notes: list[Both]
    question: UUID


class RunningOut(Schema):
    """Where a question stands: its outcome (`running` until it is over), whether it waits for its turn, the share done if known."""

    id: UUID
    outcome: str
    waiting: bool
    share: float | None
    seconds: int
    receipt: UUID | None
    row_count: int
    reason: Both


class StoppedOut(Schema):
    """Whether a question was still there to stop; one that was on its way does not start."""

    stopped: bool


class ReceiptOut(Schema):
    """A receipt: pending, or sealed with its place and proof."""

    id: UUID
    state: str
    type: str
    time: datetime | None
    index: int | None
    size: int | None
    leaf: str
    leaf_hash: str
    hashes: list[str]
    root: str
    checkpoint: str
    proof: str


class DatasetOut(Schema):
    """A dataset of the directory and whether the caller may ask it."""

    name: str
    title: Both
    owner_unit: str
    owner_name: Both
    grade: str
    rows: int
    freshness: datetime | None
    may_ask: bool
    standing: Both
    columns: list[str]


class AskedOut(Schema):
    """A question the caller asked."""

    id: UUID
    dataset: str
    purpose: str
    matter: str
    outcome: str
    receipt: UUID | None
    row_count: int
    truncated: bool
    asked_at: datetime


class AskedPageOut(Schema):
    """Some of the caller's questions, newest first."""

    items: list[AskedOut]
    next_cursor: str | None


@router.post("/ask", response=AnswerOut)
@guarded(ASK)
def ask(request: HttpRequest, response: HttpResponse, body: AskIn) -> dict[str, Any]:
    """This function will ask one question through the door. 403 with reasons when refused; both leave a receipt.

    409 when it was stopped (`lake.cancelled`) or its number was asked before (`inquiry.already_asked`).
    """
    wanted = body.dict(exclude_none=True)
    if body.id is not None:
        wanted["id"] = str(body.id)
    wanted["matter"] = wanted.pop("case", "")
    answered = actions.ask(actor_of(request), request=exchange.request_from(wanted))
    reply = answered.reply
    response["Cache-Control"] = "no-store"
    return {
        "dataset": reply.dataset,
        "title": reply.title.as_dict(),
        "rows": [list(row) for row in reply.rows],
        "truncated": reply.truncated,
        "columns": [{"name": c.name, "title": c.title.as_dict(), "type": c.type, "mask": c.mask} for c in reply.columns],
        "row_cap": reply.row_cap,
        "receipt": reply.receipt,
        "elapsed_ms": reply.elapsed_ms,
        "question": answered.question_id,
        "basis": {
            "kind": reply.basis.kind,
            "words": reply.basis.words.as_dict(),
            "purpose": reply.basis.purpose.as_dict(),
            "matter": reply.basis.matter,
            "expires_at": reply.basis.expires_at,
        },
        "notes": [note.as_dict() for note in reply.notes],
    }


@router.get("/running/{question_id}", response=RunningOut)
@guarded(SEE_OWN)
def running(request: HttpRequest, question_id: UUID) -> dict[str, Any]:
    """This function will say where one of the caller's own questions stands. 404 for anybody else's."""
    found = queries.progress(actor_of(request), question_id=question_id)
    return {
        "id": question_id,
        "outcome": found.asked.outcome,
        "waiting": found.waiting,
        "share": found.share,
        "seconds": found.seconds,
        "receipt": found.asked.receipt,
        "row_count": found.asked.row_count,
        "reason": found.asked.reason.as_dict(),
    }


@router.post("/running/{question_id}/stop", response=StoppedOut)
@guarded(ASK)
def stop(request: HttpRequest, question_id: UUID) -> dict[str, Any]:
    """This function will stop one of the caller's own questions. 404 for anybody else's."""
    return {"stopped": actions.stop(actor_of(request), question_id=question_id)}


@router.get("/receipts/{receipt_id}", response=ReceiptOut)
@guarded(SEE_OWN)
def receipt(request: HttpRequest, receipt_id: UUID) -> dict[str, Any]:
    """This function will give a receipt by its number; it names nobody."""
    found = audit.receipt(receipt_id)
    return {name: getattr(found, name) for name in ReceiptOut.model_fields} | {"hashes": list(found.hashes)}


@router.get("/datasets", response=list[DatasetOut])
@guarded(SEE)
def datasets(request: HttpRequest, q: str = "") -> list[dict[str, Any]]:
    """This function will list the directory, found by Chinese, pinyin or English in `q`."""
    return [
        {
            "name": item.entry.name,
            "title": item.entry.title.as_dict(),
            "owner_unit": item.entry.owner_unit,
            "owner_name": item.entry.owner_name.as_dict(),
            "grade": item.entry.grade,
            "rows": item.entry.rows,
            "freshness": item.entry.freshness,
            "may_ask": item.standing.may,
            "standing": item.standing.words.as_dict(),
            "columns": [c.name for c in item.entry.columns],
        }
        for item in queries.listing(actor_of(request), q=q[:100])
    ]


@router.get("/datasets/{name}/columns", response=list[ColumnOut])
@guarded(SEE)
def columns(request: HttpRequest, name: str) -> list[dict[str, Any]]:
    """This function will list a dataset's columns, with the mask of an ordinary grant."""
    entry = exchange.entry(actor_of(request), name=name)
    return [{"name": c.name, "title": c.title.as_dict(), "type": c.type, "mask": c.default_mask} for c in entry.columns]


@router.get("/questions", response=AskedPageOut)
@guarded(SEE_OWN)
def questions(request: HttpRequest, cursor: str = "", dataset: str = "") -> dict[str, Any]:
    """This function will list the caller's own questions, newest first."""
    page = queries.questions(actor_of(request), dataset=dataset[:128], cursor=cursor[:120])
    return {
        "items": [{name: getattr(item, name) for name in AskedOut.model_fields} for item in page.items],
        "next_cursor": page.next_cursor,
    }
