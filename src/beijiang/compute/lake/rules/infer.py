"""Which type a column has, from what was counted of its values, and why, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from beijiang.kernel.words import Words

from ..types import COLUMN_TYPES

ENOUGH = 0.99
"""Of the values that are there, so many must fit; the others are set aside when the file is taken in."""
FEW = 100
"""With fewer values than this all must fit."""
_DATE_HEADER = re.compile(r"日期|时间|生日|年月日|date|day|time|dob|birth|_on$|_at$|rq$|sj$", re.IGNORECASE)
_NUMBER_HEADER = re.compile(
    r"(编号|号码|序号|代码|编码|证号|账号|帐号|号|邮编|id|code|_no|number|zip|postcode|box|battalion)$", re.IGNORECASE
)
_QUANTITY_HEADER = re.compile(r"数量|人数|件数|个数|次数|金额|价值|count|amount|quantity", re.IGNORECASE)
_YES_HEADER = re.compile(r"^(是否|有无|is_|has_|is |has )", re.IGNORECASE)


@dataclass(slots=True)
class Counts:
    """What was counted of one column over the whole file. `fits` is by type: how many values could be read as it."""

    values: int = 0
    nulls: int = 0
    fits: dict[str, int] = field(default_factory=dict)
    distinct: int = 0
    leading_zeros: int = 0
    long_numbers: int = 0
    """Runs of digits that are longer than a number may be."""
    words: int = 0
    """Of those that read as yes or no, how many are words and no digits."""
    compact_dates: int = 0
    times: int = 0
    """Of those that read as a time, how many have hours."""
    midnights: int = 0
    days: int = 0
    """Whole numbers that would be days of this time in Excel's count."""
    longest: int = 0
    scale: int = 0
    """Most digits after the point."""
    exponents: int = 0
    broken: int = 0
    checks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inferred:
    """The type, how many of the values fit it (0 to 1), the reason, and digits after the point of a decimal."""

    type: str
    share: float
    reason: Words
    digits: int = 2


def infer(header: str, counts: Counts) -> Inferred:
    """This function will choose a column's type. What could lose something as a number stays text."""
    if counts.values == 0:
        return Inferred("text", 1.0, Words("没有值，按文本处理", "no values, so text"))
    kept = _kept_as_text(header, counts)
    if kept is not None:
        return Inferred("text", 1.0, kept)
    if _fits(counts, "boolean") and (counts.words or _YES_HEADER.search(header)):
        return _found("boolean", counts, Words("都是“是/否”一类的值", "values are yes or no"))
    dated = _dated(header, counts)
    if dated is not None:
        return dated
    if _fits(counts, "integer"):
        return _found("integer", counts, Words("都是整数", "values are whole numbers"))
    if _fits(counts, "decimal") and not counts.exponents and 0 < counts.scale <= 4:
        why = Words(f"都是小数，小数点后最多 {counts.scale} 位", f"values are decimals with at most {counts.scale} places")
        return _found("decimal", counts, why, max(2, counts.scale))
    if _fits(counts, "number"):
        return _found("number", counts, Words("都是数字，小数位数不定", "values are numbers with any number of places"))
    nearly = max(("integer", "number", "date", "timestamp"), key=lambda t: counts.fits.get(t, 0))
    share = counts.fits.get(nearly, 0) / counts.values
    if share >= 0.5:
        words = type_words(nearly)
        return Inferred(
            "text",
            1.0,
            Words(
                f"只有 {share:.1%} 的值是{words.zh}，为不丢内容按文本处理",
                f"only {share:.1%} of the values are of type {words.en}; text keeps them all",
            ),
        )
    return Inferred("text", 1.0, Words("值不是数字、日期或是否，按文本处理", "values are no numbers, dates or yes/no, so text"))


def _kept_as_text(header: str, counts: Counts) -> Words | None:
    if not counts.fits.get("number"):
        return None
    if counts.leading_zeros:
        return Words(
            f"有 {counts.leading_zeros:,} 个值以 0 开头，按数字会丢掉开头的 0",
            f"{counts.leading_zeros:,} values begin with 0, which a number would lose",
        )
    if counts.long_numbers:
        return Words(
            f"有 {counts.long_numbers:,} 个值是 16 位以上的长编号，按数字会失真",
            f"{counts.long_numbers:,} values are numbers of 16 digits or more, which would be rounded",
        )
    if _NUMBER_HEADER.search(header.strip()) and not _QUANTITY_HEADER.search(header) and _fits(counts, "integer"):
        return Words("列名表明是编号或代码，不用来计算", "by its name it is an identifier or a code, not for calculating")
    return None


def _dated(header: str, counts: Counts) -> Inferred | None:
    by_name = bool(_DATE_HEADER.search(header))
    if _fits(counts, "timestamp") and counts.times > counts.midnights:
        return _found("timestamp", counts, Words("都是日期时间", "values are dates with times"))
    if _fits(counts, "date"):
        compact = counts.compact_dates > counts.values / 2
        if not compact or by_name or counts.compact_dates == counts.values >= 20:
            why = (
                Words("都是 8 位数字的日期（年月日）", "values are dates of 8 digits") if compact else Words("都是日期", "values are dates")
            )
            if counts.days:
                why = Words("都是日期（含 Excel 日期序号）", "values are dates (Excel's numbers of days among them)")
            if not (counts.days and not by_name):
                return _found("date", counts, why)
    if by_name and counts.days >= ENOUGH * counts.values:
        return _found(
            "date", counts, Words("列名是日期，值是 Excel 的日期序号", "a date by its name, and values are Excel's numbers of days")
        )
    return None


def _fits(counts: Counts, type_: str) -> bool:
    needed = counts.values if counts.values < FEW else ENOUGH * counts.values
    return counts.fits.get(type_, 0) >= needed


def _found(type_: str, counts: Counts, why: Words, digits: int = 2) -> Inferred:
    fit = counts.fits.get(type_, 0)
    share = fit / counts.values
    if fit < counts.values:
        missing = counts.values - fit
        why = Words(
            f"{why.zh}（{share:.1%}）；不符合的 {missing:,} 个值所在的行会被搁置",
            f"{why.en} ({share:.1%}); rows with the {missing:,} values that do not fit will be set aside",
        )
    return Inferred(type_, share, why, digits)


def type_words(type_: str) -> Words:
    """This function will name a type for people."""
    return COLUMN_TYPES.get(type_, Words(type_, type_))
