"""Drop folders: `<drop>/<username>/`, where people and machines lay files; `taken/` and `refused/` beside them.

A file is moved by renaming, never copied and deleted, so that at every moment it lies in exactly one place.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from beijiang.kernel.words import Words

TAKING, TAKEN, REFUSED = ".taking", "taken", "refused"
ASIDE = frozenset({TAKEN, REFUSED})
IGNORED_ENDS = (".part", ".tmp", ".filepart", ".crdownload")
MODE = 0o2770
"""The folder's group is that of the user domain: whoever is to lay files in is put into it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing found in a drop folder. `still_since` is when its bytes, name or rights last changed, in seconds."""

    path: Path
    size: int
    still_since: float
    modified: int
    trouble: Words | None = None


def root() -> Path:
    """This function will give the folder of all drop folders, made if it is missing."""
    made = Path(settings.ENV.drop_dir)
    made.mkdir(parents=True, exist_ok=True)
    return made


def of(username: str) -> Path:
    """This function will give a person's drop folder, which may not be there."""
    return root() / username


def make(username: str) -> Path:
    """This function will make a person's drop folder with what lies beside it."""
    base = of(username)
    for path in (base, base / TAKING, base / TAKEN, base / REFUSED):
        if not path.exists():
            # Rights are set once: what an operator grants afterwards stays.
            path.mkdir(exist_ok=True)
            path.chmod(MODE if path == base else 0o2750)
    return base


def usernames() -> list[str]:
    """This function will list the folders that there are, whoever made them."""
    return sorted(entry.name for entry in os.scandir(root()) if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."))


def look(username: str) -> list[Seen]:
    """This function will list what lies in a folder to be taken; hidden files and those still being written by name are left alone."""
    base = of(username)
    try:
        entries = sorted(os.scandir(base), key=lambda e: e.name)
    except FileNotFoundError:
        return []
    found = []
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith(IGNORED_ENDS) or entry.name in ASIDE:
            continue
        about = entry.stat(follow_symlinks=False)
        found.append(
            Seen(
                Path(entry.path), about.st_size, max(about.st_mtime, about.st_ctime), about.st_mtime_ns // 1_000_000, _trouble(entry, about)
            )
        )
    return found


def _trouble(entry: os.DirEntry[str], about: os.stat_result) -> Words | None:
    if not stat.S_ISREG(about.st_mode):
        return Words(
            "这里只收普通文件，不收子文件夹和链接。请把文件直接放入投放文件夹。",
            "Only plain files are taken here, no folders and no links. Lay the files into the drop folder itself.",
        )
    if about.st_nlink != 1:
        return Words(
            "文件有多个硬链接，内容可能在别处被改动。请复制一份再投放。",
            "The file has several hard links and could change elsewhere. Drop a copy.",
        )
    if not os.access(entry.path, os.R_OK):
        return Words(
            "系统没有读取这个文件的权限。请改为组可读（chmod g+r）后重新投放。",
            "The system may not read this file. Make it readable for the group (chmod g+r) and drop it again.",
        )
    return None


def begin(seen: Seen, mark: str) -> Path:
    """This function will take a file out of reach of its writer and give where it lies; `mark` makes its name its own."""
    target = make(seen.path.parent.name) / TAKING / f"{mark}-{seen.path.name}"
    seen.path.rename(target)
    return target


def interrupted(username: str) -> list[Path]:
    """This function will list files that were being taken."""
    try:
        return sorted(path for path in (of(username) / TAKING).iterdir() if _plain(path))
    except FileNotFoundError:
        return []


def settle(path: Path, username: str, file_name: str, *, refused: Words | None = None) -> Path:
    """This function will lay a file into `taken`, or into `refused` with a text that says why, and give where it lies then."""
    target = _free(make(username) / (REFUSED if refused else TAKEN), file_name)
    if refused:
        # The reason is there before the file: nobody finds one without the other.
        target.with_name(f"{target.name}.txt").write_text(f"{refused.zh}\n{refused.en}\n", "utf-8")
    path.rename(target)
    return target


def _plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _free(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while os.path.lexists(target):
        number += 1
        stem, dot, end = name.partition(".")
        target = folder / f"{stem}-{number}{dot}{end}"
    return target


def refusals(username: str) -> tuple[str, ...]:
    """This function will name the files that were refused and still lie there."""
    try:
        return tuple(sorted(p.name for p in (of(username) / REFUSED).iterdir() if not p.name.endswith(".txt")))
    except FileNotFoundError:
        return ()


def forget(username: str, *, taken_before: float, refused_before: float) -> int:
    """This function will delete files that have lain in `taken` or `refused` past their time (seconds); how many."""
    count = 0
    for name, before in ((TAKEN, taken_before), (REFUSED, refused_before)):
        try:
            # Renaming set the change time: since then it lies here.
            old = [p for p in (of(username) / name).iterdir() if _plain(p) and p.lstat().st_ctime < before]
        except FileNotFoundError:
            continue
        for path in old:
            path.unlink(missing_ok=True)
            count += 1
    return count
