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
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
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
ROUNDS, CALLS = 7, 250


def rows(count: int, holder: Any, *, same_holder: bool) -> list[Any]:
    """Live grants on other datasets, or on the same one for others; one of them is the one that matters."""
    from beijiang.trust.access.models import Grant

    now = datetime.now(UTC)
    made = []
    for n in range(count):
        mine = n == 0
        made.append(
            Grant(
                origin="applied", holder_user=holder if mine or same_holder else uuid4(), holder_name="x",
                dataset="stolen_property" if mine or not same_holder else f"dataset_{n}", purpose="case_investigation", matter="",
                areas=["150103"], row_cap=100, start=now - timedelta(days=1), end=now + timedelta(days=30 + n % 60), reason="bench",
                issued_by_name="x", issued_at=now,
            )
        )
    return made


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
        "wall_per_s": round(statistics.median(wall)), "wall_min": round(min(wall)), "wall_max": round(max(wall)),
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
    enforcer.add_policies([[holder, "stolen_property", "case_investigation", "2027"], *lines])
    return lambda: enforcer.enforce(holder, "stolen_property", "case_investigation")


def measure(actor: Actor) -> dict[str, Any]:
    """Every contestant in turn, round by round, at each size."""
    from django.db import connection

    from beijiang.trust.access import queries
    from beijiang.trust.access.models import Grant
    from tests.trust.access.make import QUESTION

    found: dict[str, Any] = {}
    for same_holder in (False, True):
        for count in SIZES:
            Grant.objects.all().delete()
            Grant.objects.bulk_create(rows(count, actor.user_id, same_holder=same_holder), batch_size=5000)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE access_grant")
            contestants: dict[str, Callable[[], Any]] = {"decide": lambda: queries.decide(actor, QUESTION)}
            assert queries.decide(actor, QUESTION).permit
            peer = None if same_holder or count > 1_000 else casbin_enforcer(count, str(actor.user_id))
            if peer is not None:
                assert peer()
                contestants["casbin"] = peer
            results: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
            for call in contestants.values():
                for _ in range(30):
                    call()
            for _ in range(ROUNDS):
                for name, call in contestants.items():
                    results[name].append(timed(call))
            found[f"{'one_holder' if same_holder else 'many_holders'}_{count}"] = {k: summary(v) for k, v in results.items()}
    return found


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
            "10 ÷ 100,000 grants (1.2 at most is the aim)": round(rate[10] / rate[100_000], 3),
            "room permissions by guard.allowed, per second": round(guard_rate[0]),
        },
        "note": "decide() reads dataset, matter and grants from PostgreSQL each time and evaluates Cedar partially; PyCasbin answers"
        " yes or no from memory, without rows, columns or reasons, so it is beside, not against. wall: one caller, the server's"
        f" work on the same cores included; median of {ROUNDS} alternating rounds of {CALLS} calls. fsync is off (nothing is written).",
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
