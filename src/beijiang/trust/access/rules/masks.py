"""Which columns leave, and how masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..types import MASKS, ColumnRule, DatasetResource, Mask


def column_rules(resource: DatasetResource, granted: Iterable[str], masks: Mapping[str, str] | None = None) -> tuple[ColumnRule, ...]:
    """This function will give the readable columns in the dataset's order.

    Granted columns (none named: all) without the sensitive ones, which no basis hands out (RIGHTS 2).
    A column has its own default mask unless `masks` of the grant says otherwise; an unknown mask
    hides the value altogether.
    """
    wanted, masks = set(granted), masks or {}
    rules = []
    for column in resource.columns:
        if column.sensitive or (wanted and column.name not in wanted):
            continue
        mask = masks.get(column.name, column.default_mask)
        rules.append(ColumnRule(column.name, _known(mask)))
    return tuple(rules)


def _known(mask: str) -> Mask:
    return mask if mask in MASKS else "null"  # type: ignore[return-value]
