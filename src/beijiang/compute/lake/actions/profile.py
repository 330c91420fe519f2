"""Look a brought file through: what it is, what its columns hold, what may not come in. Killed anywhere, it is done again."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import transaction
from django.db.utils import InterfaceError, OperationalError

from beijiang.kernel import guard
from beijiang.kernel.errors import Problem
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..adapters import casting, locks, readers, spool
from ..adapters.ahead import ahead
from ..adapters.profiling import Profiler
from ..queries.drafts import as_draft
from ..rules.describe import describe
from ..rules.naming import dataset_name
from .disk import disk_full, is_full
from .ingest import thaw

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Draft

log = logging.getLogger("beijiang.lake")
OPEN = ("received", "profiling")
SAMPLE = 20
CELL = 200
CELLS = 4_000
TELL_SECONDS = 0.5


class _Dropped(Exception):
    """No error: it was given up meanwhile."""


def profile_draft(actor: Actor, *, draft_id: UUID) -> Draft | None:
    """This function will profile a draft that waits for it and give it; jobs call it as the system. None when it is gone.

    One process works on a draft (advisory lock). A file that cannot be used is the draft's `error`, in words, and deleted;
    only an absent PostgreSQL raises, and then it is done again later.
    """
    guard.require(actor, grants.INGEST)
    with locks.tried(str(draft_id), 9) as mine:
        found = models.Draft.objects.filter(pk=draft_id).first()
        if mine and found is not None and found.state in OPEN:
            _work(found)
            found.refresh_from_db()
    return as_draft(found) if found is not None else None


def resume_drafts(actor: Actor) -> int:
    """This function will take up drafts whose process was killed in the middle. Gives how many it worked on."""
    guard.require(actor, grants.INGEST)
    waiting = list(models.Draft.objects.filter(state__in=OPEN).order_by("created_at").values_list("pk", flat=True))
    done = [profile_draft(actor, draft_id=draft_id) for draft_id in waiting]
    return sum(1 for draft in done if draft is not None and draft.state not in OPEN)


def _work(found: models.Draft) -> None:
    path = spool.draft_file(found.pk)
    try:
        if not path.exists():
            raise readers.refuse("gone", "送来的文件不在了，请重新提交。", "The file that was brought is gone; bring it again.")
        _profile(found)
    except _Dropped:
        spool.forget_draft(found.pk)
    except (OperationalError, InterfaceError):
        raise
    except Problem as problem:
        _failed(found, problem.detail or problem.title)
    except (OSError, pa.ArrowException) as error:
        full = disk_full()
        if not is_full(error):
            log.exception("draft %s", found.pk)
        _failed(found, (full.detail or full.title) if is_full(error) else _GENERIC)
    except Exception:
        log.exception("draft %s", found.pk)
        _failed(found, _GENERIC)
    finally:
        readers.tidy(path)


_GENERIC = Words(
    "识别文件时出错，没有写入任何数据。原因已记入运行日志，请联系管理员。",
    "Something went wrong while the file was looked through. Nothing was written. The reason is in the process log; tell the administrator.",
)


def _profile(found: models.Draft) -> None:
    told = time.monotonic()
    _tell(found, state="profiling", progress=0)
    source = readers.open_source(spool.draft_file(found.pk))
    profiler = Profiler(len(source.names))
    first: pa.RecordBatch | None = None
    try:
        with contextlib.closing(ahead(source.batches)) as batches:
            for _, batch in batches:
                first = batch if first is None else first
                profiler.feed(batch)
                if time.monotonic() - told > TELL_SECONDS:
                    told = time.monotonic()
                    _tell(found, progress=round(source.done * 0.95, 3), kind=source.kind, encoding=source.encoding)
        _check_table(source, profiler.rows)
        profiler.finish()
        columns = describe(source.names, profiler.evidence(), queries.elements())
    finally:
        profiler.close()
    refused = {c["header"] for c in columns if c["refused"]}
    examples = {n: profiler.columns[i].examples for i, n in enumerate(source.names) if n not in refused}
    spool.write_content(found.pk, _sample(source.names, first, refused), examples)
    _done(found, source, profiler.rows, columns)


def _tell(found: models.Draft, **values: Any) -> None:
    if not models.Draft.objects.filter(pk=found.pk, state__in=OPEN).update(**values):
        raise _Dropped


def _check_table(source: readers.Source, rows: int) -> None:
    strays = len(source.bad)
    if rows == 0 and strays == 0:
        raise readers.refuse("empty", "文件里只有列名，没有数据。", "The file has column names and no data.")
    if strays > rows or (len(source.names) == 1 and strays > rows / 10):
        raise readers.refuse(
            "no_table",
            f"这不像一张表：{rows + strays:,} 行里有 {strays:,} 行的列数与第一行（{len(source.names)} 列）不同。{readers.ACCEPTED.zh}",
            f"This is hardly a table: {strays:,} of {rows + strays:,} rows do not have the {len(source.names)} columns of the first. {readers.ACCEPTED.en}",
        )


def _sample(names: list[str], batch: pa.RecordBatch | None, refused: set[str]) -> list[dict[str, str | None]]:
    if batch is None:
        return []
    count = max(3, min(SAMPLE, CELLS // max(1, len(names))))
    shown = {n: casting.as_text(batch.column(i).slice(0, count)).to_pylist() for i, n in enumerate(names) if n not in refused}
    return [{n: None if v[row] is None else v[row][:CELL] for n, v in shown.items()} for row in range(min(count, batch.num_rows))]


@transaction.atomic
def _done(found: models.Draft, source: readers.Source, rows: int, columns: list[dict[str, Any]]) -> None:
    notes = list(source.notes)
    if source.bad:
        notes.append(
            Words(
                f"有 {len(source.bad):,} 行的列数与第一行不同，入库时会搁置。",
                f"{len(source.bad):,} rows do not have the columns of the first and will be set aside.",
            )
        )
    _tell(
        found,
        state="ready",
        progress=1,
        kind=source.kind,
        encoding=source.encoding,
        rows=rows,
        bad=len(source.bad),
        columns=columns,
        notes=[n.as_dict() for n in notes],
        suggested_name=dataset_name(found.file_name),
    )
    refused = sum(1 for c in columns if c["refused"])
    audit.record(
        thaw(found.starter),
        events.DraftProfiled(draft=found.pk, state="ready", kind=source.kind, rows=rows, columns=len(columns), refused=refused),
    )


@transaction.atomic
def _failed(found: models.Draft, words: Words) -> None:
    changed = models.Draft.objects.filter(pk=found.pk, state__in=OPEN).update(state="failed", error=words.as_dict())
    if changed:
        audit.record(
            thaw(found.starter),
            events.DraftProfiled(draft=found.pk, state="failed", kind=found.kind, rows=0, columns=0, refused=0, error=words),
        )
    # What cannot be used is not kept (RIGHTS 2, 15): whoever mends the file brings it again.
    transaction.on_commit(lambda: spool.forget_draft(found.pk))
