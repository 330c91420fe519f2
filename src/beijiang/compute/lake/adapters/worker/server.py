"""The Unix socket of the worker: a connection is a question; whoever hangs up cancels it."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from ...rules import wire
from . import lastresort
from .engine import QueryError
from .running import Register
from .turns import Turns

if TYPE_CHECKING:
    from pathlib import Path

    from .engine import Engine, Query
    from .running import Entry

log = logging.getLogger("beijiang.lake.worker")

WAIT_FOR_TURN = 10.0
"""Seconds a question waits for a free place before it is told "busy"."""
LOOK = 0.2
"""Seconds between two looks at a running query."""


class Server:
    """Accepts connections and runs at most `places` queries at once."""

    def __init__(self, engine: Engine, path: Path, *, places: int, timeout: float) -> None:
        self._engine, self._path, self._timeout = engine, path, timeout
        self._turns = Turns(places)
        self._register = Register()
        self._stop_r, self._stop_w = os.pipe()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o117)  # the socket is born 0660: never open to others, not even for a moment
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(128)

    def stop(self) -> None:
        """This function will end `serve`; safe in a signal handler."""
        os.write(self._stop_w, b".")

    def serve(self) -> None:
        """This function will answer until `stop`."""
        log.info("lake worker ready")
        while True:
            ready, _, _ = select.select([self._listener.fileno(), self._stop_r], [], [])
            if self._stop_r in ready:
                break
            connection, _ = self._listener.accept()
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()
        self._listener.close()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(wire.WireError, OSError):
            while True:
                header, _ = wire.receive(connection)
                self._answer(connection, header)

    def _answer(self, connection: socket.socket, header: dict[str, Any]) -> None:
        if header.get("ping"):
            wire.send(connection, {"ok": True, "pid": os.getpid()})
            return
        if "stop" in header:
            wire.send(connection, {"ok": True, "stopped": self._register.stop(header["stop"], header.get("owner"))})
            return
        if "progress" in header:
            found = self._register.find(header["progress"], header.get("owner"))
            wire.send(connection, {"ok": True, "share": None} | (found.progress() if found else {}))
            return
        started = time.monotonic()
        try:
            body = self._run(connection, header)
        except QueryError as error:
            wire.send(connection, {"ok": False, "code": error.code})
        except Exception as error:  # the worker lives on, and tells nothing of it outside
            log.error("unexpected: %s", type(error).__name__)  # noqa: TRY400 - its message could quote a row
            wire.send(connection, {"ok": False, "code": "failed"})
        else:
            wire.send(connection, {"ok": True, "elapsed_ms": round((time.monotonic() - started) * 1000, 3)}, memoryview(body))

    def _run(self, connection: socket.socket, header: dict[str, Any]) -> Any:
        entry = self._register.enter(header)
        try:
            self._take_place(entry)
            try:
                query = self._engine.prepare(header)
                entry.attach(query)
                wanted = header.get("timeout_ms")
                seconds = min(self._timeout, wanted / 1000) if isinstance(wanted, int | float) and wanted > 0 else self._timeout
                with _Watch(connection, query, seconds):
                    return query.run()
            finally:
                self._turns.give_back()
        finally:
            self._register.leave(entry)

    def _take_place(self, entry: Entry) -> None:
        if not self._turns.take(WAIT_FOR_TURN, entry.stopped.is_set):
            raise QueryError("cancelled" if entry.stopped.is_set() else "busy")


class _Watch:
    """While a query runs, looks for its deadline and for a client that hung up."""

    def __init__(self, connection: socket.socket, query: Query, seconds: float) -> None:
        self._connection, self._query, self._seconds = connection, query, seconds
        self._done_r, self._done_w = os.pipe()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        os.write(self._done_w, b".")
        self._thread.join()
        os.close(self._done_r)
        os.close(self._done_w)

    def _look(self) -> None:
        until = time.monotonic() + self._seconds
        while True:
            seconds = min(LOOK, max(0.0, until - time.monotonic()))
            ready, _, _ = select.select([self._connection.fileno(), self._done_r], [], [], seconds)
            if self._done_r in ready:
                return
            # Nothing may come while a question runs: end of file is a hang-up, a byte is a fault; the deadline is neither.
            if ready or time.monotonic() >= until:
                self._query.interrupt("timeout")
                break
            self._query.again()
        # The engine forgets an interrupt that comes before it has begun: say it until the query is over.
        until = time.monotonic() + lastresort.GRACE
        while not select.select([self._done_r], [], [], LOOK)[0]:
            self._query.again()
            if time.monotonic() >= until:
                lastresort.end("a query did not end when told to")
