"""Hand over a file; stop one that is under way. The work itself is actions.run, in the background."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..adapters import quarantine, readers, spool
from ..queries.runs import as_run
from ..types import RUN_OPEN
from .disk import disk_problem, need

if TYPE_CHECKING:
    from ..types import Run

TASK, QUEUE = "lake.run_ingest", "lake"


def staged(sha256: str, dataset: str) -> Path:
    """This function will give the place where a handed-over file waits: 0700, out of the query worker's reach."""
    return quarantine.folder("staging") / f"{dataset}-{sha256}"


def start_ingest(actor: Actor, *, dataset: str, source: Path | BinaryIO, file_name: str = "") -> Run:
    """This function will take a file (a path or an open binary stream) and queue its ingestion.

    The same file into the same dataset again is the same run: finished ones are returned with `repeated`, failed or cancelled
    ones start anew. Raises NotFound, Invalid (empty), TooLarge (4 GB), Unavailable ("lake.disk_full"); nothing is kept then.
    """
    about = queries.dataset(dataset)
    guard.require(actor, grants.INGEST, guard.Resource("dataset", dataset, {"owner_unit": about.owner_unit}))
    shown = (file_name or (source.name if isinstance(source, Path) else "") or "upload")[-255:]
    temporary = quarantine.folder("staging") / f"incoming-{new_id().hex}"
    try:
        if isinstance(source, Path):
            need(temporary.parent, source.stat().st_size)
            with source.open("rb") as stream:
                digest, size = spool.copy_in(stream, temporary)
        else:
            digest, size = spool.copy_in(source, temporary)
        if size == 0:
            raise readers.refuse("empty", "文件是空的。", "The file is empty.")
        return _queue(actor, dataset, temporary, shown, digest, size)
    except OSError as error:
        raise disk_problem(error) from error
    finally:
        temporary.unlink(missing_ok=True)


@transaction.atomic
def _queue(actor: Actor, dataset: str, temporary: Path, shown: str, digest: str, size: int) -> Run:
    row = models.Dataset.objects.get(name=dataset)
    found, created = models.IngestRun.objects.select_for_update().get_or_create(
        dataset=row,
        sha256=digest,
        defaults={"file_name": shown, "size": size, "starter": freeze(actor)},
    )
    if not created and found.state == "done":
        return as_run(found, repeated=True)
    temporary.rename(staged(digest, dataset))
    if not created:
        if found.state in RUN_OPEN:
            return as_run(found, repeated=True)
        models.IngestRun.objects.filter(pk=found.pk).update(
            state="queued",
            error=None,
            notes=[],
            reasons=[],
            mapping=None,
            draft=None,
            rows_ok=0,
            rows_bad=0,
            progress=0,
            started_at=None,
            finished_at=None,
            file_name=shown,
            starter=freeze(actor),
        )
        found.refresh_from_db()
    audit.record(actor, events.IngestStarted(run=found.id, dataset=dataset, file_name=shown, sha256=digest, size=size))
    jobs.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(run_id=str(found.id))
    return as_run(found)


@transaction.atomic
def cancel_ingest(actor: Actor, *, run_id: UUID) -> Run:
    """This function will stop a run that is not finished; nothing of it becomes visible. Conflict when it is over already."""
    found = models.IngestRun.objects.select_related("dataset").select_for_update(of=("self",)).filter(pk=run_id).first()
    if found is None:
        return queries.run(run_id)  # raises NotFound
    guard.require(actor, grants.INGEST, guard.Resource("dataset", found.dataset.name, {"owner_unit": found.dataset.owner_unit}))
    if found.state not in RUN_OPEN:
        raise Conflict(
            "lake.run_over", detail=Words("这个入库任务已经结束，不能取消。", "This ingest run is over and cannot be cancelled.")
        )
    models.IngestRun.objects.filter(pk=run_id).update(state="cancelled", finished_at=clock.now())
    release_draft(found)
    audit.record(
        actor, events.IngestFinished(run=found.id, dataset=found.dataset.name, state="cancelled", rows_ok=0, rows_bad=0, dropped=())
    )
    found.refresh_from_db()
    return as_run(found)


def release_draft(run: models.IngestRun) -> None:
    """This function will give the draft of a run that came to nothing back to its steward: it can be corrected and published again."""
    if run.draft is not None and spool.draft_file(run.draft).exists():
        models.Draft.objects.filter(pk=run.draft, state="used").update(state="ready")


def freeze(starter: Actor) -> dict[str, Any]:
    """This function will write an actor down, so that the end of the run is recorded under who started it."""
    frozen = dataclasses.asdict(starter)
    return {
        name: sorted(value) if isinstance(value, frozenset) else str(value) if isinstance(value, UUID) else value
        for name, value in frozen.items()
    }


def thaw(frozen: dict[str, Any]) -> Actor:
    """This function will read an actor back."""
    values = dict(frozen)
    for name in ("user_id", "unit_id", "session_id"):
        values[name] = UUID(values[name]) if values.get(name) else None
    values["unit_path"], values["duties"] = tuple(values.get("unit_path", ())), frozenset(values.get("duties", ()))
    return Actor(**values)
