"""Change what is told of a dataset: its titles, owner, grade, and how long its rows are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from .. import queries
from .datasets import define_dataset

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from beijiang.kernel.words import Words

    from ..types import Dataset


@transaction.atomic
def set_dataset(
    actor: Actor,
    *,
    dataset: str,
    title: Words | None = None,
    description: Words | None = None,
    grade: str | None = None,
    owner_unit: str | None = None,
    retention_days: int | None = None,
) -> Dataset:
    """This function will change some of what is told of a dataset; what is None stays. Its columns and rows are not touched.

    A steward may raise its grade and shorten how long rows are kept; the opposite, and handing it over, is its owner's alone.
    Raises NotFound, Refused, Invalid.
    """
    had = queries.dataset(dataset)
    return define_dataset(
        actor,
        name=had.name,
        title=title if title is not None else had.title,
        description=description if description is not None else had.description,
        columns=had.columns,
        owner_unit=owner_unit if owner_unit is not None else had.owner_unit,
        grade=grade if grade is not None else had.grade,
        personal=had.personal,
        area_column=had.area_column,
        unit_column=had.unit_column,
        retention_days=retention_days if retention_days is not None else had.retention_days,
    )
