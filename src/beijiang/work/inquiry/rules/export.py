"""An answer as a file that says where it came from."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from beijiang.kernel import clock
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime

    from beijiang.flow.exchange.types import AskReply
    from beijiang.kernel.types import Actor

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[\d.,]+")


def watermark(actor: Actor, reply: AskReply, at: datetime) -> Words:
    """This function will say who took these rows out, when, for what, and under which receipt."""
    moment = f"{clock.local(at):%Y-%m-%d %H:%M:%S}"
    return Words(
        f"北疆云 · 回执 {reply.receipt} · {actor.name}（{actor.username}）· {actor.unit_name_zh} · {reply.basis.purpose.zh} · "
        f"{reply.basis.matter or '无事项'} · {moment} · 仅限本用途使用，不得转交",
        f"Beijiang Cloud · receipt {reply.receipt} · {actor.name} ({actor.username}) · {actor.unit_name_en or actor.unit_name_zh} · "
        f"{reply.basis.purpose.en} · {reply.basis.matter or 'no matter'} · {moment} · for this purpose only, not to be passed on",
    )


def csv_text(actor: Actor, reply: AskReply, at: datetime) -> str:
    """This function will write an answer as CSV with a byte order mark, the watermark before and after the rows.

    A cell that a spreadsheet would run as a formula is made text.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    mark = f"# {watermark(actor, reply, at)}"
    writer.writerow([mark])
    writer.writerow([str(column.title) for column in reply.columns])
    for row in reply.rows:
        writer.writerow([_cell(value) for value in row])
    writer.writerow([mark])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(Words("是", "yes") if value else Words("否", "no"))
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def file_name(reply: AskReply) -> str:
    """This function will name the file after dataset and receipt, in letters that every system takes."""
    return f"{re.sub(r'[^a-z0-9_]', '_', reply.dataset.lower())[:60]}-{str(reply.receipt)[:13]}.csv"
