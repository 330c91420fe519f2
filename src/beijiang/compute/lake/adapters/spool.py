"""Content that comes in, written down once with its digest; the folders in which brought files wait."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, BinaryIO

from beijiang.kernel.errors import TooLarge
from beijiang.kernel.words import Words

from . import readers
from .quarantine import folder

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

CONTENT = "content.json"
FILE = "file"


def copy_in(stream: BinaryIO, target: Path) -> tuple[str, int]:
    """This function will write a stream to a new file, durably, and give its SHA-256 and size. TooLarge over 4 GB."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        while chunk := stream.read(1 << 20):
            size += len(chunk)
            if size > readers.MAX_BYTES:
                raise TooLarge(
                    "lake.file_too_large",
                    detail=Words("文件超过 4 GB，没有接收。请分成几份。", "The file is larger than 4 GB and was not taken. Split it."),
                )
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def draft_folder(draft: UUID) -> Path:
    """This function will give the folder of one draft (0700): its file, and what its profile shows of it."""
    path = folder("drafts") / str(draft)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def draft_file(draft: UUID) -> Path:
    """This function will say where a draft's file lies."""
    return folder("drafts") / str(draft) / FILE


def forget_draft(draft: UUID) -> None:
    """This function will delete a draft's file and all that was shown of it."""
    shutil.rmtree(folder("drafts") / str(draft), ignore_errors=True)


def forget_tree(path: Path) -> None:
    """This function will delete a folder with all that is in it."""
    shutil.rmtree(path, ignore_errors=True)


def write_content(draft: UUID, sample: list[dict[str, str | None]], examples: dict[str, list[str]]) -> None:
    """This function will keep a draft's first rows and examples beside its file: never in the database."""
    path = draft_folder(draft) / CONTENT
    path.touch(mode=0o600)
    path.write_text(json.dumps({"sample": sample, "examples": examples}, ensure_ascii=False))


def read_content(draft: UUID) -> tuple[list[dict[str, str | None]], dict[str, list[str]]]:
    """This function will give a draft's first rows and examples; nothing when they are gone."""
    path = folder("drafts") / str(draft) / CONTENT
    if not path.exists():
        return [], {}
    kept = json.loads(path.read_text())
    return list(kept["sample"]), dict(kept["examples"])
