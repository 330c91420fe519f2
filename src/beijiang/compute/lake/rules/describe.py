"""A profile's evidence as the description of columns that a steward starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beijiang.kernel.words import Words

from ..types import ElementGuess
from .elements import BY_CODE, COLUMN_NAMES
from .guess import guess
from .infer import infer
from .naming import column_name, distinct_names
from .persons import look_like_names
from .special import special
from .special_values import refused_words, special_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..types import Element
    from .infer import Counts

SURE = 0.6
"""From this score on a guessed element gives its mask and subject, and its name to the column."""
SUBJECTS = {"id_card": ("id_card", "last4"), "phone": ("phone", "first4"), "plate": ("plate", "none"), "email": ("account", "first4")}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was counted of one column, the share of values that passed each check, and some values with how often they came."""

    counts: Counts
    passed: Mapping[str, float]
    values: Mapping[str, int]


def describe(headers: Sequence[str], evidence: Sequence[Evidence], elements: Sequence[Element]) -> list[dict[str, Any]]:
    """This function will give the JSON of `DraftColumn`s, without examples. Special categories are found by name and by values."""
    columns = [_one(header, seen, elements) for header, seen in zip(headers, evidence, strict=True)]
    for column, name in zip(columns, distinct_names(c["name"] for c in columns), strict=True):
        column["name"] = name
    return columns


def _one(header: str, seen: Evidence, elements: Sequence[Element]) -> dict[str, Any]:
    inferred = infer(header, seen.counts)
    known = {e.code: e for e in elements}
    found = guess(header, inferred.type, seen.passed, elements)
    names = look_like_names(seen.values)
    if (
        names
        and (found is None or found.code not in ("XM", "XING", "MING", "CYM"))
        and (found is None or found.score < 0.9 or found.code == "MC")
    ):
        found = _person(known)
    element = known.get(found.code) if found is not None and found.score >= SURE else None
    type_, reason = inferred.type, inferred.reason
    if element is not None and element.type == "text" and type_ in ("integer", "number") and element.check:
        type_ = "text"
        reason = Words(f"数据元“{element.name.zh}”按文本存放", f"the data element “{element.name.en}” is text")
    subject, mask = (element.subject, element.mask) if element is not None else (None, "none")
    for check, (kind, suggested) in SUBJECTS.items():
        # Whatever the column is called: values that name a person are said to.
        if subject is None and seen.passed.get(check, 0.0) >= (0.9 if check == "phone" else 0.5):
            subject, mask = kind, suggested
    by_name, by_values = special(header), special_values(seen.values)
    refused = refused_words(header, by_name or by_values or "", by_values=not by_name) if by_name or by_values else None
    fits = element is not None and element.length is not None and type_ == "text" and seen.counts.longest <= element.length
    return {
        "name": _name(header, found),
        "header": header,
        "title": _title(header, element).as_dict(),
        "type": type_,
        "share": round(inferred.share, 4),
        "reason": reason.as_dict(),
        "nulls": seen.counts.nulls,
        "distinct": seen.counts.distinct,
        "element": _told(found) if found is not None else None,
        "refused": refused.as_dict() if refused else None,
        "subject": subject,
        "mask": mask,
        "length": element.length if fits and element is not None else None,
        "digits": inferred.digits,
    }


def _name(header: str, found: ElementGuess | None) -> str:
    """An element's usual name where the header says no more than the element does; else the header's own."""
    if found is not None and found.score >= 0.9 and found.code in COLUMN_NAMES and any("\u3400" <= c <= "\u9fff" for c in header):
        return COLUMN_NAMES[found.code]
    return column_name(header)


def _told(found: ElementGuess) -> dict[str, Any]:
    return {"code": found.code, "name": found.name.as_dict(), "score": found.score, "reason": found.reason.as_dict()}


def _person(known: Mapping[str, Element]) -> ElementGuess:
    element = known.get("XM", BY_CODE["XM"])
    return ElementGuess(
        element.code,
        element.name,
        0.85,
        Words("大多数值是两到四个汉字、以姓氏开头，像人的姓名", "most values are two to four characters that begin with a family name"),
    )


def _title(header: str, element: Element | None) -> Words:
    han = any("\u3400" <= c <= "\u9fff" for c in header)
    spaced = " ".join(header.replace("_", " ").split()) or header
    if han:
        return Words(header, element.name.en if element is not None else header)
    return Words(element.name.zh if element is not None else header, spaced[:1].upper() + spaced[1:])
