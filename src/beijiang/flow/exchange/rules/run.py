"""An ingest run, and rows that it set aside, on the wire."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words

from ..types import BadRow, BadRows, Run

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = ("dataset", "file_name", "sha256", "size", "encoding", "state", "rows_ok", "rows_bad", "progress", "snapshot_id", "repeated")


def write_run(run: Run) -> dict[str, Any]:
    """This function will give the JSON of a run."""
    return {
        **{name: getattr(run, name) for name in _PLAIN},
        "id": str(run.id),
        "error": run.error.as_dict() if run.error else None,
        "notes": [note.as_dict() for note in run.notes],
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }


def read_run(body: bytes) -> Run:
    """This function will read a run; Unavailable if it is not one."""
    try:
        data = json.loads(body)
        return Run(
            **{name: data[name] for name in _PLAIN},
            id=UUID(data["id"]),
            error=_maybe(Words.of, data["error"]),
            notes=tuple(Words.of(note) for note in data["notes"]),
            started_at=_maybe(datetime.fromisoformat, data["started_at"]),
            finished_at=_maybe(datetime.fromisoformat, data["finished_at"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unavailable("exchange.bad_reply", Words("答复无法读取", "The answer cannot be read")) from None


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


def _maybe(read: Callable[[Any], Any], value: Any) -> Any:
    return read(value) if value else None
