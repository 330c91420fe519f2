"""Governed ÷ raw: what the filter, the masks and the CASE guard cost, in the same worker on the same files.

    .venv/bin/python bench/lake_guard.py [--rows 5000000] [--runs 15]

The raw side is the same question over plain read_parquet, run in the same worker process; runs alternate; the median of the
ratios is given with its quartiles, and the worker's CPU time beside its wall time. No database is needed.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlglot

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from beijiang.compute.lake.rules import gate, parse, plan, slots, wire
from beijiang.compute.lake.types import ColumnSpec, Dataset
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.access.types import All, ColumnRule, Decision, In

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
# (name, SQL of the person, the same over raw files, areas of the grant or None for all)
QUESTIONS = [
    (
        "full aggregate",
        "SELECT kind, count(*) AS n, sum(value) AS s FROM t GROUP BY kind",
        "SELECT kind, count(*) AS n, sum(value) AS s FROM read_parquet(?) GROUP BY kind",
        None,
    ),
    (
        "aggregate over 103 counties by name",
        "SELECT kind, count(*) AS n, sum(value) AS s FROM t GROUP BY kind",
        "SELECT kind, count(*) AS n, sum(value) AS s FROM read_parquet(?) WHERE area IN ({all}) GROUP BY kind",
        AREAS,
    ),
    (
        "one county's aggregate",
        "SELECT kind, count(*) AS n, sum(value) AS s FROM t GROUP BY kind",
        "SELECT kind, count(*) AS n, sum(value) AS s FROM read_parquet(?) WHERE area IN ('150103') GROUP BY kind",
        ["150103"],
    ),
    (
        "selective",
        "SELECT kind, count(DISTINCT item_no) AS n FROM t WHERE stolen_on >= DATE '2025-06-01' GROUP BY kind",
        "SELECT kind, count(DISTINCT item_no) AS n FROM read_parquet(?) WHERE area IN ({half}) AND stolen_on >= DATE '2025-06-01' GROUP BY kind",
        AREAS[:50],
    ),
    (
        "look-up",
        "SELECT item_no, kind, value FROM t WHERE item_no = 77",
        "SELECT item_no, kind, value, owner_id FROM read_parquet(?) WHERE area IN ('150103') AND item_no = 77 LIMIT 100",
        ["150103"],
    ),
]


def write(folder: Path, rows: int) -> list[str]:
    """Generated rows, in files as ingestion writes them: sorted by area within each part of a quarter million."""
    chance, files, written = numpy.random.default_rng(7), [], 0
    while written < rows:
        count = min(1_000_000, rows - written)
        path = folder / f"part-{len(files):03d}.parquet"
        with pq.ParquetWriter(
            path,
            pa.schema(
                [
                    ("item_no", pa.int64()),
                    ("area", pa.string()),
                    ("owner_id", pa.string()),
                    ("kind", pa.string()),
                    ("value", pa.decimal128(18, 2)),
                    ("stolen_on", pa.date32()),
                ]
            ),
            compression="zstd",
            compression_level=1,
        ) as writer:
            for start in range(0, count, 245_760):
                size = min(245_760, count - start)
                numbers = pa.array(numpy.arange(written + start, written + start + size))
                area = pa.array(AREAS).take(pa.array(chance.integers(0, len(AREAS), size)))
                kind = pa.array(["手机", "车辆", "首饰", "现金", "证件"]).take(pa.array(chance.integers(0, 5, size)))
                owner = pc.binary_join_element_wise(
                    area, pc.utf8_lpad(pc.cast(pa.array(chance.integers(0, 10**6, size)), pa.string()), 12, "0"), ""
                )
                value = pa.array(chance.integers(100, 10**6, size)).cast(pa.decimal128(38, 2)).cast(pa.decimal128(18, 2))
                table = pa.table(
                    [numbers, area, owner, kind, value, pa.array(chance.integers(18_000, 20_700, size), pa.int32()).cast(pa.date32())],
                    schema=writer.schema,
                )
                writer.write_table(table.sort_by("area"), row_group_size=122_880)
        files.append(str(path))
        written += count
    return files


class Worker:
    """The product's worker, spoken to as the product does."""

    def __init__(self, root: Path) -> None:
        self.path = root / "s"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "beijiang.compute.lake.adapters.worker",
                "--socket",
                str(self.path),
                "--root",
                str(root),
                "--threads",
                "2",
            ],
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={k: v for k, v in os.environ.items() if not k.startswith("BEIJIANG")},
        )
        self.sock = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.sock.connect(str(self.path))
                break
            except OSError:
                time.sleep(0.05)

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, sql: str, parameters: list[Any], files: list[str]) -> tuple[float, float]:
        """Wall and CPU milliseconds of one question, from request to last byte."""
        before, started = self.cpu(), time.perf_counter()
        wire.send(self.sock, {"sql": sql, "parameters": parameters, "files": files, "timeout_ms": 60_000})
        header, _ = wire.receive(self.sock)
        wall = (time.perf_counter() - started) * 1000
        if not header["ok"]:
            raise RuntimeError(f"{header} {sql}")
        return wall, (self.cpu() - before) * 1000


