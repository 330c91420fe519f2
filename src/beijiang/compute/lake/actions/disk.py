"""A full disk in words: what happened, what was kept, what next."""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from pathlib import Path

RESERVE = 64 << 20


def is_full(error: BaseException) -> bool:
    """This function will say whether an error means that the disk (or a quota) is full; Arrow hides the number in its text."""
    return (
        getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        or "No space left" in str(error)
        or "File too large" in str(error)
    )


def disk_full() -> Unavailable:
    """This function will make the error for a full disk."""
    return Unavailable(
        "lake.disk_full",
        Words("磁盘空间不足", "The disk is full"),
        Words(
            "磁盘空间不足，这次没有写入任何数据，原有数据不受影响。请管理员清理空间后重新提交同一文件。",
            "The disk is full. Nothing was written and what was there is untouched. Have space freed, then hand in the same file again.",
        ),
    )


def disk_problem(error: OSError) -> Exception:
    """This function will turn a full disk into its Problem; any other error stays what it is."""
    return disk_full() if is_full(error) else error


def need(path: Path, size: int) -> None:
    """This function will raise Unavailable when `size` more bytes would leave the disk of `path` without a reserve."""
    if shutil.disk_usage(path).free < size + RESERVE:
        raise disk_full()
