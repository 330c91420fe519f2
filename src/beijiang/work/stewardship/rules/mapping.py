"""From a draft and what was typed of it to the dataset that the door is asked to make."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from beijiang.flow.exchange.types import COLUMN_TYPES, ColumnSpec, Dataset, DatasetSpec, SpecColumn
from beijiang.kernel.words import Words
from beijiang.trust.access.types import GRADES, MASKS

from ..types import Choice, Fault, Mapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beijiang.flow.exchange.types import Draft, DraftColumn

    from ..types import Plan

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HAN = re.compile(r"[\u3400-\u9fff]")
NEW, NOT_TAKEN = "+", ""
SURE = 0.5
"""How sure a guess of a data element must be to be put in beforehand."""
KEPT_LONGEST = 36_500
AREA_ELEMENTS, UNIT_ELEMENTS = frozenset({"place.county", "XZQH"}), frozenset({"unit.code", "GAJGJGDM"})
_TYPED = ("name", "title_zh", "title_en", "type", "element", "subject", "mask", "into")


def suggested(column: DraftColumn, place: int, target: Dataset | None = None) -> Choice:
    """This function will give what a column becomes unless somebody says otherwise."""
    guess = column.element
    return Choice(
        place=place,
        header=column.header,
        keep=column.refused is None,
        name=column.name,
        title_zh=column.title.zh or column.header,
        title_en=_english(column),
        type=column.type,
        element=guess.code if guess and guess.score >= SURE else "",
        subject=column.subject or "",
        mask=column.suggested_mask,
        into=match(column, target) if target else "",
    )


def _english(column: DraftColumn) -> str:
    """A title that a reader of English can read: a Chinese header stands for none, its name does."""
    said = column.title.en
    return said if said and not _HAN.search(said) else column.name.replace("_", " ").capitalize()


def match(column: DraftColumn, target: Dataset) -> str:
    """This function will name the dataset's column that a file's column is: by name, title, alias, then by data element; "+" for none."""
    if column.refused is not None:
        return NOT_TAKEN
    labels = {_fold(label) for label in (column.header, column.name, column.title.zh, column.title.en) if label}
    for known in target.columns:
        if labels & {_fold(label) for label in (known.name, known.title.zh, known.title.en, *known.aliases)}:
            return known.name
    code = column.element.code if column.element and column.element.score >= SURE else ""
    same = [known.name for known in target.columns if code and known.element == code]
    return same[0] if len(same) == 1 else NEW


def _fold(label: str) -> str:
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", label)).casefold()


def choices(draft: Draft, plan: Plan, target: Dataset | None = None) -> tuple[Choice, ...]:
    """This function will give what becomes of every column: as typed where something was, as suggested elsewhere.

    No two columns go into the same column of a dataset by suggestion: the first one has it.
    """
    found, taken = [], {str(typed.get("into")) for typed in plan.columns.values() if typed.get("into")}
    for place, column in enumerate(draft.columns):
        choice = suggested(column, place, target)
        typed = plan.columns.get(column.header)
        if typed is not None:
            values = {name: str(typed[name]) for name in _TYPED if name in typed}
            if target is not None and values.get("into", NEW) not in {NEW, NOT_TAKEN, *(c.name for c in target.columns)}:
                values["into"] = choice.into
            choice = _with(choice, keep=bool(typed.get("keep", choice.keep)), **values)
        elif choice.into not in ("", NEW):
            choice = _with(choice, into=NEW if choice.into in taken else choice.into)
            taken.add(choice.into)
        found.append(choice)
    return tuple(found)


def _with(choice: Choice, **changes: Any) -> Choice:
    values = {name: getattr(choice, name) for name in Choice.__dataclass_fields__}
    return Choice(**(values | changes))


def mapped(draft: Draft, plan: Plan, *, target: Dataset | None = None, elements: Iterable[str] = (), units: Iterable[str] = ()) -> Mapped:
    """This function will make the specification, or say all that is wrong at once. `target` is the dataset to append to, None for a new one.

    `elements` and `units` are the codes that there are.
    """
    chosen = choices(draft, plan, target)
    faults = [*_column_faults(draft, chosen, target, set(elements))]
    kept = [c for c in chosen if _is_kept(c, target)]
    if not kept:
        faults.append(Fault(Words("至少保留一列。", "Keep at least one column."), "columns"))
    if target is not None:
        facts: dict[str, Any] = {"name": target.name, "append": True}
        faults += _append_faults(kept, target)
    else:
        facts, wrong = _facts(plan.dataset, kept, set(units))
        faults += wrong
    if faults:
        return Mapped(None, tuple(faults))
    columns = tuple(_spec_column(draft.columns[c.place], c, target) for c in chosen)
    return Mapped(DatasetSpec(**facts, columns=columns), (), _notes(chosen, target))


def _is_kept(choice: Choice, target: Dataset | None) -> bool:
    return choice.keep and (target is None or choice.into != NOT_TAKEN)


def _column_faults(draft: Draft, chosen: tuple[Choice, ...], target: Dataset | None, elements: set[str]) -> Iterable[Fault]:
    own = [c for c in chosen if _is_kept(c, target) and (target is None or c.into == NEW)]
    names = Counter(c.name for c in own)
    there = {c.name for c in target.columns} if target else set()
    for choice in chosen:
        refused = draft.columns[choice.place].refused
        if refused is not None and _is_kept(choice, target):
            yield Fault(refused, "keep", choice.place)
    for choice in own:
        at = choice.place
        if not NAME.fullmatch(choice.name):
            words = Words(
                "列名只用小写字母、数字和下划线，以字母开头。",
                "A column's name has lower-case letters, digits and _, and begins with a letter.",
            )
            yield Fault(words, "name", at)
        elif names[choice.name] > 1:
            yield Fault(Words(f"列名 {choice.name} 用了两次。", f"The name {choice.name} is used twice."), "name", at)
        elif choice.name in there:
            yield Fault(
                Words(
                    f"数据集已有列 {choice.name}。请选它作为去向，或换一个名称。",
                    f"The dataset has a column {choice.name}. Choose it, or take another name.",
                ),
                "name",
                at,
            )
        if not choice.title_zh.strip() or not choice.title_en.strip():
            yield Fault(Words("请填写中文和英文标题。", "Give the title in Chinese and English."), "title", at)
        if choice.type not in COLUMN_TYPES:
            yield Fault(Words("请选择类型。", "Choose a type."), "type", at)
        if choice.element and choice.element not in elements:
            words = Words(
                "没有登记这个数据元。请从清单中选择，或留空。",
                "There is no such data element. Choose one from the list, or leave it empty.",
            )
            yield Fault(words, "element", at)
        if choice.mask not in MASKS:
            yield Fault(Words("请选择遮盖方式。", "Choose how it is masked."), "mask", at)


def _append_faults(kept: list[Choice], target: Dataset) -> Iterable[Fault]:
    into = Counter(c.into for c in kept if c.into != NEW)
    for choice in kept:
        if into[choice.into] > 1:
            words = Words(f"有两列都要写入 {choice.into}。", f"Two columns would go into {choice.into}.")
            yield Fault(words, "into", choice.place)
    for role in (target.area_column, target.unit_column):
        if role and role not in into:
            words = Words(
                f"没有哪一列写入 {role}，而授权按它决定谁能看到哪一行。请为它选一列。",
                f"No column goes into {role}, by which grants decide who sees which row. Choose one for it.",
            )
            yield Fault(words, "columns")


def _facts(typed: dict[str, Any], kept: list[Choice], units: set[str]) -> tuple[dict[str, Any], list[Fault]]:
    said = {name: str(typed.get(name) or "").strip() for name in _FACTS}
    faults = []
    if not NAME.fullmatch(said["name"]):
        words = Words(
            "名称只用小写字母、数字和下划线，以字母开头，最多 63 个。",
            "Lower-case letters, digits and _, beginning with a letter, at most 63.",
        )
        faults.append(Fault(words, "name"))
    if not said["title_zh"] or not said["title_en"]:
        missing = "title_zh" if not said["title_zh"] else "title_en"
        faults.append(Fault(Words("请填写中文和英文标题。", "Give the title in Chinese and English."), missing))
    if not said["owner_unit"]:
        faults.append(Fault(Words("请选择数据所有单位。", "Choose the unit that owns the data."), "owner_unit"))
    elif said["owner_unit"] not in units:
        faults.append(Fault(Words("没有这个单位。请从清单中选择。", "There is no such unit. Choose one from the list."), "owner_unit"))
    if said["grade"] not in GRADES:
        faults.append(Fault(Words("请选择级别。", "Choose a grade."), "grade"))
    personal = bool(typed.get("personal"))
    named = {c.header: c for c in kept}
    if any(c.subject for c in kept) and not personal:
        words = Words(
            "有列指向具体的人（见“主体”），这就是个人信息。请勾选，或更正这些列。",
            "Some columns point at persons (see “subject”): that is personal data. Tick this, or mend those columns.",
        )
        faults.append(Fault(words, "personal"))
    days = _days(said["retention_days"], personal, faults)
    roles = {}
    for role in ("area_column", "unit_column"):
        if said[role] and said[role] not in named:
            faults.append(Fault(Words("所选的列没有保留。", "The column chosen is not kept."), role))
        roles[role] = named[said[role]].name if said[role] in named else None
    facts = {
        "name": said["name"],
        "title": Words(said["title_zh"], said["title_en"]),
        "description": Words(said["description_zh"], said["description_en"] or said["description_zh"]),
        "owner_unit": said["owner_unit"],
        "grade": said["grade"],
        "personal": personal,
        "retention_days": days,
        **roles,
    }
    return facts, faults


_FACTS = (
    *("name", "title_zh", "title_en", "description_zh", "description_en"),
    *("owner_unit", "grade", "retention_days", "area_column", "unit_column"),
)


def _days(text: str, personal: bool, faults: list[Fault]) -> int | None:
    if not text:
        if personal:
            words = Words(
                "含个人信息的数据必须规定保存天数（权利清单第 15 条）。", "Personal data needs a number of days to keep it (RIGHTS 15)."
            )
            faults.append(Fault(words, "retention_days"))
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= KEPT_LONGEST:
        words = Words(f"保存天数为 1 到 {KEPT_LONGEST} 的整数。", f"A whole number of days from 1 to {KEPT_LONGEST}.")
        faults.append(Fault(words, "retention_days"))
        return None
    return int(text)


def _spec_column(column: DraftColumn, choice: Choice, target: Dataset | None) -> SpecColumn:
    if not _is_kept(choice, target):
        return SpecColumn(choice.header, None, drop=True)
    if target is not None and choice.into != NEW:
        return SpecColumn(choice.header, next(c for c in target.columns if c.name == choice.into))
    return SpecColumn(
        choice.header,
        ColumnSpec(
            name=choice.name,
            title=Words(choice.title_zh.strip(), choice.title_en.strip()),
            type=choice.type,
            element=choice.element,
            subject=choice.subject or None,
            default_mask=choice.mask,
            length=column.length if choice.type == "text" else None,
            digits=column.digits,
            aliases=(choice.header,) if choice.header not in (choice.name, choice.title_zh, choice.title_en) else (),
        ),
    )


def _notes(chosen: tuple[Choice, ...], target: Dataset | None) -> tuple[Words, ...]:
    notes = []
    dropped = [c.header for c in chosen if not _is_kept(c, target)]
    if dropped:
        shown = "、".join(dropped[:10])
        notes.append(
            Words(f"不入库的列（{len(dropped)}）：{shown}", f"Columns that are not taken in ({len(dropped)}): {', '.join(dropped[:10])}")
        )
    if target is not None:
        filled = {c.into for c in chosen if c.keep}
        empty = [c.name for c in target.columns if c.name not in filled]
        added = [c.name for c in chosen if c.keep and c.into == NEW]
        if empty:
            notes.append(
                Words(
                    f"文件里没有、将为空的列：{'、'.join(empty)}", f"Columns that the file has not, and that stay empty: {', '.join(empty)}"
                )
            )
        if added:
            notes.append(Words(f"将为数据集增加的列：{'、'.join(added)}", f"Columns that are added to the dataset: {', '.join(added)}"))
    return tuple(notes)


def first_facts(draft: Draft) -> dict[str, Any]:
    """This function will give facts of a new dataset to begin with: what the draft suggests, and the careful answer elsewhere."""
    personal = any(column.subject for column in draft.columns)
    area = next((c.header for c in draft.columns if c.element and c.element.code in AREA_ELEMENTS and c.element.score >= SURE), "")
    unit = next((c.header for c in draft.columns if c.element and c.element.code in UNIT_ELEMENTS and c.element.score >= SURE), "")
    return {
        "target": "new",
        "name": draft.suggested_name,
        "grade": "sensitive" if personal else "internal",
        "personal": personal,
        "area_column": area,
        "unit_column": unit,
    }
