"""Governed ÷ raw: what decision, filter, masks, guard and the digests of persons cost; PostgreSQL's row security beside it.

    .venv/bin/python bench/lake_guard.py [--rows 50000000] [--runs 30] [--data DIR] [--no-postgres]

Governed is the whole way of a question in SQL: read, rewritten, looked at twice by the gate (nothing remembered between runs),
run in the lake worker, persons found. Raw is the same question with the same area condition over plain read_parquet, in the same
worker on the same files. Sides run in turn; medians with their 95 % interval. PostgreSQL 15 (Debian's packages postgresql-15 and
postgresql-15-pgaudit) answers the same questions over the same rows: raw, under row security, and with pgaudit. DIR keeps the
rows and the loaded database, so that a run that was interrupted goes on, and the next one begins at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tests.environment  # noqa: F401 - Django's environment
from bench.guard import figures, postgres, rows
from bench.guard.worker import RAW, Worker
from bench.run import write

T = "t"


@dataclass(frozen=True)
class Shape:
    """One question: in SQL, its raw form over {t} with the grant's condition in {where}, and the areas of the grant."""

    name: str
    sql: str
    raw: str
    areas: tuple[str, ...]
    goal: str = ""


TOTALS = "SELECT kind, count(*) AS n, sum(value) AS s FROM {t} {where} GROUP BY kind ORDER BY kind"
SHAPES = (
    Shape("full aggregate", TOTALS, TOTALS, (), "≤ 1.10"),
    Shape(
        "selective",
        "SELECT kind, count(DISTINCT item_no) AS n FROM {t} WHERE stolen_on >= DATE '2025-06-01' GROUP BY kind ORDER BY kind",
        "SELECT kind, count(DISTINCT item_no) AS n FROM {t} {where} AND stolen_on >= DATE '2025-06-01' GROUP BY kind ORDER BY kind",
        tuple(rows.AREAS[:50]),
        "≤ 1.30",
    ),
    Shape(
        "look-up",
        "SELECT item_no, kind, value FROM {t} WHERE item_no = {item}",
        "SELECT item_no, kind, value, owner_id FROM {t} {where} AND item_no = {item} LIMIT 101",
        ("150103",),
        "≤ 8 ms more",
    ),
    Shape("one county's aggregate", TOTALS, TOTALS, ("150103",)),
    Shape("103 counties by name", TOTALS, TOTALS, tuple(rows.AREAS)),
    Shape(
        "top ten of 500 groups, joined",
        "WITH k AS (SELECT kind, year(stolen_on) AS y, count(*) AS n FROM {t} GROUP BY ALL) SELECT a.kind, a.y, a.n, b.n AS before"
        " FROM k a LEFT JOIN k b ON b.kind = a.kind AND b.y = a.y - 1 ORDER BY a.n DESC, a.kind, a.y LIMIT 10",
        "WITH k AS (SELECT kind, year(stolen_on) AS y, count(*) AS n FROM {t} {where} GROUP BY ALL) SELECT a.kind, a.y, a.n, b.n AS before"
        " FROM k a LEFT JOIN k b ON b.kind = a.kind AND b.y = a.y - 1 ORDER BY a.n DESC, a.kind, a.y LIMIT 10",
        tuple(rows.AREAS[:50]),
    ),
)


