"""Datasets as access knows them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..models import OpenShare, Resource
from ..types import ColumnInfo, DatasetResource, OpenShareInfo, ResourceInfo

FIELDS = (
    "name",
    "title_zh",
    "title_en",
    "description_zh",
    "description_en",
    "owner_unit",
    "grade",
    "personal",
    "area_column",
    "unit_column",
    "columns",
    "allowed_purposes",
    "version",
    "updated_at",
)


def columns_to_json(columns: tuple[ColumnInfo, ...]) -> list[dict[str, Any]]:
    """This function will give the stored form of columns."""
    return [
        {
            "name": c.name,
            "zh": c.title.zh,
            "en": c.title.en,
            "type": c.type,
            "element": c.element,
            "subject": c.subject,
            "sensitive": c.sensitive,
            "default_mask": c.default_mask,
        }
        for c in columns
    ]


def _columns(stored: Any) -> tuple[ColumnInfo, ...]:
    rows = json.loads(stored) if isinstance(stored, str) else stored
    return tuple(
        ColumnInfo(r["name"], Words(r["zh"], r["en"]), r["type"], r["element"], r["subject"], r["sensitive"], r["default_mask"])
        for r in rows
    )


def resource_of(row: dict[str, Any]) -> DatasetResource:
    """This function will read a dataset from its row."""
    return DatasetResource(
        name=row["name"],
        title=Words(row["title_zh"], row["title_en"]),
        owner_unit=row["owner_unit"],
        grade=row["grade"],
        personal=row["personal"],
        columns=_columns(row["columns"]),
        area_column=row["area_column"],
        unit_column=row["unit_column"],
        allowed_purposes=tuple(row["allowed_purposes"]),
        description=Words(row["description_zh"], row["description_en"]),
    )


def resource(name: str) -> ResourceInfo:
    """This function will give a registered dataset; NotFound (`access.dataset_unknown`) if there is none."""
    row = Resource.objects.filter(name=name).values(*FIELDS).first()
    if row is None:
        raise NotFound(
            "access.dataset_unknown",
            Words("没有这个数据集", "No such dataset"),
            Words("请在数据目录中查找数据集的名称。", "Look up the dataset's name in the directory."),
        )
    return ResourceInfo(resource_of(row), open_share_of(name) is not None, row["version"], row["updated_at"])


def resources_known() -> tuple[ResourceInfo, ...]:
    """This function will list every registered dataset by name."""
    shared = set(OpenShare.objects.filter(ended_at__isnull=True).values_list("dataset", flat=True))
    return tuple(
        ResourceInfo(resource_of(r), r["name"] in shared, r["version"], r["updated_at"])
        for r in Resource.objects.order_by("name").values(*FIELDS)
    )


def titles_of(names: Iterable[str]) -> dict[str, Words]:
    """This function will give the titles of these datasets, as far as they are registered."""
    rows = Resource.objects.filter(name__in=set(names)).values_list("name", "title_zh", "title_en")
    return {name: Words(zh, en) for name, zh, en in rows}


def allowed_purposes(*, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """This function will give, for each of these datasets that is limited to some purposes, their codes."""
    rows = Resource.objects.filter(name__in=list(names)).values_list("name", "allowed_purposes")
    return {name: tuple(codes) for name, codes in rows if codes}


def open_share_of(name: str) -> OpenShareInfo | None:
    """This function will give the live open share of a dataset, or None."""
    row = OpenShare.objects.filter(dataset=name, ended_at__isnull=True).values("columns", "areas", "row_cap").first()
    return OpenShareInfo(name, tuple(row["columns"]), tuple(row["areas"]), row["row_cap"]) if row else None
