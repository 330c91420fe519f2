"""The lake takes the demonstration as it is described (data domain)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from beijiang.compute.lake import actions as lake
from beijiang.compute.lake import queries
from beijiang.config.processes import demo_lake
from beijiang.kernel.types import Actor
from beijiang.portal.demo import datasets
from tests.compute.lake.conftest import lake_root  # noqa: F401 - a fixture
from tests.compute.lake.make import forget

pytestmark = [pytest.mark.data_domain, pytest.mark.django_db(databases=["default", "reader"])]


def test_datasets_are_declared_once_and_every_drawn_row_fits(lake_root, permissive):  # noqa: F811
    settings.ENV = replace(settings.ENV, lake_root=lake_root / "lake", lake_socket=lake_root / "s")
    for described in datasets.DATASETS:
        forget(described.resource.name)
    assert demo_lake.define() == len(datasets.DATASETS)
    assert demo_lake.define() == 0
    assert {e.code for e in queries.elements()} >= set(datasets.elements())
    assert not any(e.special for e in queries.elements())
    for found in datasets.DATASETS:
        name = found.resource.name
        done = lake.append(Actor.system("demo"), dataset=name, rows=datasets.table(name, rows=400), key=f"demo-{name}")
        assert (done.rows, done.rows_bad, done.notes) == (400, 0, ())
        known = queries.dataset(name)
        assert known.retention_days == found.retention_days and known.rows == 400
        assert [(c.name, c.subject, c.default_mask) for c in known.columns] == [
            (c.name, c.subject, c.default_mask) for c in found.resource.columns
        ]