def main() -> None:
    """Run and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "beijiang-bench")
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--no-postgres", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    root = options.data / f"rows-{options.rows}"
    found = rows.files(root / "tables", options.rows)
    print(f"{len(found)} files", flush=True)
    table, ratios = _lake(options, root, found)
    versions = {p: metadata.version(p) for p in ("duckdb", "sqlglot", "pyarrow")}
    note = (
        f"{options.rows:,} rows, {options.runs} runs of each side in turn, load average before it {load:.1f}. Medians with their 95 % interval, ms."
        " “Over raw” is the median of the differences: for the look-up it holds reading, rewriting and two looks of the gate."
    )
    if not options.no_postgres:
        beside, version, reason = postgres.run(options.data / f"postgres-{options.rows}", found, options.rows, options.runs)
        table += beside
        versions |= {"PostgreSQL": version} if version else {}
        note += f" PostgreSQL: {reason}" if reason else ""
        print(reason or f"PostgreSQL {version}", flush=True)
    write("lake_guard", title="Governed ÷ raw, in the lake worker", command="python bench/lake_guard.py " + " ".join(sys.argv[1:]),
          versions=versions, rows=table, ratios=ratios, note=note)  # fmt: skip


def _lake(options: argparse.Namespace, root: Path, files: list[str]) -> tuple[list[dict[str, Any]], dict[str, float]]:
    import django

    django.setup()
    from django.conf import settings

    from beijiang.compute.lake.rules import gate

    gate.check = gate.check.__wrapped__  # type: ignore[assignment]
    socket = Path(tempfile.mkdtemp(prefix="bjg")) / "s"
    worker = Worker(root, socket, options.memory)
    settings.ENV = replace(settings.ENV, lake_socket=socket)
    table, ratios = [], {}
    try:
        for shape in SHAPES:
            governed, raw = _sides(shape, files, options.rows)
            times, cpu = figures.alternate(
                {"governed": governed, "raw": raw}, options.runs, lambda: worker.cpu() + time.process_time() * 1000
            )
            over = [a - b for a, b in zip(times["governed"], times["raw"], strict=True)]
            ratio = figures.ratios(times["governed"], times["raw"])
            table.append(
                {
                    "engine": "lake",
                    "question": shape.name,
                    "goal": shape.goal,
                    "side": "governed",
                    "ms": figures.told(times["governed"]),
                    "raw ms": figures.told(times["raw"]),
                    "÷ raw": figures.told(ratio, 3),
                    "over raw ms": figures.told(over),
                    "CPU ms": round(cpu["governed"], 1),
                    "raw CPU ms": round(cpu["raw"], 1),
                }
            )
            ratios[f"{shape.name}: governed ÷ raw"] = round(figures.median(ratio)[0], 3)
            print(table[-1], flush=True)
    finally:
        worker.close()
    return table, ratios


def _sides(shape: Shape, files: list[str], count: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    from django.conf import settings

    from beijiang.compute.lake.adapters import client
    from beijiang.compute.lake.queries import execute
    from beijiang.compute.lake.rules import govern
    from beijiang.compute.lake.rules.govern import read
    from beijiang.compute.lake.types import All, Dataset, In
    from beijiang.kernel.ids import new_id
    from beijiang.trust.access.types import ColumnRule, Decision

    about = {T: Dataset(new_id(), T, rows.W, rows.W, "U", "sensitive", True, "area", None, 30, "published", count, None, 1, rows.COLUMNS)}
    masks = tuple(ColumnRule(c.name, "last4" if c.name == "owner_id" else "none") for c in rows.COLUMNS)
    decision = {T: Decision(True, (), "grant", In("area", shape.areas) if shape.areas else All(), masks, 100)}
    listed = ", ".join(f"'{a}'" for a in shape.areas)
    where = f"WHERE area IN ({listed})" if shape.areas else ""
    known = execute.Files({T: tuple(files)}, {T: None})
    turn = iter(range(10**9))

    def text(pattern: str, table: str, number: int, where: str = "") -> str:
        return pattern.format(t=table, where=where, item=(77 + number * 7919) % count)

    def governed() -> None:
        read._tree.cache_clear()
        sql = text(shape.sql, T, next(turn))
        execute.run(govern.govern(sql, about, decision, limit=100), known)

    def raw() -> None:
        sql = RAW + text(shape.raw, "read_parquet(?)", next(turn), where)
        client.ask(settings.ENV.lake_socket, sql, [client.FILES] * sql.count("?"), files, timeout_ms=60_000)

    return governed, raw


if __name__ == "__main__":
    main()
