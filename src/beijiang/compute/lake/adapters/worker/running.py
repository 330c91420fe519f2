"""Which questions are here, by their numbers: who may follow and stop each, and how far it is."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from .engine import QueryError

if TYPE_CHECKING:
    from .engine import Query

REMEMBERED = 60.0
"""Seconds for which a stop is remembered whose question has not come yet: it may still be on its way."""
MOST = 10_000
"""Stops remembered at most; the oldest go first."""


class Entry:
    """One question between its arrival and its end."""

    def __init__(self, number: str, owner: str) -> None:
        self.number, self.owner = number, owner
        self.stopped = threading.Event()
        self.began = time.monotonic()
        self._query: Query | None = None
        self._lock = threading.Lock()

    def attach(self, query: Query) -> None:
        """This function will name the query that runs; one that was stopped while it waited does not start."""
        with self._lock:
            self._query = query
            if self.stopped.is_set():
                query.interrupt("cancelled")

    def stop(self) -> None:
        """This function will end the question, wherever it is."""
        with self._lock:
            self.stopped.set()
            if self._query is not None:
                self._query.interrupt("cancelled")

    def progress(self) -> dict[str, Any]:
        """This function will say where the question is."""
        with self._lock:
            query = self._query
        share = query.progress() if query is not None else None
        return {
            "state": "waiting" if query is None else "running",
            "share": share,
            "elapsed_ms": round((time.monotonic() - self.began) * 1000, 1),
        }


class Register:
    """All questions of the worker. Somebody else's question is, for whoever asks, not there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._stops: OrderedDict[tuple[str, str], float] = OrderedDict()

    def enter(self, header: dict[str, Any]) -> Entry:
        """This function will take a question in. QueryError: `duplicate` for a number that is here, `cancelled` if its stop came first."""
        number, owner = (v if isinstance(v := header.get(name), str) and len(v) <= 64 else "" for name in ("id", "owner"))
        entry = Entry(number, owner)
        if not number:
            return entry
        with self._lock:
            self._forget()
            if number in self._entries:
                raise QueryError("duplicate")
            if owner and self._stops.pop((number, owner), None) is not None:
                raise QueryError("cancelled")
            self._entries[number] = entry
        return entry

    def leave(self, entry: Entry) -> None:
        """This function will let a question go."""
        with self._lock:
            if self._entries.get(entry.number) is entry:
                del self._entries[entry.number]

    def find(self, number: Any, owner: Any) -> Entry | None:
        """This function will give the owner's question of that number, if it is here."""
        with self._lock:
            entry = self._entries.get(number) if isinstance(number, str) else None
        return entry if entry is not None and owner and entry.owner == owner else None

    def stop(self, number: Any, owner: Any) -> bool:
        """This function will stop the owner's question and say whether it was here; one that comes later does not start."""
        if not (isinstance(number, str) and isinstance(owner, str) and number and owner and len(number) + len(owner) <= 128):
            return False
        entry = self.find(number, owner)
        if entry is None:
            with self._lock:
                if number not in self._entries:
                    self._stops[number, owner] = time.monotonic()
                    while len(self._stops) > MOST:
                        self._stops.popitem(last=False)
            return False
        entry.stop()
        return True

    def _forget(self) -> None:
        before = time.monotonic() - REMEMBERED
        while self._stops and next(iter(self._stops.values())) < before:
            self._stops.popitem(last=False)
