"""By what a dataset was found: the words of a search against its title, columns, data elements and other names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from beijiang.kernel import search
from beijiang.kernel.words import Words

from ..types import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beijiang.flow.exchange.types import DirectoryEntry

MOST = 4
"""Matches told of one dataset; a search for one letter would name every column."""
_PARTS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
COLUMN = Words("列", "Column")
NEARLY = 70.0
"""How alike a word must be to count as mistyped, as kernel.search has it."""


def matches(entry: DirectoryEntry, q: str) -> tuple[Match, ...]:
    """This function will say what of a dataset fits the words of `q`, the title first; nearly fitting words if none fits."""
    parts = _PARTS.findall(q.lower())[:8]
    if not parts:
        return ()
    fields = list(_fields(entry))
    found = _once([(kind, text, texts) for kind, text, texts in fields if any(_fits(part, t) for part in parts for t in texts)])
    if not found:
        found = _once([(kind, text, texts) for kind, text, texts in fields if any(_nearly(part, t) for part in parts for t in texts)])
    return tuple(found)[:MOST]


def _once(fields: list[tuple[Words, Words, tuple[str, ...]]]) -> list[Match]:
    """A column that was found by its title is not told again by an element of the same name."""
    found: dict[Match, None] = {}
    seen: set[str] = set()
    for kind, text, texts in fields:
        if kind is not COLUMN and texts[0] in seen:
            continue
        if kind is COLUMN:
            seen.add(texts[0])
        found[Match(kind, text)] = None
    return list(found)


def _fields(entry: DirectoryEntry) -> Iterator[tuple[Words, Words, tuple[str, ...]]]:
    yield Words("名称", "Title"), entry.title, (entry.title.zh, entry.title.en, entry.name)
    for column in entry.columns:
        yield COLUMN, column.title, (column.title.zh, column.title.en, column.name)
        for alias in column.facts.aliases:
            yield Words("列的别名", "Other name of a column"), _both(column.title, alias), (alias,)
        if column.element:
            named = column.facts.element_name
            told = Words(f"{named.zh}（{column.element}）", f"{named.en} ({column.element})") if named else _as_is(column.element)
            yield Words("数据元", "Data element"), told, ((named.zh, named.en, column.element) if named else (column.element,))
    yield Words("数据所有单位", "Owner"), entry.owner_name, (entry.owner_name.zh, entry.owner_name.en)
    yield Words("说明", "Description"), Words("说明文字", "in the text"), (entry.description.zh, entry.description.en)


def _as_is(text: str) -> Words:
    return Words(text, text)


def _both(title: Words, alias: str) -> Words:
    return Words(f"{title.zh}（{alias}）", f"{title.en} ({alias})")


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(search.tokens(text))


def _fits(part: str, text: str) -> bool:
    if part in text.lower():
        return True
    return part.isascii() and any(token.startswith(part) for token in _tokens(text))


def _nearly(part: str, text: str) -> bool:
    from rapidfuzz import fuzz

    return len(part) > 1 and any(len(token) > 1 and fuzz.ratio(part, token) >= NEARLY for token in _tokens(text))
