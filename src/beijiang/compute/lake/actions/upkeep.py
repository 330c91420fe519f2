"""Upkeep of all tables: retention is carried out (RIGHTS 15), small files are merged, what nobody names is deleted."""

from __future__ import annotations

import itertools
import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from pyiceberg.exceptions import NoSuchTableError

from beijiang.kernel import clock, guard
from beijiang.kernel.ids import new_id
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..adapters import locks, quarantine, tables, upkeep
from ..types import RUN_OPEN
from .datasets import tell

if TYPE_CHECKING:
    from pathlib import Path

    from beijiang.kernel.types import Actor

    from ..types import Dataset

log = logging.getLogger("beijiang.lake")
MANY = 200
"""Small files from which a table is worth merging."""
MERGE = 50
"""Small files that are merged at least, once one begins."""
SNAPSHOT_DAYS = 4
"""Days that a snapshot is kept: longer than an event may be redelivered, shorter than a deletion may take (7 days)."""
READING = timedelta(hours=2)
"""A file that left the table is not deleted earlier: a question may be reading it."""
BAD_ROWS_DAYS = 90


def keep_up(actor: Actor) -> int:
    """This function will see to every table once; jobs call it daily. Gives how many tables it changed.

    A table with an open run is left for the next time. A table that fails does not keep the others from being seen to.
    """
    guard.require(actor, grants.MAINTAIN)
    changed = 0
    for name in models.Dataset.objects.order_by("name").values_list("name", flat=True):
        try:
            changed += keep_up_table(actor, dataset=name)
        except NoSuchTableError:
            continue
        except Exception:
            log.exception("upkeep of %s", name)
    _forget_bad_rows()
    return changed


def keep_up_table(actor: Actor, *, dataset: str) -> bool:
    """This function will delete rows past their retention, merge small files, expire snapshots and delete files nobody names.

    Whole files go: a file holds rows that came in within one week, so a row goes at most six days after its time.
    """
    guard.require(actor, grants.MAINTAIN, guard.Resource("dataset", dataset))
    about = queries.dataset(dataset)
    with locks.tried(f"upkeep:{dataset}", 13) as mine:
        if not mine or models.IngestRun.objects.filter(dataset__name=dataset, state__in=RUN_OPEN).exists():
            return False
        deleted = _retire(actor, about)
        merged = _merge(about)
        upkeep.expire(dataset, clock.now() - timedelta(days=SNAPSHOT_DAYS))
        for path in list(upkeep.unnamed(dataset, age=READING)):
            path.unlink(missing_ok=True)
        return deleted or merged


def _retire(actor: Actor, about: Dataset) -> bool:
    if about.retention_days is None:
        return False
    last = clock.local(clock.now()).date() - timedelta(days=about.retention_days)
    old = [f for f in upkeep.files(about.name) if f.came < last]
    if not old:
        return False
    snapshot = upkeep.replace(about.name, gone=[f.path for f in old], new=[], key=f"retention-{new_id()}")
    if snapshot is None:
        return False
    with transaction.atomic():
        audit.record(
            actor,
            events.RowsRetired(dataset=about.name, rows=sum(f.rows for f in old), before=last, retention_days=about.retention_days),
        )
        tell(about.name, actor=actor)
    return True


def _merge(about: Dataset) -> bool:
    small = [f for f in upkeep.files(about.name) if f.small]
    if len(small) <= MANY:
        return False
    done = False
    for _, week in itertools.groupby(small, key=lambda f: _week(f.came)):
        parts = list(week)
        if len(parts) < 2 or (len(parts) < MERGE and done):
            continue
        key = f"merge-{new_id()}"
        new = upkeep.merged(about, parts, key)
        if upkeep.replace(about.name, gone=[p.path for p in parts], new=new, key=key) is None:
            _discard(new)
        else:
            done = True
    return done


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _discard(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _forget_bad_rows() -> None:
    """Rows set aside are content too: they go with their dataset's retention, and after 90 days at the latest."""
    for run in models.IngestRun.objects.exclude(bad_rows="").select_related("dataset").iterator():
        days = min(run.dataset.retention_days or BAD_ROWS_DAYS, BAD_ROWS_DAYS)
        if run.finished_at is not None and run.finished_at < clock.now() - timedelta(days=days):
            (tables.root() / run.bad_rows).unlink(missing_ok=True)
            models.IngestRun.objects.filter(pk=run.pk).update(bad_rows="")
    before = clock.now().timestamp() - BAD_ROWS_DAYS * 86_400
    for path in [*quarantine.folder("quarantine").iterdir(), *quarantine.folder("exports").iterdir()]:
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
