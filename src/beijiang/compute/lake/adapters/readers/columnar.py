"""Parquet files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from ..encodings import refuse
from .source import BATCH, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def parquet(path: Path) -> Source:
    """This function will open a Parquet file."""
    try:
        file = pq.ParquetFile(path)
        names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError):
        raise refuse("parquet", "这个 Parquet 文件已损坏。", "This Parquet file is damaged.") from None
    if file.metadata.num_rows == 0:
        raise refuse("empty", "文件里没有数据。", "There are no data in the file.")
    source = Source("parquet", "", names, iter(()))
    source.batches = _batches(file, source)
    return source


def _batches(file: pq.ParquetFile, source: Source) -> Iterator[tuple[int, pa.RecordBatch]]:
    number, total = 1, file.metadata.num_rows
    try:
        for batch in file.iter_batches(BATCH):
            yield number, pa.RecordBatch.from_arrays([_flat(c) for c in batch.columns], [f"c{i}" for i in range(batch.num_columns)])
            number += batch.num_rows
            source.done = min(1.0, (number - 1) / total)
    except (pa.ArrowException, OSError):
        raise refuse("parquet", "这个 Parquet 文件已损坏，读到一半失败。", "This Parquet file is damaged; reading failed midway.") from None


def _flat(column: pa.Array) -> pa.Array:
    """Lists and structures as JSON text: a cell holds one value."""
    if not pa.types.is_nested(column.type):
        return column
    return pa.array([None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()], pa.string())
