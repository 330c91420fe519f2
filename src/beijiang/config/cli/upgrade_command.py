"""`beijiang upgrade`: first what would change, with `--yes` the change."""

from __future__ import annotations

import argparse
from typing import Any

from beijiang import __version__
from beijiang.config.cli.common import Steps, instance, running, settings, supervisor_only
from beijiang.config.processes import setup
from beijiang.config.processes.supervisor import with_servers
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

HELP = Words("升级数据库结构：先列出将要执行的迁移；加 --yes 才执行。", "Upgrade the databases: lists what is pending; --yes applies it.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--yes`."""
    parser.add_argument("--yes", action="store_true", help=str(Words("执行", "apply")))


def run(arguments: argparse.Namespace) -> int:
    """List, or apply with the processes stopped."""
    env, layout = settings(arguments)
    supervisor_only(layout)
    up = instance(layout) is not None
    if arguments.yes and up:
        raise CannotRun(Words("请先停止系统再升级（并先做备份）。", "Stop the system before an upgrade (and back it up before that)."))
    steps, results = Steps(), []

    def work() -> None:
        setup.ensure_databases(env, layout)
        results.extend(setup.migrate(env, layout, dry_run=not arguments.yes))

    if up:
        env, _ = running(env, layout)
        results.extend(setup.migrate(env, layout, dry_run=True))
    else:
        with_servers(env, layout, work)
    tell(results, applied=arguments.yes)
    if arguments.yes:
        steps.done(Words(f"已升级到 {__version__}", f"upgraded to {__version__}"))
    return 0


def tell(results: list[dict[str, Any]], *, applied: bool) -> None:
    """Print what is or was pending in each database."""
    for result in results:
        names = result["migrated" if applied else "pending"]
        print(f"bj_{result['domain']}: " + (", ".join(names) if names else str(Words("无待执行的迁移", "nothing pending"))))
    if not applied and any(result["pending"] for result in results):
        print(
            Words(
                "这只是预览。请先备份、停止系统，再运行 beijiang upgrade --yes。",
                "This was a dry run. Back up, stop the system, then run `beijiang upgrade --yes`.",
            )
        )
