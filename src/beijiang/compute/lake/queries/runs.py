"""Ingest runs and their bad rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from .. import grants, models, types
from ..adapters import quarantine, spool

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def run(run_id: UUID) -> types.Run:
    """This function will give one run; NotFound ("lake.no_run") when there is none."""
    return as_run(_find(run_id))


def runs(*, dataset: str | None = None, state: str = "", starter: UUID | None = None, limit: int = 50) -> tuple[types.Run, ...]:
    """This function will list runs, newest first: of one dataset, in one state, of one starter."""
    found = models.IngestRun.objects.select_related("dataset").order_by("-created_at")
    if dataset:
        found = found.filter(dataset__name=dataset)
    if state:
        found = found.filter(state=state)
    if starter is not None:
        found = found.filter(starter__user_id=str(starter))
    return tuple(as_run(r) for r in found[:limit])


def bad_rows(actor: Actor, *, run_id: UUID, offset: int = 0, limit: int = 100) -> tuple[types.BadRow, ...]:
    """This function will give bad rows of a run with their reasons, in the order of the file.

    They are content of records: only who brought the file, and the dataset's owner or a steward, may see them.
    """
    found = _find(run_id)
    wanted, about = may_open(actor, found=found)
    guard.require(actor, wanted, about)
    if not found.bad_rows:
        return ()
    return tuple(
        types.BadRow(number, tuple((str(column), Words.of(words)) for column, words in reasons), json.loads(raw))  # type: ignore[arg-type]
        for number, reasons, raw in quarantine.read(found.bad_rows, offset=offset, limit=limit)
    )


def may_open(actor: Actor, *, found: models.IngestRun) -> tuple[guard.Permission, guard.Resource]:
    """This function will say what an actor needs to be allowed in order to open the rows that a run set aside.

    Whoever brought the file has seen its rows, as long as they may still bring one; keeping the machines running is no reason.
    """
    brought = actor.user_id is not None and found.starter.get("user_id") == str(actor.user_id)
    about = guard.Resource("dataset", found.dataset.name, {"owner_unit": found.dataset.owner_unit})
    return (grants.INGEST if brought else grants.SEE_BAD_ROWS), about


def _find(run_id: UUID) -> models.IngestRun:
    found = models.IngestRun.objects.select_related("dataset").filter(pk=run_id).first()
    if found is None:
        raise NotFound("lake.no_run", detail=Words("没有这个入库任务。", "There is no such ingest run."))
    return found


def as_run(r: models.IngestRun, *, repeated: bool = False) -> types.Run:
    """This function will give a run's frozen form."""
    return types.Run(
        id=r.id,
        dataset=r.dataset.name,
        file_name=r.file_name,
        sha256=r.sha256,
        size=r.size,
        encoding=r.encoding,
        state=r.state,
        rows_ok=r.rows_ok,
        rows_bad=r.rows_bad,
        progress=r.progress,
        error=Words.of(r.error) if r.error else None,
        notes=tuple(Words.of(n) for n in r.notes),
        started_at=r.started_at,
        finished_at=r.finished_at,
        snapshot_id=r.snapshot_id,
        repeated=repeated,
        kind=r.kind,
        created_at=r.created_at,
        started_by=str(r.starter.get("name", "")),
        reasons=tuple(types.RunReason(column, Words.of(words), count) for column, words, count in r.reasons),
        draft=r.draft,
        resumable=r.state in ("failed", "cancelled") and _kept(r),
    )


def _kept(r: models.IngestRun) -> bool:
    waiting = quarantine.folder("staging") / f"{r.dataset.name}-{r.sha256}"
    return waiting.exists() or (r.draft is not None and spool.draft_file(r.draft).exists())
