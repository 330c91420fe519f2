"""/api/v1/permissions: apply, see one's own and what waits for oneself, decide, amend, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema

from beijiang.kernel.routes import actor_of, guarded

from . import actions, queries
from .grants import APPLY, SEE_OWN, SEE_QUEUE
from .types import ApplicationInfo, Draft, Terms

router = Router()

_KEY = Header("", alias="Idempotency-Key", max_length=80, description="The same key again does nothing new and gives the same answer.")


class Both(Schema):
    """A text in both languages."""

    zh: str
    en: str


class TermsIn(Schema):
    """How much of one dataset: columns by name, areas by code (none where the dataset has no area column), days."""

    dataset: str = Field(min_length=1, max_length=63)
    columns: list[str] = Field(min_length=1, max_length=1000)
    areas: list[str] = Field(default=[], max_length=200)
    days: int = Field(ge=1, le=3650)


class ApplyIn(Schema):
    """An application: several datasets are granted together, or not at all, and may then be joined."""

    purpose: str = Field(max_length=40)
    matter: str = Field("", max_length=60)
    reason: str = Field(max_length=4000)
    datasets: list[TermsIn] = Field(min_length=1, max_length=10)


class AmendIn(ApplyIn):
    """The same datasets again, with an answer to what was asked; `seen` is the edition that was answered."""

    answer: str = Field(max_length=2000)
    seen: int = Field(ge=1, le=10_000)


class DecideIn(Schema):
    """A decision on what one had before oneself (`stage`, `seen`). `datasets` narrows; without it the terms stand."""

    stage: Literal["chief", "owners"]
    verdict: Literal["approve", "refuse", "return"]
    seen: int = Field(ge=1, le=10_000)
    note: str = Field("", max_length=2000)
    datasets: list[TermsIn] | None = Field(None, max_length=10)


class TermsOut(Schema):
    """How much of one dataset."""

    columns: list[str]
    areas: list[str]
    days: int


class ItemOut(Schema):
    """One dataset: what was asked, passed by the chief, granted by the owner."""

    dataset: str
    title: Both
    owner_unit: str
    asked: TermsOut
    passed: TermsOut | None
    granted: TermsOut | None
    approved_by: str
    grant_id: UUID | None


class StepOut(Schema):
    """One line of the timeline; `actor` has both names where somebody acted for another."""

    at: datetime
    kind: str
    words: Both
    actor: str
    note: str
    changes: list[Both]
    receipt: UUID | None


class ApplicationOut(Schema):
    """An application and where it stands. `mine`: datasets on which the caller may decide now."""

    id: UUID
    number: str
    applicant_name: str
    unit_code: str
    purpose: str
    purpose_title: Both
    matter: str
    reason: str
    state: str
    words: Both
    edition: int
    sent_at: datetime
    waiting_since: datetime
    due_at: datetime
    overdue: bool
    ended_at: datetime | None
    waits_for: list[Both]
    stage: str | None
    mine: list[str]
    items: list[ItemOut]
    steps: list[StepOut]


def _draft(body: ApplyIn) -> Draft:
    return Draft(body.purpose, body.matter, body.reason, _terms(body.datasets))


def _terms(datasets: list[TermsIn]) -> dict[str, Terms]:
    return {d.dataset: Terms(tuple(d.columns), tuple(d.areas), d.days) for d in datasets}


def _terms_out(terms: Terms | None) -> dict[str, Any] | None:
    return {"columns": list(terms.columns), "areas": list(terms.areas), "days": terms.days} if terms else None


def _out(found: ApplicationInfo) -> dict[str, Any]:
    plain = ("id", "number", "applicant_name", "unit_code", "purpose", "matter", "reason", "state", "edition", "sent_at")
    return {name: getattr(found, name) for name in (*plain, "waiting_since", "due_at", "overdue", "ended_at", "stage")} | {
        "purpose_title": found.purpose_title.as_dict(),
        "words": found.words.as_dict(),
        "waits_for": [w.as_dict() for w in found.waits_for],
        "mine": list(found.mine),
        "items": [
            {
                "dataset": i.dataset,
                "title": i.title.as_dict(),
                "owner_unit": i.owner_unit,
                "asked": _terms_out(i.asked),
                "passed": _terms_out(i.passed),
                "granted": _terms_out(i.granted),
                "approved_by": i.approved_by,
                "grant_id": i.grant_id,
            }
            for i in found.items
        ],
        "steps": [
            {
                "at": s.at,
                "kind": s.kind,
                "words": s.words.as_dict(),
                "actor": s.actor,
                "note": s.note,
                "changes": [c.as_dict() for c in s.changes],
                "receipt": s.receipt,
            }
            for s in found.steps
        ],
    }


@router.post("applications", response={201: ApplicationOut}, summary="Apply 申请授权")
@guarded(APPLY)
def apply(request: HttpRequest, body: ApplyIn, idempotency_key: str = _KEY) -> dict[str, Any]:
    """This function will send an application to the caller's chief. 422 names the fields, 409 a like one under way."""
    return _out(actions.apply(actor_of(request), draft=_draft(body), request_key=idempotency_key))


@router.get("applications", response=list[ApplicationOut], summary="My applications 我的申请")
@guarded(SEE_OWN)
def mine(request: HttpRequest, ended: bool = False) -> list[dict[str, Any]]:
    """This function will list the caller's applications: those that wait, or with `ended` those that are over."""
    return [_out(found) for found in queries.mine(actor_of(request), ended=ended)]


@router.get("queue", response=list[ApplicationOut], summary="What waits for me to decide 待我审批")
@guarded(SEE_QUEUE)
def queue(request: HttpRequest) -> list[dict[str, Any]]:
    """This function will list the applications on which the caller may decide now, the longest waiting first."""
    return [_out(found) for found in queries.queue(actor_of(request))]


@router.get("applications/{application_id}", response=ApplicationOut, summary="One application 申请详情")
@guarded(SEE_OWN)
def one(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """This function will give an application with its timeline to whom it concerns."""
    return _out(queries.application(actor_of(request), application_id=application_id))


@router.post("applications/{application_id}/decide", response=ApplicationOut, summary="Decide 审批")
@guarded(SEE_QUEUE)
def decide(request: HttpRequest, application_id: UUID, body: DecideIn, idempotency_key: str = _KEY) -> dict[str, Any]:
    """This function will approve, refuse or ask back. 409 tells who was first, or what overtook the application."""
    found = actions.decide(
        actor_of(request),
        application_id=application_id,
        stage=body.stage,
        verdict=body.verdict,
        seen=body.seen,
        note=body.note,
        terms=_terms(body.datasets) if body.datasets else None,
        request_key=idempotency_key,
    )
    return _out(found)


@router.post("applications/{application_id}/amend", response=ApplicationOut, summary="Answer and send again 补充后再次提交")
@guarded(APPLY)
def amend(request: HttpRequest, application_id: UUID, body: AmendIn, idempotency_key: str = _KEY) -> dict[str, Any]:
    """This function will answer what was asked back and send the application again."""
    found = actions.amend(
        actor_of(request),
        application_id=application_id,
        draft=_draft(body),
        answer=body.answer,
        seen=body.seen,
        request_key=idempotency_key,
    )
    return _out(found)


@router.post("applications/{application_id}/withdraw", response=ApplicationOut, summary="Withdraw 撤回")
@guarded(APPLY)
def withdraw(request: HttpRequest, application_id: UUID, idempotency_key: str = _KEY) -> dict[str, Any]:
    """This function will take the caller's own open application back."""
    return _out(actions.withdraw(actor_of(request), application_id=application_id, request_key=idempotency_key))
