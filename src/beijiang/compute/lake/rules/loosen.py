"""What a new definition of a dataset opens wider than the old one: that is for its owner to decide, not for who keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel.words import Words
from beijiang.trust.access.types import grade_level

if TYPE_CHECKING:
    from ..types import Dataset

_STRENGTH = {"none": 0, "year": 1, "first4": 1, "last4": 1, "hash": 2, "redact": 3, "null": 4}
"""How much a mask hides; masks of equal strength hide different parts, so a change between them loosens too."""


def loosened(before: Dataset, after: Dataset) -> tuple[Words, ...]:
    """This function will name what `after` loosens, in words; empty when it loosens nothing."""
    found: list[Words] = []
    if grade_level(after.grade) < grade_level(before.grade):
        found.append(Words("降低数据级别", "lowering its grade"))
    if before.personal and not after.personal:
        found.append(Words("不再算作个人信息", "no longer counting it as personal data"))
    if _longer(before.retention_days, after.retention_days):
        found.append(Words("延长保存期限", "keeping its rows longer"))
    for role, words in (
        ("area_column", Words("更换区划列", "changing the column of areas")),
        ("unit_column", Words("更换单位列", "changing the column of units")),
    ):
        had = getattr(before, role)
        if had is not None and getattr(after, role) != had:
            found.append(words)
    now = {c.name: c for c in after.columns}
    for column in before.columns:
        new = now.get(column.name)
        if new is None:
            continue
        if new.default_mask != column.default_mask and _STRENGTH[new.default_mask] <= _STRENGTH[column.default_mask]:
            found.append(Words(f"放松列 {column.name} 的遮盖", f"loosening the mask of column {column.name}"))
        if column.sensitive and not new.sensitive:
            found.append(Words(f"不再把列 {column.name} 算作敏感", f"no longer counting column {column.name} as sensitive"))
        if column.subject and new.subject != column.subject:
            found.append(Words(f"改变列 {column.name} 所指的主体", f"changing whom column {column.name} names"))
    return tuple(found)


def _longer(before: int | None, after: int | None) -> bool:
    return before is not None and (after is None or after > before)
