"""`python -m beijiang.compute.lake.adapters.worker --socket PATH --root DIR [--memory 1GB] [--threads 2] …`"""

from __future__ import annotations

import argparse
import logging
import os
import signal
from pathlib import Path

from . import lastresort
from .engine import Engine
from .server import Server


def main(arguments: list[str] | None = None) -> int:
    """This function will run the worker until it is told to stop."""
    parser = argparse.ArgumentParser(prog="lake-worker", description="The locked query engine of the lake")
    parser.add_argument("--socket", type=Path, required=True, help="Unix socket to listen on (made 0660)")
    parser.add_argument("--root", type=Path, required=True, help="root of the lake; only ROOT/tables is read")
    parser.add_argument("--memory", default=os.environ.get("BEIJIANG_LAKE_MEMORY", "1GB"), help="memory limit of the engine, such as 1GB")
    parser.add_argument("--threads", type=int, default=min(4, os.cpu_count() or 1), help="threads of the engine")
    parser.add_argument("--places", type=int, default=8, help="queries at once; more wait their turn")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds after which a query is ended")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    lastresort.watch_memory(lastresort.size(options.memory))
    engine = Engine(options.root, memory=options.memory, threads=options.threads, cursors=options.places)
    server = Server(engine, options.socket, places=options.places, timeout=options.timeout)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    server.serve()
    engine.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
