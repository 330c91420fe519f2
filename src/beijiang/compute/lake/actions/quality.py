"""Measure a dataset's quality in the background, after its rows changed, and tell the directory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs
from pyiceberg.exceptions import NoSuchTableError

from beijiang.kernel import clock, guard, places
from beijiang.kernel.errors import Refused
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..adapters import locks, measuring, quarantine, tables
from ..queries.quality import SAMPLES
from ..rules import quality as rules
from ..rules.checks import CHECKS
from .datasets import tell

if TYPE_CHECKING:
    from datetime import datetime

    from beijiang.kernel.types import Actor

    from ..types import Dataset, Quality

TASK = "lake.measure_quality"
_BIRTHS = frozenset({"CSRQ"})
"""Days that say nothing of when a record was made."""


def measure_quality(actor: Actor, *, dataset: str, run: UUID | None = None) -> Quality | None:
    """This function will measure a dataset and publish the figure; None when another process measures it now or it has no rows.

    Raises NotFound. Reads the committed files once; nothing of it lies on the way of a question.
    """
    guard.require(actor, grants.MEASURE, guard.Resource("dataset", dataset))
    about = queries.dataset(dataset)
    with locks.tried(f"measure:{dataset}", 12) as mine:
        if not mine:
            return None
        try:
            snapshot_id, files = tables.current_files(dataset)
        except NoSuchTableError:
            return None
        if not files:
            return None
        found = measuring.count(about, files, _checks(about), *_areas())
        _keep(actor, about, found, snapshot_id, run)
    return queries.quality(dataset)


def measure_changed(actor: Actor) -> int:
    """This function will measure datasets whose rows changed since they were measured: those that systems append to."""
    guard.require(actor, grants.MEASURE)
    done = 0
    for name in models.Dataset.objects.filter(state="published").values_list("name", flat=True):
        last = models.Measurement.objects.filter(dataset__name=name).order_by("-measured_at").values_list("snapshot_id", flat=True).first()
        try:
            snapshot_id, _ = tables.current_files(name)
        except NoSuchTableError:
            continue
        if snapshot_id is not None and snapshot_id != last and measure_quality(actor, dataset=name) is not None:
            done += 1
    return done


def open_quality(actor: Actor, *, dataset: str) -> Quality:
    """This function will give what was measured; values that failed come, under their masks, to who may see rows set aside."""
    about = queries.dataset(dataset)
    try:
        guard.require(actor, grants.SEE_BAD_ROWS, guard.Resource("dataset", dataset, {"owner_unit": about.owner_unit}))
    except Refused:
        return queries.quality(dataset)
    found = queries.quality(dataset, samples=True)
    shown = sum(len(c.samples) for c in found.columns)
    if shown:
        with transaction.atomic():
            audit.record(actor, events.QualityOpened(dataset=dataset, values=shown))
    return found


def later(dataset: str, run: UUID | None) -> None:
    """This function will have a dataset measured soon; inside the caller's transaction."""
    jobs.configure_task(TASK, queue="lake", allow_unknown=True).defer(dataset=dataset, run=str(run) if run else None)


def _checks(about: Dataset) -> dict[str, measuring.Rule]:
    known = {e.code: e for e in queries.elements()}
    found = {}
    for column in about.columns:
        element = known.get(column.element)
        if element is None:
            continue
        if element.code_set:
            found[column.name] = measuring.Rule(codes=element.code_set)
        elif element.check in CHECKS:
            found[column.name] = measuring.Rule(check=element.check)
    return found


def _areas() -> tuple[list[str], str]:
    """The codes of this region's divisions and what they begin with; nothing where no region is installed."""
    known = places.places("region", "city", "county")
    region = next((p.code for p in known if p.level == "region"), "")
    return [p.code for p in known], region[:2]


def _keep(actor: Actor, about: Dataset, found: measuring.Counted, snapshot_id: int | None, run: UUID | None) -> None:
    checks, now = _checks(about), clock.now()
    row = models.Dataset.objects.get(name=about.name)
    checked = sum(found.values[n] for n in checks)
    failed = sum(found.invalid[n] for n in checks)
    cells = found.rows * len(about.columns)
    dimensions = {
        "completeness": sum(found.values.values()) / cells if cells else 1.0,
        "validity": rules.validity(found.rows, row.rows_bad, checked, failed),
        "uniqueness": 1 - found.repeated,
    }
    if found.areas:
        dimensions["consistency"] = 1 - found.areas_wrong / found.areas
    fresh = rules.freshness(_newest(about, found), now)
    if fresh is not None:
        dimensions["freshness"] = fresh
    dimensions = {name: round(share, 4) for name, share in dimensions.items()}
    notes = (
        [
            Words(
                f"有 {found.areas_wrong:,} 行的区划代码无效，或与登记单位不在同一盟市。",
                f"{found.areas_wrong:,} rows have a wrong division code, or one of another city than their unit.",
            )
        ]
        if found.areas_wrong
        else []
    )
    columns = [
        {
            "name": c.name,
            "completeness": round(found.values[c.name] / found.rows, 4) if found.rows else 1.0,
            "validity": round(1 - found.invalid[c.name] / found.values[c.name], 4) if c.name in checks and found.values[c.name] else None,
            "distinctness": round(found.distinct[c.name] / found.values[c.name], 4) if found.values[c.name] else 0.0,
            "invalid": found.invalid[c.name],
            "rule": _rule_words(checks[c.name]).as_dict() if c.name in checks else None,
        }
        for c in about.columns
    ]  # fmt: skip
    with transaction.atomic():
        old = list(models.Measurement.objects.filter(dataset=row).order_by("-measured_at").values_list("pk", flat=True)[20:])
        models.Measurement.objects.filter(pk__in=old).delete()
        made = models.Measurement.objects.create(
            dataset=row,
            run=run,
            snapshot_id=snapshot_id,
            rows=found.rows,
            overall=rules.overall(dimensions),
            dimensions=dimensions,
            columns=columns,
            notes=[n.as_dict() for n in notes],
            measured_at=now,
        )
        _write_samples(about.name, str(made.pk), found.samples)
        audit.record(actor, events.QualityMeasured(dataset=about.name, rows=found.rows, overall=made.overall, dimensions=dimensions))
        tell(about.name, actor=actor)


def _write_samples(dataset: str, measurement: str, samples: dict[str, list[str]]) -> None:
    """Only the newest measurement keeps samples, and no longer than it is the newest."""
    folder = quarantine.folder(SAMPLES)
    others = models.Measurement.objects.filter(dataset__name=dataset).values_list("pk", flat=True)
    for pk in others:
        (folder / f"{pk}.json").unlink(missing_ok=True)
    if samples:
        path = folder / f"{measurement}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(samples, ensure_ascii=False))


def _rule_words(rule: measuring.Rule) -> Words:
    if rule.codes:
        return Words(f"代码表（{len(rule.codes)} 个值）", f"a set of {len(rule.codes)} codes")
    return CHECKS[rule.check].words


def _newest(about: Dataset, found: measuring.Counted) -> datetime | None:
    births = {c.name for c in about.columns if c.element in _BIRTHS}
    days = [v for n, v in found.newest.items() if n not in births]
    return max(days) if days else about.published_at
