"""`beijiang restore DIR`: a backup into an empty data directory, ending in a verification of the log."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from beijiang.config.cli import audit_command, backup_command
from beijiang.config.cli.common import Steps, instance, settings
from beijiang.config.env import Env
from beijiang.config.processes import archive, setup, users
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.supervisor import with_servers
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

HELP = Words("把备份恢复到空的数据目录，最后核验审计日志。", "Restore a backup into an empty data directory; ends by verifying the log.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`DIR` and `--keys FILE`."""
    parser.add_argument("directory", type=Path, metavar="DIR", help=str(Words("备份目录", "the backup's directory")))
    parser.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help=str(Words("密钥档（默认在备份目录中查找）", "the archive of keys (looked for in DIR by default)")),
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything is back and the log is sound."""
    env, layout = settings(arguments)
    source: Path = arguments.directory.absolute()
    manifest = read_manifest(source)
    keys = arguments.keys or source / manifest["keys"]
    if not keys.exists():
        raise CannotRun(
            Words(f"缺少密钥档 {keys}；请用 --keys 指出它在哪里。", f"The archive of keys {keys} is missing; name it with --keys.")
        )
    if instance(layout) is not None or layout.ready or (layout.postgres.exists() and any(layout.postgres.iterdir())):
        raise CannotRun(
            Words(
                f"{layout.root} 不是空的；恢复不会覆盖已有数据，请用 --data-dir 指定新目录。",
                f"{layout.root} is not empty; a restore overwrites nothing. Name a new directory with --data-dir.",
            )
        )
    steps = Steps()
    made = users.ensure_users()
    if made:
        steps.say(", ".join(made))
    layout.root.mkdir(parents=True, exist_ok=True)
    users.make_folders(layout)
    archive.unpack_keys(keys, layout)
    steps.done(Words("密钥", "keys"))
    setup.init(env, layout, steps.say)
    report: dict[str, Any] = {}
    with_servers(env, layout, lambda: report.update(restore(env, layout, source, manifest["lake"], steps)))
    code = audit_command.tell(report)
    print(
        Words("恢复完成；运行 beijiang up 启动。", "Restored; start it with `beijiang up`.")
        if code == 0
        else Words("数据已恢复，但审计日志不完好，请先查明原因。", "The data are back, but the log is not sound; find out why first.")
    )
    return code


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest, after every part's digest has been compared."""
    try:
        manifest: dict[str, Any] = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotRun(
            Words(f"{source} 不是完整的备份（没有 manifest.json）。", f"{source} is no complete backup (it has no manifest.json).")
        ) from None
    except ValueError:
        raise CannotRun(Words("manifest.json 已损坏。", "manifest.json is damaged.")) from None
    for name in backup_command.PARTS:
        path = source / name
        if not path.exists() or archive.sha256(path) != manifest["sha256"].get(name):
            raise CannotRun(
                Words(
                    f"备份文件 {name} 缺失或已损坏；没有恢复任何内容。",
                    f"The backup's file {name} is missing or damaged; nothing was restored.",
                )
            )
    return manifest


def restore(env: Env, layout: Layout, source: Path, lake: str, steps: Steps) -> dict[str, Any]:
    """With the servers up: databases, rights, lake, files, stream; then the log's verification."""
    setup.ensure_databases(env, layout)
    for database in ("bj_data", "bj_user"):
        archive.load(env, layout, database, source / f"{database}.dump")
        steps.done(database)
    archive.unpack(source / "lake.tar", layout.lake, principal="data", group="lake")
    archive.unpack(source / "blobs.tar", layout.blobs, principal="user", mode=0o600, folder_mode=0o700)
    steps.done(Words("数据湖和附件", "lake and stored files"))
    setup.migrate(env, layout, force=True)
    steps.done(Words("权限", "grants"))
    if lake != str(layout.lake):
        setup.errand(env, layout, "data", "relocate", lake)
        steps.done(Words("数据湖已指向新位置", "the lake names its new place"))
    setup.ensure_stream(env, layout)
    count = asyncio.run(archive.load_stream(env, layout, source / "stream.jsonl.gz"))
    steps.done(Words(f"消息流（{count} 条）", f"stream ({count} messages)"))
    report: dict[str, Any] = setup.errand(env, layout, "user", "verify", say=steps.say)
    steps.done(Words("审计日志已核验", "log verified"))
    return report
