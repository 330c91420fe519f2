"""Ingestion: one CSV into the lake, beside DuckDB's COPY to Parquet and a plain pyiceberg append of the same file in the same run.

    .venv/bin/python bench/ingest.py [--rows 2000000] [--runs 3]

Ours is what a steward waits for: from the file handed over (start_ingest: copied, digested) to the run's end (typed, checked,
sorted by area, committed, told, sealed), in one process and with a PostgreSQL of its own. DuckDB reads the CSV with declared
types and writes Parquet (zstd); pyiceberg appends an Arrow table that pyarrow.csv read with declared types. Neither of them sets
bad rows aside, detects an encoding, leaves a leaf or publishes. Runs alternate; medians are given.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["BEIJIANG_DOMAIN"] = "data"

import django  # noqa: E402

import tests.environment  # noqa: E402,F401 - a PostgreSQL and throwaway secrets, before Django's settings

django.setup()

import duckdb  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.csv as pc_csv  # noqa: E402
import pyiceberg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from pyiceberg.catalog.sql import SqlCatalog  # noqa: E402

from beijiang.compute.lake import actions, queries  # noqa: E402
from beijiang.compute.lake.adapters import tables  # noqa: E402
from beijiang.compute.lake.types import ColumnSpec  # noqa: E402
from beijiang.kernel import guard  # noqa: E402
from beijiang.kernel.types import Actor  # noqa: E402
from beijiang.kernel.words import Words  # noqa: E402
from bench.run import write  # noqa: E402

W = Words("列", "column")
COLUMNS = (
    ColumnSpec("item_no", W, length=30),
    ColumnSpec("area", W, length=6),
    ColumnSpec("unit", W),
    ColumnSpec("owner_name", W, subject="name"),
    ColumnSpec("owner_id", W, subject="id_card", length=18),
    ColumnSpec("kind", W),
    ColumnSpec("value", W, "decimal"),
    ColumnSpec("pieces", W, "integer"),
    ColumnSpec("stolen_on", W, "date"),
    ColumnSpec("entered_at", W, "timestamp"),
    ColumnSpec("found", W, "boolean"),
)
DUCKDB_TYPES = {
    "text": "VARCHAR",
    "decimal": "DECIMAL(18,2)",
    "integer": "BIGINT",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
ARROW_TYPES = {
    "text": pa.string(),
    "decimal": pa.decimal128(18, 2),
    "integer": pa.int64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}


def make(path: Path, rows: int) -> int:
    """Invented things; the file's size in bytes."""
    chance = random.Random(7)
    kinds, names = ["手机", "车辆", "首饰", "现金", "证件"], ["王小明", "李娜", "张伟", "孙磊", "陈静", "欧阳修"]
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(c.name for c in COLUMNS) + "\n")
        for n in range(rows):
            area = f"15{chance.randrange(1, 13):02d}{chance.randrange(1, 10):02d}"
            file.write(
                f"A{n:09d},{area},{area}001,{names[n % 6]},{area}19{n % 90 + 10}0101{n % 10000:04d},{kinds[n % 5]},{n % 9000}.{n % 100:02d},"
                f"{n % 7},2026-{n % 12 + 1:02d}-{n % 28 + 1:02d},2026-03-{n % 28 + 1:02d} {n % 24:02d}:30:00,{'true' if n % 4 else 'false'}\n"
            )
    return path.stat().st_size


def ours(path: Path, name: str) -> float:
    """One ingestion of ours, in seconds."""
    steward = Actor.system("bench")
    actions.define_dataset(
        steward,
        name=name,
        title=W,
        columns=COLUMNS,
        owner_unit="150000XZ",
        grade="sensitive",
        personal=True,
        area_column="area",
        retention_days=3650,
    )
    began = time.perf_counter()
    run = actions.start_ingest(steward, dataset=name, source=path)
    done = actions.run_ingest(steward, run_id=run.id)
    taken = time.perf_counter() - began
    if done.state != "done" or done.rows_bad:
        raise SystemExit(f"the ingestion ended as {done.state}: {done.error}")
    return taken


