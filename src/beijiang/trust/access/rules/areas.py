"""Areas by GB/T 2260 codes: containment is the code's own, so no table is needed.

150000 region, 150100 city, 150103 county, 150103001 township, 150103001002 village. A grant for a
code covers every row whose code begins with the meaningful part of it.
"""

from __future__ import annotations

import re

from beijiang.kernel.places import stem
from beijiang.kernel.words import Words

from ..types import Compare, Filter, all_of, any_of

_CODE = re.compile(r"\d{6}(?:\d{3}){0,2}", re.ASCII)


def area_fault(code: str) -> Words | None:
    """This function will say what is wrong with an area code of a grant, or None."""
    if not _CODE.fullmatch(code) or code.startswith("00"):
        return Words(f"区划代码 {code[:20]} 应为 6、9 或 12 位数字。", f"Area code {code[:20]} should have 6, 9 or 12 digits.")
    return None


def canonical_area(code: str) -> str:
    """This function will give the one spelling of an area code: 15 → 150000, 150103000 → 150103."""
    kept = stem(code)
    return kept.ljust(6, "0") if len(kept) < 6 else kept


def ancestors(code: str) -> tuple[str, ...]:
    """This function will give every canonical code whose area a row with `code` lies in, its own included."""
    found = []
    for length in (2, 4, 6, 9, 12):
        if len(code) < length:
            break
        candidate = code[:length].ljust(6, "0")
        if stem(candidate) == code[:length]:
            found.append(candidate)
    return tuple(dict.fromkeys(found))


def area_filter(column: str, codes: tuple[str, ...]) -> Filter:
    """This function will give the filter of rows lying in one of `codes`: ranges of text, which files prune well.

    Rows compare as text by code point (`C` collation; DuckDB's own), so `150103…` is at least
    "150103" and below "150104".
    """
    parts = []
    for code in codes:
        prefix = stem(code)
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        parts.append(all_of(Compare(column, ">=", prefix), Compare(column, "<", after)))
    return any_of(*parts)
