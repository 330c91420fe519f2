"""`POST …/intake/{dataset}`, `GET …/intake/runs/{id}` and `…/rows`: records come in by the same door."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, cast

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from .. import actions, queries
from ..rules import check_identifier
from ..rules.run import write_bad_rows, write_run
from ..types import BAD_ROWS_LIMIT, FILE_LIMIT
from .gate import Caller, admit, check_digest, door, hear, use_once

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

CHUNK = 1 << 20


@require_POST
@door
def intake(request: HttpRequest, dataset: str) -> HttpResponse:
    """This function will take a file of records and answer 202 with the run that ingests it."""
    caller = admit(request, limit=FILE_LIMIT)
    run = actions.take_file(
        caller.actor, dataset=check_identifier(dataset), content=cast("BinaryIO", Checked(request, caller)), file_name=file_name(request)
    )
    return JsonResponse(write_run(run), status=202)


class Checked:
    """The content as it streams in, hashed on its way; its end comes only if it is what the signed digest promises."""

    def __init__(self, request: HttpRequest, caller: Caller) -> None:
        self._request, self._caller, self._hasher, self._over = request, caller, hashlib.sha256(), False

    def read(self, size: int = CHUNK) -> bytes:
        """This function will give the next piece, or at the end nothing, once digest and nonce have been checked."""
        if self._over:
            return b""
        piece: bytes = self._request.read(size)
        if piece:
            self._hasher.update(piece)
            return piece
        check_digest(self._caller, self._hasher.digest())
        use_once(self._caller)
        self._over = True
        return b""


@require_GET
@door
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will say how far a run is."""
    caller, _ = hear(request)
    return JsonResponse(write_run(queries.ingest_run(caller.actor, run_id=run_id)))


@require_GET
@door
def run_rows(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will give rows that a run set aside. They stand behind a committed receipt, as answers do."""
    caller, _ = hear(request)
    opened = actions.open_bad_rows(
        caller.actor,
        run_id=run_id,
        offset=number(request, "offset", 0, 10**12),
        limit=number(request, "limit", 100, BAD_ROWS_LIMIT),
        application=caller.application,
        request_id=caller.request_id,
    )
    return HttpResponse(write_bad_rows(opened), content_type="application/json")


def number(request: HttpRequest, name: str, default: int, most: int) -> int:
    """This function will read a whole number of the query; Invalid if it is none."""
    text = request.GET.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 13 or int(text) > most:
        raise Invalid("exchange.bad_page", detail=Words(f"{name} 应为 0 到 {most} 的整数。", f"{name} is a whole number from 0 to {most}."))
    return int(text)


def file_name(request: HttpRequest) -> str:
    """This function will read the name of a file that comes; Invalid if it cannot be shown."""
    name = request.GET.get("name", "")
    # Only ever shown and recorded; the file itself lies under a name of ours.
    if not 1 <= len(name) <= 200 or not name.isprintable() or "/" in name or "\\" in name:
        raise Invalid(
            "exchange.bad_file_name",
            detail=Words(
                "文件名为空、过长或含有不能使用的字符。", "The file name is empty, too long, or has characters that cannot be used."
            ),
        )
    return name
