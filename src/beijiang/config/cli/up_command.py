"""`beijiang up`: from nothing, or from where it was, to a running product."""

from __future__ import annotations

import argparse
import datetime
import json
import socket
from concurrent.futures import ThreadPoolExecutor

from beijiang.config.cli import demo_command
from beijiang.config.cli.common import Steps, settings
from beijiang.config.env import Env
from beijiang.config.processes import secrets, setup, users
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.supervisor import SERVERS, Supervisor, endpoints, hold
from beijiang.kernel.words import Words

HELP = Words("启动系统并在前台运行；Ctrl-C 停止。", "Start the product and stay in the foreground; Ctrl-C stops it.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--demo`."""
    parser.add_argument(
        "--demo", action="store_true", help=str(Words("带虚构的演示区域和演示账号", "with the fictional demonstration region and accounts"))
    )


def run(arguments: argparse.Namespace) -> int:
    """Start, print the address, stay until a signal."""
    env, layout = settings(arguments)
    steps = Steps()
    print(Words(f"北疆云正在启动，数据目录 {layout.root}", f"Beijiang Cloud is starting on {layout.root}"), flush=True)
    endpoints(layout)  # refuses a path that is too long before anything is made there
    refuse_demo_on_real(env, layout)
    setup.init(env, layout, steps.say)
    lock = hold(layout)
    check_ports(env)
    steps.done(Words("密钥、证书和目录就绪", "secrets, certificates and folders are in place"))
    supervisor = Supervisor(env, layout)
    try:
        supervisor.run(lambda running: prepare(running, steps))
    finally:
        lock.close()
    print(Words("已停止。", "Stopped."), flush=True)
    return 0


def prepare(supervisor: Supervisor, steps: Steps) -> None:
    """What happens beside the arbiter: databases, stream, processes, health, demonstration, the address."""
    env, layout = supervisor.env, supervisor.layout
    setup.ensure_databases(env, layout)
    steps.done(Words("PostgreSQL 就绪", "PostgreSQL answers"))
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(setup.ensure_stream, env, layout)
        count = setup.ensure_schema(env, layout)
        stream.result()
    steps.done(
        Words(
            f"数据库结构和权限就绪（{count} 个迁移），消息流就绪",
            f"schema and grants are in place ({count} migrations), the stream is ready",
        )
    )
    with ThreadPoolExecutor(1) as pool:
        enrolled = pool.submit(enrol, env, layout)
        # The workers of background jobs come last: what people wait for should not share two cores with them.
        supervisor.start(name for name in supervisor.names if name not in SERVERS and not name.startswith("jobs-"))
        supervisor.note_instance()
        supervisor.await_health()
        supervisor.start(name for name in supervisor.names if name.startswith("jobs-"))
        enrolled.result()
    steps.done(Words("各进程运行正常", "all processes are well"))
    if env.demo:
        demo_command.seed(env, layout, steps)
    link = first_administrator(env, layout)
    print_address(env, layout, steps, link)


def refuse_demo_on_real(env: Env, layout: Layout) -> None:
    """Demonstration accounts have a known password; they never come into an instance that was started without."""
    mark = layout.public("mode.json")
    if env.demo and mark.exists() and not json.loads(mark.read_text(encoding="utf-8"))["demo"]:
        raise users.CannotRun(
            Words(
                f"{layout.root} 是正式数据，不能用 --demo 启动；请用 --data-dir 指定另一个目录。",
                f"{layout.root} holds real data and cannot be started with --demo; name another directory with --data-dir.",
            )
        )


def check_ports(env: Env) -> None:
    """Say which setting to change when a port is taken."""
    wanted = {
        "USER_PORT": (env.host, env.user_port),
        "DATA_PORT": (env.data_host, env.data_port),
        "MQTT_PORT": ("127.0.0.1", env.mqtt_port),
    }
    if not env.external_pg:
        wanted["PG_PORT"] = ("127.0.0.1", env.pg_port)
    if not env.external_nats:
        wanted["NATS_PORT"] = ("127.0.0.1", env.nats_port)
    taken = []
    for name, (host, port) in wanted.items():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                taken.append(f"{host}:{port} ({error.strerror}) → BEIJIANG_{name}")
    if taken:
        lines = "".join(f"\n  {line}" for line in taken)
        raise users.CannotRun(
            Words(f"端口不可用，请用下列设置换一个：{lines}", f"These ports cannot be used; choose others by these settings:{lines}")
        )


def enrol(env: Env, layout: Layout) -> None:
    """Register the user domain's signing key with the door, again when the registration nears its end."""
    mark = layout.public("enrolled.json")
    if mark.exists():
        until = datetime.datetime.fromisoformat(json.loads(mark.read_text(encoding="utf-8"))["until"])
        if until - datetime.datetime.now(datetime.UTC) > datetime.timedelta(days=60):
            return
    until = setup.errand(env, layout, "user", "enrol")
    secrets.publish(layout, "enrolled.json", json.dumps({"until": until}))


def first_administrator(env: Env, layout: Layout) -> str | None:
    """A one-time link for the first administrator of a real instance, made and printed once."""
    mark = layout.public("mode.json")
    if mark.exists():
        return None
    link = None if env.demo else str(setup.errand(env, layout, "user", "administrator"))
    secrets.publish(layout, "mode.json", json.dumps({"demo": env.demo}))
    return link


def print_address(env: Env, layout: Layout, steps: Steps, link: str | None) -> None:
    """The last words of a start."""
    print("", flush=True)
    print(Words(f"北疆云已就绪（{steps.total:.1f} 秒）：{env.base_url}", f"Beijiang Cloud is ready ({steps.total:.1f} s): {env.base_url}"))
    if env.tls:
        print(
            Words(f"浏览器需信任本地根证书：{layout.public('ca.pem')}", f"Let your browser trust the local CA: {layout.public('ca.pem')}")
        )
    if link:
        print(
            Words(f"首位管理员请打开（仅此一次，24 小时内有效）：{link}", f"First administrator, open this once, within 24 hours: {link}")
        )
    if env.demo:
        demo_command.print_users(env, layout)
    print(Words("按 Ctrl-C 停止。", "Ctrl-C stops it."), flush=True)
