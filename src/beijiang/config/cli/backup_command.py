"""`beijiang backup DIR`: both databases, the stream, the lake and stored files; the keys apart."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
from pathlib import Path

from beijiang import __version__
from beijiang.config.cli.common import Steps, running, settings, supervisor_only
from beijiang.config.processes import archive
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

HELP = Words(
    "备份运行中的系统到一个新目录；密钥单独成档，请另外保存。",
    "Back up the running system into a new directory; the keys are an archive of their own, to be kept apart.",
)
PARTS = ("bj_data.dump", "bj_user.dump", "lake.tar", "blobs.tar", "stream.jsonl.gz")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`DIR`."""
    parser.add_argument("directory", type=Path, metavar="DIR", help=str(Words("新的或空的目录", "a new or empty directory")))


def run(arguments: argparse.Namespace) -> int:
    """Write the backup; the manifest comes last, so a backup without one is incomplete."""
    env, layout = settings(arguments)
    env, _ = running(env, layout)
    supervisor_only(layout)
    target: Path = arguments.directory.absolute()
    if target.exists() and any(target.iterdir()):
        raise CannotRun(Words(f"{target} 不是空目录；备份不会覆盖任何文件。", f"{target} is not empty; a backup overwrites nothing."))
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.chmod(0o700)
    steps = Steps()
    for database in ("bj_data", "bj_user"):
        if database == "bj_user":
            archive.pack(layout.lake, target / "lake.tar")
            steps.done(Words("数据湖", "lake"))
        archive.dump(env, layout, database, target / f"{database}.dump")
        steps.done(database)
    archive.pack(layout.blobs, target / "blobs.tar")
    steps.done(Words("附件", "stored files"))
    count = asyncio.run(archive.dump_stream(env, layout, target / "stream.jsonl.gz"))
    steps.done(Words(f"消息流（{count} 条）", f"stream ({count} messages)"))
    now = datetime.datetime.now(datetime.UTC)
    keys = target / f"keys-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    archive.pack_keys(layout, keys)
    manifest = {
        "version": __version__,
        "made": now.isoformat(),
        "demo": env.demo,
        "keys": keys.name,
        "lake": str(env.lake_root),
        "sha256": {name: archive.sha256(target / name) for name in PARTS},
    }
    with archive.private(target / "manifest.json") as file:
        file.write(json.dumps(manifest, indent=1).encode())
    print(Words(f"备份完成：{target}", f"Backed up into {target}"))
    print(
        Words(
            f"警告：{keys.name} 含全部密钥。请把它移到别处加密保存；与数据放在一起，等于没有密钥。",
            f"WARNING: {keys.name} holds every key. Move it elsewhere, encrypted; beside the data it protects nothing.",
        )
    )
    return 0
