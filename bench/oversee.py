"""How fast auditors' questions to a log of 300,000 (or more) entries are: list, numbers, groups. `python bench/oversee.py [--entries N]`.

The peer of each is the same answer by plain SQL over the entries, without the tallies and list index, in the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["BEIJIANG_DOMAIN"] = "user"
RUNS = 30

SEED = """
INSERT INTO audit_entry (id, index, type, time, leaf, leaf_hash, event, salt, room, actor_id, actor_username, actor_name,
  unit, unit_zh, unit_en, unit_path, purpose, basis, dataset, datasets, matter, outcome, use, grants, columns, codes, row_count)
SELECT gen_random_uuid(), i, CASE WHEN refused THEN 'exchange.question.refused.v1' ELSE 'exchange.question.answered.v1' END,
  timestamptz '2026-01-01 00:00+08' + i * interval '1 second' * (25920000.0 / %(n)s), '\\x00', '\\x00',
  jsonb_build_object('event', jsonb_build_object('dataset', d, 'purpose', p, 'padding', repeat('x', 900)))::text, '\\x00', 'exchange',
  ('00000000-0000-7000-8000-' || lpad(who::text, 12, '0'))::uuid, 'officer' || who, '民警' || who,
  unit, '单位' || unit, 'Unit ' || unit, ARRAY['150000000000', left(unit, 4) || '00000000', left(unit, 6) || '000000', unit],
  p, CASE WHEN refused THEN '' WHEN i %% 7 = 0 THEN 'open_share' ELSE 'grant' END, d, ARRAY[d], 'A15010320261' || lpad((i %% 40000)::text, 5, '0'),
  CASE WHEN refused THEN 'refused' ELSE 'done' END, true,
  CASE WHEN refused OR i %% 7 = 0 THEN '{}' ELSE ARRAY[('00000000-0000-7000-9000-' || lpad((who * 3 + i %% 3)::text, 12, '0'))] END,
  ARRAY['category', 'brand', 'status', 'owner_name'], CASE WHEN refused THEN ARRAY['access.no_grant'] ELSE '{}' END,
  CASE WHEN refused THEN NULL ELSE i %% 500 END
FROM (SELECT i, i %% 11 = 0 AS refused, (i::bigint * 7919) %% 5000 AS who, '1501' || lpad((((i::bigint * 7919) %% 5000) / 50)::text, 2, '0') || '510' || lpad((((i::bigint * 7919) %% 5000) %% 50)::text, 3, '0') AS unit,
  (ARRAY['stolen_property', 'vehicle_registrations', 'lost_property', 'licences'])[1 + (i / 3) %% 4] AS d,
  (ARRAY['case_investigation', 'public_order', 'traffic', 'services', 'missing_persons'])[1 + (i / 5) %% 5] AS p
  FROM generate_series(0, %(n)s - 1) AS i) AS s
"""
TALLY = """
INSERT INTO audit_tally (id, day, room, use, actor_id, actor_username, actor_name, unit, unit_zh, unit_en, unit_path, datasets, purpose, basis, outcome, codes, many, rows)
SELECT gen_random_uuid(), (time AT TIME ZONE 'Asia/Shanghai')::date AS day, room, use, actor_id, actor_username, actor_name, unit, unit_zh, unit_en,
  unit_path, datasets, purpose, basis, outcome, codes, count(*), sum(coalesce(row_count, 0))
