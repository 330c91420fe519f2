"""What several pages of stewardship share."""

from __future__ import annotations

import asyncio
from typing import IO, TYPE_CHECKING, TypeVar

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse

from beijiang.flow.exchange.types import RUN_OPEN
from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words

from ..types import RUN_WORDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from django.http import HttpRequest, HttpResponse

    from beijiang.flow.exchange.types import Run

T = TypeVar("T")
PIECE = 1 << 18

DRAFT_STATES = {
    "received": Words("已收到，等待识别", "received, to be recognised"),
    "profiling": Words("正在识别", "being recognised"),
    "ready": Words("可以核对", "ready to be mapped"),
    "failed": Words("无法识别", "cannot be read"),
    "used": Words("已入库", "taken in"),
    "dropped": Words("已放弃", "dropped"),
}
KINDS = {
    "csv": Words("分隔文本（CSV）", "delimited text (CSV)"),
    "excel": Words("Excel 工作簿", "Excel workbook"),
    "parquet": Words("Parquet", "Parquet"),
    "json": Words("JSON", "JSON"),
    "jsonl": Words("JSON 行", "JSON lines"),
    "geojson": Words("GeoJSON", "GeoJSON"),
    "sensorthings": Words("SensorThings", "SensorThings"),
}


def kind_words(kind: str) -> Words:
    """This function will name a kind of file."""
    base, _, packed = kind.partition("+")
    known = KINDS.get(base, Words(base, base))
    return Words(f"{known.zh}，{packed} 压缩", f"{known.en}, {packed}") if packed else known


def run_view(run: Run) -> dict[str, object]:
    """This function will give a run with what templates ask of it."""
    return {
        "run": run,
        "words": RUN_WORDS.get(run.state, Words(run.state, run.state)),
        "open": run.state in RUN_OPEN,
        "percent": round(run.progress * 100),
        "kind": kind_words(run.kind),
    }


def asked(look: Callable[[], tuple[T, ...]]) -> tuple[tuple[T, ...], Unavailable | None]:
    """This function will ask the door for a list; away, it gives none and the problem, so that the rest of the page stands."""
    try:
        return look(), None
    except Unavailable as problem:
        return (), problem


def private(response: HttpResponse) -> HttpResponse:
    """This function will keep an answer out of every cache."""
    response["Cache-Control"] = "no-store"
    return response


def streamed(request: HttpRequest, file: IO[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """This function will send an open file piece by piece and close it, on either kind of server."""
    content = _later(file) if isinstance(request, ASGIRequest) else _pieces(file)
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


async def _later(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
