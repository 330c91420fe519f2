"""Ask pip-audit about uv.lock's packages; where no advisory service answers, say so and go on."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    """This function will return 1 for a known vulnerability, 0 for none or when nobody could be asked."""
    exported = subprocess.run(
        [BIN / "uv", "export", "-q", "--locked", "--no-dev", "--no-emit-project", "--no-hashes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(exported)
        file.flush()
        try:
            result = subprocess.run(
                [BIN / "pip-audit", "--disable-pip", "--no-deps", "-r", file.name, "--timeout", "5", "--progress-spinner", "off"],
                capture_output=True,
                text=True,
                timeout=90,
            )
        except subprocess.TimeoutExpired:
            print("dependencies not audited: no advisory service answered in time")
            return 0
    if result.returncode == 0:
        print("dependencies audited: no known vulnerability")
        return 0
    if "Found" in result.stderr and "vulnerabilit" in result.stderr:
        print(result.stdout + result.stderr)
        return 1
    print("dependencies not audited: no advisory service can be reached from here")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
