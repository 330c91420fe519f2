"""Places for queries, given in the order in which they were asked for: nobody who comes later is served first."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = 0.1
"""Seconds between two looks at whether one who waits was stopped."""


class Turns:
    """A fixed number of places and a queue before them."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queue: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def take(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """This function will wait for a place; False when there was none within `seconds`, or when `stopped` says so."""
        with self._lock:
            if self._free and not self._queue:
                self._free -= 1
                return True
            turn = threading.Event()
            self._queue.append(turn)
        until = time.monotonic() + seconds
        while not turn.wait(min(LOOK, max(0.0, until - time.monotonic()))):
            if stopped() or time.monotonic() >= until:
                return self._leave(turn)
        return True

    def give_back(self) -> None:
        """This function will hand a place on to who has waited longest."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1

    def _leave(self, turn: threading.Event) -> bool:
        with self._lock:
            if turn.is_set():  # it came in the last moment
                return True
            self._queue.remove(turn)
            return False
