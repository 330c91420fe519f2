"""Files of records: sent by the user domain, taken by the data domain."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.words import Words

from ..adapters import credentials, send
from ..grants import BRING
from ..rules import target
from ..rules.run import read_run
from ..types import FILE_LIMIT, LAKE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beijiang.kernel.types import Actor

    from ..types import Run

CHUNK = 1 << 20


def send_file(actor: Actor, *, dataset: str, path: Path, file_name: str = "") -> Run:
    """This function will bring a file to the door and return the run that ingests it, which goes on by itself.

    The file is read twice: once for its digest, which is signed, once to send it. Raises Invalid for an empty
    file, TooLarge over 2 GiB, and what the door says.
    """
    guard.require(actor, BRING, guard.Resource("dataset", dataset))
    return read_run(deliver(actor, place=("intake", dataset), path=path, file_name=file_name))


def deliver(actor: Actor, *, place: tuple[str, ...], path: Path, file_name: str = "") -> bytes:
    """This function will stream a file to a service of the lake and give its answer; callers have asked for permission."""
    size, digest = _measure(path)
    user_token, app_token = credentials(actor)
    name = file_name or path.name
    sent = send(
        "POST",
        target(LAKE, *place),
        query=f"name={quote(name[:200], safe='')}",
        user_token=user_token,
        app_token=app_token,
        digest=f"sha-256=:{base64.b64encode(digest).decode()}:",
        content_type="application/octet-stream",
        stream=_chunks(path),
        size=size,
    )
    return sent.body


def _measure(path: Path) -> tuple[int, bytes]:
    size = path.stat().st_size
    if size == 0:
        raise Invalid("exchange.file_empty", Words("文件是空的", "The file is empty"), Words("没有送出任何内容。", "Nothing was sent."))
    if size > FILE_LIMIT:
        raise TooLarge(
            "exchange.too_large",
            Words("文件太大", "The file is too large"),
            Words("文件超过 2 GiB 的上限，没有送出。请拆分后分别送入。", "The file is over the limit of 2 GiB and was not sent. Split it."),
            limit=FILE_LIMIT,
        )
    hasher = hashlib.sha256()
    for chunk in _chunks(path):
        hasher.update(chunk)
    return size, hasher.digest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def take_file(actor: Actor, *, dataset: str, content: BinaryIO, file_name: str) -> Run:
    """This function will hand content to the lake, which seals its arrival and queues its ingestion.

    Whatever `content.read()` raises, such as a digest that does not fit at the end, leaves nothing behind.
    """
    from beijiang.compute.lake import actions as lake

    guard.require(actor, BRING, guard.Resource("dataset", dataset))
    return lake.start_ingest(actor, dataset=dataset, source=content, file_name=file_name)
