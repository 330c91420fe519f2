"""What a file that leaves says of itself: who took it out, when, for what, and under which receipt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beijiang.kernel import clock
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime

    from beijiang.flow.exchange.types import AskReply
    from beijiang.kernel.types import Actor

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Kinds of file that an answer may leave as, with their media types."""


def watermark(actor: Actor, reply: AskReply, at: datetime) -> Words:
    """This function will say who took these rows out, when, for what, and under which receipt."""
    moment = f"{clock.local(at):%Y-%m-%d %H:%M:%S}"
    return Words(
        f"北疆云 · 回执 {reply.receipt} · {actor.name}（{actor.username}）· {actor.unit_name_zh} · {reply.basis.purpose.zh} · "
        f"{reply.basis.matter or '无事项'} · {moment} · 仅限本用途使用，不得转交",
        f"Beijiang Cloud · receipt {reply.receipt} · {actor.name} ({actor.username}) · {actor.unit_name_en or actor.unit_name_zh} · "
        f"{reply.basis.purpose.en} · {reply.basis.matter or 'no matter'} · {moment} · for this purpose only, not to be passed on",
    )


def facts(actor: Actor, reply: AskReply, at: datetime) -> list[tuple[Words, str]]:
    """This function will list the same line by line, with what the answer was: datasets, rows, basis, notes."""
    masked = [f"{c.title}（{c.mask}）" for c in reply.columns if c.mask != "none"]
    return [
        (Words("回执", "Receipt"), str(reply.receipt)),
        (Words("导出人", "Exported by"), f"{actor.name} ({actor.username})"),
        (Words("单位", "Unit"), str(Words(actor.unit_name_zh, actor.unit_name_en or actor.unit_name_zh))),
        (Words("时间（北京时间）", "Time (Beijing)"), f"{clock.local(at):%Y-%m-%d %H:%M:%S}"),
        (Words("数据集", "Dataset"), f"{reply.title} [{reply.dataset}]"),
        (Words("目的", "Purpose"), str(reply.basis.purpose)),
        (Words("事项", "Matter"), reply.basis.matter or "–"),
        (Words("依据", "Basis"), str(reply.basis.words)),
        (Words("行数", "Rows"), str(len(reply.rows))),
        (Words("是否截断", "Cut off"), str(Words("是", "yes") if reply.truncated else Words("否", "no"))),
        (Words("遮盖的列", "Masked columns"), "; ".join(masked) or "–"),
        *((Words("说明", "Note"), str(note)) for note in reply.notes),
        (Words("使用限制", "Restriction"), str(Words("仅限本用途使用，不得转交。", "For this purpose only, not to be passed on."))),
    ]


def file_name(reply: AskReply, kind: str = "csv") -> str:
    """This function will name the file after dataset and receipt, in letters that every system takes."""
    return f"{re.sub(r'[^a-z0-9_]', '_', reply.dataset.lower())[:60]}-{str(reply.receipt)[:13]}.{kind}"
