"""Excel workbooks."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from ..encodings import refuse
from .source import ACCEPTED, BATCH, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_EXCEL_BYTES = 200 << 20
MAX_EXCEL_OPEN = 1 << 30
MAX_EXCEL_RATIO = 150
MAX_EXCEL_PARTS = 5_000


def excel(path: Path, size: int) -> Source:
    """This function will open the first sheet that has data."""
    if size > MAX_EXCEL_BYTES:
        raise refuse(
            "too_large",
            "Excel 文件超过 200 MB，请改用 CSV 或 Parquet。",
            "The workbook is larger than 200 MB; use CSV or Parquet.",
            too_large=True,
        )
    guard_zip(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [name for name in book.sheet_names if book.get_sheet_by_name(name).height]
        if not sheets:
            raise refuse("empty", "工作簿里没有数据。", "There are no data in the workbook.")
        rows = book.get_sheet_by_name(sheets[0]).to_python(skip_empty_area=True)
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, Invalid):
            raise
        raise refuse("excel", "这个 Excel 文件已损坏、已加密或不是工作簿。", "This workbook is damaged, encrypted, or none.") from None
    while rows and not any(_cell(c) for c in rows[-1]):
        rows.pop()
    names = [(_cell(c) or "").strip() for c in rows[0]] if rows else []
    while names and not names[-1]:
        names.pop()
    source = Source("excel", "", names, iter(()))
    if len(sheets) > 1:
        source.notes.append(
            Words(
                f"工作簿有 {len(sheets)} 个有数据的工作表，只读取了第一个：{sheets[0][:40]}。",
                f"The workbook has {len(sheets)} sheets with data; only the first was read: {sheets[0][:40]}.",
            )
        )
    source.batches = _excel_batches(rows, source)
    return source


def guard_zip(path: Path) -> None:
    """This function will refuse a zip bomb by its directory, and by what its parts really unpack to, before anything opens it."""
    bomb = refuse(
        "bomb",
        "Excel 文件解压后大得异常，已拒绝（疑似压缩炸弹）。",
        "The workbook unpacks to an abnormal size and was refused (a suspected zip bomb).",
        too_large=True,
    )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            total, packed = sum(p.file_size for p in parts), max(1, sum(p.compress_size for p in parts))
            if len(parts) > MAX_EXCEL_PARTS or total > MAX_EXCEL_OPEN or (total > 10 << 20 and total / packed > MAX_EXCEL_RATIO):
                raise bomb
            if not any(p.filename == "xl/workbook.xml" or p.filename == "xl/workbook.bin" for p in parts):
                raise refuse(
                    "kind",
                    f"这是压缩包，不是 Excel 工作簿；请先解压。{ACCEPTED.zh}",
                    f"This is an archive, not a workbook; unpack it first. {ACCEPTED.en}",
                )
            if any(p.flag_bits & 1 for p in parts):
                raise refuse("excel", "工作簿已加密。", "The workbook is encrypted.")
            left = MAX_EXCEL_OPEN
            for part in parts:  # the directory may lie; count what comes out
                with archive.open(part) as stream:
                    while chunk := stream.read(1 << 20):
                        left -= len(chunk)
                        if left < 0:
                            raise bomb
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise refuse("excel", "这个 Excel 文件已损坏。", "This workbook is damaged.") from None


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _excel_batches(rows: list[list[Any]], source: Source) -> Iterator[tuple[int, pa.RecordBatch]]:
    width, total = len(source.names), len(rows) - 1
    keys = [f"c{i}" for i in range(width)]
    number = 1
    for start in range(1, len(rows), BATCH):
        part = rows[start : start + BATCH]
        columns = [pa.array([_cell(row[i]) if i < len(row) else None for row in part], pa.string()) for i in range(width)]
        yield number, pa.RecordBatch.from_arrays(columns, keys)
        number += len(part)
        source.done = min(1.0, (number - 1) / max(1, total))
