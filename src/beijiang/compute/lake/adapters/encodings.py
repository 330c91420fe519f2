"""Which encoding a text file is in, and its bytes as UTF-8 whatever it was."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, Any

from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEPT = Words("没有写入任何数据，原有数据不受影响。", "Nothing was written; what was there is untouched.")


def refuse(code: str, zh: str, en: str, *, too_large: bool = False) -> Invalid | TooLarge:
    """This function will make the refusal of a whole file."""
    return (TooLarge if too_large else Invalid)(
        f"lake.file_{code}",
        Words("文件不能入库", "The file cannot be brought in"),
        Words(f"{zh}{KEPT.zh}", f"{en} {KEPT.en}"),
    )


def detect_encoding(path: Path) -> tuple[str, int]:
    """This function will find a text file's encoding over its whole length; gives (name, bytes of BOM).

    UTF-16 by BOM or by its zero bytes; else UTF-8 if all of it is; else GBK, Big5 or GB18030. Some broken bytes are borne (their
    rows are set aside); a file of which much is broken is refused with the place.
    """
    with path.open("rb") as file:
        head = file.read(65_536)
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, ""),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(bom):
            if not name:
                raise refuse("encoding", "不支持 UTF-32 编码。", "UTF-32 is not supported.")
            return name, len(bom)
    if b"\x00" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) > 20 * (min(even, odd) + 1) or (max(even, odd) > 2 and min(even, odd) == 0):
            name = "utf-16-le" if odd > even else "utf-16-be"
            text = head[: len(head) // 2 * 2].decode(name, "replace")
            if not any(c < " " and c not in "\t\r\n" for c in text):
                return name, 0
        if not _few_nulls(head):
            raise refuse("binary", "这不是文本文件（含有二进制内容）。", "This is not a text file (it has binary content).")
    fault = first_fault(path, "utf-8")
    if fault is None:
        return "utf-8", 0
    found = _chinese(path, head)
    if found:
        return found, 0
    faults = {name: head.decode(name, "replace").count("\ufffd") for name in ("utf-8", "gb18030")}
    best = min(faults, key=lambda n: faults[n])
    if faults[best] > max(20, len(head) // 200):
        at = fault if best == "utf-8" else first_fault(path, best) or 0
        raise refuse(
            "encoding",
            f"无法识别文字编码：从第 {at + 1:,} 个字节起读不通（支持 UTF-8、UTF-16、GBK、GB18030、Big5）。请用其中一种另存。",
            f"The text encoding is not recognised: it breaks at byte {at + 1:,} (UTF-8, UTF-16, GBK, GB18030 and Big5 are read). Save it in one of them.",
        )
    return best, 0


def _few_nulls(head: bytes) -> bool:
    """Some zero bytes in a text are broken cells, whose rows are set aside; many, or other control characters, are no text."""
    controls = sum(head.count(bytes([c])) for c in (*range(1, 9), *range(14, 32)))
    return controls == 0 and head.count(0) <= max(2, len(head) // 200)


def _chinese(path: Path, head: bytes) -> str:
    """GBK, GB18030 or Big5, whichever the whole file is; where several would do, the one that gives common characters."""
    able = [name for name in ("gbk", "big5") if first_fault(path, name) is None]
    if len(able) == 2:
        return max(able, key=lambda name: _commonness(head, name))
    if able:
        return able[0]
    return "gb18030" if first_fault(path, "gb18030") is None else ""


_COMMON = {"gbk": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}
"""Where the characters of everyday use lie in each set: its first level."""


def _commonness(head: bytes, encoding: str) -> float:
    """The share of Chinese characters that are of everyday use, when `head` is read in `encoding`."""
    narrow, low, high = _COMMON[encoding]
    han = [c for c in head.decode(encoding, "ignore") if c > "\u2e7f"]
    usual = sum(1 for c in han if low <= (c.encode(narrow, "ignore") or b"\0")[0] <= high)
    return usual / max(1, len(han))


def first_fault(path: Path, encoding: str) -> int | None:
    """This function will give the offset of the first byte that cannot be read in `encoding`, None when all can."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(4 << 20):
                kept = len(decoder.getstate()[0])
                decoder.decode(chunk)
                read += len(chunk)
            kept = len(decoder.getstate()[0])
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return max(0, read - kept + error.start)
    return None


class Transcoder(io.RawIOBase):
    """A file of any encoding as UTF-8 bytes; broken bytes become U+FFFD, by which their rows are known later."""

    def __init__(self, path: Path, encoding: str, skip: int, done: Callable[[float], None], size: int) -> None:
        self._file = path.open("rb")
        self._file.seek(skip)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._done, self._size = done, size
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            chunk = self._file.read(1 << 20)
            self._ended = not chunk
            # NUL cannot stand in PostgreSQL or a CSV cell; it counts as broken too.
            self._rest = self._decoder.decode(chunk, final=self._ended).replace("\x00", "\ufffd").encode()
            if self._ended:
                self._rest += b"\n"  # a last line without an end; empty lines count for nothing
            self._done(min(1.0, self._file.tell() / max(1, self._size)))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
