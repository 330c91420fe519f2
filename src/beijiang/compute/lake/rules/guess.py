"""Which data element a column is, by its header and by what its values pass; with a score and the reason in words."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from beijiang.kernel.words import Words

from ..types import ElementGuess
from .checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..types import Element

SHOWN = 0.5
"""Below this a guess helps nobody."""
CLOSE = 86.0
_NUMERIC = frozenset({"integer", "decimal", "number"})


def guess(header: str, type_: str, passed: Mapping[str, float], elements: Sequence[Element]) -> ElementGuess | None:
    """This function will give the element that fits best, None when none fits well enough.

    `passed` is, by check, the share of values that passed it. A name that fits but values that do not is worth little; values
    alone count only for checks so particular that chance cannot pass them.
    """
    best: ElementGuess | None = None
    for element in elements:
        if element.special or element.status == "withdrawn":
            continue
        found = _one(header, type_, passed, element)
        if found is not None and (best is None or found.score > best.score):
            best = found
    return best if best is not None and best.score >= SHOWN else None


def _one(header: str, type_: str, passed: Mapping[str, float], element: Element) -> ElementGuess | None:
    named, how = _named(header, element)
    share = passed.get(element.check) if element.check else None
    check = CHECKS.get(element.check)
    reasons = [how] if named else []
    if check is None or share is None:
        score = named * 0.9
    elif named:
        score = 0.5 * named + 0.5 * share if share >= 0.5 else 0.3 * named
        reasons.append(_passed(check.words, share))
    else:
        sure = 0.9 if check.sure else 0.45
        score = sure * share if share >= 0.9 else 0.0
        reasons.append(_passed(check.words, share))
    if score and named and not _types_agree(type_, element.type):
        score *= 0.6
        reasons.append(Words("但类型不同", "but of another type"))
    if score <= 0:
        return None
    reason = Words("；".join(r.zh for r in reasons), "; ".join(r.en for r in reasons))
    return ElementGuess(element.code, element.name, round(min(score, 1.0), 2), reason)


def _passed(words: Words, share: float) -> Words:
    return Words(f"{share:.1%} 的值符合{words.zh}", f"{share:.1%} of the values pass: {words.en}")


def _types_agree(type_: str, wanted: str) -> bool:
    return type_ == wanted or (type_ in _NUMERIC and wanted in _NUMERIC) or {type_, wanted} == {"date", "timestamp"} or wanted == "text"


def _named(header: str, element: Element) -> tuple[float, Words]:
    """How well the header names the element (0 to 1), and by which of its names."""
    text = _fold(header)
    best, by = 0.0, Words("", "")
    for label, kind in _labels(element):
        score = _alike(text, label)
        if score > best:
            best = score
            sign = "与" if score == 1.0 else "以" if score == 0.92 else "近似"
            tail = "相同" if score == 1.0 else "结尾" if score == 0.92 else ""
            by = Words(
                f"列名{sign}{kind.zh}“{label}”{tail}",
                f"the header {'is' if score == 1.0 else 'ends with' if score == 0.92 else 'is like'} the {kind.en} “{label}”",
            )
    return best, by


def _alike(text: str, label: str) -> float:
    if text == label:
        return 1.0
    han = bool(re.search(r"[\u3400-\u9fff]", label))
    if len(label) >= (2 if han else 5) and text.endswith(label):
        return 0.92
    if len(label) >= (3 if han else 6) and label in text:
        return 0.8
    if len(label) >= 4 and len(text) >= 4:
        ratio = fuzz.ratio(text, label)
        return 0.9 * ratio / 100 if ratio >= CLOSE else 0.0
    return 0.0


@functools.lru_cache(maxsize=4096)
def _labels_of(code: str, zh: str, en: str, aliases: tuple[str, ...]) -> tuple[tuple[str, Words], ...]:
    from pypinyin import Style, lazy_pinyin

    found: dict[str, Words] = {}

    def put(label: str, kind: Words) -> None:
        folded = _fold(label)
        if folded and folded not in found:
            found[folded] = kind

    put(zh, Words("数据元名", "name"))
    put(en, Words("英文名", "English name"))
    put(code, Words("缩写", "abbreviation"))
    for alias in aliases:
        put(alias, Words("别名", "alias"))
    for name in (zh, *aliases):
        if re.search(r"[\u3400-\u9fff]", name):
            put("".join(lazy_pinyin(name)), Words("拼音", "pinyin"))
            initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
            if len(initials) >= 3:
                put(initials, Words("拼音缩写", "pinyin abbreviation"))
    return tuple(found.items())


def _labels(element: Element) -> tuple[tuple[str, Words], ...]:
    return _labels_of(element.code, element.name.zh, element.name.en, element.aliases)


def _fold(label: str) -> str:
    return re.sub(r"[\s_\-.·()（）/]+", "", unicodedata.normalize("NFKC", label)).casefold()


def fits(element: Element, query: str) -> float:
    """This function will say how well an element answers a search (0 to 1): by code, name, pinyin or alias, or what is like them."""
    text = _fold(query)
    if not text:
        return 1.0
    best = 0.0
    for label, _ in _labels(element):
        best = max(
            best, 1.0 if label == text else 0.9 if label.startswith(text) else 0.8 if text in label else fuzz.ratio(text, label) / 125
        )
    return best if best >= 0.55 else 0.0
