"""The data domain's end of the worker's socket. One connection a question: to hang up is to cancel."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from beijiang.kernel.errors import Conflict, Invalid, Problem, Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words

from ..rules import wire
from ..types import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from uuid import UUID

    from ..types import Running

log = logging.getLogger("beijiang.lake")

FILES = object()
"""Stands among the parameters for the list of files."""
CONNECT_SECONDS = 3.0
"""How long a question waits for a worker that is being restarted."""
LOOK_SECONDS = 1.0
"""How often a question that runs is asked about whether it may go on."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Rows as an Arrow table, and the worker's time."""

    table: pa.Table
    elapsed_ms: float


def ask(
    path: Path,
    sql: str,
    parameters: Sequence[Any],
    files: Sequence[str],
    *,
    timeout_ms: int,
    max_bytes: int = 64 << 20,
    running: Running | None = None,
) -> Reply:
    """This function will have governed SQL run. TooLarge or Unavailable when there is no answer; never a reason from inside.

    With `running` it can be followed and stopped: Conflict ("lake.cancelled") when its owner stopped it, Refused
    ("lake.revoked_midway") when `running.still` said no; what it raises ends the question too.
    """
    request: dict[str, Any] = {
        "sql": sql,
        "parameters": [["files"] if p is FILES else wire.pack(p) for p in parameters],
        "files": list(files),
        "timeout_ms": timeout_ms,
        "max_bytes": max_bytes,
    }
    if running is not None and running.id is not None:
        request |= {"id": str(running.id), "owner": str(running.owner or "")}
    until = time.monotonic() + timeout_ms / 1000 + 15
    try:
        with contextlib.closing(_connect(path)) as sock:
            sock.settimeout(15)
            wire.send(sock, request)
            _wait(sock, until, running.still if running is not None else None)
            header, body = wire.receive(sock)
    except (OSError, wire.WireError) as error:
        log.warning("lake worker: %s", type(error).__name__)
        raise away() from None
    if not header.get("ok"):
        raise _problem(str(header.get("code")))
    with pa.ipc.open_stream(body) as reader:
        return Reply(reader.read_all(), float(header.get("elapsed_ms", 0.0)))


def _wait(sock: socket.socket, until: float, still: Callable[[], bool] | None) -> None:
    """Returns when something came. To leave otherwise is to hang up, which stops the query."""
    while not select.select([sock], [], [], LOOK_SECONDS)[0]:
        if still is not None and not still():
            raise Refused(
                "lake.revoked_midway",
                Words("依据已在查询中撤销", "The basis was withdrawn while the question ran"),
                Words(
                    "查询还在执行时，您的依据被撤销或到期了。查询已停止，没有返回数据。",
                    "Your basis was withdrawn or ended while the question was still running. It was stopped and no data was returned.",
                ),
            )
        if time.monotonic() >= until:
            raise TimeoutError


def progress(path: Path, question: UUID, owner: UUID) -> Progress | None:
    """This function will say where the owner's question stands; None when it is not in the worker. Unavailable without a worker."""
    header = _say(path, {"progress": str(question), "owner": str(owner)})
    if "state" not in header:
        return None
    share = header.get("share")
    return Progress(str(header["state"]), None if share is None else float(share), float(header.get("elapsed_ms", 0.0)))


def stop(path: Path, question: UUID, owner: UUID) -> bool:
    """This function will stop the owner's question and say whether the worker had it. One that comes within a minute does not start."""
    return bool(_say(path, {"stop": str(question), "owner": str(owner)}).get("stopped"))


def _say(path: Path, header: dict[str, Any]) -> dict[str, Any]:
    try:
        with contextlib.closing(_connect(path, seconds=0.5)) as sock:
            sock.settimeout(2)
            wire.send(sock, header)
            return wire.receive(sock)[0]
    except (OSError, wire.WireError):
        raise away() from None


def ping(path: Path) -> bool:
    """This function will say whether the worker answers."""
    try:
        return bool(_say(path, {"ping": True}).get("ok"))
    except Unavailable:
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


def failed() -> Unavailable:
    """This function will make the error for a question that went wrong inside: nothing of the reason is told."""
    return Unavailable(
        "lake.failed",
        Words("查询未能完成", "The question could not be finished"),
        Words(
            "引擎没有完成这次查询，没有返回数据。原因已记入运行日志。",
            "The engine did not finish this question; no data was returned. The reason is in the process log.",
        ),
    )


def _problem(code: str) -> Problem:
    if code == "cancelled":
        return Conflict(
            "lake.cancelled",
            Words("提问已停止", "The question was stopped"),
            Words(
                "您停止了这次查询，没有返回数据。可以修改后再问。",
                "You stopped this question; no data was returned. You can change it and ask again.",
            ),
        )
    if code == "duplicate":
        return Conflict(
            "lake.already_running",
            Words("这次提问已在执行", "This question is already running"),
            Words("同一编号的提问正在执行，没有再次执行。", "A question of the same number is running; it was not run again."),
        )
    if code == "mistake":
        return Invalid(
            "lake.sql_mistake",
            Words("这条 SQL 有误", "There is a mistake in this SQL"),
            Words(
                "引擎无法按这样的类型或分组计算：请检查比较和函数的类型、GROUP BY 和子查询的位置。没有返回数据。",
                "The engine cannot calculate this with these types or groups: check the types in comparisons and functions, GROUP BY, and where subqueries stand. No data was returned.",
            ),
        )
    if code == "expression":
        return Invalid(
            "lake.expression",
            Words("表达式无法计算", "The expression could not be calculated"),
            Words(
                "对某个可见行，表达式无法计算（例如文本不是数字）。可改用 TRY_CAST。没有返回数据。",
                "The expression could not be calculated for some visible row (such as a text that is no number). TRY_CAST can be used instead. No data was returned.",
            ),
        )
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
    return failed()
