"""Files of departments as streams of batches: CSV in five encodings, Excel, Parquet. Nothing is trusted, everything bounded."""

from __future__ import annotations

import codecs
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from .encodings import Transcoder, detect_encoding, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 4 << 30
MAX_COLUMNS = 2_000
MAX_EXCEL_BYTES = 200 << 20
MAX_EXCEL_OPEN = 1 << 30
MAX_EXCEL_RATIO = 150
MAX_EXCEL_PARTS = 5_000
BLOCK = 8 << 20
"""Bytes of a CSV block, and so the longest row."""
BATCH = 50_000


@dataclass(slots=True)
class Source:
    """An opened file: column names as they stand there, and batches of rows.

    `bad` collects rows that could not even be split into columns: (row number, text). Row numbers count data rows from 1.
    `done` is how much of the file was read, 0 to 1.
    """

    kind: str
    encoding: str
    names: list[str]
    batches: Iterator[tuple[int, pa.RecordBatch]] = field(repr=False)
    bad: list[tuple[int, str]] = field(default_factory=list, repr=False)
    done: float = 0.0
    notes: list[Words] = field(default_factory=list)


def open_source(path: Path) -> Source:
    """This function will recognise and open a file by its first bytes, not by its name. Invalid or TooLarge if it cannot be used."""
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty", "文件是空的。", "The file is empty.")
    if size > MAX_BYTES:
        raise refuse("too_large", "文件超过 4 GB，请分成几份。", "The file is larger than 4 GB; split it.", too_large=True)
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PAR1"):
        source = _parquet(path)
    elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        source = _excel(path, size)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(
            "old_excel",
            "这是旧版 .xls 文件（或加密的工作簿），请另存为不加密的 .xlsx。",
            "This is an old .xls file (or an encrypted workbook); save it as an unencrypted .xlsx.",
        )
    elif head.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"%PDF")):
        raise refuse(
            "kind",
            "只接受 CSV、Excel（.xlsx）和 Parquet 文件；请先解压。",
            "Only CSV, Excel (.xlsx) and Parquet files are taken; unpack it first.",
        )
    else:
        source = _csv(path, size)
    _check_names(source.names)
    return source


def _check_names(names: list[str]) -> None:
    if len(names) > MAX_COLUMNS:
        raise refuse(
            "columns",
            f"文件有 {len(names)} 列，上限是 {MAX_COLUMNS} 列。",
            f"The file has {len(names)} columns; at most {MAX_COLUMNS} are taken.",
            too_large=True,
        )
    if not any(names):
        raise refuse("no_header", "第一行没有列名。", "The first row has no column names.")
    seen: set[str] = set()
    for name in names:
        folded = name.casefold()
        if not name:
            raise refuse("header", "第一行有空的列名。", "A column in the first row has no name.")
        if folded in seen:
            raise refuse(
                "duplicate_column",
                f"列名“{name[:60]}”出现了两次，无法分辨。请改名后再交。",
                f"The column name “{name[:60]}” stands there twice. Rename one and try again.",
            )
        seen.add(folded)


# -- text ---------------------------------------------------------------------------------------------------------


def detect_delimiter(line: str) -> str:
    """This function will find what separates the columns of a header line: comma, tab, semicolon or bar."""
    counts, quoted = dict.fromkeys(",\t;|,", 0), False
    for character in line:
        if character == '"':
            quoted = not quoted
        elif not quoted and character in counts:
            counts[character] += 1
    best = max(counts, key=lambda c: counts[c])
    return best if counts[best] else ","


