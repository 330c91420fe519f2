"""Iceberg v2 copy-on-write tables by pyiceberg; catalogue in PostgreSQL, files under <lake>/tables.

Commits to one table are serialised by a PostgreSQL advisory lock, so that no writer ever loses a race and none has to write
its files again. Every commit carries a key in its snapshot: who comes again with that key after a crash finds it done.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.io.pyarrow import parquet_files_to_data_files, schema_to_pyarrow
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable, Table
from pyiceberg.types import BooleanType, DateType, DecimalType, DoubleType, LongType, NestedField, StringType, TimestamptzType
from sqlalchemy.engine import URL

from beijiang.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import date
    from uuid import UUID

    from ..types import ColumnSpec

log = logging.getLogger("beijiang.lake")

NAMESPACE, CATALOG = "lake", "lake"
KEY = "beijiang.key"
CAME = b"beijiang.came"
ROW_GROUP = 122_880
PROPERTIES = {
    "format-version": "2",
    "write.delete.mode": "copy-on-write",
    "write.update.mode": "copy-on-write",
    "write.merge.mode": "copy-on-write",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}
_local = threading.local()


def root() -> Path:
    """This function will give the lake's root directory."""
    return Path(settings.ENV.lake_root)


def catalog() -> SqlCatalog:
    """This function will give this thread's catalogue; its engine pings before use, so a restarted PostgreSQL is no fault."""
    params = connection.get_connection_params()
    key = (os.getpid(), params["dbname"], params.get("port"))
    if getattr(_local, "key", None) != key:
        uri = URL.create(
            "postgresql+psycopg",
            username=params.get("user"),
            password=params.get("password"),
            host=params.get("host"),
            port=int(params["port"]) if params.get("port") else None,
            database=params["dbname"],
            query={"options": "-csearch_path=iceberg"},
        )
        _local.catalog = SqlCatalog(
            CATALOG,
            uri=uri.render_as_string(hide_password=False),
            warehouse=f"file://{root() / 'tables'}",
            pool_pre_ping="true",
        )
        _local.catalog.create_namespace_if_not_exists(NAMESPACE)
        _local.key = key
    found: SqlCatalog = _local.catalog
    return found


_TYPES = {
    "text": StringType,
    "integer": LongType,
    "number": DoubleType,
    "boolean": BooleanType,
    "date": DateType,
    "timestamp": TimestamptzType,
}


def schema_of(columns: Sequence[ColumnSpec]) -> Schema:
    """This function will give the Iceberg schema of declared columns; every column may be null."""
    return Schema(
        *(
            NestedField(i, c.name, DecimalType(18, c.digits) if c.type == "decimal" else _TYPES[c.type](), required=False)
            for i, c in enumerate(columns, start=1)
        )
    )


def arrow_schema(columns: Sequence[ColumnSpec], schema: Schema | None = None) -> pa.Schema:
    """This function will give the Arrow schema in which rows are written: ids of the table's fields included, plain string columns."""
    fields = []
    whole = schema_to_pyarrow(schema or schema_of(columns))
    for column in (whole.field(c.name) for c in columns):
        kind = pa.string() if pa.types.is_large_string(column.type) else column.type
        fields.append(pa.field(column.name, kind, metadata=column.metadata))
    return pa.schema(fields)


SAME, GROWN = "same", "grown"


def create(name: str, columns: Sequence[ColumnSpec], kept: Collection[str] = ()) -> str:
    """This function will make the table of a dataset, or add columns behind those it has: "grown" when it had rows already.

    `kept` are the columns that the dataset is known to have; none means all of the table. Gives "" when one of them would go,
    or change its type. An empty table of other columns, and columns beside `kept`, were left by definitions that rolled back.
    """
    wanted, identifier, location = schema_of(columns), (NAMESPACE, name), root() / "tables" / name
    if catalog().table_exists(identifier):
        table = load(name)
        if _shape(table.schema()) == _shape(wanted):
            return SAME
        if table.current_snapshot() is not None:
            return _grown(table, wanted, set(kept))
        catalog().drop_table(identifier)
    catalog().create_table(identifier, wanted, location=f"file://{location}", properties=PROPERTIES)
    (location / "data").mkdir(parents=True, exist_ok=True)
    return SAME


