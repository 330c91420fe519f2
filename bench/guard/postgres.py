"""PostgreSQL 15 beside the lake: the same rows and questions, raw, under row security worded in three ways, and with pgaudit.

Its server is started for this program on a Unix socket in the data folder (as Debian's user `postgres` when run as root), with
fsync off and otherwise Debian's defaults but for 1 GB of shared buffers. Rows are copied in file by file, each with its mark in
one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

import contextlib
import io
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.csv as pc
import pyarrow.parquet as pq

from . import figures, rows

BIN = Path("/usr/lib/postgresql/15/bin")
PGAUDIT = Path("/usr/share/postgresql/15/extension/pgaudit.control")
SECONDS = 240.0
"""How long one question is repeated at most."""
FEWEST = 5
SETUP = """
CREATE TABLE IF NOT EXISTS loaded (file text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS grants (officer text, area text);
CREATE TABLE IF NOT EXISTS items (item_no bigint, area text, owner_id text, kind text, value numeric(18,2), stolen_on date);
"""
ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'officer') THEN CREATE ROLE officer LOGIN; CREATE ROLE audited LOGIN; END IF;
END $$;
GRANT SELECT ON items, grants TO officer, audited;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
"""
POLICIES = {
    "policy on a column": "area = ANY ((SELECT string_to_array(current_setting('bj.areas'), ','))::text[])",
    "policy by sub-select": "area IN (SELECT g.area FROM grants g WHERE g.officer = current_setting('bj.officer'))",
    "policy written naively": "EXISTS (SELECT FROM grants g WHERE g.officer = current_setting('bj.officer') AND g.area = items.area)",
}
NAIVE, NAIVE_ON = "policy written naively", "one county's aggregate"
"""A policy that is asked of every row takes half a minute over fifty million: one question tells enough."""
TOTALS = "SELECT kind, count(*) AS n, sum(value) AS s FROM items {where} GROUP BY kind ORDER BY kind"
QUESTIONS: list[tuple[str, str, tuple[str, ...]]] = [
    ("look-up", "SELECT item_no, kind, value, owner_id FROM items {where} AND item_no = 77 LIMIT 101", ("150103",)),
    ("one county's aggregate", TOTALS, ("150103",)),
    ("full aggregate", TOTALS, tuple(rows.AREAS)),
    (
        "selective",
        "SELECT kind, count(DISTINCT item_no) AS n FROM items {where} AND stolen_on >= DATE '2025-06-01' GROUP BY kind ORDER BY kind",
        tuple(rows.AREAS[:50]),
    ),
]


def run(folder: Path, files: list[str], count: int, runs: int) -> tuple[list[dict[str, Any]], str, str]:
    """This function will give rows of figures, the server's version, and why something was not measured."""
    if not (BIN / "initdb").exists():
        return [], "", "not installed here (Debian: postgresql-15, postgresql-15-pgaudit), so not measured."
    with _server(folder) as dsn, psycopg.connect(dsn, autocommit=True) as owner:
        _load(owner, files, count)
        version = str(owner.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]
        table: list[dict[str, Any]] = []
        for question in QUESTIONS:
            table += _measure(owner, dsn, question, runs)
            print(table[-1], flush=True)
    reason = "" if PGAUDIT.exists() else "pgaudit is not installed here (Debian: postgresql-15-pgaudit), so not measured."
    return table, version, reason


def _measure(owner: psycopg.Connection[Any], dsn: str, question: tuple[str, str, tuple[str, ...]], runs: int) -> list[dict[str, Any]]:
    name, text, areas = question
    listed = ", ".join(f"'{a}'" for a in areas)
    everything = len(areas) == len(rows.AREAS)
    raw = text.format(where="WHERE true" if everything else f"WHERE area IN ({listed})").replace("WHERE true GROUP", "GROUP")
    ruled = text.format(where="WHERE true")
    owner.execute("TRUNCATE grants")
    owner.cursor().executemany("INSERT INTO grants VALUES ('zhang.wei', %s)", [(a,) for a in areas])
    owner.execute("ANALYZE grants")
    found = []
    for policy, condition in POLICIES.items():
        if policy == NAIVE and name != NAIVE_ON:
            continue
        owner.execute("DROP POLICY IF EXISTS seen ON items")
        owner.execute(f"CREATE POLICY seen ON items FOR SELECT TO officer, audited USING ({condition})")
        with contextlib.ExitStack() as stack:
            sides = {"raw": lambda: owner.execute(raw).fetchall()}
            for role in ("officer", "audited") if PGAUDIT.exists() else ("officer",):
                person = stack.enter_context(psycopg.connect(f"{dsn} user={role}", autocommit=True))
                person.execute("SELECT set_config('bj.areas', %s, false), set_config('bj.officer', 'zhang.wei', false)", (",".join(areas),))
                sides[role] = lambda person=person: person.execute(ruled).fetchall()  # type: ignore[misc]
            if sides["raw"]() != sides["officer"]():
                raise RuntimeError(f"{name}: the policy lets through something else")
            times, _ = figures.alternate(sides, runs, seconds=SECONDS / len(POLICIES), fewest=2 if policy == NAIVE else FEWEST)
        for role, side in (("officer", policy), ("audited", f"{policy}, pgaudit")):
            if role in times:
                found.append(
                    {
                        "engine": "PostgreSQL",
                        "question": name,
                        "goal": "",
                        "side": f"{side} ({len(times[role])} runs)",
                        "ms": figures.told(times[role]),
                        "raw ms": figures.told(times["raw"]),
                        "÷ raw": figures.told(figures.ratios(times[role], times["raw"]), 3),
                        "over raw ms": figures.told([a - b for a, b in zip(times[role], times["raw"], strict=True)]),
                    }
                )
    return found


def _load(owner: psycopg.Connection[Any], files: list[str], count: int) -> None:
    owner.execute(SETUP)
    done = {str(r[0]) for r in owner.execute("SELECT file FROM loaded").fetchall()}
    for path in files:
        if Path(path).name in done:
            continue
        with owner.transaction(), owner.cursor() as cursor:
            with cursor.copy("COPY items FROM STDIN (FORMAT csv)") as copy:
                for batch in pq.ParquetFile(path).iter_batches(122_880):
                    sink = io.BytesIO()
                    pc.write_csv(batch, sink, pc.WriteOptions(include_header=False))
                    copy.write(sink.getvalue())
            cursor.execute("INSERT INTO loaded VALUES (%s)", (Path(path).name,))
        print(f"loaded {Path(path).name}", flush=True)
    owner.execute("CREATE INDEX IF NOT EXISTS items_no ON items (item_no)")
    owner.execute("CREATE INDEX IF NOT EXISTS items_area ON items (area)")
    owner.execute(ROLES)
    if PGAUDIT.exists():
        owner.execute("CREATE EXTENSION IF NOT EXISTS pgaudit")
        owner.execute("ALTER ROLE audited SET pgaudit.log = 'read'")
        owner.execute("ALTER ROLE audited SET pgaudit.log_parameter = on")
    owner.execute("VACUUM (ANALYZE) items")
    if owner.execute("SELECT count(*) FROM items").fetchone() != (count,):
        raise RuntimeError("the database does not hold the rows")


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A server of this program's own, as the user `postgres` where this one may not run it."""
    data, sockets = folder / "data", folder / "s"
    user = "postgres" if os.getuid() == 0 else ""
    for each in (folder, sockets):
        each.mkdir(parents=True, exist_ok=True)
        if user:
            shutil.chown(each, user)
    before = ["runuser", "-u", user, "--"] if user else []
    name = user or pwd.getpwuid(os.getuid()).pw_name
    if not (data / "PG_VERSION").exists():
        subprocess.run([*before, str(BIN / "initdb"), "-D", str(data), "-A", "trust", "-U", name], check=True, stdout=subprocess.DEVNULL)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "fsync": "off",
        "shared_buffers": "1GB",
        "log_destination": "stderr",
        "logging_collector": "on",
        "log_directory": str(folder / "log"),
    } | ({"shared_preload_libraries": "pgaudit"} if PGAUDIT.exists() else {})
    (folder / "log").mkdir(exist_ok=True)
    if user:
        shutil.chown(folder / "log", user)
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    server = subprocess.Popen([*before, str(BIN / "postgres"), "-D", str(data), *options], stderr=subprocess.DEVNULL, cwd="/")
    dsn = f"host={sockets} dbname=postgres"
    try:
        _wait(f"{dsn} user={name}", server)
        yield f"{dsn} user={name}"
    finally:
        # runuser passes the signal on; SIGINT is PostgreSQL's fast shutdown.
        subprocess.run([*before, str(BIN / "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop"], check=False, stdout=subprocess.DEVNULL)
        server.wait(60)


def _wait(dsn: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            if time.monotonic() > until or server.poll() is not None:
                raise
            time.sleep(0.2)
        else:
            return
