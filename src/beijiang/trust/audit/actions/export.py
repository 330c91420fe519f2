"""Taking entries away: lists, and bundles that prove themselves elsewhere. All of it is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from beijiang.kernel import blobs, clock, guard, todo
from beijiang.kernel.errors import Invalid, NotFound, TooLarge
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import queries, rules
from ..events import BundleExported, BundleFetched, ListExported
from ..grants import EXPORT
from ..models import Export
from ..types import MOST_EXPORTED, Entry, ExportInfo, Filters
from .record import record


@transaction.atomic
def export_list(actor: Actor, *, filters: Filters) -> tuple[Entry, ...]:
    """This function will give all entries that fit, newest first and at most 10,000, and leave a leaf for it.

    Requires audit.export. Raises TooLarge when more fit; other errors as `queries.find`.
    """
    guard.require(actor, EXPORT)
    found = queries.listed(actor, filters=filters, limit=MOST_EXPORTED + 1)
    _bounded(len(found))
    record(actor, ListExported(filters=queries.filters_text(filters), entries=len(found)))
    return found


@transaction.atomic
def export_bundle(actor: Actor, *, filters: Filters, reason: str) -> ExportInfo:
    """This function will choose the entries that fit, write into the log which, and have the bundle made by a job.

    Requires audit.export. Raises Invalid without a reason or when nothing fits, TooLarge for more than 10,000.
    """
    guard.require(actor, EXPORT)
    if not 4 <= len(reason.strip()) <= 500:
        raise Invalid(
            "audit.export_reason", detail=Words("请写明导出用途，4 至 500 字。", "Say in 4 to 500 characters what the export is for.")
        )
    chosen = queries.chosen(actor, filters=filters, limit=MOST_EXPORTED + 1)
    if not chosen:
        raise Invalid("audit.export_empty", detail=Words("没有符合条件的记录，没有导出。", "No entry fits; nothing was exported."))
    _bounded(len(chosen))
    id_, said = new_id(), queries.filters_text(filters)
    entry_id = record(
        actor,
        BundleExported(export=id_, filters=said, entries=len(chosen), selection=rules.selection_digest(chosen), reason=reason.strip()),
    )
    Export.objects.create(
        id=id_,
        actor_id=queries.owner(actor),
        actor_name=actor.name,
        filters=said,
        reason=reason.strip(),
        indexes=[index for index, _, _ in chosen],
        entry_id=entry_id,
        state="waiting",
        created_at=clock.now(),
    )
    # Committed with the rest; the job begins once the entry above is sealed, for the bundle carries it.
    app.configure_task("audit.make_bundle", queue="audit", allow_unknown=True).defer(export_id=str(id_))
    return queries.export(actor, export_id=id_)


def _bounded(many: int) -> None:
    if many > MOST_EXPORTED:
        raise TooLarge(
            "audit.export_too_large",
            detail=Words(
                f"符合条件的记录超过 {MOST_EXPORTED} 条，没有导出。请缩短时间范围或增加条件，分几次导出。",
                f"More than {MOST_EXPORTED} entries fit; nothing was exported. Narrow the days or the filter and export in parts.",
            ),
            limit=MOST_EXPORTED,
        )


def fetch_bundle(actor: Actor, *, export_id: UUID) -> tuple[ExportInfo, Iterator[bytes]]:
    """This function will give a bundle to who asked for it, and leave a leaf.

    Requires audit.export. Raises NotFound for one that is not theirs, not ready, or expired.
    """
    guard.require(actor, EXPORT)
    found = queries.export(actor, export_id=export_id)
    if found.state != "ready":
        raise NotFound(
            "audit.export_not_ready",
            detail=Words(f"导出包：{found.state_words.zh}，现在不能下载。", f"The bundle cannot be fetched now: {found.state_words.en}."),
        )
    content = blobs.read(found.sha256)
    with transaction.atomic():
        record(actor, BundleFetched(export=found.id, sha256=found.sha256))
        todo.done(f"audit.export:{found.id}")
    return found, content
