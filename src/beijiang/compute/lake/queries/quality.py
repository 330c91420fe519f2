"""What was measured of datasets."""

from __future__ import annotations

import json

from beijiang.kernel.words import Words

from .. import models, types
from ..adapters import quarantine
from .catalogue import dataset

SAMPLES = "quality"


def quality(name: str, *, samples: bool = False) -> types.Quality:
    """This function will give what was measured last; NotFound for an unknown dataset, empty when nothing was measured yet.

    `samples` (values that failed, under their masks) are for callers who have asked whether they may be shown.
    """
    about = dataset(name)
    last = models.Measurement.objects.filter(dataset__name=name).order_by("-measured_at").first()
    if last is None:
        return types.Quality(about.name, None, {}, (), about.rows, None, notes=(Words("还没有测量。", "Not measured yet."),))
    shown = _samples(str(last.pk)) if samples else {}
    return types.Quality(
        dataset=about.name,
        overall=last.overall,
        dimensions=dict(last.dimensions),
        columns=tuple(
            types.ColumnQuality(
                name=c["name"],
                completeness=c["completeness"],
                validity=c["validity"],
                distinctness=c["distinctness"],
                invalid=c["invalid"],
                rule=Words.of(c["rule"]) if c["rule"] else None,
                samples=tuple(shown.get(c["name"], ())),
            )
            for c in last.columns
        ),
        rows=last.rows,
        measured_at=last.measured_at,
        run=last.run,
        notes=tuple(Words.of(n) for n in last.notes),
    )


def _samples(measurement: str) -> dict[str, list[str]]:
    path = quarantine.folder(SAMPLES) / f"{measurement}.json"
    found: dict[str, list[str]] = json.loads(path.read_text()) if path.exists() else {}
    return found
