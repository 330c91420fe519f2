"""decide() at 10, 1,000 and 100,000 live grants: uncached, kept between calls, and revoked by another process; PyCasbin beside.

    .venv/bin/python -m bench.decide [--rounds 5] [--calls 400]

On the same PostgreSQL that the tests use (fsync off: hardly anything is written while measuring). Rows: this program's own.
Figures: decisions per second of wall clock (one caller, the server's work on the same cores included) and per second of
this process's CPU, as median and spread of alternating rounds. Two spreads of grants: over many holders (as in life), and
all held by the one officer who asks. Up to 50 officers ask in turn, each bound to an area of their own.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tests.environment  # noqa: F401 - starts PostgreSQL and sets Django's environment
from bench.run import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beijiang.kernel.types import Actor

    Call = Callable[[], Any]

SIZES = (10, 1_000, 100_000)
OFFICERS = 50
REVOCATIONS = 40
FILL = """
INSERT INTO access_grant (id, bundle, origin, holder_user, holder_unit, holder_name, dataset, purpose, matter, columns, masks, areas,
  own_unit_only, row_cap, start, "end", reason, issued_by_name, approved_by_name, issued_at, revoked_by_name, revoke_reason,
  reviewed_by_name, review_outcome, review_note, version)
SELECT gen_random_uuid(), gen_random_uuid(), 'applied',
  CASE WHEN n < %(askers)s THEN (%(holders)s::uuid[])[n + 1] WHEN %(same)s THEN (%(holders)s::uuid[])[1] ELSE gen_random_uuid() END,
  '', 'x', CASE WHEN n < %(askers)s OR NOT %(same)s THEN 'stolen_property' ELSE 'dataset_' || n END,
  'case_investigation', '', '{}', '{}', ARRAY[(150100 + n %% 100)::text], false, 100, now() - interval '1 day',
  now() + make_interval(days => 30 + n %% 60), 'bench', 'x', '', now(), '', '', '', '', '', 1
FROM generate_series(0, %(count)s - 1) n
"""
"""The grants that are asked under come first; the rest are others' on the same dataset, or the officer's on other datasets."""
CASBIN = """
[request_definition]
r = sub, dataset, purpose
[policy_definition]
p = sub, dataset, purpose, until
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.dataset == p.dataset && r.purpose == p.purpose
"""


def timed(call: Call, calls: int) -> tuple[float, float]:
    """Calls per second of wall clock and of this process's CPU."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        call()
    return calls / (time.perf_counter() - wall), calls / (time.process_time() - cpu)


def summary(found: list[tuple[float, float]]) -> dict[str, float]:
    """Median and spread over the rounds."""
    wall, cpu = [w for w, _ in found], [c for _, c in found]
    return {
        "wall_per_s": round(statistics.median(wall)),
        "wall_min": round(min(wall)),
        "wall_max": round(max(wall)),
        "cpu_per_s": round(statistics.median(cpu)),
    }


def casbin_peers(count: int, holders: Sequence[Any]) -> dict[str, tuple[Call, int]]:
    """PyCasbin's two enforcers with one policy line for each grant, each with the calls of a round; none where it is not there."""
    try:
        import casbin
        from casbin.model import FastModel, Model
    except ImportError:
        return {}
    lines = [[str(uuid4()), "stolen_property", "case_investigation", "2027"] for _ in range(count - len(holders))]
    half = len(lines) // 2  # found half-way, on average
    lines[half:half] = [[str(holder), "stolen_property", "case_investigation", "2027"] for holder in holders]
    peers: dict[str, tuple[Call, int]] = {}
    for name, model, made in (
        ("PyCasbin Enforcer", Model(), lambda m: casbin.Enforcer(m)),
        ("PyCasbin FastEnforcer", FastModel([0, 1]), lambda m: casbin.FastEnforcer(m, cache_key_order=[0, 1])),
    ):
        model.load_model_from_text(CASBIN)
        enforcer = made(model)
        enforcer.add_policies(lines)
        turn = itertools.cycle([str(holder) for holder in holders])
        slow = name == "PyCasbin Enforcer" and count > 1_000
        peers[name] = (lambda e=enforcer, t=turn: e.enforce(next(t), "stolen_property", "case_investigation"), 3 if slow else 200)
        assert peers[name][0]()
    return peers


def measure(actor: Actor, rounds: int, calls: int) -> dict[str, Any]:
    """Every contestant at each size in turn, round by round, so that a noisy minute hits them all.

    Each size has a table of its own in a schema of its own; the same statement finds it by search_path.
    """
    from django.conf import settings
    from django.db import connection

    from beijiang.trust.access import queries
    from beijiang.trust.access.queries import kept
    from tests.trust.access.make import QUESTION

    on, off = settings.ENV, replace(settings.ENV, decision_cache=False)
    cases = {f"{'one_holder' if same else 'many_holders'}_{count}": (same, count) for same in (False, True) for count in SIZES}
    officers: dict[str, list[Actor]] = {}
    peers: dict[str, dict[str, tuple[Call, int]]] = {}
    with connection.cursor() as cursor:
        for key, (same, count) in cases.items():
            askers = 1 if same else min(count, OFFICERS)
            officers[key] = [actor, *(replace(actor, user_id=uuid4()) for _ in range(askers - 1))]
            holders = [a.user_id for a in officers[key]]
            cursor.execute(f"CREATE SCHEMA {key}")
            cursor.execute(f"CREATE TABLE {key}.access_grant (LIKE public.access_grant INCLUDING ALL)")
            cursor.execute(f"SET search_path = {key}, public")
            cursor.execute(FILL, {"same": same, "holders": holders, "askers": askers, "count": count})
            cursor.execute("ANALYZE access_grant")
            peers[key] = {} if same else casbin_peers(count, holders)
    results: dict[str, dict[str, list[tuple[float, float]]]] = {key: {} for key in cases}
    for number in range(rounds + 1):
        for key in cases:
            kept.forget_kept()
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path = {key}, public")
            assert all(queries.decide(a, QUESTION).permit for a in officers[key])
            turn = itertools.cycle(officers[key])
            ask: Call = lambda t=turn: queries.decide(next(t), QUESTION)  # noqa: E731
            contestants: dict[str, tuple[Call, int, Any]] = {
                "decide, uncached": (ask, calls, off),
                "decide, kept": (ask, calls * 25, on),
                **{name: (call, times, on) for name, (call, times) in peers[key].items()},
            }
            for name, (call, times, env) in contestants.items():
                settings.ENV = env
                for _ in officers[key]:
                    call()
                found = timed(call, times)
                if number:  # the first round warms up
                    results[key].setdefault(name, []).append(found)
            settings.ENV = on
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = public")
    return {key: {name: summary(found) for name, found in engines.items()} for key, engines in results.items()}


