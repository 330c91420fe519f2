"""The catalogue: what datasets there are. Titles and columns are no secret; rows are not here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from .. import models, types
from ..adapters import tables
from ..rules.elements import BY_CODE
from ..rules.guess import fits


def catalogue() -> tuple[types.Dataset, ...]:
    """This function will list all datasets by name, with their columns."""
    columns: dict[Any, list[models.Column]] = {}
    for column in models.Column.objects.select_related("element", "dataset").order_by("position"):
        columns.setdefault(column.dataset.pk, []).append(column)
    return tuple(_dataset(d, columns.get(d.pk, [])) for d in models.Dataset.objects.order_by("name"))


def dataset(name: str) -> types.Dataset:
    """This function will give one dataset with its columns; NotFound ("lake.no_dataset") when there is none."""
    found = models.Dataset.objects.filter(name=name).first()
    if found is None:
        raise NotFound(
            "lake.no_dataset",
            Words("没有这个数据集", "There is no such dataset"),
            Words(
                f"目录中没有“{name[:63]}”。请在目录中查找正确的名称。",
                f"The catalogue has no “{name[:63]}”. Look up its name in the directory.",
            ),
        )
    return _dataset(found, list(models.Column.objects.filter(dataset=found).select_related("element").order_by("position")))


def elements(*, q: str = "") -> tuple[types.Element, ...]:
    """This function will list data elements by code: the standard ones, and what was registered, which stands in their place.

    With `q` those that fit it by code, Chinese, pinyin, English or alias, the best first.
    """
    known = dict(BY_CODE)
    for e in models.Element.objects.order_by("code"):
        words, codes, aliases = Words(e.zh, e.en), tuple(e.code_set), tuple(e.aliases)
        known[e.code] = types.Element(e.code, words, e.type, e.length, codes, e.status, e.special, e.check_name, e.subject, e.mask, aliases)
    if not q.strip():
        return tuple(known[code] for code in sorted(known))
    found = [(fits(e, q), e) for e in known.values()]
    return tuple(e for score, e in sorted(found, key=lambda pair: (-pair[0], pair[1].code)) if score > 0)


def snapshots(name: str, *, limit: int = 50) -> tuple[types.Snapshot, ...]:
    """This function will list the committed states of a dataset's table, newest first."""
    dataset(name)
    found = []
    for snapshot in reversed(tables.load(name).snapshots()):
        summary = snapshot.summary
        extra = summary.additional_properties if summary else {}
        found.append(
            types.Snapshot(
                int(snapshot.snapshot_id),
                datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC),
                summary.operation.value if summary else "",
                int(extra.get("total-records", 0)),
                extra.get(tables.KEY, ""),
            )
        )
        if len(found) == limit:
            break
    return tuple(found)


def _dataset(d: models.Dataset, columns: list[models.Column]) -> types.Dataset:
    return types.Dataset(
        id=d.id,
        name=d.name,
        title=Words(d.title_zh, d.title_en),
        description=Words(d.description_zh, d.description_en),
        owner_unit=d.owner_unit,
        grade=d.grade,
        personal=d.personal,
        area_column=d.area_column,
        unit_column=d.unit_column,
        retention_days=d.retention_days,
        state=d.state,
        rows=d.rows,
        published_at=d.published_at,
        schema_version=d.schema_version,
        evolved=d.evolved,
        columns=tuple(
            types.ColumnSpec(
                name=c.name,
                title=Words(c.title_zh, c.title_en),
                type=c.type,
                element=c.element.code if c.element else "",
                subject=c.subject,
                sensitive=c.sensitive,
                default_mask=c.default_mask,
                length=c.length,
                digits=c.digits,
                aliases=tuple(c.aliases),
            )
            for c in columns
        ),
    )
