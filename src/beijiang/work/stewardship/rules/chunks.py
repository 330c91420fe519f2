"""Which piece of a file may come next."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from beijiang.kernel.errors import Conflict, Invalid, TooLarge
from beijiang.kernel.words import Words

from ..types import CHUNK_LIMIT


@dataclass(frozen=True, slots=True)
class Next:
    """The piece goes right behind what has come."""


@dataclass(frozen=True, slots=True)
class Known:
    """All of the piece has come before: if it is the same, sending it again changes nothing."""


def judge_chunk(*, received: int, size: int, offset: int, length: int) -> Next | Known:
    """This function will say what a piece of `length` bytes at `offset` is, when `received` bytes of `size` have come.

    Raises Invalid for an empty piece or one beyond the file's end, TooLarge over 8 MiB, and Conflict for a piece that leaves
    a gap or overlaps; `received` in its extra says from where to go on.
    """
    if length > CHUNK_LIMIT:
        raise TooLarge(
            "stewardship.chunk_too_large",
            detail=Words(
                f"一段最多 {CHUNK_LIMIT >> 20} MiB，没有写入。", f"A piece has at most {CHUNK_LIMIT >> 20} MiB; nothing was written."
            ),
            limit=CHUNK_LIMIT,
        )
    if length <= 0 or offset < 0 or offset + length > size:
        raise Invalid(
            "stewardship.chunk_outside",
            detail=Words(
                f"这一段是空的，或超出文件的 {size} 字节，没有写入。文件在上传途中变了的话，请重新选择它。",
                f"The piece is empty or beyond the file's {size} bytes; nothing was written. If the file changed meanwhile, choose it again.",
            ),
            received=received,
        )
    if offset == received:
        return Next()
    if offset + length <= received:
        return Known()
    raise Conflict(
        "stewardship.wrong_offset",
        Words("不是接下来的一段", "Not the piece that comes next"),
        Words(
            f"已收到 {received} 字节，请从那里继续；已收到的都在。",
            f"{received} bytes have come; go on from there. What has come is kept.",
        ),
        received=received,
    )


def read_digest(header: str) -> bytes:
    """This function will read `Content-Digest: sha-256=:base64:` (RFC 9530), whatever other digests stand beside it; Invalid without it."""
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "sha-256" and value.startswith(":") and value.endswith(":") and len(value) > 2:
            try:
                found = base64.b64decode(value[1:-1], validate=True)
            except (binascii.Error, ValueError):
                break
            if len(found) == 32:
                return found
    raise Invalid(
        "stewardship.digest_missing",
        detail=Words(
            "每一段要带 SHA-256 的 Content-Digest；没有写入。", "Every piece carries a Content-Digest with SHA-256; nothing was written."
        ),
    )
