"""What several pages of inquiry share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from beijiang.flow.exchange.types import COLUMN_TYPES
from beijiang.kernel.words import Words
from beijiang.trust.audit import queries as audit
from beijiang.trust.audit.types import Receipt

from ..rules import GRADES
from ..types import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from beijiang.flow.exchange.types import AskReply


def grade_words(grade: str) -> Words:
    """This function will name a grade."""
    return GRADES.get(grade, Words(grade, grade))


def type_words(kind: str) -> Words:
    """This function will name a column type."""
    return COLUMN_TYPES.get(kind, Words(kind, kind))


def receipt_of(receipt_id: UUID) -> Receipt:
    """This function will give a receipt as the log has it now: pending, or sealed with its proof."""
    return audit.receipt(receipt_id)


def cells(reply: AskReply) -> list[list[tuple[str, bool, bool]]]:
    """This function will give the rows as shown: text, whether there is a value at all, and whether it is a number."""
    numbers = [column.type in NUMBERS for column in reply.columns]
    return [[(_shown(value), value is not None, number) for value, number in zip(row, numbers, strict=True)] for row in reply.rows]


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(Words("是", "yes") if value else Words("否", "no"))
    return str(value)


def private(response: HttpResponse) -> HttpResponse:
    """This function will keep an answer out of every cache."""
    response["Cache-Control"] = "no-store"
    return response


def apply_url(datasets: Iterable[str], *, purpose: str = "", matter: str = "", columns: Iterable[str] = ()) -> str:
    """This function will give the address of an application filled in so far; empty where applications are not installed."""
    named = {"dataset": list(datasets), "purpose": purpose, "matter": matter, "columns": list(columns)}
    query = urlencode({name: value for name, value in named.items() if value}, doseq=True)
    found = page("permissions:new")
    return f"{found}?{query}" if found else ""


def page(name: str) -> str:
    """This function will give the address of another room's page, empty where that room is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def names_of(dataset: str) -> tuple[str, ...]:
    """This function will split the name of an answer over several datasets."""
    return tuple(name for name in dataset.split(", ") if name)
