"""Files packed by gzip: unpacked beside themselves, within bounds of size and ratio, and only as the disk allows."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import zlib
from typing import TYPE_CHECKING

from ..encodings import refuse
from .source import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

MAX_RATIO = 250
"""Text of records packs to a twentieth or so; what packs to less than this is no data but an attack."""
FREE_RATIO = 16 << 20
"""Bytes up to which the ratio does not matter: a small file of equal rows may pack well."""
CHUNK = 1 << 20
RESERVE = 128 << 20


def beside(path: Path) -> Path:
    """This function will say where the unpacked file lies."""
    return path.with_name(path.name + ".plain")


def tidy(path: Path) -> None:
    """This function will remove what was unpacked beside a file."""
    beside(path).unlink(missing_ok=True)


def unpacked(path: Path) -> Path:
    """This function will unpack a gzip file and give the plain one. Invalid if it is damaged, TooLarge for a bomb."""
    target, packed_size = beside(path), path.stat().st_size
    partial = target.with_name(target.name + ".part")
    size = 0
    try:
        with gzip.open(path, "rb") as source, partial.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > MAX_BYTES or (size > FREE_RATIO and size > packed_size * MAX_RATIO):
                    raise refuse(
                        "bomb",
                        "压缩文件解压后大得异常，已拒绝（疑似压缩炸弹）。",
                        "The file unpacks to an abnormal size and was refused (a suspected bomb).",
                        too_large=True,
                    )
                if size % (64 << 20) < CHUNK:
                    _room(target)
                file.write(chunk)
        if size == 0:
            raise refuse("empty", "压缩文件里没有内容。", "There is nothing in the packed file.")
        partial.rename(target)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise refuse(
            "gzip",
            "gzip 文件已损坏或不完整，请重新压缩或直接提交原文件。",
            "The gzip file is damaged or cut off; pack it again, or send the plain file.",
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    return target


def _room(target: Path) -> None:
    # Asked now and then while it grows: how large it becomes is not known before.
    if shutil.disk_usage(target.parent).free < RESERVE:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))