def _grown(table: Table, wanted: Schema, kept: set[str]) -> str:
    there, asked = dict(_shape(table.schema())), dict(_shape(wanted))
    kept = kept or set(there)
    if any(asked.get(name) != there.get(name) for name in kept):
        return ""
    new = [field for field in wanted.fields if there.get(field.name) != asked[field.name]]
    left_over = [field.name for field in new if field.name in there]
    for name in left_over:
        with table.update_schema(allow_incompatible_changes=True) as update:
            update.delete_column(name)
    if new:
        with table.update_schema() as update:
            for field in new:
                update.add_column(field.name, field.field_type)
    return GROWN if set(asked) - kept else SAME


def _shape(schema: Schema) -> list[tuple[str, str]]:
    return [(field.name, str(field.field_type)) for field in schema.fields]


def total_rows(name: str) -> int:
    """This function will give the number of rows that the current snapshot says it has."""
    snapshot = load(name).current_snapshot()
    return int(snapshot.summary.additional_properties.get("total-records", 0)) if snapshot and snapshot.summary else 0


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Within this block no other writer commits to the table. The lock is the session's and dies with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 7))", [f"lake:{name}"])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 7))", [f"lake:{name}"])


def load(name: str) -> Table:
    """This function will load a table with its current snapshot."""
    return catalog().load_table((NAMESPACE, name))


def committed(table: Table, key: str) -> Any | None:
    """This function will find the snapshot that was committed with `key`, or None."""
    return next((s for s in reversed(table.snapshots()) if s.summary and s.summary.additional_properties.get(KEY) == key), None)


def commit(name: str, files: Sequence[Path], key: str) -> tuple[int | None, bool]:
    """This function will add written files as one snapshot, once per `key`; gives its id and whether these files were added.

    Without files there is nothing to add, and the current snapshot's id is given (None: the table is empty).
    """
    with locked(name):
        table = load(name)
        done = committed(table, key)
        if done is not None:
            return int(done.snapshot_id), False
        if not files:
            current = table.current_snapshot()
            return (int(current.snapshot_id) if current else None), False
        with table.transaction() as transaction, transaction.update_snapshot(snapshot_properties={KEY: key}).fast_append() as append:
            for data_file in parquet_files_to_data_files(table.io, table.metadata, iter([f"file://{p}" for p in files])):
                append.append_data_file(data_file)
        return int(table.refresh().current_snapshot().snapshot_id), True  # type: ignore[union-attr]


def metadata_location(name: str) -> str | None:
    """This function will give the address of the table's current metadata: one indexed read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT metadata_location FROM iceberg.iceberg_tables WHERE catalog_name = %s AND table_namespace = %s AND table_name = %s",
            [CATALOG, NAMESPACE, name],
        )
        row = cursor.fetchone()
    return row[0] if row else None


@lru_cache(maxsize=256)
def files_at(location: str) -> tuple[int | None, tuple[str, ...]]:
    """This function will give snapshot id and data files of one state of a table; metadata never change, so it is cached."""
    table = StaticTable.from_metadata(location)
    snapshot = table.current_snapshot()
    if snapshot is None:
        return None, ()
    paths = []
    for task in table.scan().plan_files():
        if task.delete_files:
            raise RuntimeError("delete files in a copy-on-write table")
        paths.append(task.file.file_path.removeprefix("file://"))
    return int(snapshot.snapshot_id), tuple(sorted(paths))


def current_files(name: str) -> tuple[int | None, tuple[str, ...]]:
    """This function will give the current snapshot's id and files. Raises NoSuchTableError for an unknown table."""
    location = metadata_location(name)
    if location is None:
        raise NoSuchTableError(name)
    return files_at(location)