def by_duckdb(path: Path, folder: Path, threads: int) -> float:
    """COPY of the same file to Parquet, with declared types."""
    types = ", ".join(f"'{c.name}': '{DUCKDB_TYPES[c.type]}'" for c in COLUMNS)
    db = duckdb.connect(":memory:", config={"threads": threads})
    began = time.perf_counter()
    db.execute(f"COPY (FROM read_csv('{path}', header = true, columns = {{{types}}})) TO '{folder / 'copy.parquet'}' (COMPRESSION zstd)")
    taken = time.perf_counter() - began
    db.close()
    return taken


def by_pyiceberg(path: Path, catalog: SqlCatalog, name: str) -> float:
    """A plain append: pyarrow reads the whole file, pyiceberg writes it."""
    began = time.perf_counter()
    table = pc_csv.read_csv(path, convert_options=pc_csv.ConvertOptions(column_types={c.name: ARROW_TYPES[c.type] for c in COLUMNS}))
    catalog.create_table(("bench", name), table.schema).append(table)
    return time.perf_counter() - began


def main() -> int:
    """This function will run all three in turn and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bj-bench-"))
    guard.install(lambda actor, permission, resource: None)
    settings.ENV = type(settings.ENV)(**{**_fields(settings.ENV), "lake_root": folder / "lake"})
    databases = setup_databases(0, interactive=False, aliases=["default"])
    try:
        taken = measure(folder, arguments.rows, arguments.runs)
    finally:
        tables.catalog().engine.dispose()
        teardown_databases(databases, 0)
        shutil.rmtree(folder, ignore_errors=True)
    report(taken, arguments.rows, arguments.dry)
    return 0


def _fields(env: Any) -> dict[str, Any]:
    import dataclasses

    return {f.name: getattr(env, f.name) for f in dataclasses.fields(env)}


def measure(folder: Path, rows: int, runs: int) -> dict[str, list[float]]:
    """Alternating runs over one file; each of ours gets a dataset of its own, for the same file is the same run."""
    (folder / "lake" / "tables").mkdir(parents=True)
    path = folder / "data.csv"
    size = make(path, rows)
    print(f"{rows:,} rows, {size / 1e6:,.0f} MB", flush=True)
    catalog = SqlCatalog("bench", uri=f"sqlite:///{folder}/plain.db", warehouse=f"file://{folder}/plain")
    catalog.create_namespace("bench")
    taken: dict[str, list[float]] = {"ours": [], "duckdb": [], "duckdb_one": [], "pyiceberg": []}
    for n in range(runs):
        taken["ours"].append(ours(path, f"bench_{n}"))
        taken["duckdb"].append(by_duckdb(path, folder, os.cpu_count() or 1))
        taken["duckdb_one"].append(by_duckdb(path, folder, 1))
        taken["pyiceberg"].append(by_pyiceberg(path, catalog, f"t{n}"))
        assert queries.dataset(f"bench_{n}").rows == rows
        print({k: round(v[-1], 2) for k, v in taken.items()}, flush=True)
    return taken


def report(taken: dict[str, list[float]], rows: int, dry: bool) -> None:
    """The medians, as rows per second and as ratios."""
    middle = {name: statistics.median(times) for name, times in taken.items()}
    labels = {
        "ours": "ours: handed over → done (typed, checked, sorted, committed, sealed)",
        "duckdb": "duckdb COPY CSV → Parquet, all cores",
        "duckdb_one": "duckdb COPY CSV → Parquet, one thread",
        "pyiceberg": "pyarrow.csv + pyiceberg append",
    }
    shown = [
        {"way": labels[name], "seconds (median)": middle[name], "rows per second": rows / middle[name], "worst": max(taken[name])}
        for name in labels
    ]
    ratios = {
        "ours ÷ duckdb COPY (time)": middle["ours"] / middle["duckdb"],
        "ours ÷ pyiceberg append (time)": middle["ours"] / middle["pyiceberg"],
    }
    for row in shown:
        print(row)
    print(ratios)
    if dry:
        return
    write(
        "ingest",
        title=f"Ingestion of one CSV of {rows:,} rows and {len(COLUMNS)} columns",
        command="python bench/ingest.py",
        versions={"duckdb": duckdb.__version__, "pyiceberg": pyiceberg.__version__, "pyarrow": pa.__version__},
        rows=shown,
        ratios=ratios,
        note="The others neither copy and digest the file, nor set bad rows aside, detect the encoding, sort by area, leave a leaf or publish.",
    )


if __name__ == "__main__":
    raise SystemExit(main())
