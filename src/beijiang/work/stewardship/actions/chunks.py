"""Pieces of a file. They leave no leaves: beginning, end and giving up do."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.words import Words

from ..adapters import spool
from ..grants import UPLOAD
from ..models import Upload as Row
from ..queries.uploads import as_upload, person, unknown
from ..rules import Known, judge_chunk

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Upload


@transaction.atomic
def append_chunk(actor: Actor, *, upload_id: UUID, offset: int, data: bytes, digest: bytes) -> Upload:
    """This function will write one piece at byte `offset`, if it is whole (`digest`, its SHA-256) and the next; one at a time.

    A piece that came before and is the same changes nothing. Raises Invalid ("stewardship.chunk_digest": damaged on its way), Conflict
    with `received` in extra (a gap, an overlap, other bytes than before, or the upload is over), TooLarge, Unavailable (disk full).
    """
    guard.require(actor, UPLOAD)
    if not secrets.compare_digest(hashlib.sha256(data).digest(), digest):
        raise Invalid(
            "stewardship.chunk_digest",
            Words("这一段在途中损坏", "The piece was damaged on its way"),
            Words("内容与摘要不符，没有写入；请重发这一段。", "Content and digest do not fit; nothing was written. Send the piece again."),
        )
    row = Row.objects.select_for_update().filter(id=upload_id, user_id=person(actor)).first()
    if row is None:
        raise unknown()
    if row.state != "receiving":
        raise Conflict(
            "stewardship.upload_over",
            detail=Words("这个上传已经结束，没有写入。", "This upload is over; nothing was written."),
            received=row.received,
            state=row.state,
        )
    # A disk restored from yesterday may hold less than was acknowledged: then it goes on from there.
    row.received = min(row.received, spool.there(row.id))
    if isinstance(judge_chunk(received=row.received, size=row.size, offset=offset, length=len(data)), Known):
        if spool.holds(row.id, at=offset, digest=digest, length=len(data)):
            return as_upload(row)
        raise Conflict(
            "stewardship.other_content",
            Words("与之前收到的内容不同", "Not what came before"),
            Words(
                "这一段先前已收到，内容却不同，没有写入。文件若已改动，请放弃这次上传，重新选择它。",
                "This piece came before with other content; nothing was written. If the file has changed, give this upload up and choose it again.",
            ),
            received=row.received,
        )
    row.received = spool.append(row.id, at=row.received, data=data)
    row.touched_at, row.session_id = clock.now(), actor.session_id
    row.save(update_fields=["received", "touched_at", "session_id"])
    return as_upload(row)