def _header(path: Path, encoding: str, skip: int) -> tuple[list[str], str]:
    import csv

    with path.open("rb") as file:
        file.seek(skip)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(1 << 20))
    line = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    if not line.strip():
        raise refuse("empty", "文件里没有内容。", "There is nothing in the file.")
    delimiter = detect_delimiter(line)
    csv.field_size_limit(BLOCK)
    try:
        names = next(csv.reader(io.StringIO(text.lstrip("\r\n")), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise refuse(
            "header",
            "读不懂第一行的列名（可能缺少引号）。",
            "The first row of column names cannot be read (a quotation mark may be missing).",
        ) from None
    return [n.strip().strip("\ufeff") for n in names], delimiter


def _csv(path: Path, size: int) -> Source:
    encoding, skip = detect_encoding(path)
    names, delimiter = _header(path, encoding, skip)
    if any("\ufffd" in n for n in names):
        raise refuse("encoding", "列名中有无法识别的字符，请检查文字编码。", "A column name has unreadable characters; check the encoding.")
    source = Source("csv", encoding.upper(), names, iter(()))
    source.batches = _csv_batches(path, source, encoding, skip, delimiter, size)
    return source


def _csv_batches(path: Path, source: Source, encoding: str, skip: int, delimiter: str, size: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    width = len(source.names)
    keys = [f"c{i}" for i in range(width)]

    def stray(row: pc_csv.InvalidRow) -> str:
        # The header is row 1 of the file; data rows count from 1.
        number = (row.number or 2) - 1
        if len(source.bad) < 1_000_000:
            source.bad.append((number, row.text or ""))
        return "skip"

    raw = io.BufferedReader(Transcoder(path, encoding, skip, lambda part: setattr(source, "done", part), size), 1 << 20)
    try:
        reader = pc_csv.open_csv(
            raw,
            read_options=pc_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=keys, skip_rows=0, skip_rows_after_names=1),
            parse_options=pc_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=stray, ignore_empty_lines=True
            ),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
        seen = 0
        for block in reader:
            for start in range(0, block.num_rows, BATCH):
                batch = block.slice(start, BATCH)
                yield seen + 1, batch
                seen += batch.num_rows
    except pa.ArrowInvalid as error:
        if "straddling" in str(error) or "block size" in str(error):
            raise refuse(
                "row_too_long", "有一行超过 8 MB，可能缺少一个引号。", "A row is longer than 8 MB; a quotation mark may be missing."
            ) from None
        if "Empty CSV" in str(error):
            raise refuse("empty", "文件里没有数据。", "There are no data in the file.") from None
        raise refuse("csv", "CSV 格式有误，无法读取。", "The CSV is malformed and cannot be read.") from None
    finally:
        raw.close()


def row_number(index: int, strays: list[int]) -> int:
    """This function will give the row number in the file of the `index`-th well-formed row (from 1).

    `strays` are the sorted numbers of rows that were skipped: the number grows by one for each at or before it.
    """
    shifted = numpy.asarray(strays, dtype=numpy.int64) - numpy.arange(len(strays))
    return index + int(numpy.searchsorted(shifted, index, side="right"))


# -- Excel --------------------------------------------------------------------------------------------------------


def _excel(path: Path, size: int) -> Source:
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
                raise refuse("kind", "这是压缩包，不是 Excel 工作簿；请先解压。", "This is an archive, not a workbook; unpack it first.")
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


# -- Parquet ------------------------------------------------------------------------------------------------------


def _parquet(path: Path) -> Source:
    try:
        file = pq.ParquetFile(path)
        names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError):
        raise refuse("parquet", "这个 Parquet 文件已损坏。", "This Parquet file is damaged.") from None
    if file.metadata.num_rows == 0:
        raise refuse("empty", "文件里没有数据。", "There are no data in the file.")
    source = Source("parquet", "", names, iter(()))
    source.batches = _parquet_batches(file, source)
    return source


def _parquet_batches(file: pq.ParquetFile, source: Source) -> Iterator[tuple[int, pa.RecordBatch]]:
    number, total = 1, file.metadata.num_rows
    try:
        for batch in file.iter_batches(BATCH):
            yield number, batch.rename_columns([f"c{i}" for i in range(batch.num_columns)])
            number += batch.num_rows
            source.done = min(1.0, (number - 1) / total)
    except (pa.ArrowException, OSError):
        raise refuse("parquet", "这个 Parquet 文件已损坏，读到一半失败。", "This Parquet file is damaged; reading failed midway.") from None