def revoked_elsewhere(house: Any) -> dict[str, Any]:
    """Another process revokes grants one by one; after each, the very next call here is asked. How many were stale?"""
    from django.conf import settings
    from django.db import connection

    from beijiang.trust.access import queries
    from beijiang.trust.access.queries import kept
    from tests.trust.access.make import QUESTION, grant

    environ = {
        **os.environ,
        "BEIJIANG_DB_NAME": connection.settings_dict["NAME"],
        "BEIJIANG_DECISION_MARKS": str(settings.ENV.decision_marks),
        "OWNER": str(house.zhao.user_id),
    }
    command = [sys.executable, "-m", "tests.trust.access.other_process"]
    stale, waits = 0, []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        for _ in range(REVOCATIONS):
            issued = grant(house)
            assert queries.decide(house.zhang, QUESTION).permit and kept.find(house.zhang, QUESTION) is not None
            print(json.dumps({"do": "revoke", "grant": str(issued.id)}), file=process.stdin, flush=True)
            process.stdout.readline()
            began = time.perf_counter()
            stale += queries.decide(house.zhang, QUESTION).permit
            waits.append(time.perf_counter() - began)
        process.stdin.close()
    return {"stale": stale, "ms": round(statistics.median(waits) * 1000, 2)}


def main() -> None:
    """Make a database, measure, write bench/results/decide.json and print it."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--calls", type=int, default=400)
    chosen = options.parse_args()

    import django
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    old = setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[])
    try:
        from beijiang.kernel import counters, guard
        from beijiang.trust.access import grants, queries
        from tests.trust.access.make import house

        marks = Path(tempfile.mkdtemp(prefix="bj-bench-")) / "decisions"
        counters.make(marks)
        settings.ENV = replace(settings.ENV, decision_marks=marks, decision_cache=True)
        queries.install()
        region = house()
        figures = measure(region.zhang, chosen.rounds, chosen.calls)
        revoked = revoked_elsewhere(region)
        guard_rate = timed(lambda: guard.allowed(region.zhang, grants.SEE_OWN), 2_000)
    finally:
        teardown_databases(old, verbosity=0)

    def rate(engine: str, count: int, spread: str = "many_holders") -> float:
        return figures[f"{spread}_{count}"].get(engine, {}).get("wall_per_s", 0)

    uncached, kept_, fast = "decide, uncached", "decide, kept", "PyCasbin FastEnforcer"
    ratios = {
        "10 ÷ 100,000 grants, uncached (1.2 at most is the aim)": round(rate(uncached, 10) / rate(uncached, 100_000), 2),
        "the same, one holder": round(rate(uncached, 10, "one_holder") / rate(uncached, 100_000, "one_holder"), 2),
        "10 ÷ 100,000 grants, kept": round(rate(kept_, 10) / rate(kept_, 100_000), 2),
        "stale answers after revocations by another process": f"{revoked['stale']} of {REVOCATIONS}",
        "ms of the call that sees one": revoked["ms"],
        "room permissions by guard.allowed, per second": round(guard_rate[0]),
    }
    if rate(fast, 1_000):
        ratios |= {f"kept ÷ {fast}, {n:,} grants": round(rate(kept_, n) / rate(fast, n), 2) for n in SIZES}
        ratios |= {f"uncached ÷ PyCasbin Enforcer, {n:,} grants": round(rate(uncached, n) / rate("PyCasbin Enforcer", n), 2) for n in SIZES}
    write(
        "decide",
        title="Decisions: decide() from question to row filter, uncached and kept",
        command=".venv/bin/python -m bench.decide",
        versions={p: _version(p) for p in ("cedarpy", "psycopg", "django", "casbin")},
        rows=[
            {"grants": int(key.rsplit("_", 1)[1]), "held by": key.rsplit("_", 1)[0].replace("_", " "), "engine": engine, **values}
            for key, engines in figures.items()
            for engine, values in engines.items()
        ],
        ratios=ratios,
        note="uncached: dataset, matter and grants are read from PostgreSQL and Cedar is asked at each call. kept: the same call finds its last"
        " decision, unless anything it rests on has changed since, in any process. PyCasbin answers yes or no from memory, without rows, columns,"
        " reasons or expiry, and learns nothing of a change elsewhere: it is beside, not against. wall: one caller, the server's work on the same"
        f" cores included; median of {chosen.rounds} alternating rounds of {chosen.calls} calls (kept: {chosen.calls * 25}), up to {OFFICERS} officers"
        f" in turn. fsync is off. Load average of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; over that count, read"
        " only the ratios.",
    )
    print((Path(__file__).resolve().parent / "results" / "decide.json").read_text())


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
