"""What kind of file it is, by its content and never by its name."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from ..encodings import detect_encoding, refuse
from . import columnar, delimited, objects, packed, workbook
from .source import ACCEPTED, MAX_BYTES, Source, check_names

if TYPE_CHECKING:
    from pathlib import Path

_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


def open_source(path: Path) -> Source:
    """This function will recognise and open a file by its content. Invalid or TooLarge if it cannot be used.

    A packed file is unpacked beside itself, within bounds; `tidy` removes that when its rows have been read.
    """
    try:
        return _opened(path)
    except BaseException:
        packed.tidy(path)
        raise


def _opened(path: Path) -> Source:
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty", "文件是空的。", "The file is empty.")
    if size > MAX_BYTES:
        raise refuse("too_large", "文件超过 4 GB，请分成几份。", "The file is larger than 4 GB; split it.", too_large=True)
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\x1f\x8b"):
        source = _plain(packed.unpacked(path))
        source.kind += "+gzip"
    else:
        source = _plain(path)
    check_names(source.names)
    return source


def _plain(path: Path) -> Source:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PAR1"):
        return columnar.parquet(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return workbook.excel(path, size)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(
            "old_excel",
            "这是旧版 .xls 文件（或加密的工作簿），请另存为不加密的 .xlsx。",
            "This is an old .xls file (or an encrypted workbook); save it as an unencrypted .xlsx.",
        )
    if head.startswith((*_ARCHIVES, b"\x1f\x8b", b"%PDF")):
        raise refuse(
            "kind",
            f"不能直接接收这种文件；压缩包请先解压。{ACCEPTED.zh}",
            f"This kind of file is not taken; unpack an archive first. {ACCEPTED.en}",
        )
    encoding, skip = detect_encoding(path)
    start = _start(path, encoding, skip)
    if start.startswith("<"):
        raise refuse(
            "xml",
            f"这是 XML 或网页文件，其中没有可以直接入库的表格。请从原系统导出为表格。{ACCEPTED.zh}",
            f"This is XML or a web page, which holds no table to bring in. Export a table from where it comes. {ACCEPTED.en}",
        )
    if start.startswith(("{", "[")):
        return objects.json_rows(path, encoding, skip, size)
    return delimited.csv_rows(path, encoding, skip, size)


def _start(path: Path, encoding: str, skip: int) -> str:
    with path.open("rb") as file:
        file.seek(skip)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(4096))
    return text.lstrip("\ufeff \t\r\n")
