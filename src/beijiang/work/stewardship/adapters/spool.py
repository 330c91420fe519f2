"""Uploaded bytes on their way: one file an upload, 0700, every piece on the platter before it counts."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from django.conf import settings

from beijiang.kernel.errors import Problem, Unavailable
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from uuid import UUID

RESERVE = 256 << 20
"""Bytes that stay free on the disk: the databases beside live on them."""
PIECE = 1 << 20


def folder() -> Path:
    """This function will give the spool, made if it is missing."""
    made = Path(settings.ENV.upload_dir)
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def place(upload_id: UUID) -> Path:
    """This function will give where an upload's bytes lie."""
    return folder() / upload_id.hex


def need(size: int) -> None:
    """This function will refuse with Unavailable ("stewardship.disk_full") what the disk has no room for."""
    free = os.statvfs(folder())
    if free.f_bavail * free.f_frsize < size + RESERVE:
        raise disk_full()


def disk_full() -> Unavailable:
    """This function will give the problem that a full disk is."""
    return Unavailable(
        "stewardship.disk_full",
        Words("服务器磁盘空间不足", "The server's disk is full"),
        Words(
            "这一段没有写入，之前收到的都在。请通知管理员清理磁盘，然后继续上传。",
            "This piece was not written; what came before is kept. Tell the administrator to make room, then go on.",
        ),
    )


def problem(error: OSError) -> Problem:
    """This function will give the problem that a failure of the disk is."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full()
    return Unavailable(
        "stewardship.not_written",
        Words("没有写入磁盘", "The disk could not be written"),
        Words(
            "这一段没有写入，之前收到的都在。请稍后继续上传；持续出现时请通知管理员。",
            "This piece was not written; what came before is kept. Go on in a moment; tell the administrator if it stays.",
        ),
    )


def append(upload_id: UUID, *, at: int, data: bytes) -> int:
    """This function will write a piece at byte `at`, on the platter when it returns, and give how many bytes lie there then.

    What a killed writer left behind `at` is cut off. Raises Unavailable when the disk is full or fails; the file is as it was.
    """
    path = place(upload_id)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.truncate(descriptor, at)
            try:
                view = memoryview(data)
                while view:
                    done = os.pwrite(descriptor, view, at + len(data) - len(view))
                    view = view[done:]
                os.fsync(descriptor)
            except OSError:
                os.truncate(descriptor, at)
                raise
        finally:
            os.close(descriptor)
        if at == 0:
            _settle(path.parent)
    except OSError as error:
        raise problem(error) from error
    return at + len(data)


def _settle(at: Path) -> None:
    descriptor = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def holds(upload_id: UUID, *, at: int, digest: bytes, length: int) -> bool:
    """This function will say whether the bytes that came before are these, by their SHA-256."""
    try:
        with place(upload_id).open("rb") as file:
            file.seek(at)
            return hashlib.sha256(file.read(length)).digest() == digest
    except FileNotFoundError:
        return False


def there(upload_id: UUID) -> int:
    """This function will give how many bytes of an upload lie on disk."""
    try:
        return place(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


def sha256(path: Path) -> str:
    """This function will give the SHA-256 of a whole file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def store(upload_id: UUID, stream: IO[bytes]) -> int:
    """This function will write a whole stream as an upload's bytes and give how many; nothing is left when it fails."""
    path = place(upload_id)
    try:
        with path.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            while piece := stream.read(PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        _settle(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise problem(error) from error
    return size


def remove(upload_id: UUID) -> None:
    """This function will delete an upload's bytes."""
    place(upload_id).unlink(missing_ok=True)


def nameless() -> BinaryIO:
    """This function will open a file in the spool that has no name: it is gone when it is closed, whatever happens."""
    return cast("BinaryIO", tempfile.TemporaryFile(dir=folder()))


def strays(known: set[UUID], *, before: float) -> list[Path]:
    """This function will list files of the spool that belong to no upload and were not touched since `before` (seconds)."""
    names = {upload_id.hex for upload_id in known}
    return [path for path in folder().iterdir() if path.is_file() and path.name not in names and path.stat().st_mtime < before]
