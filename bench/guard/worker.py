"""The product's worker, which for this program also takes plain statements: those that begin with RAW."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

RAW = "/*raw*/ "
_LAUNCH = """
import sys
from beijiang.compute.lake.rules import gate
whole = gate.check.__wrapped__  # nothing remembered: each text is looked at, as if it were new
gate.check = lambda sql: None if sql.startswith({raw!r}) else whole(sql)
from beijiang.compute.lake.adapters.worker.__main__ import main
sys.exit(main())
"""


class Worker:
    """A worker on `root`, ended by `close`."""

    def __init__(self, root: Path, socket: Path, memory: str) -> None:
        self.socket = socket
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _LAUNCH.format(raw=RAW),
                "--socket",
                str(socket),
                "--root",
                str(root),
                "--threads",
                "2",
                "--memory",
                memory,
            ],
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={k: v for k, v in os.environ.items() if not k.startswith("BEIJIANG")},
        )
        until = time.monotonic() + 30
        while not socket.exists():
            if time.monotonic() > until:
                raise RuntimeError("the worker does not start")
            time.sleep(0.05)

    def cpu(self) -> float:
        """This function will give the worker's CPU time so far, in milliseconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """This function will end it."""
        self.process.terminate()
        self.process.wait(20)
