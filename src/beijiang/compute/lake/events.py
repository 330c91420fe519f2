"""Facts of the lake. No event holds content of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
    draft: UUID | None = None


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


@event("lake.draft.received.v1", Words("收到待入库文件", "Draft received"))
@dataclass(frozen=True, slots=True)
class DraftReceived:
    """A file was brought; nothing was made of it yet."""

    draft: UUID
    file_name: str
    sha256: str
    size: int


@event("lake.draft.profiled.v1", Words("待入库文件已识别", "Draft profiled"))
@dataclass(frozen=True, slots=True)
class DraftProfiled:
    """What a brought file is, or why it cannot be used. `refused` counts columns of special categories (RIGHTS 2)."""

    draft: UUID
    state: str
    kind: str
    rows: int
    columns: int
    refused: int
    error: Words | None = None


@event("lake.draft.dropped.v1", Words("放弃待入库文件", "Draft dropped"))
@dataclass(frozen=True, slots=True)
class DraftDropped:
    """A brought file was deleted without being used: given up, or left too long (`expired`)."""

    draft: UUID
    reason: str
    expired: bool = False


@event("lake.draft.opened.v1", Words("查看待入库文件的样例", "Draft opened"))
@dataclass(frozen=True, slots=True)
class DraftOpened:
    """The first rows of a brought file were shown to who brought it; which file, never what stood in it."""

    draft: UUID
    rows: int


@event("lake.dataset.loosened.v1", Words("数据集的保护放松", "Dataset loosened"))
@dataclass(frozen=True, slots=True)
class DatasetLoosened:
    """Its owner opened a dataset wider, or handed it over: what, in words."""

    name: str
    owner_unit: str
    to_unit: str
    what: tuple[Words, ...]


@event("lake.rows.retired.v1", Words("到期记录已删除", "Rows retired"))
@dataclass(frozen=True, slots=True)
class RowsRetired:
    """Rows past their retention left a dataset (RIGHTS 15): those that came in before a day."""

    dataset: str
    rows: int
    before: date
    retention_days: int


@event("lake.quality.measured.v1", Words("数据质量已测量", "Quality measured"))
@dataclass(frozen=True, slots=True)
class QualityMeasured:
    """Shares from 0 to 1 by dimension; never a value."""

    dataset: str
    rows: int
    overall: float | None
    dimensions: dict[str, float]


@event("lake.quality.opened.v1", Words("查看了未通过校验的样例", "Failing values were opened"))
@dataclass(frozen=True, slots=True)
class QualityOpened:
    """Values that failed a check were shown under their masks; how many, never which."""

    dataset: str
    values: int


@event("lake.run.exported.v1", Words("导出了搁置的问题行", "Rows set aside were exported"))
@dataclass(frozen=True, slots=True)
class BadRowsExported:
    """All rows that a run set aside left as one file; how many, never what stood in them."""

    run: UUID
    dataset: str
    rows: int
    sha256: str
