"""Files in pieces: begin, send pieces, finish; go on where it stopped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router

from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions, queries
from ..grants import UPLOAD
from ..rules import read_digest
from ..types import CHUNK_LIMIT, Upload
from .schemas import BeginIn, UploadOut

router = Router()
CONTENT = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "maxLength": CHUNK_LIMIT}}},
    }
}


@router.get("/uploads", response=list[UploadOut])
@guarded(UPLOAD)
def uploads(request: HttpRequest, open_only: bool = False) -> list[Upload]:
    """This function will list the caller's uploads, newest first, or only those on their way."""
    return list(queries.uploads(actor_of(request), open_only=open_only))


@router.post("/uploads", response={201: UploadOut})
@guarded(UPLOAD)
def begin(request: HttpRequest, body: BeginIn, idempotency_key: str = Header("", alias="Idempotency-Key")) -> Upload:
    """This function will begin an upload, or give the unfinished one of the same file: go on at its `received`."""
    actor = actor_of(request)

    def do() -> dict[str, Any]:
        found = actions.begin_upload(
            actor, file_name=body.name, size=body.size, modified=body.modified, head_sha256=body.head_sha256, sha256=body.sha256
        )
        return {"id": str(found.id)}

    done = actions.once(actor.user_id, key=idempotency_key, call=["begin", body.dict()], do=do)
    return queries.upload(actor, upload_id=UUID(done["id"]))


@router.get("/uploads/{upload_id}", response=UploadOut)
@guarded(UPLOAD)
def upload(request: HttpRequest, upload_id: UUID) -> Upload:
    """This function will say how far one of the caller's uploads is."""
    return queries.upload(actor_of(request), upload_id=upload_id)


@router.put("/uploads/{upload_id}/content", response=UploadOut, openapi_extra=CONTENT)
@guarded(UPLOAD)
def content(
    request: HttpRequest,
    upload_id: UUID,
    offset: int = Query(..., ge=0, le=1 << 40),
    content_digest: str = Header("", alias="Content-Digest"),
) -> Upload:
    """This function will take the piece at `offset`, at most 8 MiB, with its `Content-Digest: sha-256=:…:` (RFC 9530).

    409 with `received` when it is not the next; the same piece again changes nothing.
    """
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not declared.isdigit():
        raise Invalid("stewardship.length_missing", detail=Words("请求必须带 Content-Length。", "The request must carry a Content-Length."))
    if int(declared) > CHUNK_LIMIT:
        raise TooLarge(
            "stewardship.chunk_too_large",
            detail=Words(
                f"一段最多 {CHUNK_LIMIT >> 20} MiB，没有写入。", f"A piece has at most {CHUNK_LIMIT >> 20} MiB; nothing was written."
            ),
            limit=CHUNK_LIMIT,
        )
    data = request.read(CHUNK_LIMIT + 1)
    return actions.append_chunk(actor_of(request), upload_id=upload_id, offset=offset, data=data, digest=read_digest(content_digest))


@router.post("/uploads/{upload_id}/finish", response={202: UploadOut})
@guarded(UPLOAD)
def finish(request: HttpRequest, upload_id: UUID) -> Upload:
    """This function will close an upload of which every byte has come; it then goes through the door. Again changes nothing."""
    return actions.finish_upload(actor_of(request), upload_id=upload_id)


@router.post("/uploads/{upload_id}/go-on", response={202: UploadOut})
@guarded(UPLOAD)
def go_on(request: HttpRequest, upload_id: UUID) -> Upload:
    """This function will send a whole file on that waited for its person, or was not taken."""
    return actions.go_on(actor_of(request), upload_id=upload_id)


@router.delete("/uploads/{upload_id}", response=UploadOut)
@guarded(UPLOAD)
def abandon(request: HttpRequest, upload_id: UUID) -> Upload:
    """This function will give an upload up and delete what has come."""
    return actions.abandon_upload(actor_of(request), upload_id=upload_id)
