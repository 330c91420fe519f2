"""What a grant and a dataset's description may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from beijiang.kernel.words import Words

from ..types import GRADES, MASKS, DatasetResource, Purpose
from .areas import area_fault

EMERGENCY_HOURS = 4
OPEN_SHARE_CAP = 100
REASON_MIN = 8
REASON_MAX = 1000
EXPIRING_DAYS = 7
REMIND_DAYS = (1, 7)
"""Holders are told so many days before a grant ends, the nearer first."""
MAX_AREAS = 200

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def resource_fault(resource: DatasetResource) -> Words | None:
    """This function will say what is wrong with a dataset's description, or None."""
    names = [c.name for c in resource.columns]
    if not NAME.fullmatch(resource.name) or not all(NAME.fullmatch(n) for n in names):
        return Words(
            "数据集名和列名只能由小写字母、数字和下划线组成。", "Dataset and column names have lower-case letters, digits and underscores."
        )
    if not names or len(set(names)) != len(names):
        return Words("数据集没有列，或者列名重复。", "The dataset has no columns, or two of the same name.")
    if resource.grade not in GRADES:
        return Words("数据级别不在清单内。", "The grade is not on the list.")
    if any(c.default_mask not in MASKS for c in resource.columns):
        return Words("列的遮盖方式不在清单内。", "A mask is not on the list.")
    for bound in (resource.area_column, resource.unit_column):
        if bound is not None and bound not in names:
            return Words(f"列 {bound} 不在数据集内。", f"Column {bound} is not in the dataset.")
    if not resource.owner_unit:
        return Words("数据集没有所有单位。", "The dataset has no owning unit.")
    return None


def purpose_fault(resource: DatasetResource, purpose: Purpose) -> Words | None:
    """This function will say why a dataset cannot be granted for a purpose at all, or None if it can."""
    if resource.grade not in purpose.grades:
        return Words("数据级别高于该目的允许的级别。", "The dataset's grade is above what the purpose allows.")
    if resource.allowed_purposes and purpose.code not in resource.allowed_purposes:
        return Words("数据集不允许用于该目的。", "The dataset may not be used for this purpose.")
    return None


def ending_soon(*, start: datetime, end: datetime, now: datetime) -> int | None:
    """This function will give which notice of a grant's end is due: 7 or 1 (days), or None.

    A grant that never lasted longer than the notice needs none: its holder knows.
    """
    for days in REMIND_DAYS:
        span = timedelta(days=days)
        if now < end <= now + span and end - start > span:
            return days
    return None


def grant_fault(
    *,
    resource: DatasetResource,
    purpose: Purpose,
    origin: str,
    matter: str,
    columns: tuple[str, ...],
    masks: Mapping[str, str],
    areas: tuple[str, ...],
    own_unit_only: bool,
    row_cap: int,
    start: datetime,
    end: datetime,
    reason: str,
) -> tuple[str, Words] | None:
    """This function will give the field and the fault of a grant's terms, or None if they may stand."""
    known = {c.name: c for c in resource.columns}
    unknown = [c for c in (*columns, *masks) if c not in known]
    if unknown:
        return "columns", Words(f"数据集没有列 {unknown[0][:63]}。", f"The dataset has no column {unknown[0][:63]}.")
    sensitive = [c for c in columns if known[c].sensitive]
    if sensitive:
        return "columns", Words(
            f"敏感列 {sensitive[0]} 不能授权（权利清单第 2 条）。", f"Sensitive column {sensitive[0]} cannot be granted (RIGHTS 2)."
        )
    if any(m not in MASKS for m in masks.values()):
        return "masks", Words("遮盖方式不在清单内。", "A mask is not on the list.")
    unfit = purpose_fault(resource, purpose)
    if unfit is not None:
        return "purpose", unfit
    if purpose.needs_matter and not matter and origin != "duty":
        return "matter", Words("该目的必须写明所办的事项。", "This purpose needs a matter.")
    if len(areas) > MAX_AREAS:
        return "areas", Words(f"区域最多 {MAX_AREAS} 个。", f"At most {MAX_AREAS} areas.")
    fault = next((f for f in map(area_fault, areas) if f), None)
    if fault:
        return "areas", fault
    if areas and resource.area_column is None:
        return "areas", Words("该数据集没有区划列，不能按区域授权。", "This dataset has no area column; a grant cannot be bound to areas.")
    if own_unit_only and resource.unit_column is None:
        return "own_unit_only", Words(
            "该数据集没有单位列，不能限定为本单位记录。", "This dataset has no unit column; a grant cannot be bound to one's unit."
        )
    if not 1 <= row_cap <= purpose.row_cap:
        return "row_cap", Words(f"行数上限应在 1 和 {purpose.row_cap} 之间。", f"The row cap should be between 1 and {purpose.row_cap}.")
    longest = timedelta(hours=EMERGENCY_HOURS) if origin == "emergency" else timedelta(days=purpose.max_days)
    if end <= start:
        return "end", Words("结束时间应晚于开始时间。", "The end should be after the start.")
    if end - start > longest:
        limit = (
            Words(f"{EMERGENCY_HOURS} 小时", f"{EMERGENCY_HOURS} hours")
            if origin == "emergency"
            else Words(f"{purpose.max_days} 天", f"{purpose.max_days} days")
        )
        return "end", Words(f"时间超过上限 {limit.zh}。", f"Longer than the limit of {limit.en}.")
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        return "reason", Words(
            f"理由应为 {REASON_MIN} 到 {REASON_MAX} 个字。", f"The reason should have {REASON_MIN} to {REASON_MAX} characters."
        )
    return None


def grant_state(
    *, now: datetime, start: datetime, end: datetime, revoked_at: datetime | None
) -> tuple[Literal["coming", "live", "expiring", "expired", "revoked"], int]:
    """This function will give where a grant stands and the whole days left (0 on the last one and after)."""
    if revoked_at is not None:
        return "revoked", 0
    if now >= end:
        return "expired", 0
    left = (end - now).days
    if now < start:
        return "coming", left
    return ("expiring" if end - now <= timedelta(days=EXPIRING_DAYS) else "live"), left
