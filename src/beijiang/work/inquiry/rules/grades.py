"""Grades of data, and how fresh it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime

GRADES = {
    "open": Words("公开", "Open"),
    "internal": Words("内部", "Internal"),
    "sensitive": Words("敏感", "Sensitive"),
    "core": Words("核心", "Core"),
}
EXPLAINED = {
    "open": Words("可以对外公开的数据；提问仍须写明目的。", "Fit to be published; a question still states its purpose."),
    "internal": Words("供公安机关内部工作使用；凭授权或信息共享开放提问。", "For police work; asked under a grant or an open share."),
    "sensitive": Words(
        "泄露会损害个人权益或者办案；只凭授权提问，身份信息一般遮盖。",
        "Leaked, it would harm persons or cases; asked under a grant only, and identities are masked as a rule.",
    ),
    "core": Words(
        "关系重大；不能由个人直接提问，通过合成作战中心的驻点人员办理。",
        "Of the greatest weight; not asked by oneself but through a department's seat in the joint centre.",
    ),
}
FRESH = {
    "day": (Words("一天内更新", "Updated within a day"), 1),
    "week": (Words("一周内更新", "Updated within a week"), 7),
    "month": (Words("一个月内更新", "Updated within a month"), 30),
    "older": (Words("更早", "Older"), 0),
}


def is_fresh(freshness: datetime | None, wanted: str, now: datetime) -> bool:
    """This function will say whether data of that moment falls under `wanted` of FRESH; data never updated is older."""
    days = FRESH[wanted][1]
    age = (now - freshness).total_seconds() / 86_400 if freshness else None
    if not days:
        return age is None or age > FRESH["month"][1]
    return age is not None and age <= days
