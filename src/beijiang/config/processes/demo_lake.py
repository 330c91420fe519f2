"""Declares the demonstration's datasets to the lake: in the data domain, before their rows come by the door.

It stands in config because nobody else may open the lake beside the door.
"""

from __future__ import annotations

from beijiang.compute.lake import actions as lake
from beijiang.compute.lake import queries
from beijiang.compute.lake.types import ColumnSpec
from beijiang.kernel.types import Actor
from beijiang.portal.demo.datasets import DATASETS, elements


def define() -> int:
    """This function will declare data elements and datasets that the lake does not know; how many datasets were new."""
    actor = Actor.system("demo")
    known = {dataset.name for dataset in queries.catalogue()}
    missing = [dataset for dataset in DATASETS if dataset.resource.name not in known]
    if not missing:
        return 0
    for code, column in elements().items():
        lake.define_element(actor, code=code, name=column.title, type=column.type)
    for dataset in missing:
        resource = dataset.resource
        lake.define_dataset(
            actor,
            name=resource.name,
            title=resource.title,
            description=resource.description,
            owner_unit=resource.owner_unit,
            grade=resource.grade,
            personal=resource.personal,
            area_column=resource.area_column,
            unit_column=resource.unit_column,
            retention_days=dataset.retention_days,
            columns=[ColumnSpec(c.name, c.title, c.type, c.element, c.subject, c.sensitive, c.default_mask) for c in resource.columns],
        )
    return len(missing)
