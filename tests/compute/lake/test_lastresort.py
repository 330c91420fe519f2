"""A worker whose engine does not obey ends itself: with a query that hears no interrupt, and with memory beyond its limit."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from beijiang.compute.lake.adapters.worker import lastresort

STUBBORN = """
import socket, sys, threading, time
from pathlib import Path
from beijiang.compute.lake.adapters.worker import lastresort, server
from beijiang.compute.lake.rules import wire
lastresort.GRACE = float(sys.argv[2])
class Query:
    def run(self): time.sleep(2); return b""
    def interrupt(self, code): pass
    def again(self): pass
class Engine:
    def prepare(self, header): return Query()
place = Path(sys.argv[1]) / "s"
serving = server.Server(Engine(), place, places=1, timeout=0.2)
threading.Thread(target=serving.serve, daemon=True).start()
client = socket.socket(socket.AF_UNIX)
client.connect(str(place))
wire.send(client, {"sql": "x", "parameters": [], "files": []})
print(wire.receive(client)[0]["ok"])
"""
HUNGRY = """
import time
from beijiang.compute.lake.adapters.worker import lastresort
lastresort.BESIDE = 120 << 20
lastresort.watch_memory(lastresort.size("100MB"))
held = bytearray(400 << 20)
for place in range(0, len(held), 4096):
    held[place] = 1
time.sleep(20)
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=30, check=False)


def test_a_query_that_hears_no_interrupt_ends_the_worker(tmp_path: object) -> None:
    assert run(STUBBORN, str(tmp_path), "0.5").returncode == lastresort.STATUS


def test_a_query_that_ends_within_the_grace_does_not(tmp_path: object) -> None:
    ended = run(STUBBORN, str(tmp_path), "10")
    assert (ended.returncode, ended.stdout.strip()) == (0, "True")


def test_memory_beyond_the_limit_ends_the_worker() -> None:
    started = time.monotonic()
    assert run(HUNGRY).returncode == lastresort.STATUS
    assert time.monotonic() - started < 15


def test_sizes_are_read_as_the_engine_reads_them() -> None:
    assert lastresort.size("300MB") == 300_000_000
    assert lastresort.size("1.5GiB") == 3 << 29
    with pytest.raises(ValueError, match="size"):
        lastresort.size("much")
