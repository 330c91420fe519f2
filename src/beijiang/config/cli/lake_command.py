"""`beijiang lake ingest FILE --dataset NAME [--rejects FILE.csv]`: a file through the door, in the caller's name."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from beijiang.config.cli.ask_command import bearer
from beijiang.config.cli.common import running, settings, supervisor_only
from beijiang.config.cli.rejects import Rejects, check_target
from beijiang.config.processes import setup
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

HELP = Words(
    "接入数据文件：CSV、Excel 或 Parquet，经数据门进入数据湖。",
    "Bring a file of records in: CSV, Excel or Parquet, through the door into the lake.",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """`ingest FILE --dataset NAME [--rejects FILE.csv] [--as USERNAME]`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="ingest")
    ingest = verbs.add_parser("ingest", help=str(HELP))
    ingest.add_argument("file", type=Path, metavar="FILE")
    ingest.add_argument("--dataset", required=True, metavar="NAME", help=str(Words("数据集名", "name of the dataset")))
    ingest.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE.csv",
        help=str(Words("把搁置的行连同原因全部写入这个新文件", "write all rows that were set aside, with reasons, to this new file")),
    )
    ingest.add_argument(
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


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when every row came in, 1 when none or not all did (bad rows are set aside with reasons)."""
    env, layout = settings(arguments)
    env, _ = running(env, layout)
    supervisor_only(layout)
    path: Path = arguments.file
    if not path.is_file():
        raise CannotRun(Words(f"没有文件 {path}。", f"There is no file {path}."))
    if path.stat().st_size == 0:
        raise CannotRun(Words(f"文件 {path} 是空的，没有可接入的内容。", f"The file {path} is empty; there is nothing to bring in."))
    if arguments.rejects:
        check_target(arguments.rejects)
    token = bearer(env, layout, arguments.username)
    report = setup.errand(
        env,
        layout,
        "user",
        "send-file",
        arguments.dataset,
        path.name,
        say=lambda line: print(f"  {line}", file=sys.stderr, flush=True),
        file=path,
        extra={"BEIJIANG_TOKEN": token},
    )
    code = tell(report)
    if report["state"] == "done" and report["rows_bad"]:
        return Rejects(env, layout, report["id"], token, arguments.username).tell(arguments.rejects) or code
    return code


def tell(report: dict[str, Any]) -> int:
    """Print what came in and what was set aside."""
    good, bad = report["rows_ok"], report["rows_bad"]
    if report["state"] != "done":
        print(
            Words(f"接入失败，没有写入任何记录：{Words.of(report['error'] or '')}", f"Nothing came in: {Words.of(report['error'] or '')}"),
            file=sys.stderr,
        )
        return 1
    if report["repeated"]:
        print(Words("这个文件以前接入过，没有重复写入。", "This very file came in before; nothing was written twice."))
    print(Words(f"接入 {good} 行，搁置 {bad} 行（批次 {report['id']}）", f"{good} rows came in, {bad} were set aside (run {report['id']})"))
    for note in report["notes"]:
        print(f"  - {Words.of(note)}", file=sys.stderr)
    return 1 if bad else 0
