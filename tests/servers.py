"""Real PostgreSQL and NATS for a test session, on free ports, gone at its end.

As root the servers run as system users, as in production; otherwise as whoever runs the tests.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from beijiang.config.processes import nats as stream
from beijiang.config.processes import postgres as database
from beijiang.config.processes import secrets, users

FAST = database.CONF.replace("include_if_exists", "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\ninclude_if_exists")
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def folder(principal: str, prefix: str) -> Path:
    """A temporary folder of that principal, removed at the end of the session."""
    path = Path(tempfile.mkdtemp(prefix=prefix))
    users.own(path, principal, 0o700)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def start(principal: str, command: list[str], log: Path, stop: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a server; it is stopped at the end of the session, and with its parent if that is killed."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            users.dropped(principal, command),
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )

    def end() -> None:
        if process.poll() is None:
            process.send_signal(stop)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    atexit.register(end)
    return process


@dataclass
class Postgres:
    """A running PostgreSQL and its superuser."""

    host: str
    port: int
    password: str = field(repr=False)
    directory: Path
    process: subprocess.Popen[bytes]
    user: str = "postgres"

    def connect(self, dbname: str = "postgres", *, user: str | None = None, password: str | None = None) -> psycopg.Connection:
        """A connection in autocommit, as the superuser unless told otherwise."""
        return database.connect(self.host, self.port, dbname=dbname, user=user or self.user, password=password or self.password)

    def restart(self) -> None:
        """Kill -9 and start again on the same files and port."""
        self.process.kill()
        self.process.wait()
        database.clean_stale(self.directory)
        self.process = start("postgres", database.command(self.directory, self.port), self.directory / "server.log", signal.SIGINT)
        database.wait(self.host, self.port, self.password)


@functools.cache
def postgres() -> Postgres:
    """The PostgreSQL of this test session (one, however often asked for)."""
    return new_postgres()


def new_postgres(*, product: bool = False) -> Postgres:
    """A PostgreSQL server of its own; with the product's pg_hba.conf and durability, or open to every role and quick."""
    users.ensure_users()
    directory, port, password = folder("postgres", "bj-test-pg-"), free_port(), "test-" + os.urandom(12).hex()
    database.init_cluster(directory, password, hba=database.HBA if product else HBA, conf=database.CONF if product else FAST)
    process = start("postgres", database.command(directory, port), directory / "server.log", signal.SIGINT)
    database.wait("127.0.0.1", port, password)
    return Postgres("127.0.0.1", port, password, directory, process)


@dataclass
class Nats:
    """A running NATS with the product's own accounts and limits."""

    url: str
    seeds: dict[str, str] = field(repr=False)
    directory: Path
    config: Path
    port: int
    mqtt_port: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Start again on the same store and port."""
        self.process = start("nats", stream.command(self.config), self.directory / "server.log", signal.SIGTERM)
        wait_for_port(self.port)


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Wait until something listens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def nats(devices: dict[str, str] | None = None) -> Nats:
    """A NATS server of its own, stopped at the end of the session."""
    users.ensure_users()
    directory = folder("nats", "bj-test-nats-")
    seeds = {name: secrets.new_seed() for name in secrets.STREAM_USERS}
    port, mqtt_port, config = free_port(), free_port(), directory / "nats.json"
    stream.write_configuration(config, seeds=seeds, devices=devices, store=directory / "store", port=port, mqtt_port=mqtt_port)
    process = start("nats", stream.command(config), directory / "server.log", signal.SIGTERM)
    wait_for_port(port)
    return Nats(f"nats://127.0.0.1:{port}", seeds, directory, config, port, mqtt_port, process)
