"""Take up a run that failed or was cancelled, from the file that is still kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from beijiang.kernel import guard
from beijiang.kernel.errors import Conflict
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..queries.runs import as_run
from ..types import RUN_OPEN
from .ingest import QUEUE, TASK, freeze, staged
from .publish import lay, reset

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Run


@transaction.atomic
def resume_ingest(actor: Actor, *, run_id: UUID) -> Run:
    """This function will queue a failed or cancelled run again without the file being sent again.

    A run that is under way is given as it is. Raises NotFound, and Conflict when it is done or its file is no longer kept.
    """
    found = models.IngestRun.objects.select_related("dataset").select_for_update(of=("self",)).filter(pk=run_id).first()
    if found is None:
        return queries.run(run_id)  # raises NotFound
    name = found.dataset.name
    guard.require(actor, grants.INGEST, guard.Resource("dataset", name, {"owner_unit": found.dataset.owner_unit}))
    if found.state in RUN_OPEN:
        return as_run(found, repeated=True)
    if found.state == "done":
        raise Conflict(
            "lake.run_over", detail=Words("这个入库任务已经完成，不需要再做。", "This run is done; there is nothing to take up.")
        )
    kept = staged(found.sha256, name).exists() or (found.draft is not None and lay(found.draft, found.sha256, name))
    if not kept:
        raise Conflict(
            "lake.file_not_kept",
            Words("文件已不在", "The file is no longer kept"),
            Words(
                "这个任务的文件已经删除（不能入库的内容不保留），请重新提交文件。没有改动。",
                "The file of this run was deleted (what does not come in is not kept); send it again. Nothing was changed.",
            ),
        )
    reset(found, starter=freeze(actor))
    if found.draft is not None:
        models.Draft.objects.filter(pk=found.draft, state="ready").update(state="used")
    audit.record(
        actor,
        events.IngestStarted(
            run=found.pk, dataset=name, file_name=found.file_name, sha256=found.sha256, size=found.size, draft=found.draft
        ),
    )
    jobs.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(run_id=str(found.pk))
    found.refresh_from_db()
    return as_run(found)
