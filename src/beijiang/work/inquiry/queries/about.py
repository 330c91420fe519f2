"""One dataset as one person may use it: what they would see of it, what not and why, and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel import guard
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.identity import queries as identity
from beijiang.trust.identity.types import Duty

from ..grants import SEE
from ..types import About, ColumnView
from .standing import preview, standing

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import DirectoryColumn, DirectoryEntry
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import Purpose
    from beijiang.trust.identity.types import Deciders

    from ..types import Preview

SPECIAL = Words(
    "民族、宗教、健康等特殊类别：任何人都不能查询、筛选或显示（权利清单第 2 条）。",
    "A special category such as ethnicity, religion or health: nobody can query, filter or show it (RIGHTS 2).",
)
NOT_GRANTED = Words("不在您的依据内；确需使用的，可以申请。", "Not in your basis; apply for it if you need it.")
MASKED_BY_GRANT = Words("您的依据只允许这样显示。", "Your basis lets it be shown like this only.")
MASKED_AS_A_RULE = Words("默认遮盖；数据所有单位可以在授权中另定。", "Masked unless the owner decides otherwise in a grant.")
AS_A_RULE = Words("一般授权下原样显示。", "An ordinary grant shows it as it is.")
AS_IT_IS = Words("按您的依据原样显示。", "Your basis shows it as it is.")


def about(actor: Actor, *, name: str, purpose: str = "", matter: str = "") -> About:
    """This function will tell of a dataset what the actor would see under `purpose` and `matter` (none: their first grant).

    NotFound for a dataset that the directory does not have, or a purpose that is not on the list.
    """
    guard.require(actor, SEE)
    entry = exchange.entry(actor, name=name)
    held = standing(actor, entry=entry)
    purposes = purposes_of(entry)
    if not purpose and held.grants:
        purpose, matter = held.grants[0].purpose, held.grants[0].matter
    elif not purpose and held.open_share:
        purpose = next((p.code for p in purposes if not p.needs_matter), purposes[0].code if purposes else "")
    seen = preview(actor, dataset=name, purpose=purpose, matter=matter) if purpose else None
    known = seen if seen is not None and seen.permit else None
    return About(
        entry=entry,
        standing=held,
        preview=seen,
        matter=matter,
        columns=tuple(_view(column, known) for column in entry.columns),
        purposes=purposes,
        owners=owners_of(entry.owner_unit),
    )


def purposes_of(entry: DirectoryEntry) -> tuple[Purpose, ...]:
    """This function will list the purposes for which a dataset may be asked today: those that its grade and its owner allow."""
    return tuple(p for p in access.open_purposes(entry.grade) if not entry.purposes or p.code in entry.purposes)


def owners_of(unit_code: str) -> Deciders:
    """This function will say who answers for the data of a unit now: holders of the owner's duty there, or above."""
    return identity.deciders(unit_code=unit_code, duty=Duty.OWNER)


def _view(column: DirectoryColumn, known: Preview | None) -> ColumnView:
    if column.sensitive:
        return ColumnView(column, False, "", SPECIAL)
    if known is None:
        plain = column.default_mask == "none"
        return ColumnView(column, True, column.default_mask, AS_A_RULE if plain else MASKED_AS_A_RULE)
    mask = next((rule.mask for rule in known.columns if rule.name == column.name), None)
    if mask is None:
        return ColumnView(column, False, "", NOT_GRANTED)
    return ColumnView(column, True, mask, AS_IT_IS if mask == "none" else MASKED_BY_GRANT)
