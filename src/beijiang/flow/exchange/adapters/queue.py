"""Whose turn it is: a process asks only so many questions of the door at once, and the rest wait here.

So the provider keeps threads for stopping and following questions however many are asked, and who waits holds no
connection to the database.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections

from beijiang.kernel.errors import Conflict, Unavailable
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

WAIT_SECONDS = 45.0
"""How long a question waits for its turn."""
KEPT_FREE = 2
"""Threads of the provider that questions leave to everything else."""
_waiting: dict[UUID, threading.Event] = {}
_lock = threading.Lock()


@functools.cache
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(1, settings.ENV.threads - KEPT_FREE))


@contextlib.contextmanager
def turn(question: UUID | None) -> Iterator[None]:
    """This function will wait for a place. Conflict ("lake.cancelled") when it was stopped meanwhile, Unavailable after 45 seconds."""
    places = _places()
    if not places.acquire(blocking=False):
        _wait(places, question)
    try:
        yield
    finally:
        places.release()


def waits(question: UUID) -> bool:
    """This function will say whether a question waits in this process for its turn."""
    with _lock:
        return question in _waiting


def leave_queue(question: UUID) -> bool:
    """This function will take a question that waits in this process out of the queue, and say whether it was there."""
    with _lock:
        stopped = _waiting.get(question)
    if stopped is None:
        return False
    stopped.set()
    return True


def _wait(places: threading.BoundedSemaphore, question: UUID | None) -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
    stopped, until = threading.Event(), time.monotonic() + WAIT_SECONDS
    if question is not None:
        with _lock:
            _waiting[question] = stopped
    try:
        while not places.acquire(timeout=0.2):
            if stopped.is_set():
                raise Conflict(
                    "lake.cancelled",
                    Words("提问已停止", "The question was stopped"),
                    Words("您在轮到之前停止了这次提问，没有执行。", "You stopped this question before its turn came; it was not run."),
                )
            if time.monotonic() >= until:
                raise Unavailable(
                    "exchange.busy",
                    Words("提问过多", "Too many questions at once"),
                    Words(
                        "现在提问很多，没有轮到，没有执行。请稍后再试。",
                        "There are many questions at the moment; yours did not get its turn and was not run. Try again shortly.",
                    ),
                )
    finally:
        with _lock:
            _waiting.pop(question, None)  # type: ignore[arg-type]  # None is never a key
