"""The parts of a backup: database dumps, the stream, folders, keys; and putting each back.

bj_data is dumped before bj_user: an action sealed in between is then unsealed there and known in the log here, which the
sequencer recognises; the other way round it would be lost. Lake files are copied after bj_data's catalogue, so every file
the catalogue names is there. The stream is written out as messages and published again: consumers that get an event a
second time recognise it by their inbox.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import IO, Any

import nats.errors
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from beijiang.config.env import Env, read_secret
from beijiang.config.processes import nats as stream
from beijiang.config.processes import postgres, users
from beijiang.config.processes.layout import Layout
from beijiang.kernel.words import Words


def private(path: Path) -> IO[bytes]:
    """A new file that only its owner can read, from the first moment."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def database_words(env: Env, database: str) -> list[str]:
    """Connection arguments of PostgreSQL's programs, as the owner of a database."""
    return ["-h", env.db_host, "-p", str(env.db_port), "-U", f"{database}_owner", "-d", database]


def program(env: Env, layout: Layout, name: str, database: str, words: list[str], **streams: Any) -> None:
    """Run pg_dump or pg_restore as the owner of a database."""
    password = read_secret(layout.secret("supervisor", f"pg-{database}_owner"))
    done = subprocess.run(
        [str(postgres.binary(name)), *database_words(env, database), *words],
        stderr=subprocess.PIPE,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGPASSWORD": password},
        **streams,
    )
    if done.returncode:
        trouble = done.stderr.decode(errors="replace").strip()[-2000:]
        raise users.CannotRun(Words(f"{database} 的 {name} 失败：{trouble}", f"{name} of {database} failed: {trouble}"))


def dump(env: Env, layout: Layout, database: str, target: Path) -> None:
    """Write one database in PostgreSQL's custom format."""
    with private(target) as file:
        program(env, layout, "pg_dump", database, ["-Fc"], stdout=file)


def load(env: Env, layout: Layout, database: str, source: Path) -> None:
    """Put one database back into an empty one, all or nothing. Rights are granted afterwards."""
    with source.open("rb") as file:
        program(
            env, layout, "pg_restore", database, ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"], stdin=file
        )


def pack(folder: Path, target: Path) -> None:
    """Write a folder as a tar archive."""
    with private(target) as file, tarfile.open(fileobj=file, mode="w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)


def extract(source: Path, folder: Path) -> None:
    """Extract regular files below a folder. Anything else in an archive (a link, a device, a name that leads out) is refused.

    tarfile's own filters came with Python 3.11.4; Debian 12 has 3.11.2.
    """
    root = folder.resolve()
    with tarfile.open(source) as archive:
        for member in archive:
            target = (root / member.name).resolve()
            if not target.is_relative_to(root) or not (member.isfile() or member.isdir()):
                raise users.CannotRun(
                    Words(
                        f"{source.name} 中的 {member.name} 不应出现在备份里，已停止恢复。",
                        f"{member.name} in {source.name} has no place in a backup; the restore stopped.",
                    )
                )
            if member.isdir():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            if content is None:
                continue  # cannot be, for a regular file
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)


def unpack(source: Path, folder: Path, *, principal: str, group: str | None = None, mode: int = 0o640, folder_mode: int = 0o2750) -> None:
    """Put a folder's files back with their owner."""
    extract(source, folder)
    for path in folder.rglob("*"):
        users.own(path, principal, folder_mode if path.is_dir() else mode, group)


def pack_keys(layout: Layout, target: Path) -> None:
    """Secrets and public halves, in one archive that belongs apart from the rest."""
    with private(target) as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name in ("secrets", "public"):
            archive.add(layout.root / name, arcname=name)


def unpack_keys(source: Path, layout: Layout) -> None:
    """Put the keys back, each to its owner."""
    extract(source, layout.root)
    layout.public("schema.json").unlink(missing_ok=True)  # the databases are not back yet
    for folder in layout.secrets.iterdir():
        for path in folder.iterdir():
            users.own(path, folder.name, 0o600)
    for path in (layout.root / "public").iterdir():
        users.own(path, "supervisor", 0o644)


async def dump_stream(env: Env, layout: Layout, target: Path) -> int:
    """Write every message of the stream, one JSON line each, oldest first; how many."""
    connection = await stream.connect(env.nats_url, read_secret(layout.secret("supervisor", "nats-setup")), "setup", connect_timeout=5)
    count = 0
    try:
        js = connection.jetstream()
        waiting = (await js.stream_info(stream.STREAM)).state.messages
        with private(target) as raw, gzip.open(raw, "wt", encoding="utf-8") as file:
            if waiting:
                config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL, inactive_threshold=60)
                subscription = await js.pull_subscribe(stream.EVENTS, stream=stream.STREAM, config=config)
                while count < waiting:
                    try:
                        messages = await subscription.fetch(500, timeout=5)
                    except (nats.errors.TimeoutError, TimeoutError):
                        break  # the oldest expired meanwhile
                    for message in messages:
                        line = {"subject": message.subject, "headers": message.headers, "data": base64.b64encode(message.data).decode()}
                        file.write(json.dumps(line) + "\n")
                        count += 1
    finally:
        await connection.close()
    return count


async def load_stream(env: Env, layout: Layout, source: Path) -> int:
    """Publish the messages of a backup again; how many."""
    connection = await stream.connect(env.nats_url, read_secret(layout.secret("supervisor", "nats-setup")), "setup", connect_timeout=5)
    count = 0
    try:
        js = connection.jetstream()
        with gzip.open(source, "rt", encoding="utf-8") as file:
            for line in file:
                message = json.loads(line)
                await js.publish(message["subject"], base64.b64decode(message["data"]), headers=message["headers"])
                count += 1
    finally:
        await connection.close()
    return count


def sha256(path: Path) -> str:
    """The digest of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
