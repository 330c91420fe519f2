"""A file is whole, or given up, or goes on after a new sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..adapters import spool
from ..events import UploadAbandoned, UploadFinished
from ..grants import UPLOAD
from ..models import Upload as Row
from ..queries.uploads import as_upload, person, unknown

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Upload

TASK, QUEUE = "stewardship.send_upload", "stewardship"


def defer_sending(upload_id: UUID) -> None:
    """This function will have the background send a whole file on, once this transaction is committed."""
    jobs.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(upload_id=str(upload_id))


@transaction.atomic
def finish_upload(actor: Actor, *, upload_id: UUID) -> Upload:
    """This function will close an upload of which every byte has come; the background hands the file over at the door.

    Finishing again changes nothing. Conflict ("stewardship.not_whole", `received` in extra) while bytes are missing.
    """
    guard.require(actor, UPLOAD)
    row = _mine(actor, upload_id)
    if row.state != "receiving":
        return as_upload(row)
    received = min(row.received, spool.there(row.id))
    if received != row.size:
        raise Conflict(
            "stewardship.not_whole",
            Words("文件还没有传完", "The file has not come whole"),
            Words(f"已收到 {received} / {row.size} 字节，请从那里继续。", f"{received} of {row.size} bytes have come; go on from there."),
            received=received,
        )
    row.state, row.touched_at, row.session_id = "sending", clock.now(), actor.session_id
    row.save(update_fields=["state", "touched_at", "session_id"])
    audit.record(actor, UploadFinished(upload=row.id, file_name=row.file_name, size=row.size))
    defer_sending(row.id)
    return as_upload(row)


@transaction.atomic
def go_on(actor: Actor, *, upload_id: UUID) -> Upload:
    """This function will send a whole file on under the actor's present sign-in, after the one before it had ended or the door refused.

    Conflict for an upload that does not wait for this.
    """
    guard.require(actor, UPLOAD)
    row = _mine(actor, upload_id)
    if row.state == "sending":
        return as_upload(row)
    if row.state not in ("waiting", "failed") or spool.there(row.id) < row.size:
        raise Conflict(
            "stewardship.upload_over", detail=Words("这个上传没有在等待继续。", "This upload does not wait to go on."), state=row.state
        )
    row.state, row.touched_at, row.session_id = "sending", clock.now(), actor.session_id
    row.error_code = row.error_zh = row.error_en = ""
    row.save(update_fields=["state", "touched_at", "session_id", "error_code", "error_zh", "error_en"])
    audit.record(actor, UploadFinished(upload=row.id, file_name=row.file_name, size=row.size))
    defer_sending(row.id)
    return as_upload(row)


@transaction.atomic
def abandon_upload(actor: Actor, *, upload_id: UUID) -> Upload:
    """This function will give an upload up and delete what has come. Giving up again changes nothing; Conflict once the door has it."""
    guard.require(actor, UPLOAD)
    row = _mine(actor, upload_id)
    if row.state in ("abandoned", "expired"):
        return as_upload(row)
    if row.state in ("sent", "sending") or row.source == "drop":
        raise Conflict(
            "stewardship.already_sent",
            Words("文件已经送入", "The file is handed over"),
            Words("文件已经或正在送入数据门。请在草稿页放弃它。", "The file is at the door or on its way through. Drop its draft instead."),
            state=row.state,
        )
    row.state, row.touched_at = "abandoned", clock.now()
    row.save(update_fields=["state", "touched_at"])
    audit.record(actor, UploadAbandoned(upload=row.id, file_name=row.file_name, received=row.received))
    transaction.on_commit(lambda: spool.remove(row.id))
    return as_upload(row)


def _mine(actor: Actor, upload_id: UUID) -> Row:
    row = Row.objects.select_for_update().filter(id=upload_id, user_id=person(actor)).first()
    if row is None:
        raise unknown()
    return row
