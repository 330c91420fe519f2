"""Marks of change that processes of one machine share: may what I remember still be used?

A small file of counters, mapped into memory. Whoever is about to change a thing counts `begun` up in its slot, inside
the transaction and before it commits, and `ended` when the transaction is over, whichever way. A reader that finds both
alike, and as they were when it read the database, may use what it kept; a change that is under way, a process killed in
the middle of one, or no file at all only mean that nothing is kept. Things share slots by hash: at worst one is read
again needlessly. The file is made anew, with another epoch, when the instance starts (`counters.make`).
"""

from __future__ import annotations

import logging
import os
import time
import weakref
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from .counters import FIRST, Counters, slots_of

log = logging.getLogger("beijiang.marks")

LOOK_SECONDS = 1.0
"""How often it is looked whether the file is still the same, or is there at last."""

Seen = tuple[int, ...]


def seen(slots: tuple[int, ...]) -> Seen | None:
    """This function will read the slots: equal to an earlier reading means that nothing of these changed in between.

    None while something is changing, or where there is no file: then nothing may be kept.
    """
    words = _reader.words()
    if words is None:
        return None
    found = [words[1]]
    for slot in slots:
        place = FIRST + 2 * slot
        begun = words[place]
        if begun != words[place + 1]:
            return None
        found.append(begun)
    return tuple(found)


def changing(*names: str, using: str) -> None:
    """This function will say that the transaction on `using` changes these things: until it is over, and after it, nobody
    uses what they kept of them. Each is counted once in a transaction. Must run before the change is committed.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("marks.changing must run in the transaction of the change")
    file = _writer.file()
    if file is None:
        return
    known = getattr(connection, "beijiang_marks", None)
    change: _Change | None = known() if known is not None else None
    if change is None or change.over or change.file is not file:
        change = _Change(file, connection)
        connection.on_commit(change.end)
        connection.beijiang_marks = weakref.ref(change)  # type: ignore[attr-defined]
    change.add(slots_of(names))


class _Change:
    """One transaction's changes. Django forgets its on_commit callables when it rolls back: then this object goes, and
    that ends the change as a commit does."""

    def __init__(self, file: Counters, connection: Any) -> None:
        self.file, self.connection, self.epoch = file, connection, file.words[1]
        self.slots: set[int] = set()
        self.over = False

    def add(self, slots: tuple[int, ...]) -> None:
        new = [slot for slot in slots if slot not in self.slots]
        self.file.count(new, ended=False)
        self.slots.update(new)

    def end(self) -> None:
        """The transaction is committed or rolled back."""
        if not self.over:
            self.over = True
            if self.file.words[1] == self.epoch:
                self.file.count(sorted(self.slots), ended=True)

    def __del__(self) -> None:
        if self.over:
            return
        raw = self.connection.connection
        # A connection lost in the middle of a commit: nobody knows, so the slots stay open until the next start.
        if raw is not None and not raw.closed:
            self.end()


class _Opener:
    """Opens the file when it is there, and again when another has taken its place."""

    def __init__(self, *, write: bool) -> None:
        self.write = write
        self.path: Path | None = None
        self.opened: Counters | None = None
        self.look_at = 0.0
        self.told: Path | None = None

    def words(self) -> memoryview | None:
        """The counters, looked after at most once a second."""
        if time.monotonic() >= self.look_at or settings.ENV.decision_marks is not self.path:
            self.file()
            self.look_at = time.monotonic() + LOOK_SECONDS
        opened = self.opened  # threads share the opener
        return opened.words if opened is not None else None

    def file(self) -> Counters | None:
        """The file as it is at this moment, or None."""
        path, opened = settings.ENV.decision_marks, self.opened
        try:
            info = os.stat(path)
            if opened is None or opened.identity != (info.st_dev, info.st_ino):
                opened = Counters(path, write=self.write)
            self.told = None
        except FileNotFoundError:
            opened = None
        except OSError as error:
            opened = None
            if self.told is not path:
                # Changes are made all the same; who keeps decisions keeps them for seconds only.
                log.error("the file of marks cannot be used: %s", error)  # noqa: TRY400 - one line is enough
                self.told = path
        self.path, self.opened = path, opened
        return opened


_reader, _writer = _Opener(write=False), _Opener(write=True)
