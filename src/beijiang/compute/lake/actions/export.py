"""All rows that a run set aside, with their reasons, as one CSV file that can be mended and brought in again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from beijiang.kernel import guard, sheets
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, models, queries
from ..adapters import quarantine
from ..adapters.readers import REASONS_COLUMN, ROW_COLUMN, TEXT_COLUMN
from ..queries.runs import may_open
from .disk import disk_problem

if TYPE_CHECKING:
    from pathlib import Path

    from beijiang.kernel.types import Actor


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written for sending, its digest, and the receipt; whoever sends it deletes it."""

    path: Path
    dataset: str
    rows: int
    sha256: str
    receipt: UUID


def export_bad_rows(actor: Actor, *, run_id: UUID) -> Exported:
    """This function will write the rows that a run set aside to a file of its own and seal that they left.

    UTF-8 with BOM, so that Excel shows Chinese. A cell that Excel would take for a formula gets an apostrophe before it, which
    is taken away again when the file comes back. Raises NotFound, Refused, Unavailable (disk full, log away).
    """
    found = models.IngestRun.objects.select_related("dataset").filter(pk=run_id).first()
    if found is None:
        queries.run(run_id)  # raises NotFound
    assert found is not None  # noqa: S101 - for the type checker
    wanted, about = may_open(actor, found=found)
    guard.require(actor, wanted, about)
    path = quarantine.folder("exports") / f"{new_id()}.csv"
    try:
        rows, digest = _write(found, path)
        with transaction.atomic(durable=True):
            receipt = audit.record(actor, events.BadRowsExported(run=run_id, dataset=found.dataset.name, rows=rows, sha256=digest))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise disk_problem(error) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Exported(path, found.dataset.name, rows, digest, receipt)


def _write(found: models.IngestRun, path: Path) -> tuple[int, str]:
    columns = [c.name for c in queries.dataset(found.dataset.name).columns]
    hasher, rows = hashlib.sha256(), 0
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)

        def put(cells: list[str]) -> None:
            writer.writerow(cells)
            content = line.getvalue().encode()
            line.seek(0)
            line.truncate()
            hasher.update(content)
            file.write(content)

        hasher.update(b"\xef\xbb\xbf")
        file.write(b"\xef\xbb\xbf")
        put([*columns, ROW_COLUMN, REASONS_COLUMN, TEXT_COLUMN])
        for number, reasons, raw in quarantine.read_all(found.bad_rows):
            cells = json.loads(raw)
            why = "；".join(f"{column}：{_both(words)}" if column else _both(words) for column, words in reasons)
            put([*(sheets.cell(cells.get(c) or "") for c in columns), str(number), why, sheets.cell(cells.get("") or "")])
            rows += 1
    return rows, hasher.hexdigest()


def _both(words: object) -> str:
    found = Words.of(words)  # type: ignore[arg-type]
    return found.zh if found.zh == found.en else f"{found.zh} ({found.en})"
