"""What remains when the engine does not obey: the worker ends itself, and whoever supervises starts a fresh one.

An expression may hold the engine in one call that looks up for no interrupt, and may take memory that its own limit does not count.
Questions that ran beside it hear "the engine is away, try again"; nothing was promised to them yet.
"""

from __future__ import annotations

import logging
import os
import resource
import threading
import time
from pathlib import Path

log = logging.getLogger("beijiang.lake.worker")

GRACE = 5.0
"""Seconds that a query may take to end after it was interrupted."""
LOOK = 0.5
"""Seconds between two looks at the memory."""
BESIDE = 1 << 30
"""Bytes for what the engine's own limit does not count: Python, Arrow, replies on their way."""
STATUS = 75
"""EX_TEMPFAIL: try again."""


def end(reason: str) -> None:
    """This function will end the process at once; no clean-up of the engine's could be waited for."""
    log.error("ending myself: %s", reason)
    os._exit(STATUS)


def watch_memory(limit: int) -> None:
    """This function will end the process, from a thread of its own, when it holds more than `limit` bytes and `BESIDE`."""
    threading.Thread(target=_look, args=(limit + BESIDE,), daemon=True, name="memory").start()


def _look(most: int) -> None:
    page, statm = resource.getpagesize(), Path("/proc/self/statm")
    while True:
        time.sleep(LOOK)
        try:
            held = int(statm.read_text().split()[1]) * page
        except (OSError, ValueError, IndexError):  # no /proc: there is nothing to look at
            return
        if held > most:
            end(f"{held >> 20} MB held, {most >> 20} MB allowed")


def size(text: str) -> int:
    """This function will read a size such as 300MB or 1.5GiB, in bytes; ValueError for anything else."""
    for unit, factor in (("GIB", 1 << 30), ("MIB", 1 << 20), ("GB", 10**9), ("MB", 10**6)):
        if text.upper().strip().endswith(unit):
            return int(float(text.strip()[: -len(unit)]) * factor)
    raise ValueError(f"a size like 1GB, not {text!r}")
