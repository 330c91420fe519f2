"""What `init`, `up` and `upgrade` do to an instance before its processes may start."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from beijiang import __version__
from beijiang.config import roles
from beijiang.config.env import Env, read_secret
from beijiang.config.processes import children, nats, postgres, secrets, tls, users
from beijiang.config.processes.layout import PROCESSES, Layout
from beijiang.kernel.words import Words, current_language

Say = Callable[[object], None]
KNOWN_PROBLEM = 4  # exit code of errands


def check_reach(layout: Layout) -> None:
    """Say early, and what to do, when a system user could not reach the program or the data."""
    import beijiang

    for path, what in (
        (Path(sys.executable), Words("Python 解释器", "the Python interpreter")),
        (Path(sys.prefix), Words("虚拟环境", "the virtual environment")),
        (Path(beijiang.__file__).parent, Words("程序", "the program")),
        (layout.root, Words("数据目录", "the data directory")),
    ):
        for principal in ("postgres", "user"):
            closed = users.unreachable(path if path.is_dir() else path.parent, principal)
            if closed is not None:
                raise users.CannotRun(
                    Words(
                        f"系统用户 bj-{principal} 无法进入 {closed}，而它在通往{what.zh}的路径上。"
                        f"请允许穿过该目录（chmod o+x {closed}），或把安装移到别处（例如 /opt），"
                        "或以普通用户启动；那样各域共用一个系统用户，beijiang check 会指出这一点。",
                        f"The system user bj-{principal} cannot enter {closed}, which is on the way to {what.en}. "
                        f"Open the folder for passing through (chmod o+x {closed}), move the installation elsewhere (for example /opt), "
                        "or start as an ordinary user; then the domains share one system user, which `beijiang check` reports.",
                    )
                )


def init(env: Env, layout: Layout, say: Say) -> bool:
    """System users, folders, secrets, certificates, the database cluster, NATS's configuration. True when it was new."""
    fresh = not layout.ready
    made = users.ensure_users()
    if made:
        say(Words(f"已建立系统用户：{'、'.join(made)}", f"system users made: {', '.join(made)}"))
    layout.root.mkdir(parents=True, exist_ok=True)
    users.make_folders(layout)
    check_reach(layout)
    if secrets.make_all(layout, log_origin=env.log_origin):
        say(Words("已生成密钥，各进程只能读取自己的", "secrets made, each readable by its own process only"))
    tls.ensure_server(layout, [host for host in env.hosts if host not in {"127.0.0.1", "localhost"}])
    if not env.external_pg:
        postgres.clean_stale(layout.postgres)
        if postgres.init_cluster(layout.postgres, read_secret(layout.secret("supervisor", "pg-postgres"))):
            say(Words("已建立数据库", "database cluster made"))
    if not env.external_nats:
        write_nats(env, layout)
    if fresh:
        secrets.publish(layout, "initialised.json", json.dumps({"version": __version__}))
    return fresh


def write_nats(env: Env, layout: Layout) -> None:
    """NATS's configuration from the seeds on file and the devices registered."""
    seeds = {name: read_secret(layout.secret(principals[0], f"nats-{name}")) for name, principals in secrets.STREAM_USERS.items()}
    file = layout.secret("supervisor", "devices.json")
    devices = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    nats.write_configuration(
        layout.nats / "nats.json", seeds=seeds, devices=devices, store=layout.nats / "store", port=env.nats_port, mqtt_port=env.mqtt_port
    )


def ensure_databases(env: Env, layout: Layout) -> None:
    """Roles, databases and their first rights, as the superuser."""
    password = read_secret(layout.secret("supervisor", "pg-postgres"))
    host, port = env.db_host, env.db_port
    postgres.wait(host, port, password)
    passwords = {role: read_secret(layout.secret(principals[0], f"pg-{role}")) for role, principals in secrets.ROLES.items()}
    with postgres.connect(host, port, password=password) as connection:
        roles.ensure_roles(connection, passwords)
        roles.ensure_databases(connection)
    for name in roles.DATABASES:
        with postgres.connect(host, port, dbname=name, password=password) as connection:
            roles.ensure_schema(connection, name)