class Writer:
    """Writes batches into Parquet files of bounded size named after their run; nothing is visible before `commit`."""

    def __init__(
        self,
        name: str,
        columns: Sequence[ColumnSpec],
        key: str,
        *,
        sort_by: str | None = None,
        file_rows: int = 2_000_000,
        came: date | None = None,
    ) -> None:
        self.schema = arrow_schema(columns, _schema_of_table(name))
        self.directory = root() / "tables" / name / "data"
        self.prefix, self.sort_by, self.file_rows = prefix(key), sort_by, file_rows
        self.came = came or clock.local(clock.now()).date()
        """The day on which the newest of these rows came in: retention counts from there."""
        self.files: list[Path] = []
        self.rows = 0
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = self._in_file = 0
        self._writer: pq.ParquetWriter | None = None
        self._behind: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """This function will take a batch in the table's schema. Files are written behind the caller's back, one part at a time."""
        self._pending.append(batch)
        self._pending_rows += batch.num_rows
        if self._pending_rows >= 2 * ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._wait()
        if not self._pending_rows:
            return
        table = pa.Table.from_batches(self._pending, self.schema)
        self._pending, self._pending_rows = [], 0
        if self._behind is None:
            self._behind = ThreadPoolExecutor(1, thread_name_prefix="lake-write")
        self._last = self._behind.submit(self._write_part, table)

    def _wait(self) -> None:
        """Whatever the part before raised is raised here."""
        if self._last is not None:
            last, self._last = self._last, None
            last.result()

    def _write_part(self, table: pa.Table) -> None:
        if self.sort_by:
            # Rows of one area lie together, so that a filter by area skips most row groups.
            table = table.sort_by(self.sort_by)
        if self._writer is None:
            path = self.directory / f"{self.prefix}-{len(self.files):05d}.parquet"
            self.directory.mkdir(parents=True, exist_ok=True)
            self.files.append(path)
            self._writer, self._in_file = pq.ParquetWriter(path, self.schema, compression="zstd", compression_level=1), 0
        self._writer.write_table(table, row_group_size=ROW_GROUP)
        self.rows += table.num_rows
        self._in_file += table.num_rows
        if self._in_file >= self.file_rows:
            self._close_file()

    def _close_file(self) -> None:
        if self._writer is None:
            return
        self._writer.add_key_value_metadata({CAME: self.came.isoformat()})
        self._writer.close()
        self._writer = None
        with self.files[-1].open("rb") as file:
            os.fsync(file.fileno())
        self.files[-1].chmod(0o640)

    def finish(self) -> list[Path]:
        """This function will write what is left, durably, and give the files."""
        self._flush()
        self._wait()
        self._close_file()
        self._rest()
        return self.files

    def _rest(self) -> None:
        if self._behind is not None:
            self._behind.shutdown(wait=True)
            self._behind = None

    def discard(self) -> None:
        """This function will drop everything written; for runs that failed before their commit."""
        self._rest()
        if self._writer is not None:
            with contextlib.suppress(OSError, pa.ArrowException):
                self._writer.close()
            self._writer = None
        for path in self.files:
            path.unlink(missing_ok=True)
        self.files = []


def _schema_of_table(name: str) -> Schema | None:
    try:
        return load(name).schema()
    except NoSuchTableError:
        return None  # files that are written to be looked at by themselves


def prefix(key: str) -> str:
    """This function will give the beginning of the file names of one key."""
    return "k-" + "".join(c if c.isalnum() else "_" for c in key)[:80]


def sweep(name: str, key: UUID | str) -> int:
    """This function will delete files that an interrupted writer with `key` left, unless they were committed."""
    found = list((root() / "tables" / name / "data").glob(f"{prefix(str(key))}-*.parquet"))
    if not found or committed(load(name), str(key)) is not None:
        return 0
    # A snapshot is forgotten after some days, and with it its key; what the table names is never deleted.
    named = set(current_files(name)[1])
    for path in found:
        if str(path) not in named:
            path.unlink(missing_ok=True)
    return len(found)
