"""A lake restored to another folder: Iceberg names every file by its whole path, so the names must follow.

Metadata files are text; manifests and their lists are read and written again, entry by entry, with nothing changed but the
paths (and the lengths that follow from them). Data files stay as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pyiceberg.manifest import ManifestFile
    from pyiceberg.table import StaticTable
    from pyiceberg.table.snapshots import Snapshot

CODEC: Literal["deflate"] = "deflate"


def relocate(old: Path, new: Path) -> int:
    """Let every table below `new` name its files there instead of below `old`; how many tables there are."""
    from django.db import connection
    from pyiceberg.table import StaticTable

    before, after = f"file://{old}/", f"file://{new}/"
    for path in new.glob("tables/*/metadata/*.metadata.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('iceberg.iceberg_tables')")
        if cursor.fetchone()[0] is None:
            return 0
        cursor.execute(
            "UPDATE iceberg.iceberg_tables SET metadata_location = replace(metadata_location, %s, %s),"
            " previous_metadata_location = replace(previous_metadata_location, %s, %s)",
            [before, after, before, after],
        )
        cursor.execute("SELECT metadata_location FROM iceberg.iceberg_tables")
        locations = [row[0] for row in cursor.fetchall()]
    for location in locations:
        table = StaticTable.from_metadata(location)
        lengths: dict[str, int] = {}
        for snapshot in table.snapshots():
            move_snapshot(table, snapshot, before, after, lengths)
    return len(locations)


def move_snapshot(table: StaticTable, snapshot: Snapshot, before: str, after: str, lengths: dict[str, int]) -> None:
    """Write a snapshot's list of manifests again, and each manifest the first time it is met."""
    from pyiceberg.manifest import read_manifest_list, write_manifest_list

    manifests = list(read_manifest_list(table.io.new_input(snapshot.manifest_list)))
    for manifest in manifests:
        manifest._data[0] = manifest.manifest_path.replace(before, after)
        if manifest.manifest_path not in lengths:
            lengths[manifest.manifest_path] = move_manifest(table, snapshot, manifest, before, after)
        manifest._data[1] = lengths[manifest.manifest_path]
    with write_manifest_list(
        2, table.io.new_output(snapshot.manifest_list), snapshot.snapshot_id, snapshot.parent_snapshot_id, snapshot.sequence_number, CODEC
    ) as writer:
        writer.add_manifests(manifests)


def move_manifest(table: StaticTable, snapshot: Snapshot, manifest: ManifestFile, before: str, after: str) -> int:
    """Write one manifest again; its new length in bytes."""
    from pyiceberg.manifest import write_manifest

    entries = manifest.fetch_manifest_entry(table.io, discard_deleted=False)
    schema = table.schemas()[snapshot.schema_id if snapshot.schema_id is not None else table.schema().schema_id]
    output = table.io.new_output(manifest.manifest_path)
    added_by = manifest.added_snapshot_id if manifest.added_snapshot_id is not None else snapshot.snapshot_id
    with write_manifest(2, table.specs()[manifest.partition_spec_id], schema, output, added_by, CODEC) as writer:
        for entry in entries:
            position = next(index for index, value in enumerate(entry.data_file._data) if value == entry.data_file.file_path)
            entry.data_file._data[position] = entry.data_file.file_path.replace(before, after)
            writer.add_entry(entry)
    return len(table.io.new_input(manifest.manifest_path))