def raw_sql(text: str) -> str:
    """The raw question in the words that the worker's gate passes."""
    named = {"half": AREAS[:50], "all": AREAS}
    return text.format(**{k: ", ".join(f"'{a}'" for a in v) for k, v in named.items()}).replace("read_parquet(?)", "read_parquet(?) AS p")


def main() -> None:
    """Run and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    about = Dataset(new_id(), "t", W, W, "U", "sensitive", True, "area", None, 30, "published", options.rows, None, 1, COLUMNS)
    with tempfile.TemporaryDirectory(prefix="bjg") as folder:
        (Path(folder) / "tables").mkdir()
        files = write(Path(folder) / "tables", options.rows)
        worker = Worker(Path(folder))
        results = {}
        try:
            for name, sql, raw, areas in QUESTIONS:
                decision = Decision(
                    True,
                    (),
                    "grant",
                    In("area", tuple(areas)) if areas else All(),
                    tuple(ColumnRule(c.name, "last4" if c.name == "owner_id" else "none") for c in COLUMNS),
                    100,
                )
                started = time.process_time()
                for _ in range(20):
                    select = replace(parse.parse(sql), dataset="t")
                    made = plan.build(select, decision, about)
                    gate.check.cache_clear()
                    gate.check(made.sql)
                rewrite = (time.process_time() - started) * 50
                governed = [["files"] if slots.slot(v) == "files" else wire.pack("salt" if slots.slot(v) else v) for v in made.parameters]
                plain = raw_sql(raw)
                pairs = []
                for run in range(options.runs + 1):
                    order = [(made.sql, governed), (plain, [["files"]])]
                    times = {s: worker.ask(s, p, files) for s, p in (order if run % 2 else reversed(order))}
                    if run:
                        pairs.append((*times[made.sql], *times[plain]))
                ratios = sorted(p[0] / p[2] for p in pairs)
                results[name] = {
                    "governed_ms": round(statistics.median(p[0] for p in pairs), 2),
                    "raw_ms": round(statistics.median(p[2] for p in pairs), 2),
                    "ratio": round(statistics.median(ratios), 3),
                    "ratio_quartiles": [round(q, 3) for q in statistics.quantiles(ratios, n=4)[::2]],
                    "governed_cpu_ms": round(statistics.mean(p[1] for p in pairs), 1),
                    "raw_cpu_ms": round(statistics.mean(p[3] for p in pairs), 1),
                    "parse_plan_gate_cpu_ms": round(rewrite, 2),
                }
                print(name, results[name], flush=True)
        finally:
            worker.sock.close()
            worker.process.terminate()
            worker.process.wait(10)
    from bench.run import write as store

    store(
        "lake_guard",
        title="Governed ÷ raw, in the lake worker",
        command="python bench/lake_guard.py " + " ".join(sys.argv[1:]),
        versions={"duckdb": duckdb.__version__, "sqlglot": sqlglot.__version__, "pyarrow": pa.__version__},
        rows=[
            {
                "question": name,
                "governed ms": one["governed_ms"],
                "raw ms": one["raw_ms"],
                "ratio": one["ratio"],
                "quartiles": "–".join(f"{q:.2f}" for q in one["ratio_quartiles"]),
                "governed CPU ms": one["governed_cpu_ms"],
                "raw CPU ms": one["raw_cpu_ms"],
            }
            for name, one in results.items()
        ],
        note=f"{options.rows:,} rows, {options.runs} alternating runs, load average before it {load:.1f}. Raw is the same question and the same area"
        " condition over plain read_parquet, without masks, guard and digest columns; our own parts alone, no peer. Totals cost about twice raw since a"
        " group that turns out to be one person leaves that person's digest: every total also reads the subject columns.",
    )


if __name__ == "__main__":
    main()
