"""`POST …/intake/{dataset}` and `GET …/intake/runs/{id}`: records come in by the same door."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST

from beijiang.kernel.errors import Invalid, Unavailable
from beijiang.kernel.words import Words

from .. import actions, queries
from ..rules import check_identifier
from ..rules.run import write_run
from ..types import FILE_LIMIT
from .gate import Caller, admit, body_of, check_digest, door, use_once

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

CHUNK = 1 << 20


@require_POST
@door
def intake(request: HttpRequest, dataset: str) -> HttpResponse:
    """This function will take a file of records and answer 202 with the run that ingests it."""
    caller = admit(request, limit=FILE_LIMIT)
    request.actor = caller.actor  # type: ignore[attr-defined]
    name = _file_name(request)
    path = _place()
    try:
        size = _store(request, path, caller)
        use_once(caller)
        run = actions.take_file(
            caller.actor, dataset=check_identifier(dataset), path=path, file_name=name, size=size, sha256=caller.digest.hex(),
            application=caller.application,
        )
    finally:
        path.unlink(missing_ok=True)
    return JsonResponse(write_run(run), status=202)


@require_GET
@door
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will say how far a run is."""
    caller = admit(request, limit=0)
    request.actor = caller.actor  # type: ignore[attr-defined]
    body_of(request, caller, limit=0)
    use_once(caller)
    return JsonResponse(write_run(queries.ingest_run(caller.actor, run_id=run_id)))


def _file_name(request: HttpRequest) -> str:
    name = request.GET.get("name", "")
    # Only ever shown and recorded; the file itself lies under a name of ours.
    if not 1 <= len(name) <= 200 or not name.isprintable() or "/" in name or "\\" in name:
        raise Invalid("exchange.bad_file_name", detail=Words("文件名为空、过长或含有不能使用的字符。", "The file name is empty, too long, or has characters that cannot be used."))
    return name


def _place() -> Path:
    folder = Path(settings.ENV.lake_root) / "incoming"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, named = tempfile.mkstemp(dir=folder, prefix="taking-")
    except OSError:
        raise _not_kept() from None
    os.close(handle)
    return Path(named)


def _store(request: HttpRequest, path: Path, caller: Caller) -> int:
    """Writes the content to a file while hashing it; refuses it unless it is what the signed digest promises."""
    size, hasher = 0, hashlib.sha256()
    try:
        with path.open("wb") as out:
            while chunk := request.read(CHUNK):
                size += len(chunk)
                hasher.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        raise _not_kept() from None
    check_digest(caller, hasher.digest())
    return size


def _not_kept() -> Unavailable:
    return Unavailable(
        "exchange.file_not_kept", Words("文件没有收下", "The file was not kept"),
        Words("磁盘写入失败,没有入库任何内容。请稍后重新送入。", "The disk could not be written, nothing came in. Send it again later."),
    )
