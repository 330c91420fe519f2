"""Drafts and runs, behind the door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router

from beijiang.flow.exchange import queries as exchange
from beijiang.flow.exchange.types import Draft, Run
from beijiang.kernel.routes import actor_of, guarded

from .. import actions
from ..grants import PUBLISH, SEE
from .schemas import DraftOut, ReasonIn, RunOut, SpecIn

router = Router()


@router.get("/drafts", response=list[DraftOut])
@guarded(SEE)
def drafts(request: HttpRequest) -> list[Draft]:
    """This function will list the caller's drafts that are not used or dropped, newest first, without rows."""
    return list(exchange.drafts(actor_of(request)))


@router.get("/drafts/{draft_id}", response=DraftOut)
@guarded(SEE)
def draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """This function will give a draft with its columns, and to who brought it its first rows."""
    return exchange.draft(actor_of(request), draft_id=draft_id)


@router.post("/drafts/{draft_id}/publish", response={202: RunOut})
@guarded(PUBLISH)
def publish(request: HttpRequest, draft_id: UUID, body: SpecIn, idempotency_key: str = Header("", alias="Idempotency-Key")) -> Run:
    """This function will make a dataset of a draft, or bring it into one that is there (`append`), and give the run."""
    actor = actor_of(request)

    def do() -> dict[str, Any]:
        return {"run": str(actions.publish_draft(actor, draft_id=draft_id, spec=body.spec()).id)}

    done = actions.once(actor.user_id, key=idempotency_key, call=["publish", str(draft_id), body.dict()], do=do)
    return exchange.run(actor, run_id=UUID(done["run"]))


@router.post("/drafts/{draft_id}/drop", response=DraftOut)
@guarded(PUBLISH)
def drop(request: HttpRequest, draft_id: UUID, body: ReasonIn, idempotency_key: str = Header("", alias="Idempotency-Key")) -> Draft:
    """This function will give a draft up; its file is deleted behind the door."""
    actor = actor_of(request)
    dropped: list[Draft] = []

    def do() -> dict[str, Any]:
        dropped.append(actions.drop_draft(actor, draft_id=draft_id, reason=body.reason))
        return {"draft": str(draft_id)}

    actions.once(actor.user_id, key=idempotency_key, call=["drop", str(draft_id), body.dict()], do=do)
    return dropped[0] if dropped else exchange.draft(actor, draft_id=draft_id)


@router.get("/runs", response=list[RunOut])
@guarded(SEE)
def runs(
    request: HttpRequest,
    dataset: str = Query("", max_length=128),
    state: str = Query("", max_length=20),
    mine: bool = False,
    limit: int = Query(100, ge=1, le=500),
) -> list[Run]:
    """This function will list runs, newest first."""
    return list(exchange.runs(actor_of(request), dataset=dataset, state=state, mine=mine, limit=limit))


@router.get("/runs/{run_id}", response=RunOut)
@guarded(SEE)
def run(request: HttpRequest, run_id: UUID) -> Run:
    """This function will say how far a run is. Its rows set aside are at /api/v1/exchange/runs/{id}/rows."""
    return exchange.run(actor_of(request), run_id=run_id)


@router.post("/runs/{run_id}/cancel", response=RunOut)
@guarded(PUBLISH)
def cancel(request: HttpRequest, run_id: UUID, idempotency_key: str = Header("", alias="Idempotency-Key")) -> Run:
    """This function will stop a run that is not over."""
    return _steer(request, run_id, idempotency_key, "cancel")


@router.post("/runs/{run_id}/resume", response=RunOut)
@guarded(PUBLISH)
def resume(request: HttpRequest, run_id: UUID, idempotency_key: str = Header("", alias="Idempotency-Key")) -> Run:
    """This function will take up a run that failed or was cancelled."""
    return _steer(request, run_id, idempotency_key, "resume")


def _steer(request: HttpRequest, run_id: UUID, key: str, verb: str) -> Run:
    actor = actor_of(request)

    def do() -> dict[str, Any]:
        (actions.cancel_run if verb == "cancel" else actions.resume_run)(actor, run_id=run_id)
        return {"run": str(run_id)}

    actions.once(actor.user_id, key=key, call=[verb, str(run_id)], do=do)
    return exchange.run(actor, run_id=run_id)
