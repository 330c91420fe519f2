"""What is measured of a dataset, when, and what of it is told to whom."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from beijiang.compute.lake import actions, models, queries
from beijiang.compute.lake.adapters import measuring, tables
from beijiang.compute.lake.types import Dataset
from beijiang.kernel import clock, guard, places
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit.models import Intake

from . import make

SYSTEM = Actor.system("lake")
ELEMENTS = {"owner_id": "GMSFHM", "kind": "X-KIND", "area": "XZQH", "entered_at": "DJSJ"}
GOOD_ID = "11010519491231002X"


def dataset() -> Dataset:
    """The usual dataset, its columns mapped to elements."""
    actions.define_element(SYSTEM, code="X-KIND", name=Words("类别", "Kind"), code_set=("手机", "车辆", "首饰"))
    return make.dataset(tuple(replace(c, element=ELEMENTS.get(c.name, ""), sensitive=False) for c in make.COLUMNS))


def test_every_dimension(lake: Path) -> None:
    about = dataset()
    rows = make.rows(100, owner_id=GOOD_ID, entered_at=clock.now().isoformat())
    rows[3]["owner_id"] = "110105194912310029"
    rows[5]["owner_name"] = None
    rows[7]["area"] = "000000"
    rows += [dict(rows[0])] * 10
    actions.append(make.STEWARD, dataset=about.name, rows=rows)
    found = actions.measure_quality(SYSTEM, dataset=about.name)
    assert found is not None and found.rows == 110 and found.measured_at is not None
    columns = {c.name: c for c in found.columns}
    assert columns["owner_id"].invalid == 1 and columns["owner_id"].validity == pytest.approx(109 / 110, abs=1e-4)
    assert columns["kind"].validity == 1.0 and columns["kind"].rule and "3" in columns["kind"].rule.en
    assert columns["owner_name"].completeness == pytest.approx(109 / 110, abs=1e-4) and columns["pieces"].validity is None
    assert found.dimensions["uniqueness"] == pytest.approx(100 / 110, abs=1e-3)
    assert found.dimensions["consistency"] == pytest.approx(109 / 110, abs=1e-3) and found.notes
    assert found.dimensions["freshness"] == 1.0 and 0.9 < (found.overall or 0) < 1
    assert set(found.dimensions) == {"completeness", "validity", "uniqueness", "consistency", "freshness"}
    published = json.loads(Intake.objects.filter(type="lake.dataset.published.v1").order_by("time").last().event)["event"]  # type: ignore[union-attr]
    assert published["quality"] == round(found.overall or 0, 4)


def test_codes_of_the_region_must_be_known(lake: Path) -> None:
    from beijiang.portal.apps import _places

    about = dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(10, area="150103") + make.rows(10, area="159999"))
    places.install(lambda: [places.Place("150000", Words("", ""), "region", ""), places.Place("150103", Words("", ""), "county", "150100")])
    try:
        found = actions.measure_quality(SYSTEM, dataset=about.name)
    finally:
        places.install(_places)
    assert found is not None and found.dimensions["consistency"] == 0.5


def test_nothing_to_measure(lake: Path) -> None:
    about = dataset()
    assert actions.measure_quality(SYSTEM, dataset=about.name) is None
    assert queries.quality(about.name).overall is None and queries.quality(about.name).notes
    with pytest.raises(NotFound):
        actions.measure_quality(SYSTEM, dataset="not_there")


def test_only_what_changed_is_measured_again_and_old_measurements_go(lake: Path) -> None:
    about = dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5))
    assert actions.measure_changed(SYSTEM) == 1 and actions.measure_changed(SYSTEM) == 0
    for n in range(25):
        actions.append(make.STEWARD, dataset=about.name, rows=make.rows(1, item_no=f"x{n}"))
        actions.measure_quality(SYSTEM, dataset=about.name)
    assert models.Measurement.objects.count() <= 21 and queries.quality(about.name).rows == 30
    own = {str(pk) for pk in models.Measurement.objects.values_list("pk", flat=True)}
    kept = [p for p in (tables.root() / "quality").glob("*.json") if p.stem in own]
    assert len(kept) == 1, "samples live no longer than their measurement counts"


def test_samples_are_masked_and_withheld(lake: Path) -> None:
    about = dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(20, kind="手机", owner_id="123456789012345678"))
    rows = make.rows(5, owner_id=GOOD_ID)
    rows[0]["kind"] = "手机"
    actions.append(make.STEWARD, dataset=about.name, rows=rows)
    actions.measure_quality(SYSTEM, dataset=about.name)
    seen = {c.name: c.samples for c in actions.open_quality(make.STEWARD, dataset=about.name).columns}
    assert seen["owner_id"] == ("****5678",)
    guard.install(lambda actor, permission, resource: Refused("no") if permission.code == "lake.see_bad_rows" else None)
    counted = {c.name: c for c in actions.open_quality(make.STEWARD, dataset=about.name).columns}
    assert counted["owner_id"].samples == () and counted["owner_id"].invalid == 20
    kept = "".join(p.read_text() for p in (tables.root() / "quality").iterdir())
    assert "123456789012345678" not in kept
    assert "123456789012345678" not in json.dumps(list(models.Measurement.objects.values("columns", "notes")))


def test_a_hidden_column_gives_no_samples(lake: Path) -> None:
    columns = tuple(replace(c, element="GMSFHM", default_mask="redact", type="text") if c.name == "owner_id" else c for c in make.COLUMNS)
    about = make.dataset(columns)
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5, owner_id="1"))
    actions.measure_quality(SYSTEM, dataset=about.name)
    found = next(c for c in actions.open_quality(make.STEWARD, dataset=about.name).columns if c.name == "owner_id")
    assert found.invalid == 5 and found.samples == ()


def test_large_tables_are_compared_in_part(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "EXACT_ROWS", 500)
    about = dataset()
    rows = make.rows(2000)
    actions.append(make.STEWARD, dataset=about.name, rows=[*rows, *rows])
    found = actions.measure_quality(SYSTEM, dataset=about.name)
    assert found is not None and found.dimensions["uniqueness"] == pytest.approx(0.5, abs=0.01)


def test_old_records_are_not_fresh(lake: Path) -> None:
    about = dataset()
    moment = clock.now() - timedelta(days=400)
    rows = make.rows(5, entered_at=moment.isoformat(), stolen_on=f"{moment:%Y-%m-%d}")
    actions.append(make.STEWARD, dataset=about.name, rows=rows)
    found = actions.measure_quality(SYSTEM, dataset=about.name)
    assert found is not None and found.dimensions["freshness"] == 0.2


def test_two_at_once_measure_once(lake: Path) -> None:
    from django.db import connections

    about = dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(5))
    other: Any = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 12))", [f"measure:{about.name}"])
        assert actions.measure_quality(SYSTEM, dataset=about.name) is None
    finally:
        other.close()
