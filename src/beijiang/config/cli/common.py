"""What the commands share: which instance is meant, what runs there, and how to say things."""

from __future__ import annotations

import argparse
import json
import os
import ssl
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from beijiang.config.env import Env, load
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words, current_language

SYSTEM_DIR = Path("/var/lib/beijiang")


def settings(arguments: argparse.Namespace) -> tuple[Env, Layout]:
    """The settings for this command and the paths of the instance it means."""
    environ = dict(os.environ)
    if arguments.data_dir:
        environ["BEIJIANG_DATA_DIR"] = arguments.data_dir
    elif not environ.get("BEIJIANG_DATA_DIR"):
        home = SYSTEM_DIR if os.geteuid() == 0 else Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "beijiang"
        environ["BEIJIANG_DATA_DIR"] = str(home)
    environ["BEIJIANG_DOMAIN"] = "user"
    if getattr(arguments, "demo", False):
        environ["BEIJIANG_DEMO"] = "yes"
    env = load(environ)
    return env, Layout(env.data_dir)


def running(env: Env, layout: Layout) -> tuple[Env, dict[str, Any]]:
    """The settings as the running instance has them, and what `up` wrote down; CannotRun when nothing runs."""
    facts = instance(layout)
    if facts is None:
        raise CannotRun(
            Words(
                f"{layout.root} 上没有运行中的系统；请先运行 beijiang up（或用 --data-dir 指定）。",
                f"Nothing runs on {layout.root}; start it with `beijiang up`, or name another with --data-dir.",
            )
        )
    ports = facts["ports"]
    env = replace(
        env,
        host=facts["host"],
        demo=facts["demo"],
        user_port=ports["user"],
        data_port=ports["data"],
        pg_port=ports["pg"],
        nats_port=ports["nats"],
        mqtt_port=ports["mqtt"],
        data_url=facts["data_url"],
        nats_url=facts["nats_url"],
        db_host=facts["db_host"],
        db_port=facts["db_port"],
        public_url=facts["url"],
    )
    return env, facts


def instance(layout: Layout) -> dict[str, Any] | None:
    """What `up` wrote down, if the process that wrote it is alive."""
    try:
        facts: dict[str, Any] = json.loads(layout.instance.read_text(encoding="utf-8"))
        os.kill(facts["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, ValueError, KeyError):
        return None
    except PermissionError:
        pass  # alive, another user's
    return facts


class Steps:
    """Progress on the terminal: each step with the time it took."""

    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()

    def done(self, what: Words | str) -> None:
        """Report a step that ended now."""
        now = time.monotonic()
        print(f"  ✓ {what}  {now - self.last:.1f} s", flush=True)
        self.last = now

    def say(self, what: object) -> None:
        """Report something within a step."""
        print(f"    {what}", flush=True)

    @property
    def total(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self.begun


def supervisor_only(layout: Layout) -> None:
    """CannotRun unless this user may read the supervisor's secrets."""
    folder = layout.secrets / "supervisor"
    if not layout.ready:
        raise CannotRun(
            Words(f"{layout.root} 尚未初始化；请先运行 beijiang init。", f"{layout.root} is not initialised; run `beijiang init` first.")
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise CannotRun(
            Words(
                "此命令需要启动系统的同一用户（例如 root）执行。", "Run this command as the user who started the system (for example root)."
            )
        )


def call(env: Env, layout: Layout, method: str, path: str, token: str, **options: Any) -> httpx.Response:
    """A request to the running user domain; CannotRun when it cannot be reached."""
    verify: Any = ssl.create_default_context(cafile=str(layout.public("ca.pem"))) if env.tls and layout.public("ca.pem").exists() else True
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "Accept-Language": current_language(),
        **options.pop("headers", {}),
    }
    try:
        return httpx.request(
            method, env.base_url + path, headers=headers, verify=verify, timeout=options.pop("timeout", 60), trust_env=False, **options
        )
    except httpx.HTTPError as error:
        raise CannotRun(Words(f"{env.base_url} 没有应答：{error}", f"{env.base_url} does not answer: {error}")) from error
