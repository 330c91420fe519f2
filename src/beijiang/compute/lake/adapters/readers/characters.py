"""A text file character by character for a JSON reader: values one at a time, numbers kept as they are written."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

from ..encodings import refuse
from .source import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PIECE = 1 << 20
_SPACE = " \t\r\n\ufeff"


class Written(str):
    """A number as it stands in the file: never rounded, its digits never lost."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=Written, parse_int=Written, parse_constant=Written)


class Characters:
    """Reads values from a file; holds no more of it than one value may be long."""

    def __init__(self, path: Path, encoding: str, skip: int, size: int, done: Callable[[float], None]) -> None:
        self._file = path.open("rb")
        self._file.seek(skip)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._size, self._done = size, done
        self._text, self._at, self._before = "", 0, 0
        self._over = False

    @property
    def place(self) -> int:
        """The number of the character that comes next, from 1."""
        return self._before + self._at + 1

    def close(self) -> None:
        """This function will close the file."""
        self._file.close()

    def _more(self, size: int = PIECE) -> bool:
        if self._over:
            return False
        piece = self._file.read(size)
        self._over = not piece
        self._before += self._at
        self._text = self._text[self._at :] + self._decoder.decode(piece, final=self._over)
        self._at = 0
        self._done(min(1.0, self._file.tell() / max(1, self._size)))
        return True

    def peek(self) -> str:
        """This function will give the next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, wanted: str) -> bool:
        """This function will pass over one character if it is the next."""
        if self.peek() != wanted:
            return False
        self._at += 1
        return True

    def value(self, limit: int = BLOCK) -> Any:
        """This function will read the next value. Invalid where the text is none; TooLarge over `limit` characters."""
        self.peek()
        size = PIECE
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise refuse("json_depth", "JSON 嵌套过深。", "The JSON is nested too deep.") from None
            except json.JSONDecodeError as error:
                # Broken, or only not read to its end yet: a fault far from the end of what was read is one.
                if self._over or (len(self._text) - error.pos > PIECE and not error.msg.startswith("Unterminated")):
                    raise self.fault(error.pos - self._at) from None
                end = len(self._text)
            else:
                if (end < len(self._text) or self._over) and end - self._at <= limit:
                    self._at = end
                    return found
            if end - self._at > limit:
                raise refuse(
                    "row_too_long",
                    f"第 {self.place:,} 个字符起的一条记录超过 8 MB。",
                    f"The record at character {self.place:,} is longer than 8 MB.",
                    too_large=True,
                )
            self._more(size)
            size *= 2

    def line(self) -> str:
        """This function will give the rest of the line, without its end; "" at the end of the file too."""
        while (end := self._text.find("\n", self._at)) < 0:
            if len(self._text) - self._at > BLOCK:
                raise refuse("row_too_long", "有一行超过 8 MB。", "A line is longer than 8 MB.", too_large=True)
            if not self._more():
                end = len(self._text)
                break
        found = self._text[self._at : end]
        self._at = min(end + 1, len(self._text))
        return found

    def fault(self, further: int = 0) -> Exception:
        """This function will make the refusal of text that is no JSON, with its place."""
        place = self.place + max(0, further)
        return refuse(
            "json",
            f"JSON 有误或不完整：第 {place:,} 个字符处读不下去。",
            f"The JSON is malformed or cut off: it cannot be read at character {place:,}.",
        )


def parse_line(text: str) -> Any:
    """This function will read a line that should be one value; ValueError if it is not."""
    try:
        found, end = _DECODER.raw_decode(text.lstrip(_SPACE))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if text.lstrip(_SPACE)[end:].strip():
        raise ValueError("more than one value")
    return found


def plain(value: Any) -> str | None:
    """This function will give a value as the text of a cell: nested ones as JSON, numbers as they were written."""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _dumped(value)


def _dumped(value: Any) -> str:
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{_dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_dumped(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
