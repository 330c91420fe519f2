"""Search in Chinese, pinyin and English: bigrams and pinyin into `tsvector('simple')`, typos by rapidfuzz."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from .words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. Whoever shows it checks `permission` first."""

    kind: str
    key: str
    title: Words
    url: str
    permission: str
    unit_code: str


def sort_key(text: str) -> str:
    """This function will give the pinyin by which Chinese names sort; the database has no ICU."""
    from pypinyin import lazy_pinyin  # a quarter of a second that only whoever indexes needs to spend

    return " ".join(lazy_pinyin(text)).lower()[:200]


def tokens(text: str) -> list[str]:
    """This function will split text into what is indexed: single Han characters, bigrams, pinyin, initials, words."""
    from pypinyin import Style, lazy_pinyin

    out: list[str] = []
    lowered = text.lower()
    for run in _HAN.findall(lowered):
        out.extend(run)
        out.extend(run[i : i + 2] for i in range(len(run) - 1))
        syllables = lazy_pinyin(run)
        out.extend(syllables)
        out.append("".join(syllables))
        out.append("".join(lazy_pinyin(run, style=Style.FIRST_LETTER)))
    out.extend(_LATIN.findall(lowered))
    return list(dict.fromkeys(out))


def index(
    kind: str,
    key: str,
    title: Words,
    url: str,
    *,
    texts: Iterable[str] = (),
    permission: str = "",
    unit_code: str = "",
) -> None:
    """This function will make a thing findable by its title and further texts. Personal data is never passed in."""
    every = tokens(" ".join([title.zh, title.en, key, *texts]))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_searchentry (kind, key, title_zh, title_en, url, permission, unit_code, tokens)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]))"
            " ON CONFLICT (kind, key) DO UPDATE SET title_zh = EXCLUDED.title_zh, title_en = EXCLUDED.title_en,"
            " url = EXCLUDED.url, permission = EXCLUDED.permission, unit_code = EXCLUDED.unit_code,"
            " tokens = EXCLUDED.tokens",
            [kind, key, title.zh, title.en, url, permission, unit_code, every],
        )


def remove(kind: str, key: str) -> None:
    """This function will make a thing unfindable."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_searchentry WHERE kind = %s AND key = %s", [kind, key])


def find(text: str, *, kinds: Iterable[str] = (), limit: int = 30) -> list[Hit]:
    """This function will find what matches every part of `text`; if nothing does, what is spelled nearly so."""
    wanted = _query_tokens(text)
    if not wanted:
        return []
    rows = _lookup(wanted, list(kinds), limit)
    if not rows:
        repaired = _repair(wanted, list(kinds))
        rows = _lookup(repaired, list(kinds), limit) if repaired else []
    return [Hit(r[0], r[1], Words(r[2], r[3]), r[4], r[5], r[6]) for r in rows]


def _query_tokens(text: str) -> list[str]:
    out: list[str] = []
    lowered = text.lower()[:200]
    for run in _HAN.findall(lowered):
        out.extend([run] if len(run) == 1 else (run[i : i + 2] for i in range(len(run) - 1)))
    out.extend(_LATIN.findall(lowered))
    return list(dict.fromkeys(out))[:16]


def _lookup(wanted: list[str], kinds: list[str], limit: int) -> list[tuple[str, ...]]:
    # Latin parts match as prefixes, so that typing finds before the word is whole.
    query = " & ".join(f"'{w}':*" if _LATIN.fullmatch(w) else f"'{w}'" for w in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, key, title_zh, title_en, url, permission, unit_code FROM kernel_searchentry"
            " WHERE tokens @@ %s::tsquery AND (%s::text[] = '{}' OR kind = ANY(%s))"
            " ORDER BY length(title_zh), key LIMIT %s",
            [query, kinds, kinds, limit],
        )
        return cursor.fetchall()


def _repair(wanted: list[str], kinds: list[str]) -> list[str]:
    from rapidfuzz import process

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(tsvector_to_array(tokens)) FROM kernel_searchentry"
            " WHERE (%s::text[] = '{}' OR kind = ANY(%s)) LIMIT 50000",
            [kinds, kinds],
        )
        known = [row[0] for row in cursor.fetchall()]
    repaired = []
    for word in wanted:
        if word in known:
            repaired.append(word)
            continue
        best = process.extractOne(word, [k for k in known if len(k) > 1], score_cutoff=70)
        if best is None:
            return []
        repaired.append(best[0])
    return repaired
