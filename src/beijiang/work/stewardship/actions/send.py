"""Whole files go through the door, in the background, under the sign-in of who brought them."""

from __future__ import annotations

import dataclasses
import logging
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from beijiang.flow.exchange import actions as exchange
from beijiang.kernel import clock, guard, todo
from beijiang.kernel.errors import Invalid, Problem, Refused, Unauthenticated, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit
from beijiang.trust.identity import actions as sessions
from beijiang.trust.identity import queries as identity

from ..adapters import drops, spool
from ..events import DropRefused, UploadFailed, UploadHandedOver
from ..grants import UPLOAD, WORK
from ..models import DropFolder
from ..models import Upload as Row
from ..queries.uploads import as_upload, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beijiang.kernel.types import Actor

    from ..types import Upload

log = logging.getLogger("beijiang.stewardship")
SENDING_LIFE = timedelta(minutes=15)


def send_upload(actor: Actor, *, upload_id: UUID) -> Upload:
    """This function will hand a whole file over at the door and keep the draft's number; jobs call it as the system.

    A door that is away leaves the upload as it is, to be tried again; an ended sign-in lets it wait for its person; what the door
    refuses is the upload's error in words, and the file stays for its time. One process at a time works on an upload.
    """
    guard.require(actor, WORK)
    with _alone(upload_id) as mine:
        row = Row.objects.filter(id=upload_id).first()
        if row is None:
            raise unknown()
        if not mine or row.state != "sending":
            return as_upload(row)
        try:
            with _signed_in(actor, row) as who:
                return _hand_over(who, row)
        except Unauthenticated as problem:
            # Who dropped a file is asked for nothing: if they may not, it is refused. Who uploaded one signs in again.
            return _failed(actor, row, problem) if row.source == "drop" else _set(row, "waiting")
        except Unavailable as problem:
            log.warning("upload %s waits: %s", row.id, problem.code)
            return _set(row, "sending", problem)
        except Problem as problem:
            return _failed(actor, row, problem)


def carry_on(actor: Actor) -> int:
    """This function will take up files that nobody sends: their process was killed, or the door was away. Gives how many went through."""
    guard.require(actor, WORK)
    waiting = list(Row.objects.filter(state="sending").order_by("touched_at").values_list("id", flat=True)[:100])
    return sum(1 for upload_id in waiting if send_upload(actor, upload_id=upload_id).state == "sent")


@contextmanager
def _signed_in(actor: Actor, row: Row) -> Iterator[Actor]:
    """The person under the sign-in of the upload; for a dropped file, under one that lives as long as the sending.

    Whoever opened their drop folder agreed to that; closed, or without the duty, nothing is sent in their name.
    """
    who = identity.actor_for(row.user_id)
    if row.source != "drop":
        yield dataclasses.replace(who, session_id=row.session_id)
        return
    guard.require(who, UPLOAD)
    if not DropFolder.objects.filter(user_id=row.user_id).exists():
        raise Refused("stewardship.drop_closed", detail=Words("投放文件夹已关闭。", "The drop folder is closed."))
    sid = sessions.start_session(
        actor,
        user_id=row.user_id,
        kind="token",
        web_key=None,
        level="any",
        amr=("drop_folder",),
        address="",
        agent="drop folder",
        life=SENDING_LIFE,
    )
    try:
        yield dataclasses.replace(who, session_id=sid)
    finally:
        sessions.end_session(actor, sid=sid)


def _hand_over(who: Actor, row: Row) -> Upload:
    path = Path(row.place) if row.place else spool.place(row.id)
    try:
        before = path.stat()
    except FileNotFoundError:
        raise Invalid(
            "stewardship.gone", detail=Words("文件的内容不在了，请重新上传。", "The file's content is gone; upload it again.")
        ) from None
    if row.source == "drop":
        row.size = row.received = before.st_size
    digest = spool.sha256(path)
    if before.st_size != row.size or (row.promised and row.promised != digest):
        raise Invalid(
            "stewardship.digest_mismatch",
            Words("文件与所说的摘要不符", "The file does not fit the digest given"),
            Words(
                f"收到的文件摘要是 {digest}。没有送入；请重新上传。",
                f"What came has the digest {digest}. It was not handed over; upload it again.",
            ),
        )
    draft = exchange.send_draft(who, path=path, file_name=row.file_name)
    if draft.sha256 != digest:
        # Somebody still writes to a dropped file: it is sent again when it lies still.
        raise Unavailable(
            "stewardship.changed", detail=Words("文件在送入时变了，稍后重试。", "The file changed on its way; it is tried again.")
        )
    with transaction.atomic():
        row.state, row.draft_id, row.sha256, row.touched_at = "sent", draft.id, digest, clock.now()
        row.error_code = row.error_zh = row.error_en = ""
        row.save(update_fields=["size", "received", "state", "draft_id", "sha256", "touched_at", "error_code", "error_zh", "error_en"])
        audit.record(who, UploadHandedOver(upload=row.id, draft=draft.id, file_name=row.file_name, size=row.size, sha256=digest))
        todo.put(
            draft_key(draft.id),
            Words(f"核对并入库：{row.file_name}", f"Map and take in: {row.file_name}"),
            f"/stewardship/drafts/{draft.id}/",
            user_id=row.user_id,
            due_at=draft.expires_at,
        )
    _put_away(row, path)
    return as_upload(row)


def draft_key(draft_id: UUID) -> str:
    """This function will name the to-do of a draft."""
    return f"stewardship.draft:{draft_id}"


def _put_away(row: Row, path: Path) -> None:
    if row.source == "drop":
        drops.settle(path, _username(row), row.file_name)
    else:
        spool.remove(row.id)


def _username(row: Row) -> str:
    return Path(row.place).parent.parent.name


@transaction.atomic
def _failed(actor: Actor, row: Row, problem: Problem) -> Upload:
    said = problem.detail or problem.title
    audit.record(actor, UploadFailed(upload=row.id, file_name=row.file_name, code=problem.code, reason=said))
    failed = _set(row, "failed", problem)
    if row.source == "drop":
        path = Path(row.place)
        audit.record(actor, DropRefused(folder=_username(row), file_name=row.file_name, reason=said))
        transaction.on_commit(lambda: _refuse(path, row, said))
    return failed


def _refuse(path: Path, row: Row, said: Words) -> None:
    drops.settle(path, _username(row), row.file_name, refused=said)


def _set(row: Row, state: str, problem: Problem | None = None) -> Upload:
    said = (problem.detail or problem.title) if problem else Words("", "")
    row.state, row.error_code, row.error_zh, row.error_en = state, problem.code if problem else "", said.zh, said.en
    row.save(update_fields=["state", "error_code", "error_zh", "error_en"])
    return as_upload(row)


@contextmanager
def _alone(upload_id: UUID) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 10))", [str(upload_id)])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 10))", [str(upload_id)])