FROM audit_entry GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
"""


def main() -> int:
    """Seed, measure, write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=300_000)
    entries = parser.parse_args().entries
    import django

    import tests.environment  # noqa: F401 - starts PostgreSQL and sets the secrets

    django.setup()
    from django.db import connection
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_databases()
    with connection.cursor() as cursor:
        cursor.execute(SEED, {"n": entries})
        cursor.execute(TALLY)
        cursor.execute("SELECT count(*) FROM audit_tally")
        tallies = cursor.fetchone()[0]
    connection.commit()
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audit_entry")
        cursor.execute("VACUUM ANALYZE audit_tally")
    rows = [measured(name, ours, peer) for name, ours, peer in contestants()]
    for row in rows:
        print(row)
    if "BEIJIANG_BENCH_KEEP" not in os.environ and entries == 300_000:
        from bench.run import write

        write(
            "oversee",
            title="Overseeing: auditors' questions to a log of 300,000 entries",
            command="python bench/oversee.py",
            versions={"postgresql": connection.pg_version // 10000},
            rows=rows,
            ratios={},
            note=f"{tallies:,} tallies; {RUNS} alternating runs; a page asks for a list, the numbers after it. Peer: the same by GROUP BY over the entries.",
        )
    return 0


def contestants() -> list[tuple[str, Any, Any]]:
    """Name, our call, the peer's SQL."""
    from datetime import datetime

    from beijiang.kernel import guard
    from beijiang.kernel.clock import SHANGHAI
    from beijiang.kernel.types import Actor
    from beijiang.trust.audit import queries
    from beijiang.trust.audit.types import Filters

    guard.install(lambda actor, permission, resource: None)
    who = Actor.system("bench")
    span = {"since": datetime(2026, 6, 1, tzinfo=SHANGHAI), "until": datetime(2026, 7, 1, tzinfo=SHANGHAI)}
    base = Filters(uses=True)
    day = "(time AT TIME ZONE 'Asia/Shanghai')::date"
    numbers = f"SELECT {day}, outcome, basis, purpose, dataset, count(*), sum(row_count) FROM audit_entry WHERE use {{}} GROUP BY GROUPING SETS ((1, 2), (3), (4), (5))"
    listed = "SELECT * FROM audit_entry WHERE use {} ORDER BY index DESC LIMIT 51"

    def f(**said: Any) -> Filters:
        from dataclasses import replace

        return replace(base, **said)

    cases = [
        ("all", f(), ""),
        ("one month", f(**span), "AND time >= '2026-06-01 00:00+08' AND time < '2026-07-01 00:00+08'"),
        ("refused, one dataset", f(outcome="refused", dataset="licences"), "AND outcome = 'refused' AND dataset = 'licences'"),
        ("a league with its stations", f(unit="150103000000", below=True), "AND unit LIKE '150103%'"),
        (
            "one officer in one matter",
            f(person="officer42", matter="A1501032026100042"),
            "AND actor_username = 'officer42' AND matter = 'A1501032026100042'",
        ),
        ("one grant", f(grant="00000000-0000-7000-9000-000000000130"), "AND '00000000-0000-7000-9000-000000000130' = ANY(grants)"),
        (
            "nothing fits",
            f(outcome="refused", basis="grant", dataset="licences", **span),
            "AND outcome = 'refused' AND basis = 'grant' AND dataset = 'licences'",
        ),
        ("by a column everybody asks", f(column="brand"), "AND 'brand' = ANY(columns)"),
    ]
    out: list[tuple[str, Any, Any]] = []
    for name, filters, where in cases:
        out.append((f"list: {name}", lambda x=filters: queries.find(who, filters=x), listed.format(where)))
        out.append((f"numbers: {name}", lambda x=filters: queries.overview(who, filters=x), numbers.format(where)))
    out.append(
        (
            "people: all",
            lambda: queries.groups(who, filters=base, by="person"),
            "SELECT actor_id, actor_name, outcome, count(*), sum(row_count) FROM audit_entry WHERE use GROUP BY 1, 2, 3 ORDER BY 2",
        )
    )
    out.append(
        (
            "units: one month",
            lambda: queries.groups(who, filters=f(**span), by="unit"),
            f"SELECT unit, outcome, count(*) FROM audit_entry WHERE use {cases[1][2]} GROUP BY 1, 2",
        )
    )
    return out


def measured(name: str, ours: Any, peer: str) -> dict[str, Any]:
    """Alternate both; median and 95th percentile in ms."""
    from django.db import connection

    mine, theirs = [], []
    for _ in range(RUNS):
        started = time.perf_counter()
        ours()
        mine.append((time.perf_counter() - started) * 1000)
        if len(theirs) < 8:
            started = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(peer)
                cursor.fetchall()
            theirs.append((time.perf_counter() - started) * 1000)
    mine.sort()
    return {
        "question": name,
        "median ms": round(statistics.median(mine), 1),
        "p95 ms": round(mine[int(RUNS * 0.95) - 1], 1),
        "plain SQL ms": round(statistics.median(theirs), 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
