"""The file behind `kernel.marks`: pairs of counters, mapped into memory by processes of one machine. Plain Python."""

from __future__ import annotations

import fcntl
import mmap
import os
import secrets
import struct
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path

SLOTS = 4096
_MAGIC = 0x31534B52414D4A42  # "BJMARKS1", little end first
FIRST = 8
"""Words before the first slot: magic, epoch, and room."""
SIZE = 8 * (FIRST + 2 * SLOTS)


def make(path: Path) -> None:
    """This function will make the file, or start it anew in its place; only while no process of the instance runs."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        os.ftruncate(descriptor, SIZE)
        # The epoch first: whoever kept something under the old one must not find the counters low again.
        os.pwrite(descriptor, struct.pack("=QQ", _MAGIC, secrets.randbits(63) | 1), 0)
        os.pwrite(descriptor, bytes(SIZE - 16), 16)
    finally:
        os.close(descriptor)


def slots_of(names: Iterable[str]) -> tuple[int, ...]:
    """This function will give the slots in which these names are counted."""
    return tuple(sorted({zlib.crc32(name.encode()) % SLOTS for name in names}))


class Counters:
    """The mapped file: `words[1]` is its epoch, then two words for each slot."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self.descriptor = -1
        self.descriptor = os.open(path, (os.O_RDWR if write else os.O_RDONLY) | os.O_CLOEXEC)
        try:
            info = os.fstat(self.descriptor)
            if info.st_size != SIZE:
                raise OSError(f"{path} is not a file of marks")
            self.identity = info.st_dev, info.st_ino
            self.map = mmap.mmap(self.descriptor, SIZE, access=mmap.ACCESS_WRITE if write else mmap.ACCESS_READ)
            self.words = memoryview(self.map).cast("Q")
            if self.words[0] != _MAGIC:
                raise OSError(f"{path} is not a file of marks")
        except OSError:
            os.close(self.descriptor)
            self.descriptor = -1
            raise
        self.lock = threading.Lock()

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)

    def count(self, slots: list[int], *, ended: bool) -> None:
        """Adds one to each; two processes never count the same one at once."""
        with self.lock:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX)
            try:
                for slot in slots:
                    self.words[FIRST + 2 * slot + ended] += 1
            finally:
                fcntl.lockf(self.descriptor, fcntl.LOCK_UN)
