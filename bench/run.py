"""Run the benchmarks that need no running product, then write BENCHMARKS.md from every committed result.

A result is `bench/results/<name>.json`, written by `bench/<name>.py`: {"title", "command", "versions": {...},
"rows": [{...}, ...], "ratios": {...}, "note"}. Each program runs its peers on the same data in the same run.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
RESULTS = BENCH / "results"


def main() -> int:
    """This function will run the programs named on the command line (all without arguments) and write the page."""
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    if "--page" not in sys.argv:
        for program in sorted(BENCH.glob("*.py")):
            if program.name in {"run.py"} or (names and program.stem not in names):
                continue
            print(f"· {program.stem}", flush=True)
            if subprocess.run([sys.executable, str(program)], cwd=ROOT, check=False).returncode != 0:
                print(f"  {program.stem} failed; its last result stands", file=sys.stderr)
    (ROOT / "BENCHMARKS.md").write_text(page())
    return 0


def page() -> str:
    """This function will write all results as one Markdown page."""
    out = [
        "# Figures",
        "",
        "Each figure comes from one program in `bench/`, with its peers on the same data in the same run; machines are noisy, so read the",
        "ratios. Written by `make bench`; `python bench/run.py --page` writes only this page from the stored results.",
    ]
    for path in sorted(RESULTS.glob("*.json")):
        out += ["", *section(json.loads(path.read_text()))]
    return "\n".join(out) + "\n"


def section(result: dict[str, Any]) -> list[str]:
    """This function will write one result."""
    out = [f"## {result['title']}", "", f"`{result['command']}`", ""]
    rows = result.get("rows", [])
    if rows:
        columns = list(dict.fromkeys(k for row in rows for k in row))
        out += ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
        out += ["| " + " | ".join(shown(row.get(c, "")) for c in columns) + " |" for row in rows]
    if result.get("ratios"):
        out += ["", "Ratios: " + "; ".join(f"{k} **{shown(v)}**" for k, v in result["ratios"].items())]
    if result.get("note"):
        out += ["", str(result["note"])]
    if result.get("machine") or result.get("versions"):
        versions = ", ".join(f"{k} {v}" for k, v in result.get("versions", {}).items())
        out += ["", f"*{result.get('machine', '')}{'; ' if versions else ''}{versions}*"]
    return out


def shown(value: Any) -> str:
    """This function will write a number with three significant digits."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def write(name: str, **result: Any) -> None:
    """This function will store a result with the machine's description; benchmark programs call it."""
    RESULTS.mkdir(exist_ok=True)
    result.setdefault("machine", f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    (RESULTS / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
