"""An answer as a spreadsheet that says where it came from: on the sheet, on every printed page, and on a sheet of its own."""

from __future__ import annotations

import io
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import xlsxwriter

from beijiang.kernel.words import Words

from ..types import NUMBERS
from .watermark import facts, watermark

if TYPE_CHECKING:
    from datetime import datetime

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from beijiang.flow.exchange.types import AnswerColumn, AskReply
    from beijiang.kernel.types import Actor

CELL = 32_767
"""Characters of a cell, the format's limit."""
EXACT = 15
"""Digits that a spreadsheet keeps of a number; longer ones stay text, or they would be changed."""


def xlsx_bytes(actor: Actor, reply: AskReply, at: datetime) -> bytes:
    """This function will write an answer as XLSX. Text is stored as text: nothing in it is ever run or followed as a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        mark = str(watermark(actor, reply, at))
        book.set_properties({"title": str(reply.title)[:200], "author": actor.name, "comments": mark, "company": "北疆云 Beijiang Cloud"})
        _rows(book, reply, mark)
        _source(book, actor, reply, at)
    return out.getvalue()


def _rows(book: Workbook, reply: AskReply, mark: str) -> None:
    sheet = book.add_worksheet(str(Words("数据", "Data")))
    head, small = (
        book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        book.add_format({"font_color": "#8a5a00", "italic": True}),
    )
    _text(sheet, 0, 0, mark, small)
    for position, column in enumerate(reply.columns):
        _text(sheet, 1, position, str(column.title), head)
        sheet.set_column(position, position, 16)
    for at, row in enumerate(reply.rows, start=2):
        for position, value in enumerate(row):
            _cell(sheet, at, position, value, reply.columns[position])
    _text(sheet, len(reply.rows) + 2, 0, mark, small)
    sheet.freeze_panes(2, 0)
    # A header or footer holds 255 characters, and & begins a command in it.
    sheet.set_footer(f"&L&8{mark.replace('&', '&&')[:220]}&R&8&P/&N")
    sheet.repeat_rows(0, 1)
    sheet.set_landscape()


def _source(book: Workbook, actor: Actor, reply: AskReply, at: datetime) -> None:
    sheet = book.add_worksheet(str(Words("来源", "Source")))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    for line, (name, value) in enumerate(facts(actor, reply, at)):
        _text(sheet, line, 0, str(name), bold)
        _text(sheet, line, 1, value, wrapped)


def _cell(sheet: Worksheet, line: int, position: int, value: Any, column: AnswerColumn) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        _text(sheet, line, position, str(Words("是", "yes") if value else Words("否", "no")))
        return
    number = _number(value) if column.type in NUMBERS else None
    if number is not None:
        sheet.write_number(line, position, number)
    else:
        _text(sheet, line, position, str(value))


def _number(value: Any) -> float | None:
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    if not exact.is_finite() or len(exact.normalize().as_tuple().digits) > EXACT:
        return None
    return float(exact)


def _text(sheet: Worksheet, line: int, position: int, text: str, form: Any = None) -> None:
    # Control characters have no place in XML; a cell has a longest length.
    clean = "".join(c if c >= " " or c in "\n\t" else " " for c in text)[:CELL]
    sheet.write_string(line, position, clean, form)
