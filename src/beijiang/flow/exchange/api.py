"""/api/v1/exchange: what a person brought to the door, and what did not come in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from beijiang.kernel.routes import actor_of, guarded

from . import actions
from .grants import BRING
from .types import BAD_ROWS_LIMIT

router = Router()


class Both(Schema):
    """A text in both languages."""

    zh: str
    en: str


class ReasonOut(Schema):
    """Why a row was set aside; `column` is empty when the whole row is meant."""

    column: str
    words: Both


class BadRowOut(Schema):
    """A row set aside: its number in the file (the first data row is 1), why, and what stood there."""

    number: int
    reasons: list[ReasonOut]
    raw: dict[str, str | None]


class BadRowsOut(Schema):
    """Some of the rows that a run set aside, and the receipt of their opening."""

    run: UUID
    dataset: str
    offset: int
    total: int
    receipt: UUID
    rows: list[BadRowOut]


@router.get("/runs/{run_id}/rows", response=BadRowsOut)
@guarded(BRING)
def bad_rows(
    request: HttpRequest,
    response: HttpResponse,
    run_id: UUID,
    offset: int = Query(0, ge=0, le=10**12),
    limit: int = Query(100, ge=1, le=BAD_ROWS_LIMIT),
) -> dict[str, Any]:
    """This function will open rows that a run set aside, for who brought the file and who answers for the dataset."""
    opened = actions.bad_rows(actor_of(request), run_id=run_id, offset=offset, limit=limit)
    response["Cache-Control"] = "no-store"
    return {
        "run": opened.run,
        "dataset": opened.dataset,
        "offset": opened.offset,
        "total": opened.total,
        "receipt": opened.receipt,
        "rows": [
            {
                "number": row.number,
                "reasons": [{"column": column, "words": words.as_dict()} for column, words in row.reasons],
                "raw": row.raw,
            }
            for row in opened.rows
        ],
    }
