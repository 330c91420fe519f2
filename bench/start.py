"""How long until the product opens: first `make run` in a fresh clone, then the second. There is no peer; the limits are ours.

Package caches of the machine are used as they are, so the first figure depends on them and on the registries.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.run import write  # noqa: E402
from tests.product import clean_environment  # noqa: E402

LIMIT = 600


def opened(tree: Path, environment: dict[str, str], name: str) -> tuple[float, str]:
    """This function will run `make run` until it says it is ready, stop it, and give seconds and what it printed."""
    log = tree.parent / f"{name}.log"
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["make", "run"], cwd=tree, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    while "Ctrl-C" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() - started > LIMIT:
            raise RuntimeError(log.read_text(errors="replace")[-3000:])
        time.sleep(0.1)
    seconds = time.monotonic() - started
    os.killpg(process.pid, signal.SIGINT)
    process.wait(60)
    return seconds, log.read_text(errors="replace")


def main() -> None:
    """This function will measure both starts and write the result."""
    with tempfile.TemporaryDirectory(prefix="bj-start-", dir="/var/tmp") as name:
        place = Path(name)
        place.chmod(0o755)
        subprocess.run(["git", "clone", "-q", ROOT, place / "tree"], check=True)
        environment = clean_environment(place / "tree/var") | {"LANG": "en_GB.UTF-8"}
        environment.pop("BEIJIANG_DATA_DIR")
        load = os.getloadavg()[0]
        first, said = opened(place / "tree", environment, "first")
        second, _ = opened(place / "tree", environment, "second")
    step = {label: float(t) for label, t in re.findall(r"✓ (.+?)  ([\d.]+) s", said)}
    demo = sum(t for label, t in step.items() if "demonstration" in label)
    write(
        "start",
        title="Starting the product",
        command="python bench/start.py",
        rows=[
            {"start": "first `make run`, fresh clone", "seconds": first, "limit": 360},
            {"start": "of which demonstration data", "seconds": demo, "limit": 30},
            {"start": "second `make run`", "seconds": second, "limit": 20},
        ],
        note=f"Wall time; load average before it began {load:.1f}. Our own parts alone: there is no peer to start.",
    )


if __name__ == "__main__":
    main()
