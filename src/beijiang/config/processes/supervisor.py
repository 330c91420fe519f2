"""The supervisor: circus keeps the processes, this file says which, in what order, and when they are well."""

from __future__ import annotations

import contextvars
import fcntl
import json
import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

import httpx
from circus import logger as circus_logger
from circus.arbiter import Arbiter
from circus.client import CircusClient
from circus.exc import CallError, ConflictError
from circus.watcher import Watcher
from tornado import gen

from beijiang.config.env import EVERYWHERE, Env
from beijiang.config.processes import children, users
from beijiang.config.processes.layout import Layout
from beijiang.kernel.words import Words

SERVERS = ("postgres", "nats")
LOG_BYTES, LOG_FILES, LOG_SECONDS = 20 * 1024**2, 5, 60
SHELL = ["/bin/sh", "-c", 'log=$1; shift; exec "$@" >>"$log" 2>&1', "sh"]  # becomes the child itself; no shell stays
SOCKET_PATH_MAX = 100  # of 108 that the kernel allows


class Keeper(Arbiter):
    """circus's arbiter, except that the servers are stopped last: whoever uses them may finish first."""

    rotated = 0.0
    logs: Path | None = None

    def manage_watchers(self) -> Any:
        """circus's look at its children twice a second; one that falls into another command is simply left out."""
        if self.logs is not None and time.monotonic() - self.rotated > LOG_SECONDS:
            self.rotated = time.monotonic()
            rotate(self.logs)
        try:
            return super().manage_watchers()
        except ConflictError:
            return None

    @gen.coroutine
    def _stop_watchers(self, close_output_streams: bool = False, watcher_iter_func: Any = None) -> Any:
        watchers = list((watcher_iter_func or self.iter_watchers)(reverse=False))
        for names in (False, True):
            yield gen.multi([watcher._stop(close_output_streams) for watcher in watchers if (watcher.name in SERVERS) is names])


def endpoints(layout: Layout) -> tuple[str, str]:
    """The control sockets. They lie in a folder only the supervisor's user can enter."""
    path = layout.control / "control.sock"
    longest = max(len(str(path)), len(str(layout.lake_socket)))
    if longest > SOCKET_PATH_MAX:
        raise users.CannotRun(
            Words(
                f"数据目录的路径对 Unix 套接字来说太长（{longest} 字符，最多 {SOCKET_PATH_MAX}）：请选用比 {layout.root} 短的。",
                f"The data directory's path is too long for a Unix socket ({longest} characters, at most {SOCKET_PATH_MAX}): "
                f"choose a shorter one than {layout.root}.",
            )
        )
    return f"ipc://{path}", f"ipc://{layout.control / 'events.sock'}"


def watcher(item: children.Child, layout: Layout) -> Watcher:
    """A circus watcher for one child, which writes its log itself.

    circus's own redirection loses a child whose pipe gets the number of one just closed ("fd added twice", seen after
    kill -9 of another): the child then runs, but nobody watches it.
    """
    words = [*SHELL, str(layout.logs / f"{item.name}.log"), *users.dropped(item.principal, item.command)]
    return Watcher(
        item.name,
        words[0],
        args=words[1:],
        numprocesses=1,
        singleton=True,
        working_dir="/",
        env=item.env,
        copy_env=False,
        stop_signal=getattr(signal, f"SIG{item.stop}"),
        graceful_timeout=item.patience,
        max_retry=-1,
        autostart=item.name in SERVERS,
        close_child_stdin=True,
    )


def rotate(folder: Path) -> None:
    """Keep logs small: what is over the limit moves to `.1`, `.1` to `.2` and so on; writers append, so they need not know."""
    for path in folder.glob("*.log"):
        if path.stat().st_size < LOG_BYTES:
            continue
        for number in range(LOG_FILES - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)


