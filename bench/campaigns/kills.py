"""kill -9 by the hundred: a seeded order of processes, under load; every acknowledged question is in the log once.

    make campaign NAME=kills                                  # 100 kills, seed 1
    .venv/bin/python bench/campaigns/kills.py --kills 300 --seed 2

It starts a product of its own with the demonstration (as root: the processes have users of their own), writes its state after
every kill to var/campaigns and goes on from there when run again, and stores its last report beside this file. A small sample of
it is in tests/faults/test_kills.py.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from beijiang.config.processes.layout import PROCESSES  # noqa: E402
from tests import product as products  # noqa: E402
from tests.faults.conftest import Load, Patient  # noqa: E402

STATE = ROOT / "var/campaigns"
REPORT = Path(__file__).with_suffix(".report.json")


def one_kill(patient: Patient, load: Load, process: str) -> float:
    """This function will kill a process under load and give the seconds until all is well and answers come again."""
    before = patient.pid(process)
    os.kill(before, signal.SIGKILL)
    started = time.monotonic()
    while patient.pid(process) in (0, before):
        if time.monotonic() - started > 30:
            raise RuntimeError(f"{process} was not started again")
        time.sleep(0.2)
    patient.well()
    load.until(2)
    return time.monotonic() - started


def main() -> None:
    """This function will run or resume the campaign and write its report; it raises at the first loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    order = random.Random(options.seed).choices(sorted(PROCESSES), k=options.kills)
    STATE.mkdir(parents=True, exist_ok=True)
    state_file = STATE / f"kills-{options.seed}-{options.kills}.json"
    state: dict[str, Any] = json.loads(state_file.read_text()) if state_file.exists() else {"back": [], "acknowledged": 0, "failed": 0}
    patient = Patient(products.running())
    token = patient.product.cli("demo", "token", "zhang.wei").stdout.strip()
    for process in order[len(state["back"]) :]:
        load = Load(patient, token)
        with load:
            load.until(2)
            seconds = one_kill(patient, load, process)
        counts = patient.sealed(load.receipts)
        if len(counts) != len(load.receipts) or set(counts.values()) != {1}:
            raise RuntimeError(f"after killing {process}: {len(load.receipts)} acknowledged, {counts}")
        state["back"].append([process, round(seconds, 2)])
        state["acknowledged"] += len(load.receipts)
        state["failed"] += len(load.failed)
        state_file.write_text(json.dumps(state))
        print(f"{len(state['back'])}/{options.kills} {process}: back in {seconds:.1f} s, {len(load.receipts)} acknowledged", flush=True)
    verified = patient.product.cli("audit", "verify", timeout=300)
    if verified.returncode != 0:
        raise RuntimeError(verified.stdout + verified.stderr)
    worst: dict[str, float] = {}
    for process, seconds in state["back"]:
        worst[process] = max(seconds, worst.get(process, 0.0))
    report = {
        "seed": options.seed,
        "kills": dict(Counter(p for p, _ in state["back"])),
        "worst seconds until answers came again": worst,
        "questions acknowledged": state["acknowledged"],
        "lost or doubled": 0,
        "unanswered meanwhile": state["failed"],
        "audit verify": verified.stdout.strip().splitlines()[0],
    }
    REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    state_file.unlink()
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
