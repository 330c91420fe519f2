"""An answer on the wire."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words

from ...types import AnswerColumn, AskReply, Basis


def write_reply(reply: AskReply) -> bytes:
    """This function will write an answer as JSON; dates and decimals as text, bytes never."""
    return json.dumps(
        {
            "dataset": reply.dataset,
            "title": reply.title.as_dict(),
            "columns": [{"name": c.name, "title": c.title.as_dict(), "type": c.type, "mask": c.mask} for c in reply.columns],
            "rows": [[plain(value) for value in row] for row in reply.rows],
            "truncated": reply.truncated,
            "row_cap": reply.row_cap,
            "receipt": str(reply.receipt),
            "basis": {
                "kind": reply.basis.kind,
                "words": reply.basis.words.as_dict(),
                "purpose": reply.basis.purpose.as_dict(),
                "matter": reply.basis.matter,
                "expires_at": reply.basis.expires_at.isoformat() if reply.basis.expires_at else None,
            },
            "elapsed_ms": round(reply.elapsed_ms, 2),
            "notes": [note.as_dict() for note in reply.notes],
        },
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()


def plain(value: Any) -> Any:
    """This function will give a cell as JSON has it. A float that is no number becomes null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a cell of type {type(value).__name__} does not leave")


def read_reply(body: bytes) -> AskReply:
    """This function will read an answer; Unavailable if it is not one."""
    try:
        data = json.loads(body)
        basis = data["basis"]
        return AskReply(
            dataset=data["dataset"],
            title=Words.of(data["title"]),
            columns=tuple(AnswerColumn(c["name"], Words.of(c["title"]), c["type"], c["mask"]) for c in data["columns"]),
            rows=tuple(tuple(row) for row in data["rows"]),
            truncated=bool(data["truncated"]),
            row_cap=int(data["row_cap"]),
            receipt=UUID(data["receipt"]),
            basis=Basis(
                basis["kind"],
                Words.of(basis["words"]),
                Words.of(basis["purpose"]),
                basis["matter"],
                datetime.fromisoformat(basis["expires_at"]) if basis["expires_at"] else None,
            ),
            elapsed_ms=float(data["elapsed_ms"]),
            notes=tuple(Words.of(note) for note in data["notes"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unavailable(
            "exchange.bad_reply",
            Words("答复无法读取", "The answer cannot be read"),
            Words(
                "数据门的答复不完整，没有显示任何内容。请稍后再试。",
                "The door's answer is incomplete, nothing is shown. Try again in a moment.",
            ),
        ) from None
