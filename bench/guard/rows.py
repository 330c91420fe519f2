"""Generated rows, in files as ingestion writes them: sorted by area within each part of a quarter million.

Each file is made from its own seed and renamed into place when it is whole: an interrupted run goes on where it stopped, and
the next run with the same number of rows finds everything there.
"""

from __future__ import annotations

from pathlib import Path

import numpy
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from beijiang.compute.lake.types import ColumnSpec
from beijiang.kernel.words import Words

W = Words("列", "column")
COLUMNS = (
    ColumnSpec("item_no", W, "integer"),
    ColumnSpec("area", W),
    ColumnSpec("owner_id", W, subject="id_card"),
    ColumnSpec("kind", W),
    ColumnSpec("value", W, "decimal"),
    ColumnSpec("stolen_on", W, "date"),
)
AREAS = [f"15{league:02d}{county:02d}" for league in range(1, 13) for county in range(1, 10)][:103]
KINDS = ["手机", "车辆", "首饰", "现金", "证件"]
FILE, GROUP = 1_000_000, 245_760
SCHEMA = pa.schema(
    [
        ("item_no", pa.int64()),
        ("area", pa.string()),
        ("owner_id", pa.string()),
        ("kind", pa.string()),
        ("value", pa.decimal128(18, 2)),
        ("stolen_on", pa.date32()),
    ]
)


def files(folder: Path, rows: int) -> list[str]:
    """This function will give the files of `rows` rows in `folder`, making those that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, start in enumerate(range(0, rows, FILE)):
        path = folder / f"part-{number:03d}-{min(FILE, rows - start)}.parquet"
        if not path.exists():
            _write(path.with_suffix(".tmp"), number, start, min(FILE, rows - start))
            path.with_suffix(".tmp").rename(path)
            print(f"wrote {path.name}", flush=True)
        found.append(str(path))
    return found


def _write(path: Path, number: int, first: int, count: int) -> None:
    chance = numpy.random.default_rng([7, number])
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1) as writer:
        for start in range(0, count, GROUP):
            size = min(GROUP, count - start)
            area = pa.array(AREAS).take(pa.array(chance.integers(0, len(AREAS), size)))
            person = pc.utf8_lpad(pc.cast(pa.array(chance.integers(0, 10**6, size)), pa.string()), 12, "0")
            table = pa.table(
                [
                    pa.array(numpy.arange(first + start, first + start + size)),
                    area,
                    pc.binary_join_element_wise(area, person, ""),
                    pa.array(KINDS).take(pa.array(chance.integers(0, 5, size))),
                    pa.array(chance.integers(100, 10**6, size)).cast(pa.decimal128(38, 2)).cast(pa.decimal128(18, 2)),
                    pa.array(chance.integers(18_000, 20_700, size), pa.int32()).cast(pa.date32()),
                ],
                schema=SCHEMA,
            )
            writer.write_table(table.sort_by("area"), row_group_size=122_880)
