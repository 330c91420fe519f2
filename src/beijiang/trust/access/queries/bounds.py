"""What a grant may say at most, told before anybody applies for one."""

from __future__ import annotations

from beijiang.kernel.words import Words

from .. import rules
from ..types import BoundColumn, GrantBounds
from . import purposes
from .resources import resource


def grant_bounds(*, purpose: str, dataset: str) -> GrantBounds:
    """This function will give the limits of a grant on a dataset for a purpose: days, rows, columns with their masks.

    `max_days` in days, `row_cap` in rows an answer. Raises NotFound for an unknown dataset or purpose.
    Source: law/purposes.toml and the dataset's description.
    """
    found, described = purposes.purpose(purpose), resource(dataset).resource
    fault = None if purposes.is_open(found) else Words("该目的已经停用。", "This purpose was closed.")
    titles = {c.name: c.title for c in described.columns}
    return GrantBounds(
        dataset=dataset,
        purpose=purpose,
        fault=fault or rules.purpose_fault(described, found),
        max_days=found.max_days,
        row_cap=found.row_cap,
        daily_rows=found.daily_rows,
        personal=described.personal,
        needs_matter=found.needs_matter,
        matter_kinds=found.matter_kinds,
        by_area=described.area_column is not None,
        by_unit=described.unit_column is not None,
        columns=tuple(BoundColumn(r.name, titles[r.name], r.mask) for r in rules.column_rules(described, ())),
        emergency_hours=rules.EMERGENCY_HOURS,
    )
