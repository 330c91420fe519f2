"""Whether a dataset may be declared as it is: names, types, RIGHTS 2, and what the policy needs to filter by."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.words import Words
from beijiang.trust.access.types import GRADES, MASKS

from ..types import COLUMN_TYPES, SUBJECT_KINDS
from .special import special

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..types import ColumnSpec

MAX_COLUMNS = 500
LONGEST_TITLE, LONGEST_TEXT, MOST_DAYS = 200, 5_000, 36_500
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


def check(
    name: str,
    columns: Sequence[ColumnSpec],
    *,
    grade: str,
    area_column: str | None,
    unit_column: str | None,
    special_elements: frozenset[str],
) -> None:
    """This function will return for a definition that stands, else raise Invalid, or Refused for a special category."""
    if not NAME.match(name):
        raise _invalid(
            "name",
            Words(
                "数据集名只能用小写字母、数字和下划线，以字母开头，最多 63 个",
                "a dataset's name has lower-case letters, digits and _, starts with a letter, at most 63",
            ),
        )
    if not 1 <= len(columns) <= MAX_COLUMNS:
        raise _invalid("columns", Words(f"需要 1 到 {MAX_COLUMNS} 列", f"1 to {MAX_COLUMNS} columns are needed"))
    if grade not in GRADES:
        raise _invalid("grade", Words("未知的分级", "an unknown grade"))
    for column in columns:
        _check_column(column)
        found = special(column.name, column.title.zh, column.title.en, *column.aliases)
        if found or column.element in special_elements:
            raise special_refused(column.name, found or column.element)
    names = [c.name for c in columns]
    doubled = sorted({n for n in names if names.count(n) > 1})
    if doubled:
        raise _invalid("columns", Words(f"列名重复：{'、'.join(doubled)}", f"columns of the same name: {', '.join(doubled)}"))
    for role in (area_column, unit_column):
        if role is not None and role not in names:
            raise _invalid("columns", Words(f"没有这一列：{role}", f"there is no column {role}"))


def check_words(title: Words, description: Words, columns: Sequence[ColumnSpec], *, owner_unit: str, retention_days: int | None) -> None:
    """This function will return for texts and numbers that can be kept, else raise Invalid naming the field."""
    if not title.zh.strip() or not title.en.strip() or max(len(title.zh), len(title.en)) > LONGEST_TITLE:
        raise _invalid(
            "title",
            Words(f"标题要有中文和英文，各不超过 {LONGEST_TITLE} 字", f"a title in both languages, {LONGEST_TITLE} characters at most"),
        )
    if max(len(description.zh), len(description.en)) > LONGEST_TEXT:
        raise _invalid("description", Words(f"说明不超过 {LONGEST_TEXT} 字", f"a description has {LONGEST_TEXT} characters at most"))
    if not 1 <= len(owner_unit) <= 40:
        raise _invalid("owner_unit", Words("要写明所有单位", "name the unit that owns it"))
    if retention_days is not None and not 1 <= retention_days <= MOST_DAYS:
        raise _invalid("retention_days", Words(f"保存天数为 1 到 {MOST_DAYS}", f"days to keep it: 1 to {MOST_DAYS}"))
    for column in columns:
        labels = (column.title.zh, column.title.en, *column.aliases)
        if max(map(len, labels)) > LONGEST_TITLE or len(column.aliases) > 50 or len(column.element) > 40:
            raise _invalid(
                "columns",
                Words(f"列 {column.name[:63]} 的标题或别名过长、过多", f"column {column.name[:63]} has too long or too many titles"),
            )


def _check_column(column: ColumnSpec) -> None:
    where = column.name[:63]
    if not NAME.match(column.name):
        raise _invalid(
            "columns",
            Words(
                f"列名“{where}”只能用小写字母、数字和下划线", f"the column name {where!r} may have lower-case letters, digits and _ only"
            ),
        )
    if column.type not in COLUMN_TYPES:
        raise _invalid("columns", Words(f"列 {where} 的类型未知", f"column {where} has an unknown type"))
    if column.default_mask not in MASKS:
        raise _invalid("columns", Words(f"列 {where} 的脱敏方式未知", f"column {where} has an unknown mask"))
    if column.subject is not None and column.subject not in SUBJECT_KINDS and not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", column.subject):
        raise _invalid("columns", Words(f"列 {where} 的主体种类未知", f"column {where} has an unknown subject kind"))
    if (column.length is not None and column.length < 1) or not 0 <= column.digits <= 12:
        raise _invalid("columns", Words(f"列 {where} 的长度不对", f"column {where} has a wrong length"))


def special_refused(column: str, word: str | Words, *, by_values: bool = False) -> Refused:
    """This function will make the refusal of a special category (RIGHTS 2)."""
    words = Words.of(word)
    how = Words("从内容看属于", "is, by what stands in it,") if by_values else Words("属于", "is")
    return Refused(
        "lake.special_category",
        Words("特殊类别信息不得入湖", "Special categories do not enter the lake"),
        Words(
            f"列 {column} {how.zh}特殊类别个人信息（{words.zh}），本系统不收集、不查询、不比对此类信息（权利清单第 2 条）。请去掉这一列。没有保存任何内容。",
            f"Column {column} {how.en} a special category of personal data ({words.en}); this system neither keeps, queries nor matches it (RIGHTS 2). Leave the column out. Nothing was saved.",
        ),
        column=column,
    )


def _invalid(field: str, words: Words) -> Invalid:
    return Invalid(
        "lake.bad_definition",
        Words("数据集定义有误", "The dataset cannot be defined like this"),
        Words("{w}。没有保存。", "Not possible: {w}. Nothing was saved.").format(w=words),
        fields={field: words},
    )


def match_columns(names: Sequence[str], columns: Sequence[ColumnSpec]) -> tuple[dict[str, int], list[str], list[tuple[str, str]]]:
    """This function will fit a file's column names to declared columns by name, title or alias, however cased and of whichever width.

    Gives (declared name → position in the file, unknown names, [(special name, word)]). Special ones are never matched.
    """
    known: dict[str, str] = {}
    for column in columns:
        for label in (*column.aliases, column.title.en, column.title.zh, column.name):
            known[_fold(label)] = column.name
    found: dict[str, int] = {}
    unknown: list[str] = []
    dropped: list[tuple[str, str]] = []
    for position, name in enumerate(names):
        word = special(name)
        if word:
            dropped.append((name, word))
            continue
        target = known.get(_fold(name))
        if target is None or target in found:
            unknown.append(name)
        else:
            found[target] = position
    return found, unknown, dropped


def mapped_columns(
    names: Sequence[str], columns: Sequence[ColumnSpec], mapping: Mapping[str, str | None]
) -> tuple[dict[str, int], list[str], list[tuple[str, str]]]:
    """This function will fit a file's column names by what its steward said of each; gives the same as `match_columns`."""
    known = {c.name for c in columns}
    found: dict[str, int] = {}
    unknown: list[str] = []
    dropped: list[tuple[str, str]] = []
    for position, name in enumerate(names):
        word, target = special(name), mapping.get(name)
        if word:
            dropped.append((name, word))
        elif target in known and target not in found:
            found[target] = position
        elif target is not None or name not in mapping:
            unknown.append(name)
    return found, unknown, dropped


def _fold(label: str) -> str:
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", label)).casefold()
