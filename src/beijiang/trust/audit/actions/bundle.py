"""Making bundles, and clearing them away: work of the system, by job."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.db import transaction

from beijiang.kernel import blobs, clock, guard, todo
from beijiang.kernel.errors import Problem, Unavailable
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import queries, rules
from ..events import BundleMade, BundlesExpired
from ..grants import MAKE
from ..models import Entry, Export
from ..types import KEPT
from .record import record

STEP = 250
LIMIT = 2 << 30
FORGOTTEN = Words(
    "制作期间有记录的内容按期删除，与导出时登记的清单不再一致。请重新导出。",
    "The content of some entries was deleted in time while the bundle was made; it is no longer what the log says. Export again.",
)
VERIFIER = Path(__file__).resolve().parent.parent / "static" / "audit" / "verify.py"


def make_bundle(actor: Actor, *, export_id: UUID) -> bool:
    """This function will make one bundle, and tell who asked for it; False when there is nothing (any more) to make.

    Requires audit.make_bundle. Raises Unavailable while the export's own entry is not sealed: try again.
    """
    guard.require(actor, MAKE)
    export = Export.objects.filter(id=export_id, state__in=("waiting", "making")).first()
    if export is None:
        return False
    head = queries.newest_tree()
    own = Entry.objects.filter(id=export.entry_id, index__lt=head.size).first()
    if own is None:
        raise Unavailable("audit.not_sealed", detail=Words("导出记录尚未入日志。", "The export's own entry is not sealed yet."))
    Export.objects.filter(id=export_id).update(state="making", done=0)
    carried: list[tuple[int, bytes, bool]] = []
    with tempfile.TemporaryFile() as file:
        rules.write_bundle(
            file,
            entries=_entries(export, head, carried),
            export=rules.write_entry(_carried(own), head.node, head.size),
            checkpoint=head.note,
            vkey=queries.vkey(),
            verifier=VERIFIER.read_bytes(),
        )
        if rules.selection_digest(carried) != json.loads(own.event or "{}").get("event", {}).get("selection"):
            fail(export_id, FORGOTTEN)
            return False
        file.seek(0)
        try:
            ref = blobs.put(file, limit=LIMIT)
        except Problem as problem:
            fail(export_id, problem.detail or problem.title)
            return False
    with transaction.atomic():
        now = clock.now()
        Export.objects.filter(id=export_id).update(
            state="ready", done=len(export.indexes), sha256=ref.sha256, size=ref.size, ready_at=now, expires_at=now + KEPT
        )
        record(actor, BundleMade(export=export_id, entries=len(export.indexes), size=ref.size, sha256=ref.sha256))
        todo.put(
            f"audit.export:{export_id}",
            Words(f"审计证据包已制成（{len(export.indexes)} 条），请下载", f"The audit bundle is ready ({len(export.indexes)} entries)"),
            "/audit/exports/",
            user_id=export.actor_id,
            due_at=now + KEPT,
        )
    return True


def fail(export_id: UUID, why: Words) -> None:
    """This function will note why a bundle could not be made."""
    Export.objects.filter(id=export_id).exclude(state="ready").update(state="failed", error_zh=why.zh, error_en=why.en)


def _carried(row: Entry) -> rules.BundleEntry:
    salt = bytes(row.salt) if row.salt is not None else None
    return rules.BundleEntry(str(row.id), row.index, row.type, row.time, bytes(row.leaf), row.event, salt)


def _entries(export: Export, head: queries.Tree, carried: list[tuple[int, bytes, bool]]) -> Iterator[tuple[int, bytes]]:
    for at in range(0, len(export.indexes), STEP):
        part = export.indexes[at : at + STEP]
        for row in Entry.objects.filter(index__in=part).order_by("index"):
            carried.append((row.index, bytes(row.leaf_hash), row.event is not None))
            yield row.index, rules.write_entry(_carried(row), head.node, head.size)
        Export.objects.filter(id=export.id).update(done=at + len(part))


@transaction.atomic
def expire_bundles(actor: Actor) -> int:
    """This function will delete the files of bundles over a week old; how many. Requires audit.make_bundle."""
    guard.require(actor, MAKE)
    old = list(Export.objects.select_for_update().filter(state="ready", expires_at__lte=clock.now()))
    for export in old:
        todo.done(f"audit.export:{export.id}")
        # One file may be two exports': the same entries at the same size of the log.
        if not Export.objects.filter(state="ready", sha256=export.sha256).exclude(id__in=[e.id for e in old]).exists():
            blobs.remove(export.sha256)
    if old:
        Export.objects.filter(id__in=[e.id for e in old]).update(state="expired", sha256="", indexes=[])
        record(actor, BundlesExpired(exports=tuple(e.id for e in old)))
    return len(old)
