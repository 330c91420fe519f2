"""One's uploads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..grants import UPLOAD
from ..models import Upload as Row
from ..types import KEEP_HOURS, ON_THEIR_WAY, Upload

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

SHOWN = 60


def uploads(actor: Actor, *, limit: int = SHOWN, open_only: bool = False) -> tuple[Upload, ...]:
    """This function will list the actor's uploads, newest first; with `open_only` those that are still on their way."""
    guard.require(actor, UPLOAD)
    rows = Row.objects.filter(user_id=person(actor))
    if open_only:
        rows = rows.filter(state__in=ON_THEIR_WAY)
    return tuple(as_upload(row) for row in rows.order_by("-created_at")[:limit])


def upload(actor: Actor, *, upload_id: UUID) -> Upload:
    """This function will give one of the actor's own uploads; NotFound for anybody else's."""
    guard.require(actor, UPLOAD)
    row = Row.objects.filter(id=upload_id, user_id=person(actor)).first()
    if row is None:
        raise unknown()
    return as_upload(row)


def person(actor: Actor) -> UUID:
    """This function will give who brings files; NotFound for what is no person."""
    if actor.user_id is None:
        raise NotFound("stewardship.no_person", detail=Words("只有具体的人可以上传文件。", "Only a person brings files."))
    return actor.user_id


def unknown() -> NotFound:
    """This function will give the answer for an upload that is not there, or not the actor's."""
    return NotFound(
        "stewardship.no_upload",
        detail=Words(
            "没有这个上传，或不是您的，或已过期清除。", "There is no such upload, or it is not yours, or was cleared past its time."
        ),
    )


def as_upload(row: Row) -> Upload:
    """This function will give an upload's frozen form."""
    return Upload(
        id=row.id,
        user_id=row.user_id,
        file_name=row.file_name,
        folder=row.folder,
        size=row.size,
        received=row.received,
        state=row.state,  # type: ignore[arg-type]
        source=row.source,  # type: ignore[arg-type]
        sha256=row.sha256,
        draft_id=row.draft_id,
        error=Words(row.error_zh, row.error_en) if row.error_zh else None,
        error_code=row.error_code,
        created_at=row.created_at,
        touched_at=row.touched_at,
        expires_at=row.touched_at + timedelta(hours=KEEP_HOURS),
    )
