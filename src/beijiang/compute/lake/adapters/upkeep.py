"""Upkeep of a table's files: which are small, which are old, which nobody names any more; replaced in one commit.

A question holds the list of files that it began with, so a file that left the table stays on the disk until no question can
still be reading it, and until the snapshots that name it have expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.dataset as pads
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import parquet_files_to_data_files

from . import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

    from ..types import Dataset

SMALL_ROWS = 250_000
SMALL_BYTES = 16 << 20
BATCH = 50_000


@dataclass(frozen=True, slots=True)
class File:
    """A data file of the current snapshot; `came` is the day on which its newest rows came in."""

    path: Path
    rows: int
    size: int
    came: date

    @property
    def small(self) -> bool:
        """Whether it is worth merging with others."""
        return self.rows < SMALL_ROWS and self.size < SMALL_BYTES


def files(name: str) -> list[File]:
    """This function will list the files of the current snapshot, the oldest rows first."""
    found = [File(_path(f), int(f.record_count), int(f.file_size_in_bytes), _came(_path(f))) for f in _data_files(tables.load(name))]
    return sorted(found, key=lambda f: (f.came, f.path))


def _data_files(table: Table) -> list[DataFile]:
    return [task.file for task in table.scan().plan_files()]


def _path(file: DataFile) -> Path:
    return Path(file.file_path.removeprefix("file://"))


def _came(path: Path) -> date:
    """The day is written into the file; files of before that was so have the day on which they were written."""
    try:
        text = (pq.read_metadata(path).metadata or {}).get(tables.CAME)
        return date.fromisoformat(text.decode()) if text else datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (OSError, ValueError):
        return datetime.now(UTC).date()  # unreadable: nothing is deleted on its account


def merged(about: Dataset, parts: Sequence[File], key: str) -> list[Path]:
    """This function will write the rows of small files into larger ones and give those; nothing is visible before `replace`."""
    writer = tables.Writer(about.name, about.columns, key, sort_by=about.area_column, came=max(p.came for p in parts))
    try:
        whole = pads.dataset([str(p.path) for p in parts], schema=writer.schema)
        for batch in whole.to_batches(batch_size=BATCH):
            writer.write(batch)
        return writer.finish()
    except BaseException:
        writer.discard()
        raise


def replace(name: str, *, gone: Sequence[Path], new: Sequence[Path], key: str) -> int | None:
    """This function will take files out of the table and put others in, as one snapshot; gives its id.

    None, and nothing is done, when one of `gone` is no longer in the table: somebody else has replaced it.
    """
    with tables.locked(name):
        table = tables.load(name)
        there = {_path(f): f for f in _data_files(table)}
        if not set(gone) <= set(there):
            return None
        with table.transaction() as transaction, transaction.update_snapshot(snapshot_properties={tables.KEY: key}).overwrite() as change:
            change.delete_by_predicate(AlwaysTrue())
            for path in gone:
                change.delete_data_file(there[path])
            for data_file in parquet_files_to_data_files(table.io, table.metadata, iter([f"file://{p}" for p in new])):
                change.append_data_file(data_file)
        return int(table.refresh().current_snapshot().snapshot_id)  # type: ignore[union-attr]


def expire(name: str, before: datetime) -> int:
    """This function will forget snapshots from before a moment, never the current one; gives how many."""
    with tables.locked(name):
        table = tables.load(name)
        current = table.current_snapshot()
        old = [
            s
            for s in table.snapshots()
            if s.timestamp_ms < before.timestamp() * 1000 and s.snapshot_id != getattr(current, "snapshot_id", None)
        ]
        if old:
            table.maintenance.expire_snapshots().by_ids([s.snapshot_id for s in old]).commit()
        return len(old)


def unnamed(name: str, *, age: timedelta) -> Iterator[Path]:
    """This function will give files of the table's folder that no snapshot names and that have lain for `age`."""
    table = tables.load(name)
    named: set[Path] = set()
    for snapshot in table.snapshots():
        named.add(Path(snapshot.manifest_list.removeprefix("file://")))
        for manifest in snapshot.manifests(table.io):
            named.add(Path(manifest.manifest_path.removeprefix("file://")))
            named |= {_path(e.data_file) for e in manifest.fetch_manifest_entry(table.io, discard_deleted=True)}
    named |= {Path(entry.metadata_file.removeprefix("file://")) for entry in table.metadata.metadata_log}
    named.add(Path(table.metadata_location.removeprefix("file://")))
    before = datetime.now(UTC).timestamp() - age.total_seconds()
    folder = tables.root() / "tables" / name
    for kind, pattern in (("data", "*.parquet"), ("metadata", "*.avro"), ("metadata", "*.json")):
        for path in (folder / kind).glob(pattern):
            if path not in named and path.stat().st_mtime < before:
                yield path
