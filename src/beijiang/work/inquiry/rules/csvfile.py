"""An answer as CSV that says where it came from."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from beijiang.kernel import sheets
from beijiang.kernel.words import Words

from .watermark import watermark

if TYPE_CHECKING:
    from datetime import datetime

    from beijiang.flow.exchange.types import AskReply
    from beijiang.kernel.types import Actor


def csv_text(actor: Actor, reply: AskReply, at: datetime) -> str:
    """This function will write an answer as CSV with a byte order mark, the watermark before and after the rows.

    A cell or a heading that a spreadsheet would run as a formula is made text.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    mark = f"# {watermark(actor, reply, at)}"
    writer.writerow([mark])
    writer.writerow([_cell(str(column.title)) for column in reply.columns])
    for row in reply.rows:
        writer.writerow([_cell(value) for value in row])
    writer.writerow([mark])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(Words("是", "yes") if value else Words("否", "no"))
    return sheets.cell(str(value))
