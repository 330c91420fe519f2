"""System users: who each process runs as, and folders and files that belong to them.

As root, every principal is a system user of its own. Otherwise everything runs as whoever started it and the
domains are apart only by passwords; `beijiang check` says so.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from beijiang.config.processes.layout import PRINCIPALS, Layout
from beijiang.kernel import counters
from beijiang.kernel.words import Words


class CannotRun(RuntimeError):
    """The machine is not fit, or the moment is wrong; the message (Words) says what to do."""


def separated() -> bool:
    """Whether principals are different system users here."""
    return os.geteuid() == 0


def identity(principal: str) -> tuple[int, int]:
    """uid and gid of a principal on this machine."""
    if not separated():
        return os.geteuid(), os.getegid()
    entry = pwd.getpwnam(PRINCIPALS[principal])
    return entry.pw_uid, entry.pw_gid


def ensure_users() -> list[str]:
    """Create the missing system users (as root only) and return the names created."""
    if not separated():
        return []
    made = []
    for name in sorted(set(PRINCIPALS.values()) - {"root"}):
        try:
            pwd.getpwnam(name)
        except KeyError:
            tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
            if tool is None:
                raise CannotRun(
                    Words(
                        "缺少命令 useradd（Debian 软件包 passwd）；请安装，或以普通用户启动。",
                        "The command useradd is missing (Debian package `passwd`); install it, or start as an ordinary user.",
                    )
                ) from None
            command = [
                tool,
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                name,
            ]
            if grp_exists(name):
                command[2:3] = ["--gid", name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 9):  # 9: another start made it meanwhile
                raise CannotRun(
                    Words(f"无法建立系统用户 {name}：{done.stderr.strip()}", f"Cannot create the system user {name}: {done.stderr.strip()}")
                ) from None
            made.append(name)
    return made


def grp_exists(name: str) -> bool:
    """Whether a group of that name exists."""
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def own(path: Path, principal: str, mode: int, group: str | None = None) -> None:
    """Give a path its owner, group and mode."""
    if separated():
        uid, _ = identity(principal)
        _, gid = identity(group or principal)
        os.chown(path, uid, gid, follow_symlinks=False)
    path.chmod(mode)


def make_folders(layout: Layout) -> None:
    """Create the folders of an instance with their owners; existing ones are put right."""
    for path, (principal, mode, group) in layout.folders().items():
        path.mkdir(parents=True, exist_ok=True)
        own(path, principal, mode, group)


def make_marks(layout: Layout, *, alone: bool) -> None:
    """Start the file of marks anew, before any process runs. Where others may write the same database (not `alone`), there
    must be none: nothing may be kept that somebody elsewhere changes unmarked."""
    if not alone:
        layout.marks.unlink(missing_ok=True)
        return
    counters.make(layout.marks)
    own(layout.marks, "user", 0o640, "data")


def write(path: Path, text: str, principal: str, mode: int = 0o600) -> None:
    """Write a file so that nobody but its owner could read it even for a moment, and it is whole or not there."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    own(temporary, principal, mode)
    temporary.replace(path)


def dropped(principal: str, command: list[str], *, die_with_parent: bool = True) -> list[str]:
    """The command as run by that principal: its uid and gid, no other group, no capability, no way to gain any."""
    tool = shutil.which("setpriv", path="/usr/bin:/bin:/usr/local/bin")
    if tool is None:
        if separated():
            raise CannotRun(
                Words(
                    "缺少命令 setpriv（Debian 软件包 util-linux）；请安装，或以普通用户启动。",
                    "The command setpriv is missing (Debian package `util-linux`); install it, or start as an ordinary user.",
                )
            )
        return command
    words = [tool, "--no-new-privs"]
    if die_with_parent:
        words += ["--pdeathsig", "TERM"]
    if separated():
        uid, gid = identity(principal)
        words += ["--reuid", str(uid), "--regid", str(gid), "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    return [*words, "--", *command]


def unreachable(path: Path, principal: str) -> Path | None:
    """The first folder on the way to `path` that the principal cannot enter; None when it can."""
    if not separated():
        return None
    uid, gid = identity(principal)
    for folder in [*reversed(path.resolve().parents), path.resolve()]:
        if not folder.is_dir():
            continue
        info = folder.stat()
        bit = 0o100 if info.st_uid == uid else 0o010 if info.st_gid == gid else 0o001
        if not info.st_mode & bit:
            return folder
    return None
