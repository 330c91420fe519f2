"""An opened file as a stream of batches, and the limits that every kind of file keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy

from beijiang.kernel.words import Words

from ..encodings import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

MAX_BYTES = 4 << 30
MAX_COLUMNS = 2_000
MAX_NAME = 200
MAX_STRAYS = 1_000_000
BLOCK = 8 << 20
"""Bytes of a CSV block or a JSON value, and so the longest row."""
BATCH = 50_000
ROW_COLUMN, REASONS_COLUMN, TEXT_COLUMN = "_row", "_reasons", "_line"
"""What our own file of rows set aside has beside the dataset's columns."""
ACCEPTED = Words(
    "可接收：CSV/TSV（UTF-8、UTF-16、GB18030、Big5）、Excel（.xlsx）、Parquet、JSON（数组或逐行）、GeoJSON、SensorThings，以及上述文件的 gzip 压缩。",
    "What is taken: CSV/TSV (UTF-8, UTF-16, GB18030, Big5), Excel (.xlsx), Parquet, JSON (an array or lines), GeoJSON, SensorThings, and any of these packed by gzip.",
)


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

    def stray(self, number: int, text: str) -> None:
        """This function will set a row aside that is none; a file of which much is none is refused."""
        if len(self.bad) >= MAX_STRAYS:
            raise refuse(
                "ragged",
                f"列数与标题行不符的行超过 {MAX_STRAYS:,} 行，可能分隔符或引号有误。",
                f"More than {MAX_STRAYS:,} rows do not have the columns of the first row; the delimiter or the quotation marks may be wrong.",
            )
        self.bad.append((number, text))


def check_names(names: list[str]) -> None:
    """This function will refuse column names that cannot be told apart, are missing, or are too many."""
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
    for position, name in enumerate(names, start=1):
        folded = name.casefold()
        if not name:
            raise refuse("header", f"第一行第 {position} 列没有列名。", f"Column {position} of the first row has no name.")
        if len(name) > MAX_NAME:
            raise refuse(
                "header",
                f"第 {position} 列的列名超过 {MAX_NAME} 个字符，第一行可能不是列名。",
                f"The name of column {position} is longer than {MAX_NAME} characters; the first row may hold no names.",
            )
        if folded in seen:
            raise refuse(
                "duplicate_column",
                f"列名“{name[:60]}”出现了两次，无法分辨。请改名后再交。",
                f"The column name “{name[:60]}” stands there twice. Rename one and try again.",
            )
        seen.add(folded)


def row_number(index: int, strays: list[int]) -> int:
    """This function will give the row number in the file of the `index`-th well-formed row (from 1).

    `strays` are the sorted numbers of rows that were skipped: the number grows by one for each at or before it.
    """
    shifted = numpy.asarray(strays, dtype=numpy.int64) - numpy.arange(len(strays))
    return index + int(numpy.searchsorted(shifted, index, side="right"))
