"""What an application may say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping

from beijiang.kernel.words import Words
from beijiang.trust.access.types import ColumnInfo, DatasetResource, MatterInfo, Purpose

from ..types import Draft

REASON_MIN, REASON_MAX = 20, 1000
NOTE_MIN, NOTE_MAX = 4, 500
MOST_DATASETS = 5
MOST_AREAS = 50
MOST_COLUMNS = 400
"""Over all datasets of one application: an officer who needs more does not know yet what they look for."""


def plain(text: str) -> str:
    """This function will leave out what no text of a person has and no database keeps: control characters, lone surrogates."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()


def named(code: str) -> str:
    """This function will give a code as it may be repeated in an answer."""
    return code[:63] if code.isprintable() else "�"


def withheld(column: ColumnInfo) -> Words | None:
    """This function will say why a column cannot be had at all, or None."""
    if column.sensitive:
        return Words("特殊类别个人信息，任何授权都不提供（权利清单第 2 条）", "special category: no permission hands it out (RIGHTS 2)")
    return None


def available(resource: DatasetResource) -> tuple[str, ...]:
    """This function will list the columns that may be applied for."""
    return tuple(c.name for c in resource.columns if withheld(c) is None)


def draft_faults(
    draft: Draft,
    *,
    purpose: Purpose | None,
    purpose_open: bool,
    resources: Mapping[str, DatasetResource],
    misfits: Iterable[Words],
    matter: MatterInfo | None,
    matter_mine: bool,
    known_area: Callable[[str], bool],
) -> dict[str, Words]:
    """This function will give what is wrong with an application by field (dataset, purpose, matter, columns, areas, days,
    reason), nothing if it may be sent. `resources` holds the datasets that exist, `misfits` why some are not for the purpose."""
    found: dict[str, Words] = {}
    unknown = [name for name in draft.terms if name not in resources]
    if not draft.terms:
        found["dataset"] = Words("请至少选择一个数据集。", "Choose at least one dataset.")
    elif unknown:
        found["dataset"] = Words(f"没有数据集 {named(unknown[0])}。", f"There is no dataset {named(unknown[0])}.")
    elif len(draft.terms) > MOST_DATASETS:
        found["dataset"] = Words(f"一份申请最多 {MOST_DATASETS} 个数据集。", f"At most {MOST_DATASETS} datasets in one application.")
    if purpose is None:
        found["purpose"] = Words("请从清单中选择使用目的。", "Choose the purpose from the list.")
    elif not purpose_open:
        found["purpose"] = Words("这个使用目的已经停用。", "This purpose is closed.")
    else:
        misfit = next(iter(misfits), None)
        if misfit is not None:
            found["purpose"] = misfit
        fault = _matter_fault(draft.matter, purpose, matter, matter_mine)
        if fault:
            found["matter"] = fault
    for name, terms in draft.terms.items():
        resource = resources.get(name)
        if resource is None:
            continue
        fault = _columns_fault(resource, terms.columns)
        if fault:
            found.setdefault("columns", fault)
        fault = _areas_fault(resource, terms.areas, known_area)
        if fault:
            found.setdefault("areas", fault)
        if purpose is not None and not 1 <= terms.days <= purpose.max_days:
            found.setdefault("days", Words(f"期限应为 1 到 {purpose.max_days} 天。", f"Between 1 and {purpose.max_days} days."))
    total = sum(len(t.columns) for t in draft.terms.values())
    if total > MOST_COLUMNS:
        found["columns"] = Words(
            f"一份申请最多 {MOST_COLUMNS} 列，现有 {total} 列。", f"At most {MOST_COLUMNS} columns; there are {total}."
        )
    length = len(draft.reason.strip())
    if not REASON_MIN <= length <= REASON_MAX:
        found["reason"] = Words(
            f"请具体说明为什么需要（{REASON_MIN} 到 {REASON_MAX} 个字，现有 {length} 个）。",
            f"Say in {REASON_MIN} to {REASON_MAX} characters why it is needed; there are {length}.",
        )
    return found


def _matter_fault(ref: str, purpose: Purpose, matter: MatterInfo | None, mine: bool) -> Words | None:
    if not ref:
        return (
            Words("这个目的须写明案件、警情等事项。", "This purpose needs a matter: a case, an incident or the like.")
            if purpose.needs_matter
            else None
        )
    if matter is None:
        return Words("没有登记这个事项，请核对编号。", "No such matter; check the reference.")
    if matter.closed_at is not None:
        return Words("事项已经办结，不能再据此申请。", "The matter is closed; nothing may be applied for under it.")
    if purpose.matter_kinds and matter.kind not in purpose.matter_kinds:
        return Words("事项的种类与目的不符。", "The kind of the matter does not fit the purpose.")
    return None if mine else Words("您不是这个事项的经办人。", "You do not work on this matter.")


def _columns_fault(resource: DatasetResource, columns: tuple[str, ...]) -> Words | None:
    title = resource.title
    if not columns:
        return Words(f"请为“{title.zh}”至少选择一列。", f"Choose at least one column of {title.en}.")
    for name in columns:
        column = resource.column(name)
        if column is None:
            return Words(f"“{title.zh}”没有列 {named(name)}。", f"{title.en} has no column {named(name)}.")
        why = withheld(column)
        if why:
            return Words(f"列“{column.title.zh}”：{why.zh}。", f"Column “{column.title.en}”: {why.en}.")
    return None


def _areas_fault(resource: DatasetResource, areas: tuple[str, ...], known: Callable[[str], bool]) -> Words | None:
    if resource.area_column is None:
        return (
            Words(
                f"“{resource.title.zh}”没有区划列，不能按区域申请。",
                f"{resource.title.en} has no area column and cannot be bound to areas.",
            )
            if areas
            else None
        )
    if not areas:
        return Words("请至少选择一个区域。", "Choose at least one area.")
    if len(areas) > MOST_AREAS:
        return Words(
            f"最多选择 {MOST_AREAS} 个区域；更多时请选择上一级。", f"At most {MOST_AREAS} areas; beyond that choose the division above."
        )
    wrong = next((a for a in areas if not known(a)), None)
    return Words(f"没有区域 {named(wrong)[:12]}。", f"There is no area {named(wrong)[:12]}.") if wrong is not None else None
