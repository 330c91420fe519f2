"""`/api/v1/access/…`: one's own grants, the purposes, and what a question would meet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from . import grants, queries
from .types import Question

router = Router()


class WordsOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class GrantOut(Schema):
    """A grant of one's own."""

    id: UUID
    bundle: UUID
    origin: str
    dataset: str
    dataset_title: WordsOut
    purpose: str
    purpose_title: WordsOut
    matter: str
    columns: list[str]
    areas: list[str]
    row_cap: int
    start: datetime
    end: datetime
    state: str
    days_left: int
    revoke_reason: str


class PurposeOut(Schema):
    """A purpose of the closed list."""

    code: str
    title: WordsOut
    statute: str
    article: str
    summary: WordsOut
    needs_matter: bool
    matter_kinds: list[str]
    max_days: int
    row_cap: int
    daily_rows: int
    grades: list[str]


class QuestionIn(Schema):
    """A question one thinks of asking; nothing is asked yet."""

    dataset: str = Field(min_length=1, max_length=63)
    purpose: str = Field(min_length=1, max_length=40)
    matter: str = Field(default="", max_length=60)
    columns: list[str] = Field(default=[], max_length=500)


class ReasonOut(Schema):
    """Why, and what next."""

    code: str
    words: WordsOut
    next: WordsOut


class ColumnOut(Schema):
    """A column that would be returned."""

    name: str
    mask: str


class PreviewOut(Schema):
    """What the door would decide now."""

    permit: bool
    basis: str
    reasons: list[ReasonOut]
    columns: list[ColumnOut]
    row_cap: int
    expires_at: datetime | None


def _words(words: Words) -> dict[str, str]:
    return words.as_dict()


@router.get("grants", response=list[GrantOut], summary="My grants, live or ended 我的授权")
@guarded(grants.SEE_OWN)
def my_grants(request: HttpRequest, ended: bool = False) -> list[dict[str, Any]]:
    """This function will list the caller's grants."""
    return [
        {
            "id": g.id,
            "bundle": g.bundle,
            "origin": g.origin,
            "dataset": g.dataset,
            "dataset_title": _words(g.dataset_title),
            "purpose": g.purpose,
            "purpose_title": _words(g.purpose_title),
            "matter": g.matter,
            "columns": list(g.columns),
            "areas": list(g.areas),
            "row_cap": g.row_cap,
            "start": g.start,
            "end": g.end,
            "state": g.state,
            "days_left": g.days_left,
            "revoke_reason": g.revoke_reason,
        }
        for g in queries.grants_for(actor_of(request), ended=ended)
    ]


@router.get("purposes", response=list[PurposeOut], summary="The closed list of purposes 使用目的清单")
@guarded(grants.SEE_PURPOSES)
def all_purposes(request: HttpRequest) -> list[dict[str, Any]]:
    """This function will list the purposes with their articles."""
    return [
        {
            "code": p.code,
            "title": _words(p.title),
            "statute": p.statute,
            "article": p.article,
            "summary": _words(p.summary),
            "needs_matter": p.needs_matter,
            "matter_kinds": sorted(p.matter_kinds),
            "max_days": p.max_days,
            "row_cap": p.row_cap,
            "daily_rows": p.daily_rows,
            "grades": sorted(p.grades),
        }
        for p in queries.purposes()
    ]


@router.post("preview", response=PreviewOut, summary="Would this question be permitted? 预先了解能否获准")
@guarded(grants.PREVIEW)
def preview(request: HttpRequest, question: QuestionIn) -> dict[str, Any]:
    """This function will decide a question without asking it; the row filter stays inside."""
    decision = queries.decide(actor_of(request), Question(question.dataset, question.purpose, question.matter, tuple(question.columns)))
    return {
        "permit": decision.permit,
        "basis": decision.basis,
        "row_cap": decision.row_cap,
        "expires_at": decision.expires_at,
        "reasons": [{"code": r.code, "words": _words(r.words), "next": _words(r.next)} for r in decision.reasons],
        "columns": [{"name": c.name, "mask": c.mask} for c in decision.columns],
    }
