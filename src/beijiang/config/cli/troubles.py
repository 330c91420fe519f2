"""What waits for a person: events that a handler gave up, and a log that is no longer sealed. Read by the supervisor's user alone."""

from __future__ import annotations

import os
from typing import Any

import psycopg

from beijiang.config.env import Env, read_secret
from beijiang.config.processes import postgres
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.relay import DAMAGED, FAILED, SOUND
from beijiang.kernel.words import Words

LATEST = 20
SEALING = {SOUND: "running", DAMAGED: "damaged", FAILED: "failed"}


def troubles(env: Env, layout: Layout) -> dict[str, Any]:
    """`dead_letters` of each domain (None: cannot be read) and `sealing`: running, damaged, failed, stopped or unknown."""
    found: dict[str, Any] = {"dead_letters": {}, "sealing": "unknown"}
    for domain in ("user", "data"):
        found["dead_letters"][domain] = None
        secret = layout.secret("supervisor", f"pg-bj_{domain}_owner")
        if not os.access(secret, os.R_OK):
            continue
        try:
            with postgres.connect(
                env.db_host, env.db_port, dbname=f"bj_{domain}", user=f"bj_{domain}_owner", password=read_secret(secret), timeout=3
            ) as connection:
                found["dead_letters"][domain] = letters(connection)
                if domain == "user":
                    found["sealing"] = sealing(connection)
        except psycopg.Error:
            continue  # the list of processes says that it is away
    return found


def letters(connection: psycopg.Connection) -> dict[str, Any]:
    """How many events handlers gave up in one database, and the latest of them: never their content."""
    row = connection.execute("SELECT count(*) FROM kernel_deadletter WHERE resolved_at IS NULL").fetchone()
    rows = connection.execute(
        "SELECT document->>'id', document->>'type', consumer, tries, split_part(error, ':', 1), at FROM kernel_deadletter"
        " WHERE resolved_at IS NULL ORDER BY at DESC LIMIT %s",
        [LATEST],
    )
    names = ("event", "type", "consumer", "tries", "error")
    failed = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").fetchone()
    return {
        "count": row[0] if row else 0,
        "failed_jobs": failed[0] if failed else 0,
        "latest": [{**dict(zip(names, r, strict=False)), "at": r[5].isoformat()} for r in rows],
    }


def sealing(connection: psycopg.Connection) -> str:
    """How sealing is, by the name that the relay's connection bears."""
    rows = connection.execute(
        "SELECT application_name FROM pg_stat_activity WHERE usename = 'bj_relay' AND datname = 'bj_user' AND application_name = ANY(%s)",
        [list(SEALING)],
    )
    states = {SEALING[row[0]] for row in rows}
    # A second relay that stands by is called sound; the one at work decides.
    return next((state for state in ("damaged", "failed", "running") if state in states), "stopped")


def tell(report: dict[str, Any]) -> list[str]:
    """A line for each thing that somebody has to look at."""
    lines = []
    if report["sealing"] == "damaged":
        lines.append(
            str(
                Words(
                    "审计日志已损坏，已停止封存：请运行 beijiang audit verify",
                    "the log is damaged, run audit verify: nothing is sealed until then",
                )
            )
        )
    if report["sealing"] == "failed":
        lines.append(
            str(Words("审计日志封存失败，正在重试：原因见 relay.log", "sealing the log fails and is tried again: relay.log says why"))
        )
    if report["sealing"] == "stopped":
        lines.append(str(Words("没有进程在封存审计日志", "no process seals the log")))
    for domain, found in report["dead_letters"].items():
        if found and found["count"]:
            kinds = ", ".join(sorted({f"{letter['consumer']} ← {letter['type']}" for letter in found["latest"]}))
            lines.append(
                str(
                    Words(
                        f"{domain} 域有 {found['count']} 个事件处理失败并已留存（{kinds}）；见 beijiang letters",
                        f"{found['count']} events of domain {domain} could not be handled and are kept ({kinds}); see beijiang letters",
                    )
                )
            )
        if found and found.get("failed_jobs"):
            many = found["failed_jobs"]
            lines.append(
                str(
                    Words(
                        f"{domain} 域有 {many} 个后台任务失败；见 beijiang letters",
                        f"{many} background jobs of domain {domain} failed; see beijiang letters",
                    )
                )
            )
    return lines
