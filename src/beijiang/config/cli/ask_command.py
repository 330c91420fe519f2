"""`beijiang ask`: a question through the running door, like any caller's."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import uuid
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from beijiang.config.cli import demo_command
from beijiang.config.cli.common import call, running, settings
from beijiang.config.env import Env, read_secret
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

HELP = Words(
    "经数据门提问：退出码 0 有结果和回执，3 被拒绝（原因在标准错误）。",
    "Ask through the door: exit code 0 with rows and a receipt, 3 when refused, the reason on stderr.",
)
REFUSED = 3
INTERRUPTED = 130


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--as`, `--purpose`, `--case`, `--format` and the question."""
    parser.add_argument(
        "--as",
        dest="username",
        metavar="USERNAME",
        help=str(
            Words(
                "演示账号（只在演示模式）；否则用 BEIJIANG_TOKEN",
                "a demonstration account (demonstration only); otherwise BEIJIANG_TOKEN is used",
            )
        ),
    )
    parser.add_argument("--purpose", required=True, metavar="CODE", help=str(Words("目的代码", "purpose code")))
    parser.add_argument("--case", metavar="REF", help=str(Words("案件或事项编号", "reference of the case or matter")))
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help=str(Words("输出格式", "output format")))
    parser.add_argument("sql", metavar="SELECT", help=str(Words("一个数据集上的一条 SELECT", "one SELECT over one dataset")))


def run(arguments: argparse.Namespace) -> int:
    """Ask and print."""
    env, layout = settings(arguments)
    env, _ = running(env, layout)
    token = bearer(env, layout, arguments.username)
    number = str(uuid.uuid4())
    body: dict[str, Any] = {"id": number, "sql": arguments.sql, "purpose": arguments.purpose}
    if arguments.case:
        body["case"] = arguments.case
    try:
        reply = call(env, layout, "POST", "/api/v1/inquiry/ask", token, json=body, timeout=120)
    except KeyboardInterrupt:
        return stopped(env, layout, token, number)
    if reply.status_code >= 400:
        return refusal(reply)
    show(reply.json(), arguments.format)
    return 0


def stopped(env: Env, layout: Layout, token: str, number: str) -> int:
    """Ctrl-C: the question is stopped in the lake too, not only left behind."""
    told = call(env, layout, "POST", f"/api/v1/inquiry/running/{number}/stop", token)
    over = told.status_code == httpx.codes.OK and not told.json().get("stopped")
    print(
        Words("提问已经结束。", "The question was over already.") if over else Words("提问已停止。", "The question was stopped."),
        file=sys.stderr,
    )
    return INTERRUPTED


def bearer(env: Env, layout: Layout, username: str | None) -> str:
    """Whose token: a demonstration account's, or the caller's own."""
    if username:
        return demo_command.token(env, layout, username)
    token = os.environ.get("BEIJIANG_TOKEN", "")
    if not token and (file := os.environ.get("BEIJIANG_TOKEN_FILE")):
        from pathlib import Path

        token = read_secret(Path(file))
    if not token:
        raise CannotRun(
            Words(
                "请设置 BEIJIANG_TOKEN 为您的访问令牌；演示模式可用 --as 用户名。",
                "Set BEIJIANG_TOKEN to your access token; in the demonstration use --as USERNAME.",
            )
        )
    return token


def refusal(reply: httpx.Response) -> int:
    """Print why not; 3 for a refusal by the door, 1 for anything else."""
    try:
        problem = reply.json()
    except ValueError:
        problem = {}
    title = Words.of(problem["title_words"]) if "title_words" in problem else problem.get("title", f"HTTP {reply.status_code}")
    detail = Words.of(problem["detail_words"]) if "detail_words" in problem else problem.get("detail", "")
    print(f"{title}: {detail}" if str(detail) else str(title), file=sys.stderr)
    for reason in problem.get("reasons", []):
        print(f"  - {Words.of(reason['words'])}", file=sys.stderr)
        if reason.get("next"):
            print(f"    → {Words.of(reason['next'])}", file=sys.stderr)
    if problem.get("code"):
        print(
            f"  [{problem['code']}]" + (f" {Words('回执', 'receipt')} {problem['receipt']}" if problem.get("receipt") else ""),
            file=sys.stderr,
        )
    return REFUSED if reply.status_code == httpx.codes.FORBIDDEN else 1


def show(answer: dict[str, Any], form: str) -> None:
    """Print rows to stdout; what belongs to them but is no row goes to stderr, except in JSON."""
    columns = [column["name"] if isinstance(column, dict) else column for column in answer["columns"]]
    if form == "json":
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([["" if value is None else value for value in row] for row in answer["rows"]])
    else:
        table = Table(box=None, padding=(0, 2))
        for column in columns:
            table.add_column(column)
        for row in answer["rows"]:
            table.add_row(*("" if value is None else str(value) for value in row))
        console = Console()
        console.print(table) if console.is_terminal else Console(width=400).print(table)
    rows = len(answer["rows"])
    more = Words("（已截断）", " (cut off)") if answer.get("truncated") else ""
    print(Words(f"{rows} 行{more}，回执 {answer['receipt']}", f"{rows} rows{more}, receipt {answer['receipt']}"), file=sys.stderr)
