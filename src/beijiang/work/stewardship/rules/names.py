"""What a file may be called and how large it may be; by what it is known again."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from beijiang.flow.exchange.types import FILE_LIMIT
from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.words import Words

NAME_LIMIT = 200
_HEX = re.compile(r"[0-9a-f]{64}")


def clean_name(text: str) -> tuple[str, str]:
    """This function will split a name as browsers give it into (file name, folder), both fit to be shown and recorded.

    Raises Invalid for a name that is empty, over 200 characters, or has characters that cannot be printed.
    """
    parts = [unicodedata.normalize("NFC", part).strip() for part in text.replace("\\", "/").split("/")]
    name, folder = parts[-1], "/".join(part for part in parts[:-1] if part not in ("", ".", ".."))
    if not 1 <= len(name) <= NAME_LIMIT or name in (".", "..") or not name.isprintable():
        raise Invalid(
            "stewardship.bad_name",
            Words("文件名不能使用", "The file name cannot be used"),
            Words(
                f"文件名为空、超过 {NAME_LIMIT} 个字，或含有不能显示的字符。请改名后重新上传，其他文件不受影响。",
                f"It is empty, over {NAME_LIMIT} characters, or has characters that cannot be shown. "
                "Rename the file and upload it again; other files are not affected.",
            ),
        )
    return name, folder[-500:] if folder.isprintable() else ""


def check_size(size: int, *, limit: int = FILE_LIMIT) -> int:
    """This function will give the size if such a file may come; Invalid for an empty one, TooLarge over `limit` bytes."""
    if size <= 0:
        raise Invalid(
            "stewardship.empty",
            Words("文件是空的", "The file is empty"),
            Words("文件里没有任何内容，没有上传。", "There is nothing in the file; it was not uploaded."),
        )
    if size > limit:
        most = f"{limit >> 30} GiB" if limit >= 1 << 30 else f"{limit >> 20} MiB"
        raise TooLarge(
            "stewardship.too_large",
            Words("文件太大", "The file is too large"),
            Words(
                f"上限是 {most}，没有上传任何内容。请拆成几份分别上传，或先压缩成 Parquet。",
                f"At most {most} are taken; nothing was uploaded. Split it and upload the parts, or write it as Parquet.",
            ),
            limit=limit,
            size=size,
        )
    return size


def file_mark(*, file_name: str, folder: str, size: int, modified: int, head_sha256: str) -> str:
    """This function will give that by which an unfinished upload is found again: name, folder, size, time and head of the file.

    Raises Invalid when `head_sha256` is not the hex of a SHA-256.
    """
    if not _HEX.fullmatch(head_sha256):
        raise Invalid(
            "stewardship.bad_digest",
            detail=Words("文件开头的摘要应为 SHA-256 的十六进制。", "The digest of the file's head is a SHA-256 in hex."),
        )
    return hashlib.sha256("\0".join((file_name, folder, str(size), str(modified), head_sha256)).encode()).hexdigest()
