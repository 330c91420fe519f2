"""The data domain's end of the worker's socket. One connection a question: to hang up is to cancel."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from beijiang.kernel.errors import TooLarge, Unavailable
from beijiang.kernel.words import Words

from ..rules import wire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

log = logging.getLogger("beijiang.lake")

FILES = object()
"""Stands among the parameters for the list of files."""
CONNECT_SECONDS = 3.0
"""How long a question waits for a worker that is being restarted."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Rows as an Arrow table, and the worker's time."""

    table: pa.Table
    elapsed_ms: float


def ask(path: Path, sql: str, parameters: Sequence[Any], files: Sequence[str], *, timeout_ms: int, max_bytes: int = 64 << 20) -> Reply:
    """This function will have governed SQL run. TooLarge or Unavailable when there is no answer; never a reason from inside."""
    request = {
        "sql": sql,
        "parameters": [["files"] if p is FILES else wire.pack(p) for p in parameters],
        "files": list(files),
        "timeout_ms": timeout_ms,
        "max_bytes": max_bytes,
    }
    try:
        with contextlib.closing(_connect(path)) as sock:
            sock.settimeout(timeout_ms / 1000 + 15)
            wire.send(sock, request)
            header, body = wire.receive(sock)
    except (OSError, wire.WireError) as error:
        log.warning("lake worker: %s", type(error).__name__)
        raise away() from None
    if not header.get("ok"):
        raise _problem(str(header.get("code")))
    with pa.ipc.open_stream(body) as reader:
        return Reply(reader.read_all(), float(header.get("elapsed_ms", 0.0)))


def ping(path: Path) -> bool:
    """This function will say whether the worker answers."""
    try:
        with contextlib.closing(_connect(path, seconds=0.5)) as sock:
            sock.settimeout(2)
            wire.send(sock, {"ping": True})
            return bool(wire.receive(sock)[0].get("ok"))
    except (OSError, wire.WireError):
        return False


def _connect(path: Path, seconds: float = CONNECT_SECONDS) -> socket.socket:
    until = time.monotonic() + seconds
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(path))
        except OSError:
            sock.close()
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)
        else:
            return sock


def away() -> Unavailable:
    """This function will make the error for a worker that is not there or died midway."""
    return Unavailable(
        "lake.worker_away",
        Words("查询引擎暂时不可用", "The query engine is away"),
        Words(
            "查询没有完成，也没有返回数据；引擎会自动恢复，请稍后再试。",
            "The question was not finished and no data was returned; the engine restarts by itself. Try again shortly.",
        ),
    )


def _problem(code: str) -> Unavailable | TooLarge:
    if code in ("memory", "too_large"):
        return TooLarge(
            f"lake.{code}",
            Words("查询过大", "The question is too big"),
            Words(
                "结果或所需内存超过上限，没有返回数据。请缩小条件或减少列。",
                "The result or the memory it needs is over the limit; no data was returned. Narrow the question or ask for fewer columns.",
            ),
        )
    if code == "timeout":
        return Unavailable(
            "lake.timeout",
            Words("查询超时", "The question took too long"),
            Words(
                "查询超过时限已被停止，没有返回数据。请缩小条件。",
                "The question was stopped at its time limit; no data was returned. Narrow it.",
            ),
        )
    if code == "busy":
        return Unavailable(
            "lake.busy",
            Words("查询过多", "Too many questions at once"),
            Words("现在查询很多，没有轮到。请稍后再试。", "There are many questions at the moment. Try again shortly."),
        )
    return Unavailable(
        "lake.failed",
        Words("查询未能完成", "The question could not be finished"),
        Words(
            "引擎没有完成这次查询，没有返回数据。原因已记入运行日志。",
            "The engine did not finish this question; no data was returned. The reason is in the process log.",
        ),
    )
