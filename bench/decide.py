"""decide() without any cache, at 10, 1,000 and 100,000 live grants; PyCasbin beside it where installed.

    .venv/bin/python -m bench.decide

On the same PostgreSQL that the tests use (fsync off: nothing is written while measuring). Rows: this
program's own. Figures: decisions per second of wall clock (one caller, the server's work on the same
two cores included) and per second of this process's CPU, as median and spread of alternating rounds.
Two spreads of grants: over many holders (as in life), and all held by the one officer who asks.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tests.environment  # noqa: F401 - starts PostgreSQL and sets Django's environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from beijiang.kernel.types import Actor

OUT = Path(__file__).resolve().parent / "results" / "decide.json"
SIZES = (10, 1_000, 100_000)
ROUNDS, CALLS = 5, 200


FILL = """
INSERT INTO access_grant (id, bundle, origin, holder_user, holder_unit, holder_name, dataset, purpose, matter, columns, masks, areas,
  own_unit_only, row_cap, start, "end", reason, issued_by_name, approved_by_name, issued_at, revoked_by_name, revoke_reason,
  reviewed_by_name, review_outcome, review_note, version)
SELECT gen_random_uuid(), gen_random_uuid(), 'applied', CASE WHEN n = 0 OR %(same)s THEN %(holder)s ELSE gen_random_uuid() END, '', 'x',
  CASE WHEN n = 0 OR NOT %(same)s THEN 'stolen_property' ELSE 'dataset_' || n END, 'case_investigation', '', '{}', '{}', '{150103}',
  false, 100, now() - interval '1 day', now() + make_interval(days => 30 + n %% 60), 'bench', 'x', '', now(), '', '', '', '', '', 1
FROM generate_series(0, %(count)s - 1) n
"""
"""One grant that matters; the rest on the same dataset for others, or on other datasets for the same officer."""


def timed(call: Callable[[], Any]) -> tuple[float, float]:
    """Calls per second of wall clock and of this process's CPU."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(CALLS):
        call()
    return CALLS / (time.perf_counter() - wall), CALLS / (time.process_time() - cpu)


def summary(found: list[tuple[float, float]]) -> dict[str, float]:
    """Median and spread over the rounds."""
    wall, cpu = [w for w, _ in found], [c for _, c in found]
    return {
        "wall_per_s": round(statistics.median(wall)),
        "wall_min": round(min(wall)),
        "wall_max": round(max(wall)),
        "cpu_per_s": round(statistics.median(cpu)),
    }


def casbin_enforcer(count: int, holder: str) -> Callable[[], Any] | None:
    """PyCasbin's Enforcer with one policy line for each grant, or None where it is not installed."""
    try:
        import casbin
    except ImportError:
        return None
    model = casbin.Enforcer.new_model(
        text="[request_definition]\nr = sub, dataset, purpose\n[policy_definition]\np = sub, dataset, purpose, until\n"
        "[policy_effect]\ne = some(where (p.eft == allow))\n"
        "[matchers]\nm = r.sub == p.sub && r.dataset == p.dataset && r.purpose == p.purpose\n"
    )
    enforcer = casbin.Enforcer(model)
    lines = [[str(uuid4()), "stolen_property", "case_investigation", "2027"] for _ in range(count - 1)]
    lines.insert(count // 2, [holder, "stolen_property", "case_investigation", "2027"])  # found half-way, on average
    enforcer.add_policies(lines)
    return lambda: enforcer.enforce(holder, "stolen_property", "case_investigation")


def measure(actor: Actor) -> dict[str, Any]:
    """Every contestant at each size in turn, round by round, so that a noisy minute hits them all.

    Each size has a table of its own in a schema of its own; the same statement finds it by search_path.
    """
    from django.db import connection

    from beijiang.trust.access import queries
    from tests.trust.access.make import QUESTION

    cases = {f"{'one_holder' if same else 'many_holders'}_{count}": (same, count) for same in (False, True) for count in SIZES}
    peers: dict[str, Callable[[], Any]] = {}
    with connection.cursor() as cursor:
        for key, (same, count) in cases.items():
            cursor.execute(f"CREATE SCHEMA {key}")
            cursor.execute(f"CREATE TABLE {key}.access_grant (LIKE public.access_grant INCLUDING ALL)")
            cursor.execute(f"SET search_path = {key}, public")
            cursor.execute(FILL, {"same": same, "holder": actor.user_id, "count": count})
            cursor.execute("ANALYZE access_grant")
            peer = casbin_enforcer(count, str(actor.user_id)) if not same and count <= 1_000 else None
            if peer is not None:
                assert peer()
                peers[key] = peer
    results: dict[str, dict[str, list[tuple[float, float]]]] = {key: {} for key in cases}
    for number in range(ROUNDS + 1):
        for key in cases:
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path = {key}, public")
            assert queries.decide(actor, QUESTION).permit
            contestants: dict[str, Callable[[], Any]] = {"decide": lambda: queries.decide(actor, QUESTION)}
            if key in peers:
                contestants["casbin"] = peers[key]
            for name, call in contestants.items():
                found = timed(call)
                if number:  # the first round warms up
                    results[key].setdefault(name, []).append(found)
    return {key: {name: summary(found) for name, found in engines.items()} for key, engines in results.items()}


def main() -> None:
    """Make a database, measure, write bench/results/decide.json and print it."""
    import django
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    old = setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[])
    try:
        from beijiang.trust.access import queries
        from tests.trust.access.make import house

        queries.install()
        actor = house().zhang
        figures = measure(actor)
        guard_rate = timed(lambda: _may(actor))
    finally:
        teardown_databases(old, verbosity=0)
    rate = {n: figures[f"many_holders_{n}"]["decide"]["wall_per_s"] for n in SIZES}
    report = {
        "title": "Decisions: decide() uncached, from question to row filter",
        "command": ".venv/bin/python bench/decide.py",
        "versions": {p: _version(p) for p in ("cedarpy", "psycopg", "django", "casbin")},
        "rows": [
            {"grants": key.rsplit("_", 1)[1], "held by": key.rsplit("_", 1)[0].replace("_", " "), "engine": engine, **values}
            for key, engines in figures.items()
            for engine, values in engines.items()
        ],
        "ratios": {
            "10 ÷ 100,000 grants (1.2 at most is the aim)": round(rate[10] / rate[100_000], 2),
            "room permissions by guard.allowed, per second": round(guard_rate[0]),
        },
        "note": "decide() reads dataset, matter and grants from PostgreSQL each time and evaluates Cedar partially; PyCasbin answers"
        " yes or no from memory, without rows, columns or reasons, so it is beside, not against. wall: one caller, the server's"
        f" work on the same cores included; median of {ROUNDS} alternating rounds of {CALLS} calls. fsync is off (nothing is written)."
        f" Load average of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; over that count, read only the ratios.",
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(report, indent=2))


def _may(actor: Actor) -> bool:
    from beijiang.kernel import guard
    from beijiang.trust.access import grants

    return guard.allowed(actor, grants.SEE_OWN)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
