"""Each child process: its command, the user it runs as, and an environment with its own secrets and no others."""

from __future__ import annotations

import secrets
import sys
from dataclasses import dataclass, fields
from typing import Any

from beijiang.config.env import PREFIX, Env
from beijiang.config.processes import nats, postgres
from beijiang.config.processes.layout import PROCESSES, Layout

# setting -> the secret's name in the principal's folder; {app} is the process's database role
USER_SECRETS = {
    "db_password_file": "pg-bj_user_app",
    "django_secret_key_file": "django-secret-key",
    "token_key_file": "token-key.pem",
    "signing_key_file": "signing-key.pem",
    "blob_key_file": "blob-key",
    "subject_key_file": "subject-key",
}
DATA_SECRETS = {
    "db_password_file": "pg-bj_data_app",
    "reader_password_file": "pg-bj_data_reader",
    "django_secret_key_file": "django-secret-key",
    "signing_key_file": "signing-key.pem",
    "subject_key_file": "subject-key",
}
SECRETS: dict[str, dict[str, str]] = {
    "user": {**USER_SECRETS, "nats_seed_file": "nats-user", "tls_key_file": "server.key"},
    "jobs-user": {**USER_SECRETS, "nats_seed_file": "nats-jobs-user"},
    "data": DATA_SECRETS,
    "jobs-data": {**DATA_SECRETS, "nats_seed_file": "nats-jobs-data"},
    "relay": {
        "db_password_file": "pg-bj_relay",
        "nats_seed_file": "nats-relay",
        "log_key_file": "log-key",
        "subject_key_file": "subject-key",
    },
}
PUBLIC = {"jwks_file": "jwks.json", "peer_keys_file": "peers.json", "log_public_key_file": "log-key.pub", "ca_file": "ca.pem"}
POOL = 12
DOMAINS = {"user": "user", "jobs-user": "user", "relay": "user", "data": "data", "jobs-data": "data", "lake-worker": "data"}


@dataclass(frozen=True)
class Child:
    """What the supervisor starts."""

    name: str
    principal: str
    command: list[str]
    env: dict[str, str]
    stop: str = "TERM"
    patience: float = 10.0


def base() -> dict[str, str]:
    """What every child gets: nothing of the caller's own environment."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/nonexistent",
    }


def text(value: Any) -> str:
    """A setting's value as the environment carries it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def plain(env: Env, domain: str) -> dict[str, str]:
    """The settings that are no secret, as an environment of that domain."""
    own = {"db_name", "db_user", "signing_key_id"}  # follow from the domain
    result = {
        PREFIX + item.name.upper(): text(getattr(env, item.name))
        for item in fields(Env)
        if not item.metadata["secret"] and not item.name.endswith("_file") and item.name not in own | {"db_pool"}
    }
    return {**result, PREFIX + "DOMAIN": domain}


def environment(env: Env, layout: Layout, process: str) -> dict[str, str]:
    """The whole environment of one process."""
    if process in {"postgres", "nats"}:
        return base()
    result = {**base(), **plain(env, DOMAINS[process])}
    if process == "lake-worker":
        wanted = {"DOMAIN", "DATA_DIR", "LAKE_ROOT", "LAKE_SOCKET", "LAKE_MEMORY", "LOG_LEVEL"}
        return {key: value for key, value in result.items() if not key.startswith(PREFIX) or key.removeprefix(PREFIX) in wanted}
    result |= {PREFIX + name.upper(): str(layout.public(file)) for name, file in PUBLIC.items()}
    if env.tls:
        result[PREFIX + "TLS_CERT_FILE"] = str(env.tls_cert_file or layout.public("server.pem"))
    principal = PROCESSES[process]
    for name, file in SECRETS[process].items():
        result[PREFIX + name.upper()] = str(layout.secret(principal, file))
    if process == "user":
        result[PREFIX + "DB_POOL"] = str(env.db_pool or POOL)
    if process == "relay":
        result[PREFIX + "DB_USER"] = "bj_relay"
        result[PREFIX + "DJANGO_SECRET_KEY"] = secrets.token_urlsafe(32)  # signs nothing; Django wants one
    return result


def owner_environment(env: Env, layout: Layout, domain: str) -> dict[str, str]:
    """The environment in which the supervisor migrates one database."""
    return {
        **base(),
        **plain(env, domain),
        "PYTHONDONTWRITEBYTECODE": "",
        PREFIX + "DB_USER": f"bj_{domain}_owner",
        PREFIX + "DB_PASSWORD_FILE": str(layout.secret("supervisor", f"pg-bj_{domain}_owner")),
        PREFIX + "DJANGO_SECRET_KEY": secrets.token_urlsafe(32),
    }


def python(*words: str) -> list[str]:
    """This interpreter, not looking into the working directory for modules."""
    return [sys.executable, "-P", *words]


def web(env: Env, process: str, layout: Layout) -> list[str]:
    """granian for one of the two web processes."""
    user = process == "user"
    words = python(
        "-m",
        "granian",
        "--host",
        env.host if user else env.data_host,
        "--port",
        str(env.user_port if user else env.data_port),
        "--interface",
        "asginl" if user else "wsgi",
        "--workers",
        str(env.workers),
        "--http",
        "auto",
        "--loop",
        "asyncio",
        "--log-level",
        env.log_level,
        "--backlog",
        "1024",
        "--workers-kill-timeout",
        "8s",
        "--respawn-failed-workers",
    )
    if user:
        words += ["--no-ws", "--backpressure", str(env.threads * 16)]
        if env.tls:
            words += [
                "--ssl-certificate",
                str(env.tls_cert_file or layout.public("server.pem")),
                "--ssl-keyfile",
                str(env.tls_key_file or layout.secret("user", "server.key")),
                "--ssl-protocol-min",
                "tls1.2",
            ]
        return [*words, "beijiang.config.asgi:application"]
    return [*words, "--blocking-threads", str(env.threads), "--backpressure", str(env.threads * 4), "beijiang.config.wsgi:application"]


def command(env: Env, layout: Layout, process: str) -> list[str]:
    """What is started for one process."""
    match process:
        case "postgres":
            return postgres.command(layout.postgres, env.pg_port)
        case "nats":
            return nats.command(layout.nats / "nats.json")
        case "user" | "data":
            return web(env, process, layout)
        case "lake-worker":
            return python("-m", "beijiang.compute.lake.adapters.worker", "--socket", str(env.lake_socket), "--root", str(env.lake_root))
        case "relay":
            return python("-m", "beijiang.config.processes.relay")
        case "jobs-user" | "jobs-data":
            return python("-m", "beijiang.config.processes.jobs")
    raise ValueError(process)


def child(env: Env, layout: Layout, process: str) -> Child:
    """Everything the supervisor needs to start one process."""
    return Child(
        process,
        PROCESSES[process],
        command(env, layout, process),
        environment(env, layout, process),
        stop="INT" if process == "postgres" else "TERM",
        patience=30.0 if process == "postgres" else 10.0,
    )


def wanted(env: Env) -> list[str]:
    """The processes of this instance, servers first."""
    outside = {name for name, address in (("postgres", env.external_pg), ("nats", env.external_nats)) if address}
    return [name for name in PROCESSES if name not in outside]
