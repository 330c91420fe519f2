"""The command line: `beijiang COMMAND`. Exit codes: 0 done, 1 failed or unsafe, 2 bad usage, 3 refused by the door."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from beijiang import __version__
from beijiang.kernel.words import Words, set_language

COMMANDS = ("init", "up", "status", "check", "backup", "restore", "upgrade", "ask", "lake", "audit", "letters", "demo")
ABOUT = Words("北疆云：一条命令启动、查看和维护整个系统。", "Beijiang Cloud: start, see and keep the whole product.")


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    root = argparse.ArgumentParser(prog="beijiang", description=str(ABOUT))
    root.add_argument("--version", action="version", version=f"beijiang {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"beijiang.config.cli.{name}_command")
        sub = commands.add_parser(name, help=str(module.HELP), description=str(module.HELP))
        sub.add_argument("--data-dir", metavar="DIR", help=str(Words("数据目录", "the data directory")))
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return root


def language() -> str:
    """The language to speak: BEIJIANG_LANGUAGE, else the terminal's."""
    told = os.environ.get("BEIJIANG_LANGUAGE")
    if told:
        return told
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-hans" if terminal.lower().startswith("zh") else "en"


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code; faults become one clear message on stderr."""
    from beijiang.config.env import BadSetting
    from beijiang.config.processes.users import CannotRun

    set_language(language())
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except (CannotRun, BadSetting) as error:
        print(f"beijiang: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
