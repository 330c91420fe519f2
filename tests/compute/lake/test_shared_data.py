"""Every file of the shared folder of real data: profiled and brought in, or refused in words that a steward understands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from beijiang.compute.lake import queries

from .test_drafts import agreed, publish, take

SHARED = Path(__file__).resolve().parents[4] / "shared/data"
FILES = sorted(p for p in SHARED.rglob("*") if p.is_file())
REFUSED = {".xml": "XML", ".xsd": "XML", ".md": "不像一张表"}
ROWS = {
    "nm_divisions.csv": 1346, "nm_counties.geojson": 103, "osm_highways.geojson": 6090, "geonames_settlements.geojson": 353,
    "sf_unit_responses_2017.csv.gz": 7766, "syracuse_plows_2020_spring.csv.gz": 171_516, "seattle_rwis_road_temperature.csv.gz": 21_419,
    "metr_la_loop_speed_mph_2012-03-01_07.csv.gz": 2016, "febrl1.csv.gz": 1000, "febrl3.csv.gz": 5000, "splink_fake_1000.csv": 1000,
    "splink_fake_1000_labels.csv": 3176, "guangan_police_fire_service_items.csv": 45, "police_items_with_legal_basis.csv": 11,
}  # fmt: skip


@pytest.mark.skipif(not FILES, reason="the shared reference data is not on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SHARED)))
def test_each_file_comes_in_or_is_refused_in_words(lake: Path, path: Path, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        draft = take(path)
    suffix = next((s for s in REFUSED if path.name.removesuffix(".gz").endswith(s)), None)
    if suffix:
        assert draft.state == "failed" and draft.error and REFUSED[suffix] in draft.error.zh and "GeoJSON" in draft.error.en
        return
    assert draft.state == "ready" and draft.error is None, draft.error
    personal = any(c.subject for c in draft.columns)
    with django_capture_on_commit_callbacks(execute=True):
        run = publish(draft, agreed(draft, personal=personal))
    assert run.state == "done", run.error
    # What the profile said of each column holds to the row: nothing is set aside that it did not announce.
    announced = sum(round((1 - c.share) * (draft.rows - c.nulls)) for c in draft.columns) + draft.bad
    assert run.rows_ok + run.rows_bad == draft.rows + draft.bad and run.rows_bad <= announced
    if path.name in ROWS:
        assert run.rows_ok + run.rows_bad == ROWS[path.name]
    assert queries.dataset(run.dataset).rows == run.rows_ok
