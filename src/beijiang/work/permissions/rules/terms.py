"""Terms: how much of one dataset, and whether one lot lies within another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from beijiang.kernel.places import stem
from beijiang.kernel.words import Words

from ..types import Terms


def area_within(code: str, areas: Iterable[str]) -> bool:
    """This function will say whether an area lies in one of `areas`, by their codes."""
    own = stem(code)
    return any(own.startswith(stem(area)) for area in areas)


def wider(inner: Terms, outer: Terms) -> str | None:
    """This function will name what of `inner` goes beyond `outer`: columns, areas or days; None if it lies within."""
    if not set(inner.columns) <= set(outer.columns):
        return "columns"
    if outer.areas and (not inner.areas or not all(area_within(a, outer.areas) for a in inner.areas)):
        return "areas"
    return "days" if inner.days > outer.days else None


def changes(before: Terms, after: Terms, *, title: Callable[[str], Words], area: Callable[[str], Words]) -> tuple[Words, ...]:
    """This function will tell what was narrowed or shortened, in words; nothing if all stayed."""
    told = []
    out = [title(c) for c in before.columns if c not in after.columns]
    if out:
        told.append(Words(f"去掉列：{_zh(out)}", f"without columns: {_en(out)}"))
    more = [title(c) for c in after.columns if c not in before.columns]
    if more:
        told.append(Words(f"增加列：{_zh(more)}", f"with columns: {_en(more)}"))
    if set(before.areas) != set(after.areas):
        old, new = [area(a) for a in before.areas], [area(a) for a in after.areas]
        told.append(Words(f"区域由{_zh(old) or '不限'}改为{_zh(new) or '不限'}", f"areas from {_en(old) or 'any'} to {_en(new) or 'any'}"))
    if before.days != after.days:
        told.append(Words(f"期限由 {before.days} 天改为 {after.days} 天", f"from {before.days} to {after.days} days"))
    return tuple(told)


def _zh(words: list[Words]) -> str:
    return "、".join(w.zh for w in words)


def _en(words: list[Words]) -> str:
    return ", ".join(w.en for w in words)


def terms_to(terms: Terms) -> dict[str, Any]:
    """This function will give the stored form of terms."""
    return {"columns": list(terms.columns), "areas": list(terms.areas), "days": terms.days}


def terms_from(stored: Mapping[str, Any]) -> Terms:
    """This function will read terms from their stored form."""
    return Terms(tuple(stored["columns"]), tuple(stored["areas"]), int(stored["days"]))
