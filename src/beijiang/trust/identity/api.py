"""/api/v1/identity: who am I, where am I signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from beijiang.kernel.routes import actor_of, signed_in

from . import actions, queries

router = Router()


class Both(Schema):
    """A text in both languages."""

    zh: str
    en: str


class Me(Schema):
    """Who the caller is to the house at this moment."""

    user_id: UUID
    username: str
    name: str
    unit: str
    unit_name: Both
    unit_path: list[str]
    division: str
    branch: str
    duties: list[str]
    session: UUID
    level: str


class SessionOut(Schema):
    """One sign-in."""

    sid: UUID
    kind: str
    level: str
    amr: list[str]
    auth_time: datetime
    last_seen: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


@router.get("/me", response=Me)
@signed_in
def me(request: HttpRequest) -> dict[str, Any]:
    """This function will say who the caller is, for which unit they act and with which duties."""
    a = actor_of(request)
    return {
        "user_id": a.user_id,
        "username": a.username,
        "name": a.name,
        "unit": a.unit_code,
        "unit_name": {"zh": a.unit_name_zh, "en": a.unit_name_en},
        "unit_path": list(a.unit_path),
        "division": a.division,
        "branch": a.branch,
        "duties": sorted(a.duties),
        "session": a.session_id,
        "level": a.level,
    }


@router.get("/sessions", response=list[SessionOut])
@signed_in
def sessions(request: HttpRequest) -> list[Any]:
    """This function will list the caller's live sessions and access tokens."""
    return list(queries.sessions_of(actor_of(request)))


@router.delete("/sessions/{sid}", response={204: None})
@signed_in
def end(request: HttpRequest, sid: UUID) -> None:
    """This function will end one of the caller's sessions; 404 if it is not theirs."""
    actions.end_session(actor_of(request), sid=sid)
