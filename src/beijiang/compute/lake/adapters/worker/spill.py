"""Where the engine puts what does not fit into memory: a folder of its own, and what killed workers left is deleted.

It holds parts of governed tables, so it must not outlive the process that wrote it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_NAME = re.compile(r"bj-lake-(\d+)-\w+")


def folder() -> tempfile.TemporaryDirectory[str]:
    """This function will make this process's folder (0700), after deleting those of workers that are no more."""
    sweep()
    return tempfile.TemporaryDirectory(prefix=f"bj-lake-{os.getpid()}-")


def sweep() -> int:
    """This function will delete what killed workers of this user left; gives how many folders."""
    gone = 0
    for path in Path(tempfile.gettempdir()).glob("bj-lake-*"):
        found = _NAME.fullmatch(path.name)
        try:
            own = path.lstat().st_uid == os.getuid() and path.is_dir() and not path.is_symlink()
        except OSError:
            continue  # another worker was quicker
        if found and own and not _alive(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)
            gone += 1
    return gone


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, but it is there
    return True
