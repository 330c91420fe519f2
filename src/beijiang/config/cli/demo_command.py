"""`beijiang demo token|reset`, and what `up --demo` seeds and prints."""

from __future__ import annotations

import argparse
import json
import shutil
from typing import Any

from rich.console import Console
from rich.table import Table

from beijiang.config.cli.common import Steps, instance, running, settings, supervisor_only
from beijiang.config.env import Env
from beijiang.config.processes import secrets, setup
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words
from beijiang.trust.identity.types import Duty

HELP = Words("演示模式：签发令牌，或清空演示数据。", "Demonstration: issue a token, or start it afresh.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`token USERNAME` and `reset`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="token|reset")
    token = verbs.add_parser(
        "token",
        help=str(Words("打印一个演示账号的访问令牌（5 分钟有效）", "print an access token of a demonstration account (valid 5 minutes)")),
    )
    token.add_argument("username")
    reset = verbs.add_parser(
        "reset", help=str(Words("删除演示数据，下次 up --demo 重新生成", "delete the demonstration; the next `up --demo` makes it again"))
    )
    reset.add_argument("--yes", action="store_true", help=str(Words("确认删除", "confirm")))


def run(arguments: argparse.Namespace) -> int:
    """Do the verb."""
    env, layout = settings(arguments)
    if arguments.verb == "token":
        env, _ = running(env, layout)
        print(token(env, layout, arguments.username))
        return 0
    return reset(layout, sure=arguments.yes)


def token(env: Env, layout: Layout, username: str) -> str:
    """An access token of a demonstration account; CannotRun outside the demonstration."""
    if not env.demo:
        raise CannotRun(
            Words(
                "只有演示模式可以代人签发令牌；请让本人登录后设置 BEIJIANG_TOKEN。",
                "Only the demonstration issues tokens for others; let the person sign in and set BEIJIANG_TOKEN.",
            )
        )
    supervisor_only(layout)
    return str(setup.errand(env, layout, "user", "token", username))


def reset(layout: Layout, *, sure: bool) -> int:
    """Delete a demonstration's data, never a real instance's."""
    mark = layout.public("mode.json")
    if not mark.exists() or not json.loads(mark.read_text(encoding="utf-8"))["demo"]:
        raise CannotRun(Words(f"{layout.root} 不是演示数据，未作任何改动。", f"{layout.root} is no demonstration; nothing was changed."))
    if instance(layout) is not None:
        raise CannotRun(Words("请先停止运行中的系统。", "Stop the running system first."))
    if not sure:
        raise CannotRun(
            Words(
                f"将删除 {layout.root} 中的全部演示数据；确认请加 --yes。",
                f"This deletes the demonstration in {layout.root}; say --yes to do it.",
            )
        )
    supervisor_only(layout)
    for folder in (
        layout.postgres,
        layout.nats,
        layout.lake,
        layout.blobs,
        layout.root / "uploads",
        layout.root / "drop",
        layout.logs,
        layout.root / "run",
        layout.secrets,
        layout.root / "public",
    ):
        shutil.rmtree(folder, ignore_errors=True)
    print(Words("演示数据已删除；运行 beijiang up --demo 重新生成。", "The demonstration is deleted; `beijiang up --demo` makes it again."))
    return 0


def seed(env: Env, layout: Layout, steps: Steps) -> None:
    """Fill a new demonstration: the region's people and grants, then the datasets: declared to the lake, their rows by the door."""
    mark = layout.public("demo.json")
    if mark.exists() and json.loads(mark.read_text(encoding="utf-8")).get("complete"):
        return
    setup.errand(env, layout, "user", "seed-user", say=steps.say)
    steps.done(Words("演示区域：单位、人员和授权", "demonstration region: units, people and grants"))
    setup.errand(env, layout, "data", "define-lake")
    setup.errand(env, layout, "user", "seed-lake", say=steps.say)
    steps.done(Words("演示数据集", "demonstration datasets"))
    secrets.publish(
        layout,
        "demo.json",
        json.dumps({"complete": True, "users": setup.errand(env, layout, "user", "people")}, ensure_ascii=False, indent=1),
    )


def people(layout: Layout) -> list[dict[str, Any]]:
    """The demonstration accounts as written down when they were made."""
    try:
        return list(json.loads(layout.public("demo.json").read_text(encoding="utf-8"))["users"])
    except (OSError, ValueError, KeyError):
        return []


def print_users(env: Env, layout: Layout) -> None:
    """The demonstration accounts as a table."""
    print(Words(f"演示账号（口令均为 {env.demo_password}）", f"Demonstration accounts (password of all: {env.demo_password})"))
    table = Table(box=None, padding=(0, 2))
    for heading in (
        Words("用户名", "username"),
        Words("姓名", "name"),
        Words("单位", "unit"),
        Words("职责", "duty"),
        Words("用途", "good for"),
    ):
        table.add_column(str(heading))
    for person in people(layout):
        table.add_row(
            person["username"],
            person["name"],
            str(Words(person["unit_zh"], person["unit_en"])).split(",")[0],
            ", ".join(str(Duty(duty).words) for duty in person["duties"]),
            str(Words(person["about_zh"], person["about_en"])),
        )
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)
