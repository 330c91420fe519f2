"""What a question in SQL can be written with by one person, for one purpose: permitted datasets and columns, functions, keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.flow.exchange.types import SQL_FUNCTIONS, SQL_KEYWORDS
from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound

from ..grants import SEE
from ..types import Vocabulary, WordColumn, WordTable
from .standing import listing, preview

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from ..types import Listed


def vocabulary(actor: Actor, *, purpose: str = "", matter: str = "") -> Vocabulary:
    """This function will list what the actor may name in SQL under `purpose` and `matter`, with types and masks.

    Without a purpose, or with one that is not on the list, no dataset is permitted yet. It decides nothing: the door does.
    """
    guard.require(actor, SEE)
    permitted: list[WordTable] = []
    others: list[Listed] = []
    for item in listing(actor):
        table = _table(actor, item, purpose, matter) if purpose and item.standing.may else None
        if table is not None:
            permitted.append(table)
        else:
            others.append(item)
    functions = tuple((name, kind) for kind, names in SQL_FUNCTIONS.values() for name in names)
    return Vocabulary(tuple(permitted), tuple(others), functions, SQL_KEYWORDS)


def _table(actor: Actor, item: Listed, purpose: str, matter: str) -> WordTable | None:
    try:
        found = preview(actor, dataset=item.entry.name, purpose=purpose, matter=matter)
    except NotFound:
        return None
    if not found.permit:
        return None
    masks = {rule.name: rule.mask for rule in found.columns}
    columns = tuple(WordColumn(c.name, c.title, c.type, masks[c.name]) for c in item.entry.columns if c.name in masks)
    return WordTable(item.entry.name, item.entry.title, columns, found.row_cap)
