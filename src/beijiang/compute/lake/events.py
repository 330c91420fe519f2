"""Facts of the lake. No event holds content of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """A column as the directory and the policy need it."""

    name: str
    title: Words
    type: str
    element: str
    subject: str | None
    sensitive: bool
    default_mask: str
    aliases: tuple[str, ...] = ()
    """Other headers under which the column comes, by which people find it."""
    element_name: Words | None = None
    completeness: float | None = None
    """Share of rows that have a value; None until it is measured."""
    validity: float | None = None
    """Of the values there, the share that passes the element's check; None where there is no check."""


@event("lake.dataset.published.v1", Words("数据集发布或更新", "Dataset published or refreshed"), public=True)
@dataclass(frozen=True, slots=True)
class DatasetPublished:
    """What there is to ask for: titles, columns, owner, grade, how many rows, how fresh; never rows."""

    name: str
    title: Words
    description: Words
    owner_unit: str
    grade: str
    personal: bool
    area_column: str | None
    unit_column: str | None
    columns: tuple[PublishedColumn, ...]
    rows: int
    freshness: datetime | None
    retention_days: int | None
    schema_version: int
    quality: float | None = None


@event("lake.dataset.defined.v1", Words("定义数据集", "Dataset defined"))
@dataclass(frozen=True, slots=True)
class DatasetDefined:
    """A dataset was declared, or its description changed."""

    name: str
    title: Words
    owner_unit: str
    grade: str
    columns: tuple[str, ...]
    schema_version: int


@event("lake.element.defined.v1", Words("登记数据元", "Data element registered"))
@dataclass(frozen=True, slots=True)
class ElementDefined:
    """A data element was registered or changed."""

    code: str
    name: Words
    type: str
    status: str


@event("lake.ingest.started.v1", Words("开始入库", "Ingestion started"))
@dataclass(frozen=True, slots=True)
class IngestStarted:
    """A file was handed over."""

    run: UUID
    dataset: str
    file_name: str
    sha256: str
    size: int


@event("lake.ingest.finished.v1", Words("入库结束", "Ingestion finished"))
@dataclass(frozen=True, slots=True)
class IngestFinished:
    """How an ingestion ended. `dropped` names columns left out as special categories (RIGHTS 2) or unknown."""

    run: UUID
    dataset: str
    state: str
    rows_ok: int
    rows_bad: int
    dropped: tuple[str, ...]
    error: Words | None = None


@event("lake.rows.appended.v1", Words("写入记录", "Records appended"))
@dataclass(frozen=True, slots=True)
class RowsAppended:
    """A batch of records was committed."""

    dataset: str
    rows: int
    rows_bad: int
    key: str
    snapshot: str