def hold(layout: Layout) -> IO[str]:
    """Take the instance's lock, so that two supervisors never serve one data directory. Keep the file open."""
    file = (layout.control / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read().strip() or "?"
        raise users.CannotRun(
            Words(
                f"北疆云已在 {layout.root} 上运行（进程 {pid}）。请先停止它，或查看 beijiang status。",
                f"Beijiang Cloud already runs on {layout.root} (process {pid}). Stop it first, or see `beijiang status`.",
            )
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


class Supervisor:
    """Runs the arbiter in this thread and the preparation beside it."""

    def __init__(self, env: Env, layout: Layout, *, servers_only: bool = False) -> None:
        self.env, self.layout = env, layout
        self.control, self.events = endpoints(layout)
        self.names = [name for name in children.wanted(env) if name in SERVERS or not servers_only]
        self.failed: BaseException | None = None

    def run(self, prepare: Callable[[Supervisor], None]) -> None:
        """Start the servers, call `prepare` beside them, keep everything up until a signal. Raises what `prepare` raised."""
        os.umask(0o027)  # the lake worker reads what the data domain writes through its group; nobody else does
        handler = logging.FileHandler(self.layout.logs / "supervisor.log")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        circus_logger.handlers = [handler]
        circus_logger.setLevel(logging.INFO)
        circus_logger.propagate = False
        users.make_marks(self.layout, alone=not self.env.external_pg)
        watchers = [watcher(children.child(self.env, self.layout, name), self.layout) for name in self.names]
        arbiter = Keeper(watchers, self.control, self.events, check_delay=0.5, proc_name="beijiang", loglevel="info")
        arbiter.logs = self.layout.logs

        def work() -> None:
            try:
                prepare(self)
            except BaseException as error:  # handed to the main thread, which reports it
                if arbiter._stopping:
                    return  # told to stop, the servers went away beneath it: no fault
                self.failed = error
                self.quit()

        threading.Thread(target=contextvars.copy_context().run, args=(work,), name="prepare", daemon=True).start()
        try:
            arbiter.start()
        finally:
            self.layout.instance.unlink(missing_ok=True)
        if self.failed is not None:
            raise self.failed

    def send(self, command: str, **properties: Any) -> dict[str, Any]:
        """A command to the running arbiter."""
        return send(self.control, command, **properties)

    def quit(self) -> None:
        """Stop everything, from the preparing thread."""
        for _ in range(50):
            try:
                self.send("quit")
            except users.CannotRun:
                time.sleep(0.1)  # the arbiter is not listening yet
                continue
            return

    def start(self, names: Iterable[str]) -> None:
        """Start processes that wait to be started."""
        for name in names:
            self.send("start", name=name, waiting=True)

    def note_instance(self) -> None:
        """Write down what runs here, for `status` and the other commands."""
        env = self.env
        facts = {
            "pid": os.getpid(),
            "url": env.base_url,
            "data_url": env.data_url,
            "nats_url": env.nats_url,
            "db_host": env.db_host,
            "db_port": env.db_port,
            "demo": env.demo,
            "processes": self.names,
            "host": env.host,
            "started": int(time.time()),
            "ports": {name: getattr(env, f"{name}_port") for name in ("user", "data", "pg", "nats", "mqtt")},
            "separated": users.separated(),
        }
        users.write(self.layout.instance, json.dumps(facts, indent=1), "supervisor", 0o644)

    def await_health(self, *, seconds: float = 120) -> None:
        """Wait until both web processes answer /healthz with 200; CannotRun names the one that does not and its log."""
        end = time.monotonic() + seconds
        for name, base in (("user", local_url(self.env)), ("data", self.env.data_url)):
            verify: Any = not base.startswith("https")  # our own port on our own machine, by address
            while True:
                state = "no answer"
                try:
                    reply = httpx.get(
                        f"{base}/healthz",
                        timeout=3,
                        verify=verify,
                        headers={"Host": f"localhost:{self.env.user_port}"} if name == "user" else {},
                    )
                    if reply.status_code == 200:
                        break
                    state = f"status {reply.status_code}"
                except httpx.HTTPError as error:
                    state = str(error) or type(error).__name__
                if time.monotonic() > end:
                    log = self.layout.logs / f"{name}.log"
                    raise users.CannotRun(
                        Words(
                            f"进程 {name} 在 {base} 没有就绪：{state}。日志 {log}：\n{tail(log)}",
                            f"The process `{name}` does not come up at {base}: {state}. Its log {log}:\n{tail(log)}",
                        )
                    )
                time.sleep(0.15)


def with_servers(env: Env, layout: Layout, work: Callable[[], None]) -> None:
    """Do some work with PostgreSQL and NATS up and nothing else, then stop them. Raises what the work raised."""
    lock = hold(layout)

    def then_quit(supervisor: Supervisor) -> None:
        work()
        supervisor.quit()

    try:
        Supervisor(env, layout, servers_only=True).run(then_quit)
    finally:
        lock.close()


def local_url(env: Env) -> str:
    """The user domain as reached from this machine."""
    host = "127.0.0.1" if env.host in EVERYWHERE else env.host
    return f"{'https' if env.tls else 'http'}://{host}:{env.user_port}"


def send(control: str, command: str, **properties: Any) -> dict[str, Any]:
    """A command to an arbiter; CannotRun when it does not answer."""
    client = CircusClient(endpoint=control, timeout=30)
    try:
        reply: dict[str, Any] = client.send_message(command, **properties)
    except CallError as error:
        raise users.CannotRun(Words(f"监管进程没有应答：{error}", f"The supervisor does not answer: {error}")) from error
    finally:
        client.stop()
    if reply.get("status") == "error":
        raise users.CannotRun(
            Words(f"监管进程拒绝 {command}：{reply.get('reason')}", f"The supervisor refuses `{command}`: {reply.get('reason')}")
        )
    return reply


def tail(path: Path, lines: int = 15) -> str:
    """The end of a log."""
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
