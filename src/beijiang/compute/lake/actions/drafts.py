"""Files that are brought: taken in, profiled in the background, given up, or forgotten when nobody makes anything of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models
from ..adapters import quarantine, readers, spool
from ..queries.drafts import as_draft, draft, find_own
from ..types import DRAFT_OPEN, RUN_OPEN
from .disk import disk_problem, need
from .ingest import QUEUE, freeze

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Draft

TASK = "lake.profile_draft"
KEPT_DAYS, STAGED_DAYS = 7, 3
"""Days that a brought file waits for its steward, and that the file of a run that is over waits to be taken up."""


def take_draft(actor: Actor, *, source: Path | BinaryIO, file_name: str = "", size: int = 0) -> Draft:
    """This function will take a file (a path or an open binary stream) and queue its profile.

    The same file by the same person is the same draft as long as it waits; one that failed is profiled anew. `size` is what
    the caller says it will be, for the room on the disk. Raises Invalid (empty), TooLarge (4 GB), Unavailable ("lake.disk_full");
    nothing is kept then.
    """
    guard.require(actor, grants.INGEST)
    shown = (file_name or (source.name if isinstance(source, Path) else "") or "upload")[-255:]
    temporary = quarantine.folder("drafts") / f"incoming-{new_id().hex}"
    try:
        need(temporary.parent, source.stat().st_size if isinstance(source, Path) else size)
        if isinstance(source, Path):
            with source.open("rb") as stream:
                digest, length = spool.copy_in(stream, temporary)
        else:
            digest, length = spool.copy_in(source, temporary)
        if length == 0:
            raise readers.refuse("empty", "文件是空的。", "The file is empty.")
        return _received(actor, temporary, shown, digest, length)
    except OSError as error:
        raise disk_problem(error) from error
    finally:
        temporary.unlink(missing_ok=True)


@transaction.atomic
def _received(actor: Actor, temporary: Path, shown: str, digest: str, size: int) -> Draft:
    until = clock.now() + timedelta(days=KEPT_DAYS)
    found, created = models.Draft.objects.select_for_update(of=("self",)).get_or_create(
        bringer=actor.user_id,
        sha256=digest,
        state__in=DRAFT_OPEN,
        defaults={"file_name": shown, "size": size, "starter": freeze(actor), "expires_at": until, "state": "received"},
    )
    if not created and (found.state != "failed" and spool.draft_file(found.pk).exists()):
        return as_draft(found)
    if not created:
        models.Draft.objects.filter(pk=found.pk).update(
            state="received", error=None, notes=[], columns=[], progress=0, rows=0, bad=0, expires_at=until, file_name=shown
        )
        found.refresh_from_db()
    spool.draft_folder(found.pk)
    temporary.rename(spool.draft_file(found.pk))
    audit.record(actor, events.DraftReceived(draft=found.pk, file_name=shown, sha256=digest, size=size))
    jobs.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(draft_id=str(found.pk))
    return as_draft(found)


def open_draft(actor: Actor, *, draft_id: UUID) -> Draft:
    """This function will give a draft; when its first rows go along, to who brought it, that leaves a leaf."""
    guard.require(actor, grants.SEE_DRAFT)
    found = draft(actor, draft_id=draft_id)
    if found.sample:
        with transaction.atomic():
            audit.record(actor, events.DraftOpened(draft=draft_id, rows=len(found.sample)))
    return found


@transaction.atomic
def drop_draft(actor: Actor, *, draft_id: UUID, reason: str = "") -> Draft:
    """This function will give a draft up and delete its file; a profile under way stops. Conflict when it is used or dropped."""
    found = find_own(actor, draft_id=draft_id, lock=True)
    guard.require(actor, grants.INGEST)
    if found.state not in DRAFT_OPEN:
        raise Conflict(
            "lake.draft_over",
            detail=Words("这份文件已经使用或放弃，没有改动。", "This file is used or given up already; nothing was changed."),
        )
    models.Draft.objects.filter(pk=found.pk).update(state="dropped")
    audit.record(actor, events.DraftDropped(draft=found.pk, reason=reason.strip()[:500]))
    transaction.on_commit(lambda: spool.forget_draft(found.pk))
    found.refresh_from_db()
    return as_draft(found)


def expire_drafts(actor: Actor) -> int:
    """This function will delete files that waited too long for their steward, and folders that belong to no draft any more."""
    guard.require(actor, grants.MAINTAIN)
    late = list(models.Draft.objects.filter(state__in=DRAFT_OPEN, expires_at__lt=clock.now()).values_list("pk", flat=True))
    for draft_id in late:
        with transaction.atomic():
            if models.Draft.objects.filter(pk=draft_id, state__in=DRAFT_OPEN).update(state="dropped"):
                audit.record(actor, events.DraftDropped(draft=draft_id, reason="", expired=True))
                transaction.on_commit(partial(spool.forget_draft, draft_id))
    _sweep_staging()
    kept = {str(pk) for pk in models.Draft.objects.filter(state__in=(*DRAFT_OPEN, "used")).values_list("pk", flat=True)}
    old = clock.now().timestamp() - 3600
    for path in quarantine.folder("drafts").iterdir():
        # An hour's grace: a file that is just coming in has no row yet.
        if path.name not in kept and path.stat().st_mtime < old:
            if path.is_dir():
                spool.forget_tree(path)
            else:
                path.unlink(missing_ok=True)
    return len(late)


def _sweep_staging() -> None:
    """Files of runs that are over wait some days to be taken up; then they go, as does what no run knows."""
    open_ = {f"{name}-{sha}" for name, sha in models.IngestRun.objects.filter(state__in=RUN_OPEN).values_list("dataset__name", "sha256")}
    old = clock.now().timestamp() - STAGED_DAYS * 86_400
    for path in quarantine.folder("staging").iterdir():
        if path.name.removesuffix(".plain").removesuffix(".plain.part") not in open_ and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
