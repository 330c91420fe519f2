"""DuckDB, shut: what it may open is set first, then outside access is taken away, then the configuration is locked."""

from __future__ import annotations

import logging
import queue
import re
import threading
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ...rules import gate, wire
from . import spill

log = logging.getLogger("beijiang.lake.worker")


class QueryError(Exception):
    """A query ended without an answer; `code` is one of wire.ERRORS, and nothing more is told outside."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Engine:
    """One in-memory DuckDB. Its cursors are made before the lock, as only then they can be told to count how far they are."""

    def __init__(self, root: Path, *, memory: str, threads: int, temp_limit: str = "2GB", cursors: int = 8) -> None:
        self.tables = (root / "tables").resolve()
        self._spill = spill.folder()
        self._db = duckdb.connect(":memory:")
        self._cursors: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()
        for _ in range(cursors):
            cursor = self._db.cursor()
            for counting in ("enable_progress_bar = true", "enable_progress_bar_print = false", "progress_bar_time = 0"):
                cursor.execute(f"SET {counting}")
            self._cursors.put(cursor)
        locked: tuple[tuple[str, object], ...] = (
            # Days and hours are those of all screens; moments leave as UTC. Global: a plain SET would not reach the cursors.
            ("GLOBAL TimeZone", "Asia/Shanghai"),
            ("autoinstall_known_extensions", False),
            ("autoload_known_extensions", False),
            ("allow_community_extensions", False),
            ("python_enable_replacements", False),
            ("enable_progress_bar", False),
            ("parquet_metadata_cache", True),
            ("memory_limit", memory),
            ("threads", threads),
            ("max_temp_directory_size", temp_limit),
            ("temp_directory", self._spill.name),
            ("allowed_directories", [str(self.tables)]),
            ("enable_external_access", False),
            ("lock_configuration", True),
        )
        for name, value in locked:
            self._db.execute(f"SET {name} = {_setting(value)}")

    def close(self) -> None:
        """This function will shut the engine and drop what it spilled."""
        self._db.close()
        self._spill.cleanup()

    def prepare(self, header: dict[str, Any]) -> Query:
        """This function will check a request; QueryError("refused") for anything rules.plan does not write."""
        sql, raw, files = header.get("sql"), header.get("parameters"), header.get("files")
        if not isinstance(sql, str) or not isinstance(raw, list) or not isinstance(files, list):
            raise QueryError("refused")
        try:
            gate.check(sql)
            paths = [self._inside(item) for item in files]
            parameters = [wire.unpack(item) if (found := wire.part(item, paths)) is None else found for item in raw]
        except (gate.GateError, wire.WireError) as error:
            log.warning("refused a request: %s", error)
            raise QueryError("refused") from None
        return Query(self, sql, parameters, int(header.get("max_bytes", 64 << 20)))

    def take(self) -> duckdb.DuckDBPyConnection:
        """This function will hand out a cursor; one that cannot tell its progress when all others are in use."""
        try:
            return self._cursors.get_nowait()
        except queue.Empty:
            return self._db.cursor()

    def give_back(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """This function will take a cursor back, without what its last query left behind."""
        try:
            cursor.execute("SELECT 1").fetchall()
        except duckdb.Error:
            cursor.close()
        else:
            self._cursors.put(cursor)

    def _inside(self, item: Any) -> str:
        path = Path(item).resolve() if isinstance(item, str) else None
        if path is None or not path.is_relative_to(self.tables) or any(c in item for c in "*?[]{}"):
            raise wire.WireError("a file outside the lake")
        return str(path)


class Query:
    """One query on a cursor of its own; `interrupt` and `progress` may come from other threads."""

    def __init__(self, engine: Engine, sql: str, parameters: list[Any], max_bytes: int) -> None:
        self._engine, self._sql, self._parameters, self._max_bytes = engine, sql, parameters, max_bytes
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()
        self._stopped = ""

    def interrupt(self, code: str = "timeout") -> None:
        """This function will end the query as soon as the engine looks up; the first reason given is the one told."""
        with self._lock:
            self._stopped = self._stopped or code
            if self._cursor is not None:
                self._cursor.interrupt()

    def again(self) -> None:
        """This function will repeat an interrupt that was given, for an engine that had not begun when it came."""
        with self._lock:
            if self._stopped and self._cursor is not None:
                self._cursor.interrupt()

    def progress(self) -> float | None:
        """This function will give the share that is done, 0 to 1; None when the engine does not know."""
        with self._lock:
            percent = self._cursor.query_progress() if self._cursor is not None else -1.0
        # It says nought for what it cannot count, such as hundreds of files.
        return None if percent <= 0 else round(min(percent, 100.0) / 100, 4)

    def run(self) -> pa.Buffer:
        """This function will execute and give the rows as an Arrow IPC stream."""
        cursor = self._engine.take()
        with self._lock:
            self._cursor = cursor
        try:
            self._look()
            reader = cursor.execute(self._sql, self._parameters).to_arrow_reader(8192)
            # A stop may have come before the engine had anything to interrupt.
            self._look()
            return self._collect(reader)
        except QueryError:
            raise
        except duckdb.InterruptException:
            raise QueryError(self._stopped or "timeout") from None
        except duckdb.OutOfMemoryException as error:
            _tell(error, self._sql)
            raise QueryError("memory") from None
        except (duckdb.Error, pa.ArrowException, RuntimeError, OSError) as error:
            self._look()
            _tell(error, self._sql)
            raise QueryError(_kind(error)) from None
        finally:
            # From here on no interrupt reaches the cursor: its next query is somebody else's.
            with self._lock:
                self._cursor = None
            self._engine.give_back(cursor)

    def _look(self) -> None:
        if self._stopped:
            raise QueryError(self._stopped)

    def _collect(self, reader: pa.RecordBatchReader) -> pa.Buffer:
        sink, size = pa.BufferOutputStream(), 0
        with pa.ipc.new_stream(sink, reader.schema) as writer:
            for batch in reader:
                self._look()
                size += batch.nbytes
                if size > self._max_bytes:
                    raise QueryError("too_large")
                writer.write_batch(batch)
        return sink.getvalue()


_MISTAKES = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.NotImplementedException,
)
_VALUES = (
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.InvalidInputException,
    duckdb.InvalidTypeException,
    duckdb.TypeMismatchException,
    duckdb.DataError,
)


def _kind(error: Exception) -> str:
    """A mistake in the text, a calculation that one of the visible rows does not allow, or a fault of ours."""
    return "mistake" if isinstance(error, _MISTAKES) else "expression" if isinstance(error, _VALUES) else "failed"


def _tell(error: Exception, sql: str) -> None:
    # An engine's message may quote a value of a row; the log gets its kind and its words without quoted parts.
    text = re.sub(r"'[^']*'|\"[^\"]*\"|\d{4,}", "…", str(error).splitlines()[0] if str(error) else "")[:200]
    log.error("query failed: %s: %s (%d characters of SQL)", type(error).__name__, text, len(sql))


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_setting(v) for v in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
