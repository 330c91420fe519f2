"""Work a run off: read, cast, write, commit once. Killed anywhere, it is taken up again and leaves nothing half-written."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import transaction
from django.db.utils import InterfaceError, OperationalError

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Problem
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..adapters import locks, quarantine, readers, spool, tables
from ..adapters.ahead import ahead
from ..adapters.casting import Caster, raw_row
from ..types import RUN_OPEN
from .columns import Watch, fitted
from .datasets import tell
from .disk import disk_full, is_full, need
from .ingest import release_draft, staged, thaw
from .quality import later

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Run

log = logging.getLogger("beijiang.lake")
TELL_SECONDS = 0.5


class _Stopped(Exception):
    """No error: somebody cancelled the run."""


@dataclass(slots=True)
class _Outcome:
    rows_ok: int
    rows_bad: int
    bad_rows: str
    snapshot_id: int | None
    dropped: tuple[str, ...]


def run_ingest(actor: Actor, *, run_id: UUID) -> Run:
    """This function will work a queued run off and give its end; jobs call it as the system, and it is recorded under its starter.

    Only one process works on a run (advisory lock); a run that is over, or being worked on elsewhere, is returned as it is.
    A failure is the run's `error`, in words; only an absent PostgreSQL raises, and then the run is taken up again later.
    """
    guard.require(actor, grants.INGEST)
    with locks.tried(str(run_id), 8) as mine:
        found = models.IngestRun.objects.select_related("dataset").filter(pk=run_id).first()
        if mine and found is not None and found.state in RUN_OPEN:
            _work(found)
    return queries.run(run_id)


def resume_ingests(actor: Actor) -> int:
    """This function will take up runs whose worker died. Gives how many it worked on."""
    guard.require(actor, grants.INGEST)
    waiting = models.IngestRun.objects.filter(state__in=RUN_OPEN).order_by("created_at").values_list("pk", flat=True)
    return sum(1 for run_id in list(waiting) if run_ingest(actor, run_id=run_id).state not in RUN_OPEN)


def _work(found: models.IngestRun) -> None:
    name, key = found.dataset.name, str(found.pk)
    tables.sweep(name, key)
    already = tables.committed(tables.load(name), key)
    if already is not None:
        # Killed between the commit of the files and that of this row: only the telling is left.
        added = int(already.summary.additional_properties.get("added-records", 0)) if already.summary else 0
        _done(found, _Outcome(added, found.rows_bad, found.bad_rows, int(already.snapshot_id), ()))
        return
    models.IngestRun.objects.filter(pk=found.pk, state__in=RUN_OPEN).update(
        state="reading", started_at=clock.now(), progress=0, rows_ok=0, rows_bad=0
    )
    try:
        _done(found, _ingest(found))
    except _Stopped:
        staged(found.sha256, name).unlink(missing_ok=True)
    except (OperationalError, InterfaceError):
        raise
    except Problem as problem:
        _failed(found, problem.detail or problem.title, keep=problem.code == "lake.disk_full")
    except (OSError, pa.ArrowException) as error:
        if is_full(error):
            _failed(found, disk_full().detail or disk_full().title, keep=True)
        else:
            log.exception("ingest run %s", found.pk)
            _failed(found, _GENERIC, keep=True)
    except Exception:
        log.exception("ingest run %s", found.pk)
        _failed(found, _GENERIC, keep=True)


_GENERIC = Words(
    "处理文件时出错，没有写入任何数据，原有数据不受影响。原因已记入运行日志，请联系管理员。",
    "Something went wrong with the file. Nothing was written and what was there is untouched. The reason is in the process log; tell the administrator.",
)


def _ingest(found: models.IngestRun) -> _Outcome:
    path, about = staged(found.sha256, found.dataset.name), queries.dataset(found.dataset.name)
    if not path.exists():
        raise readers.refuse("gone", "待入库的文件不在了，请重新提交。", "The file that was handed over is gone; hand it in again.")
    need(path.parent, found.size)
    source = readers.open_source(path)
    columns, notes, dropped = fitted(about, source.names, found.mapping)
    models.IngestRun.objects.filter(pk=found.pk).update(
        kind=source.kind, encoding=source.encoding, notes=[n.as_dict() for n in (*source.notes, *notes)]
    )
    writer = tables.Writer(about.name, about.columns, str(found.pk), sort_by=about.area_column)
    aside = quarantine.Quarantine(str(found.pk))
    caster = Caster(columns, writer.schema)
    told, look = _Told(found.pk), Watch(columns)
    # Where columns are left out, the text of a row that could not be split might hold what stood in them.
    withheld = bool(dropped) or None in (found.mapping or {}).values()
    rows_ok = strays_taken = 0
    try:
        with contextlib.closing(ahead(source.batches)) as batches:
            for first, batch in batches:
                look.at(batch)
                cast = caster.cast(batch)
                writer.write(cast.good)
                rows_ok += cast.good.num_rows
                strays = sorted(number for number, _ in source.bad) if cast.bad else []
                for position, reasons in cast.bad:
                    aside.add(readers.row_number(first + position, strays), reasons, raw_row(batch, position, columns))
                strays_taken = _strays(source, aside, strays_taken, len(source.names), withheld=withheld)
                told.progress(source.done * 0.95, rows_ok, aside.rows)
        _strays(source, aside, strays_taken, len(source.names), withheld=withheld)
        if rows_ok == 0 and aside.rows == 0:
            raise readers.refuse("empty", "文件里只有列名，没有数据。", "The file has column names and no data.")
        told.progress(0.95, rows_ok, aside.rows, now=True, state="writing")
        files, bad_rows = writer.finish(), aside.finish()
        models.IngestRun.objects.filter(pk=found.pk).update(bad_rows=bad_rows, rows_bad=aside.rows, reasons=aside.reasons())
        if rows_ok == 0:
            raise readers.refuse(
                "all_bad",
                f"{aside.rows} 行全部有问题，原因逐行列出，可下载。",
                f"All {aside.rows} rows have faults; the reasons are listed row by row.",
            )
        told.check()
        snapshot_id, _ = tables.commit(about.name, files, str(found.pk))
    except BaseException as error:
        writer.discard()
        if not (isinstance(error, Problem) and error.code == "lake.file_all_bad"):
            aside.discard()
        raise
    finally:
        caster.close()
        readers.tidy(path)
    return _Outcome(rows_ok, aside.rows, bad_rows, snapshot_id, dropped)


def _strays(source: readers.Source, aside: quarantine.Quarantine, taken: int, width: int, *, withheld: bool) -> int:
    """Rows that have too many or too few columns. Where a special category was dropped, their text could hold it."""
    words = Words(f"列数不对（应有 {width} 列）", f"wrong number of columns (there should be {width})")
    for number, text in source.bad[taken:]:
        aside.add(number, [("", words)], json.dumps({"": None if withheld else text}, ensure_ascii=False))
    return len(source.bad)


class _Told:
    """Writes progress now and then, and hears whether the run was cancelled."""

    def __init__(self, run_id: UUID) -> None:
        self._run_id, self._last = run_id, time.monotonic()

    def progress(self, done: float, rows_ok: int, rows_bad: int, *, now: bool = False, state: str = "reading") -> None:
        if not now and time.monotonic() - self._last < TELL_SECONDS:
            return
        self._last = time.monotonic()
        self._update(progress=round(done, 3), rows_ok=rows_ok, rows_bad=rows_bad, state=state)

    def check(self) -> None:
        self._update(state="writing")

    def _update(self, **values: Any) -> None:
        if not models.IngestRun.objects.filter(pk=self._run_id, state__in=RUN_OPEN).update(**values):
            raise _Stopped


@transaction.atomic
def _done(found: models.IngestRun, outcome: _Outcome) -> None:
    actor, name = thaw(found.starter), found.dataset.name
    models.IngestRun.objects.filter(pk=found.pk).update(
        state="done",
        progress=1,
        rows_ok=outcome.rows_ok,
        rows_bad=outcome.rows_bad,
        bad_rows=outcome.bad_rows,
        snapshot_id=outcome.snapshot_id,
        error=None,
        finished_at=clock.now(),
    )
    audit.record(
        actor,
        events.IngestFinished(
            run=found.pk,
            dataset=name,
            state="done",
            rows_ok=outcome.rows_ok,
            rows_bad=outcome.rows_bad,
            dropped=outcome.dropped,
        ),
    )
    tell(name, actor=actor, rows_bad=outcome.rows_bad, fresh=True)
    later(name, found.pk)
    transaction.on_commit(lambda: _forget(found))


def _forget(found: models.IngestRun) -> None:
    staged(found.sha256, found.dataset.name).unlink(missing_ok=True)
    if found.draft is not None:
        spool.forget_draft(found.draft)


@transaction.atomic
def _failed(found: models.IngestRun, words: Words, *, keep: bool = False) -> None:
    changed = models.IngestRun.objects.filter(pk=found.pk, state__in=RUN_OPEN).update(
        state="failed", error=words.as_dict(), finished_at=clock.now()
    )
    if changed:
        release_draft(found)
        audit.record(
            thaw(found.starter),
            events.IngestFinished(
                run=found.pk,
                dataset=found.dataset.name,
                state="failed",
                rows_ok=0,
                rows_bad=0,
                dropped=(),
                error=words,
            ),
        )
    # What was not taken in is not kept (RIGHTS 2, 15): whoever tries again sends the file again. Where only the machine was
    # at fault, it waits some days for the run to be taken up.
    if not keep:
        transaction.on_commit(lambda: staged(found.sha256, found.dataset.name).unlink(missing_ok=True))
