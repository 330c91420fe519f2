"""Files by content: limited, typed by their bytes, encrypted at rest, written once."""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

from .errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from .ids import new_id
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20
_MAGIC = b"BJB1"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PAR1", "application/vnd.apache.parquet"),
)


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A stored file: SHA-256 of its content in hex, size in bytes, media type by its first bytes."""

    sha256: str
    size: int
    media_type: str


def put(stream: IO[bytes], *, limit: int, allowed: frozenset[str] | None = None) -> BlobRef:
    """This function will store what `stream` holds and return its reference; the same content is stored once.

    Raises TooLarge over `limit` bytes, Invalid for an empty file or a type not in `allowed`,
    Unavailable when the disk is full. Nothing is left behind in any of these cases.
    """
    from .models import Blob

    folder = _folder()
    partial = folder / f"partial-{new_id().hex}"
    digest, size, head = hashlib.sha256(), 0, b""
    nonce = os.urandom(16)
    cipher = AESGCM(_key(nonce))
    try:
        with partial.open("xb") as out:
            out.write(_MAGIC + nonce)
            index = 0
            chunk = stream.read(CHUNK)
            while chunk:
                following = stream.read(CHUNK)
                size += len(chunk)
                if size > limit:
                    raise TooLarge("kernel.blob_too_large", limit=limit)
                head = head or chunk[:16]
                digest.update(chunk)
                sealed = cipher.encrypt(_nonce(index), chunk, b"" if following else b"last")
                out.write(struct.pack(">I", len(sealed)) + sealed)
                chunk, index = following, index + 1
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise Invalid("kernel.blob_empty", Words("文件是空的", "The file is empty"))
        media_type = _type_of(head)
        if allowed is not None and media_type not in allowed:
            raise Invalid("kernel.blob_type", Words("不接受这种文件", "Files of this type are not taken"), got=media_type)
        ref = BlobRef(digest.hexdigest(), size, media_type)
        target = _path(ref.sha256)
        target.parent.mkdir(exist_ok=True)
        partial.replace(target)
    except OSError as error:
        raise Unavailable(
            "kernel.blob_not_written",
            Words("文件没有存下", "The file was not stored"),
            Words("磁盘写入失败，请稍后重新上传。", "The disk could not be written; upload it again later."),
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    Blob.objects.get_or_create(sha256=ref.sha256, defaults={"size": size, "media_type": media_type})
    return ref


def read(sha256: str) -> Iterator[bytes]:
    """This function will yield the content in pieces; Conflict if the stored bytes were tampered with."""
    path = _path(sha256)
    if len(sha256) != 64 or not path.exists():
        raise NotFound("kernel.blob_missing")
    with path.open("rb") as file:
        header = file.read(20)
        if header[:4] != _MAGIC:
            raise Conflict("kernel.blob_damaged")
        cipher, index, ended = AESGCM(_key(header[4:])), 0, False
        while length := file.read(4):
            sealed = file.read(struct.unpack(">I", length)[0])
            ended = not file.peek(1)  # type: ignore[attr-defined]
            try:
                yield cipher.decrypt(_nonce(index), sealed, b"last" if ended else b"")
            except InvalidTag:
                raise Conflict("kernel.blob_damaged") from None
            index += 1
        if not ended:
            raise Conflict("kernel.blob_damaged")


def remove(sha256: str) -> None:
    """This function will delete a blob and its bytes (RIGHTS 15)."""
    from .models import Blob

    Blob.objects.filter(sha256=sha256).delete()
    _path(sha256).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.BLOB_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _path(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256


def _key(nonce: bytes) -> bytes:
    return HKDFExpand(hashes.SHA256(), 32, b"beijiang blob" + nonce).derive(settings.BLOB_KEY)


def _nonce(index: int) -> bytes:
    return struct.pack(">4xQ", index)


def _type_of(head: bytes) -> str:
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    try:
        head.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"
