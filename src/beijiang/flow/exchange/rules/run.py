"""An ingest run, and rows that it set aside, on the wire."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words

from ..types import BadRow, BadRows, Run
from . import codec


def write_run(run: Run) -> dict[str, Any]:
    """This function will give the JSON of a run."""
    written: dict[str, Any] = codec.to_wire(run)
    return written


def read_run(body: bytes) -> Run:
    """This function will read a run; Unavailable if it is not one."""
    found: Run = codec.read(Run, body)
    return found


def write_bad_rows(opened: BadRows) -> bytes:
    """This function will write rows set aside as JSON."""
    return json.dumps(
        {
            "run": str(opened.run),
            "dataset": opened.dataset,
            "offset": opened.offset,
            "total": opened.total,
            "receipt": str(opened.receipt),
            "rows": [
                {"number": row.number, "reasons": [[column, words.as_dict()] for column, words in row.reasons], "raw": row.raw}
                for row in opened.rows
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def read_bad_rows(body: bytes) -> BadRows:
    """This function will read rows set aside; Unavailable if they are none."""
    try:
        data = json.loads(body)
        return BadRows(
            UUID(data["run"]),
            data["dataset"],
            int(data["offset"]),
            int(data["total"]),
            tuple(
                BadRow(int(row["number"]), tuple((str(column), Words.of(words)) for column, words in row["reasons"]), dict(row["raw"]))
                for row in data["rows"]
            ),
            UUID(data["receipt"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unavailable("exchange.bad_reply", Words("答复无法读取", "The answer cannot be read")) from None
