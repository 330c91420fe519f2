"""Bad rows (问题行), kept with their reasons until somebody has dealt with them. Only the data domain may open the folder."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from .tables import root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beijiang.kernel.words import Words

REASONS = 200
SCHEMA = pa.schema([("number", pa.int64()), ("reasons", pa.string()), ("raw", pa.string())])


def folder(name: str) -> Path:
    """This function will give a folder of the lake that the query worker must not read, made 0700."""
    path = root() / name
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


class Quarantine:
    """Collects bad rows of one run or batch into one Parquet file, made only when there is a bad row."""

    def __init__(self, key: str) -> None:
        self.path = folder("quarantine") / f"{key}.parquet"
        self.rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._pending: list[tuple[int, str, str]] = []
        self._counted: Counter[tuple[str, str, str]] = Counter()

    def add(self, number: int, reasons: list[tuple[str, Words]], raw: str) -> None:
        """This function will set one row aside."""
        told = json.dumps([[column, words.as_dict()] for column, words in reasons], ensure_ascii=False)
        self._pending.append((number, told, raw))
        self._counted.update((column, words.zh, words.en) for column, words in reasons)
        self.rows += 1
        if len(self._pending) >= 20_000:
            self._flush()

    def _flush(self) -> None:
        if not self._pending:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, SCHEMA)
        columns = list(zip(*self._pending, strict=True))
        self._writer.write_table(pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA))
        self._pending = []

    def reasons(self) -> list[list[object]]:
        """This function will count why rows were set aside: [column, words, rows], the most frequent first."""
        return [[column, {"zh": zh, "en": en}, count] for (column, zh, en), count in self._counted.most_common(REASONS)]

    def finish(self) -> str:
        """This function will write what is left and give the file's path below the root, "" when no row was bad."""
        self._flush()
        if self._writer is None:
            return ""
        self._writer.close()
        self.path.chmod(0o600)
        return str(self.path.relative_to(root()))

    def discard(self) -> None:
        """This function will drop the file; the rows are still in their source."""
        if self._writer is not None:
            self._writer.close()
        self.path.unlink(missing_ok=True)


def read(relative: str, *, offset: int, limit: int) -> Iterator[tuple[int, list[list[object]], str]]:
    """This function will read bad rows back, in the order of the file."""
    with pq.ParquetFile(root() / relative) as file:
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if offset >= rows:
                offset -= rows  # a group that lies wholly before the page is not read: a file may hold millions
                continue
            for row in file.read_row_group(group).slice(offset, limit).to_pylist():
                yield row["number"], json.loads(row["reasons"]), row["raw"]
                limit -= 1
            offset = 0
            if limit <= 0:
                return


def read_all(relative: str) -> Iterator[tuple[int, list[list[object]], str]]:
    """This function will read all bad rows of a file, one group of rows at a time; none when there is no file."""
    if not relative:
        return
    with pq.ParquetFile(root() / relative) as file:
        for batch in file.iter_batches(5_000):
            for row in batch.to_pylist():
                yield row["number"], json.loads(row["reasons"]), row["raw"]
