"""What is exported: the chosen entries, the tree they lie in, and how far each bundle is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound, Refused, Unavailable
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import rules
from ..grants import EXPORT, READ
from ..models import Checkpoint, Export
from ..types import Entry, ExportInfo, Filters
from . import narrow
from .find import LISTED, entry_of
from .receipt import read_tile


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree at its newest checkpoint."""

    size: int
    note: str
    node: rules.Node


def newest_tree() -> Tree:
    """This function will give the tree under the newest checkpoint; Unavailable before the first."""
    last = Checkpoint.objects.order_by("-size").values("size", "note").first()
    if last is None:
        raise Unavailable("audit.not_sealed", detail=Words("日志还没有检查点。", "The log has no checkpoint yet."))
    return Tree(last["size"], last["note"], rules.node_reader(read_tile))


def listed(actor: Actor, *, filters: Filters, limit: int) -> tuple[Entry, ...]:
    """This function will give the newest entries that fit, up to `limit`. Requires audit.read; errors as `find`."""
    guard.require(actor, READ)
    rows = narrow.entries(actor, filters=filters).order_by("-index").values(*LISTED)[:limit]
    return tuple(entry_of(row) for row in rows)


def chosen(actor: Actor, *, filters: Filters, limit: int) -> list[tuple[int, bytes, bool]]:
    """This function will give (index, leaf hash, has content) of the entries that fit, in the order of the log. Requires audit.read."""
    guard.require(actor, READ)
    # What is not under a checkpoint yet (nothing, normally) could not be proven.
    rows = narrow.entries(actor, filters=filters).filter(index__lt=newest_tree().size).order_by("index")
    told = rows.annotate(gone=ExpressionWrapper(Q(event__isnull=True), BooleanField())).values_list("index", "leaf_hash", "gone")
    return [(index, bytes(hash_), not gone) for index, hash_, gone in told[:limit]]


def owner(actor: Actor) -> UUID:
    """This function will give whose the bundles of an actor are; Refused for what is no person."""
    if actor.user_id is None:
        raise Refused(
            "audit.export_no_person",
            detail=Words("只有人员可以导出，并由本人下载。", "Only a person can export, and fetch what was exported."),
        )
    return actor.user_id


def exports(actor: Actor, *, limit: int = 50) -> tuple[ExportInfo, ...]:
    """This function will list the actor's bundles, newest first. Requires audit.export."""
    guard.require(actor, EXPORT)
    return tuple(_info(row) for row in Export.objects.filter(actor_id=owner(actor)).order_by("-created_at")[:limit])


def export(actor: Actor, *, export_id: UUID) -> ExportInfo:
    """This function will give one of the actor's bundles; NotFound for anybody else's. Requires audit.export."""
    guard.require(actor, EXPORT)
    row = Export.objects.filter(id=export_id, actor_id=owner(actor)).first()
    if row is None:
        raise NotFound(
            "audit.no_export", detail=Words("没有这个导出包，或它不是您申请的。", "There is no such bundle, or it is not yours.")
        )
    return _info(row)


def _info(row: Export) -> ExportInfo:
    return ExportInfo(
        id=row.id,
        state=row.state,  # type: ignore[arg-type]
        filters=dict(row.filters),
        entries=len(row.indexes) or row.done,
        done=row.done,
        size=row.size,
        sha256=row.sha256,
        entry_id=row.entry_id,
        reason=row.reason,
        created_at=row.created_at,
        ready_at=row.ready_at,
        expires_at=row.expires_at,
        error=Words(row.error_zh, row.error_en),
    )
