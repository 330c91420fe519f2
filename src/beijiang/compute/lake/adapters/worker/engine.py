"""DuckDB, shut: what it may open is set first, then outside access is taken away, then the configuration is locked."""

from __future__ import annotations

import logging
import re
import tempfile
import threading
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ...rules import gate, wire

log = logging.getLogger("beijiang.lake.worker")


class QueryError(Exception):
    """A query ended without an answer; `code` is one of wire.ERRORS, and nothing more is told outside."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Engine:
    """One in-memory DuckDB whose cursors are handed out a query each."""

    def __init__(self, root: Path, *, memory: str, threads: int, temp_limit: str = "2GB") -> None:
        self.tables = (root / "tables").resolve()
        self._spill = tempfile.TemporaryDirectory(prefix="bj-lake-")
        self._db = duckdb.connect(":memory:")
        for name, value in (
            ("TimeZone", "UTC"),
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
        ):
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
            parameters = [paths if item == ["files"] else wire.unpack(item) for item in raw]
        except (gate.GateError, wire.WireError) as error:
            log.warning("refused a request: %s", error)
            raise QueryError("refused") from None
        return Query(self._db.cursor(), sql, parameters, int(header.get("max_bytes", 64 << 20)))

    def _inside(self, item: Any) -> str:
        path = Path(item).resolve() if isinstance(item, str) else None
        if path is None or not path.is_relative_to(self.tables) or any(c in item for c in "*?[]{}"):
            raise wire.WireError("a file outside the lake")
        return str(path)


class Query:
    """One query on a cursor of its own; `interrupt` may come from another thread."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any], max_bytes: int) -> None:
        self._cursor, self._sql, self._parameters, self._max_bytes = cursor, sql, parameters, max_bytes
        self._stopped = threading.Event()

    def interrupt(self) -> None:
        """This function will end the query as soon as the engine looks up."""
        self._stopped.set()
        self._cursor.interrupt()

    def run(self) -> pa.Buffer:
        """This function will execute and give the rows as an Arrow IPC stream."""
        try:
            if self._stopped.is_set():
                raise QueryError("timeout")
            reader = self._cursor.execute(self._sql, self._parameters).to_arrow_reader(8192)
            return self._collect(reader)
        except (duckdb.InterruptException, QueryError) as error:
            raise error if isinstance(error, QueryError) else QueryError("timeout") from None
        except duckdb.OutOfMemoryException as error:
            _tell(error, self._sql)
            raise QueryError("memory") from None
        except (duckdb.Error, pa.ArrowException, RuntimeError, OSError) as error:
            if self._stopped.is_set():
                raise QueryError("timeout") from None
            _tell(error, self._sql)
            raise QueryError("failed") from None
        finally:
            self._cursor.close()

    def _collect(self, reader: pa.RecordBatchReader) -> pa.Buffer:
        sink, size = pa.BufferOutputStream(), 0
        with pa.ipc.new_stream(sink, reader.schema) as writer:
            for batch in reader:
                if self._stopped.is_set():
                    raise QueryError("timeout")
                size += batch.nbytes
                if size > self._max_bytes:
                    raise QueryError("too_large")
                writer.write_batch(batch)
        return sink.getvalue()


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
