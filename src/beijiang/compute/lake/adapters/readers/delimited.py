"""Delimited text: CSV, TSV and their kin, in any of the known encodings."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from beijiang.kernel.errors import Invalid

from ..encodings import Transcoder, refuse
from .source import BATCH, BLOCK, REASONS_COLUMN, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def csv_rows(path: Path, encoding: str, skip: int, size: int) -> Source:
    """This function will open delimited text."""
    names, delimiter = _header(path, encoding, skip)
    if any("\ufffd" in n for n in names):
        raise refuse("encoding", "列名中有无法识别的字符，请检查文字编码。", "A column name has unreadable characters; check the encoding.")
    source = Source("csv", encoding.upper(), names, iter(()))
    source.batches = _csv_batches(path, source, encoding, skip, delimiter, size)
    return source


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


def _csv_batches(path: Path, source: Source, encoding: str, skip: int, delimiter: str, size: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    width = len(source.names)
    keys = [f"c{i}" for i in range(width)]

    too_many: list[Invalid] = []
    ours = REASONS_COLUMN in source.names

    def stray(row: pc_csv.InvalidRow) -> str:
        # The header is row 1 of the file; data rows count from 1.
        number = (row.number or 2) - 1
        try:
            source.stray(number, row.text or "")
        except Invalid as refused:  # an exception must not run through Arrow's reader
            too_many.append(refused)
            return "error"
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
                yield seen + 1, _unguarded(batch) if ours else batch
                seen += batch.num_rows
    except pa.ArrowInvalid as error:
        if too_many:
            raise too_many[0] from None
        if "straddling" in str(error) or "block size" in str(error):
            raise refuse(
                "row_too_long", "有一行超过 8 MB，可能缺少一个引号。", "A row is longer than 8 MB; a quotation mark may be missing."
            ) from None
        if "Empty CSV" in str(error):
            raise refuse("empty", "文件里没有数据。", "There are no data in the file.") from None
        raise refuse("csv", "CSV 格式有误，无法读取。", "The CSV is malformed and cannot be read.") from None
    finally:
        raw.close()


def _unguarded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Our own file of rows set aside comes back: the apostrophe that kept Excel from calculating goes again."""
    columns = [pc.replace_substring_regex(column, r"^'([=+\-@\t\r])", r"\1") for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)
