"""Finding a dataset: by words, and narrowed by what it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from beijiang.kernel import clock

from ..rules import FRESH, GRADES, is_fresh
from ..types import Facets, Found
from .matched import matches
from .standing import listing

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from ..types import Listed


def find(
    actor: Actor, *, q: str = "", owner_unit: str = "", grade: str = "", fresh: str = "", personal: bool | None = None, mine: bool = False
) -> Found:
    """This function will find datasets by Chinese, pinyin, initials or English in title, columns, elements and other names.

    Narrowed by owner, grade, `fresh` (a key of rules.FRESH), personal data or not, and `mine`: only what the actor may ask.
    The facets count what the words alone found, so that a choice never hides the others.
    """
    now = clock.now()
    every = listing(actor, q=q)
    kept = [
        item
        for item in every
        if (not owner_unit or item.entry.owner_unit == owner_unit)
        and (not grade or item.entry.grade == grade)
        and (not fresh or is_fresh(item.entry.freshness, fresh, now))
        and (personal is None or item.entry.personal is personal)
        and (not mine or item.standing.may)
    ]
    return Found(
        items=tuple(replace(item, matched=matches(item.entry, q)) for item in kept),
        total=len(every),
        facets=_facets(every, now),
    )


def _facets(items: tuple[Listed, ...], now: object) -> Facets:
    owners = Counter(item.entry.owner_unit for item in items)
    names = {item.entry.owner_unit: item.entry.owner_name for item in items}
    grades = Counter(item.entry.grade for item in items)
    return Facets(
        owners=tuple((code, names[code], count) for code, count in owners.most_common()),
        grades=tuple((code, words, grades[code]) for code, words in GRADES.items() if grades[code]),
        fresh=tuple(
            (code, words, sum(is_fresh(item.entry.freshness, code, now) for item in items))  # type: ignore[arg-type]
            for code, (words, _) in FRESH.items()
        ),
        personal=sum(item.entry.personal for item in items),
        impersonal=sum(not item.entry.personal for item in items),
        may=sum(item.standing.may for item in items),
    )