def ensure_stream(env: Env, layout: Layout) -> None:
    """The stream of events and its consumers."""
    asyncio.run(nats.ensure_stream(env.nats_url, read_secret(layout.secret("supervisor", "nats-setup"))))


def migrate(env: Env, layout: Layout, *, dry_run: bool = False, force: bool = False) -> list[dict[str, Any]]:
    """Migrate both databases at the same time, each as its owner, or list what is pending. `force` grants anew in any case."""
    flags = [flag for flag, given in (("--dry-run", dry_run), ("--force", force)) if given]

    def one(domain: str) -> dict[str, Any]:
        words = children.python("-m", "beijiang.config.processes.prepare", *flags)
        done = subprocess.run(
            words, env=children.owner_environment(env, layout, domain), capture_output=True, text=True, check=False, cwd="/"
        )
        if done.returncode:
            trouble = done.stderr.strip()[-3000:]
            raise users.CannotRun(
                Words(
                    f"数据库 bj_{domain} 未能迁移；失败的那一步没有留下任何改动。\n{trouble}",
                    f"The database bj_{domain} could not be migrated; nothing of the failed step was kept.\n{trouble}",
                )
            )
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, ("user", "data")))


def fingerprint() -> str:
    """What the schema and its grants follow from: our own migrations, models and wiring, and the versions of the rest."""
    from importlib.metadata import version

    import beijiang

    root, digest = Path(beijiang.__file__).parent, hashlib.sha256()
    wanted = [
        path
        for path in root.rglob("*.py")
        if path.name in {"apps.py", "models.py", "roles.py"} or {"migrations", "models"} & set(path.parts)
    ]
    for path in sorted(wanted):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    for package in ("django", "django-allauth", "django-oauth-toolkit", "procrastinate"):
        digest.update(version(package).encode())
    return digest.hexdigest()


def ensure_schema(env: Env, layout: Layout) -> int:
    """Migrate and grant unless this very program did so here before; how many migrations were applied."""
    mark, now = layout.public("schema.json"), fingerprint()
    if mark.exists() and json.loads(mark.read_text(encoding="utf-8"))["fingerprint"] == now:
        return 0
    results = migrate(env, layout)
    secrets.publish(layout, "schema.json", json.dumps({"fingerprint": now}))
    return sum(len(result["migrated"]) for result in results)


def errand(
    env: Env,
    layout: Layout,
    process: str,
    *words: str,
    say: Say | None = None,
    file: Path | None = None,
    extra: dict[str, str] | None = None,
) -> Any:
    """Run `beijiang.config.processes.errands` as a process would run, with its user and its secrets; its answer.

    Lines it prints before the last one are progress and go to `say`. `file` is opened here and handed over as its
    standard input, because the system user of a domain may not be able to read it.
    """
    command = users.dropped(PROCESSES[process], children.python("-m", "beijiang.config.processes.errands", *words))
    variables = {**children.environment(env, layout, process), "BEIJIANG_SPEAK": current_language(), **(extra or {})}
    with file.open("rb") if file else open(os.devnull, "rb") as source:
        running = subprocess.Popen(command, env=variables, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")
    if running.stdout is None or running.stderr is None:
        raise AssertionError("pipes were asked for")
    answer: Any = None
    with ThreadPoolExecutor(1) as pool:
        errors = pool.submit(running.stderr.read)
        for line in running.stdout:
            if line.startswith("\x1e"):
                answer = json.loads(line[1:])
            elif say is not None and line.strip():
                say(line.rstrip())
        running.wait()
        trouble = errors.result().strip()
    if running.returncode:
        last = trouble.splitlines()[-1] if trouble else "no message"
        if running.returncode == KNOWN_PROBLEM:
            raise users.CannotRun(Words(last, last))
        raise users.CannotRun(Words(f"{words[0]} 失败：{last}\n{trouble[-3000:]}", f"{words[0]} failed: {last}\n{trouble[-3000:]}"))
    return answer
