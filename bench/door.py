"""Door latency in a running product: p50 and p99 of a real question, with one and with 16 callers.

    .venv/bin/python -m bench.door [--data-dir DIR]      # DIR: a product that runs with --demo; else one is started

A question goes the whole way: API → signed request → door → policy → lake worker → committed receipt → rows. Beside it,
on the same process and in the same run: the same calls answered with who one is (no door), and a refused question
(door, policy and receipt, no lake). The contestants alternate. Load generator and product share the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests import product

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parent / "results" / "door.json"
QUESTION = {
    "purpose": "case_investigation",
    "case": product.CASE,
    "dataset": "stolen_property",
    "columns": ["item_number", "category", "brand", "stolen_on", "owner_id_number"],
    "where": {"op": "=", "column": "category", "literal": "手机"},
    "limit": 5,  # a basis gives so many rows a day (RIGHTS 7); this program asks some 600 times
}
CALLERS, ROUNDS, WARM = (1, 16), 3, 20
CALLS = {1: 50, 16: 8}
"""Calls of each caller in each round."""


def kinds() -> dict[str, tuple[str, Callable[[httpx.Client], httpx.Response], int]]:
    """What is timed: words, the call, and the status that it must have."""
    return {
        "question": ("a question, 5 rows of 220,000", lambda c: c.post("/api/v1/inquiry/ask", json=QUESTION), 200),
        "refused": ("a refused question", lambda c: c.post("/api/v1/inquiry/ask", json=QUESTION | {"case": "A0000000000000000"}), 403),
        "whoami": ("who am I (no door)", lambda c: c.get("/api/v1/identity/me"), 200),
    }


def load(base: str, token: str, callers: int, call: Callable[[httpx.Client], httpx.Response], expected: int) -> tuple[list[float], float]:
    """Milliseconds of each call, and calls a second, of `callers` that ask without a pause."""
    start = threading.Barrier(callers + 1)

    def one(_: int) -> list[float]:
        out = []
        with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as client:
            client.get("/healthz")
            start.wait()
            for _n in range(CALLS[callers]):
                began = time.perf_counter()
                answer = call(client)
                out.append((time.perf_counter() - began) * 1000)
                if answer.status_code != expected:
                    raise RuntimeError(f"{answer.status_code} instead of {expected}: {answer.text[:300]}")
        return out

    with ThreadPoolExecutor(callers) as pool:
        running = [pool.submit(one, n) for n in range(callers)]
        start.wait()
        began = time.perf_counter()
        found = [ms for future in running for ms in future.result()]
    return found, len(found) / (time.perf_counter() - began)


def quantile(values: list[float], share: float) -> float:
    """The value below which that share of calls lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(base: str, token: str) -> list[dict[str, Any]]:
    """All rows: every kind with every number of callers, in alternating rounds."""
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as client:
        for _ in range(WARM):
            for _words, call, _status in kinds().values():
                call(client)
    rows = []
    for callers in CALLERS:
        found: dict[str, list[float]] = {kind: [] for kind in kinds()}
        rates: dict[str, list[float]] = {kind: [] for kind in kinds()}
        for _ in range(ROUNDS):
            for kind, (_words, call, status) in kinds().items():
                times, rate = load(base, token, callers, call, status)
                found[kind] += times
                rates[kind].append(rate)
        rows += [
            {
                "what": words,
                "callers": callers,
                "calls": len(found[kind]),
                "p50 ms": round(quantile(found[kind], 0.5), 1),
                "p99 ms": round(quantile(found[kind], 0.99), 1),
                "per second": round(statistics.median(rates[kind]), 1),
            }
            for kind, (words, _call, _status) in kinds().items()
        ]
    return rows


def main() -> int:
    """This function will measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path)
    directory = parser.parse_args().data_dir
    running = product.attach(directory) if directory else product.running()
    said = running.cli("demo", "token", "zhang.wei")
    token = said.stdout.strip()
    if not token:
        raise SystemExit(f"no token: {said.stderr[-500:]}")
    busy = os.getloadavg()[0]
    rows = measure(running.base, token)
    one = {row["what"]: row["p50 ms"] for row in rows if row["callers"] == 1}
    words = {kind: text for kind, (text, _call, _status) in kinds().items()}
    result = {
        "title": "Door latency, one and 16 callers",
        "command": ".venv/bin/python -m bench.door",
        "versions": {name: metadata.version(name) for name in ("django", "granian", "duckdb", "psycopg", "cedarpy")},
        "rows": rows,
        "ratios": {
            "question ÷ who am I, p50, one caller": round(one[words["question"]] / one[words["whoami"]], 2),
            "refused ÷ who am I, p50, one caller": round(one[words["refused"]] / one[words["whoami"]], 2),
        },
        "note": (
            "Our own parts alone. Every permitted and every refused question commits its leaf to PostgreSQL (durable) before it is answered. "
            "Load generator, PostgreSQL, NATS, both web processes, relay and lake worker share the machine. "
            f"Load average when it began: {busy:.1f} on {os.cpu_count()} cores; above 1, other work was running beside it and the figures are too high."
        ),
    }
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(result["rows"], ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
