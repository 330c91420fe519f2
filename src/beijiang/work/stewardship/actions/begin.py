"""A file begins to come, or is found again where it stopped."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict, Invalid, TooLarge, TooMany
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..adapters import spool
from ..events import UploadBegun, UploadFinished
from ..grants import UPLOAD
from ..models import Upload as Row
from ..queries.uploads import as_upload, person
from ..rules import check_size, clean_name, file_mark
from ..types import FORM_LIMIT, ON_THEIR_WAY, OPEN_LIMIT, Upload
from .finish import defer_sending

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

EMPTY_HEAD = "0" * 64
MODIFIED_MOST = 1 << 53


@transaction.atomic
def begin_upload(actor: Actor, *, file_name: str, size: int, modified: int, head_sha256: str, sha256: str = "") -> Upload:
    """This function will begin an upload of `size` bytes, or give the actor's unfinished one of the same file: go on at `received`.

    `modified` is the file's time in milliseconds, `head_sha256` the hex digest of its first 64 KiB; with name, folder and size they
    are what a file is known by. `sha256`, if known, is of the whole file and checked at the end. Raises Invalid, TooLarge (over
    2 GiB, or over the person's quota), TooMany (50 on their way), Unavailable (disk full).
    """
    guard.require(actor, UPLOAD)
    name, folder = clean_name(file_name)
    check_size(size)
    if not 0 <= modified < MODIFIED_MOST:
        raise Invalid("stewardship.bad_time", detail=Words("文件的修改时间不合理。", "The file's time makes no sense."))
    mark = file_mark(file_name=name, folder=folder, size=size, modified=modified, head_sha256=head_sha256)
    if sha256:
        file_mark(file_name="", folder="", size=0, modified=0, head_sha256=sha256)  # its form only
    owner = person(actor)
    with connection.cursor() as cursor:
        # One person's beginnings in turn: neither the same file twice nor the quota twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 9))", [str(owner)])
    known = Row.objects.filter(user_id=owner, file_mark=mark, state="receiving").first()
    if known is not None:
        if sha256 and known.promised and sha256 != known.promised:
            raise Conflict(
                "stewardship.other_digest",
                detail=Words(
                    "这个文件已在上传，但摘要不同。请先放弃之前的上传。",
                    "This file is being uploaded with another digest. Give that upload up first.",
                ),
                upload=str(known.id),
            )
        return as_upload(known)
    _room(owner, size)
    row = Row.objects.create(
        user_id=owner,
        session_id=actor.session_id,
        source="page",
        file_name=name,
        folder=folder,
        file_mark=mark,
        size=size,
        state="receiving",
        promised=sha256,
        created_at=clock.now(),
        touched_at=clock.now(),
    )
    audit.record(actor, UploadBegun(upload=row.id, file_name=name, size=size, source="page"))
    return as_upload(row)


@transaction.atomic
def take_form_file(actor: Actor, *, file_name: str, size: int, stream: IO[bytes]) -> Upload:
    """This function will take a whole file that a plain form sent, at most 64 MiB. Raises as `begin_upload` does."""
    guard.require(actor, UPLOAD)
    name, folder = clean_name(file_name)
    check_size(size, limit=FORM_LIMIT)
    owner, upload_id = person(actor), new_id()
    _room(owner, size)
    size = spool.store(upload_id, stream)
    try:
        row = Row.objects.create(
            id=upload_id,
            user_id=owner,
            session_id=actor.session_id,
            source="form",
            file_name=name,
            folder=folder,
            file_mark=file_mark(file_name=name, folder=folder, size=size, modified=0, head_sha256=EMPTY_HEAD),
            size=size,
            received=size,
            state="sending",
            created_at=clock.now(),
            touched_at=clock.now(),
        )
        audit.record(actor, UploadBegun(upload=row.id, file_name=name, size=size, source="form"))
        audit.record(actor, UploadFinished(upload=row.id, file_name=name, size=size))
        defer_sending(row.id)
    except BaseException:
        spool.remove(upload_id)
        raise
    return as_upload(row)


def _room(owner: UUID, size: int) -> None:
    """Refuses what goes over the person's quota or the disk."""
    mine = Row.objects.filter(user_id=owner, state__in=ON_THEIR_WAY)
    if mine.count() >= OPEN_LIMIT:
        raise TooMany(
            "stewardship.too_many",
            Words("同时上传的文件太多", "Too many uploads at once"),
            Words(
                f"您有 {OPEN_LIMIT} 个文件还在路上。请等它们完成，或放弃不要的。",
                f"You have {OPEN_LIMIT} files on their way. Wait until they are through, or give some up.",
            ),
            retry_after=30,
        )
    quota: int = settings.ENV.upload_quota_gb << 30
    if (mine.aggregate(sum=Sum("size"))["sum"] or 0) + size > quota:
        raise TooLarge(
            "stewardship.quota",
            Words("超出您的上传空间", "Over your upload space"),
            Words(
                f"还在路上的文件合计不能超过 {quota >> 30} GiB。请等它们完成，或放弃不要的。",
                f"Files on their way may hold {quota >> 30} GiB in all. Wait until they are through, or give some up.",
            ),
            limit=quota,
        )
    spool.need(size)
