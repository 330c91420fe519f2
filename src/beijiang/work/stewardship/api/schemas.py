"""What the API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from beijiang.flow.exchange.types import ColumnSpec, DatasetSpec, SpecColumn
from beijiang.kernel.words import Words


class Both(Schema):
    """A text in both languages."""

    zh: str = Field("", max_length=2000)
    en: str = Field("", max_length=2000)

    def words(self) -> Words:
        """As the house has it."""
        return Words(self.zh, self.en)


class BeginIn(Schema):
    """A file that is to come. `modified` in milliseconds since 1970, `head_sha256` of its first 64 KiB, `sha256` of all of it if known."""

    name: str = Field(max_length=1000)
    size: int
    modified: int = 0
    head_sha256: str = Field(max_length=64)
    sha256: str = Field("", max_length=64)


class UploadOut(Schema):
    """A file on its way in: go on at byte `received`; once the door has it, `draft_id` names its draft."""

    id: UUID
    file_name: str
    folder: str
    size: int
    received: int
    state: str
    words: Both
    source: str
    sha256: str
    draft_id: UUID | None
    error: Both | None
    error_code: str
    created_at: datetime
    expires_at: datetime


class ElementGuessOut(Schema):
    """A data element that a column may be, how surely, and why."""

    code: str
    name: Both
    score: float
    reason: Both


class DraftColumnOut(Schema):
    """A column as the profile found it; `refused` says why it cannot come in."""

    name: str
    header: str
    title: Both
    type: str
    share: float
    reason: Both
    nulls: int
    distinct: int
    examples: list[str]
    element: ElementGuessOut | None
    refused: Both | None
    subject: str | None
    suggested_mask: str
    length: int | None
    digits: int


class DraftOut(Schema):
    """A file that was brought and is not in the lake yet."""

    id: UUID
    file_name: str
    sha256: str
    size: int
    kind: str
    encoding: str
    state: str
    progress: float
    error: Both | None
    columns: list[DraftColumnOut]
    rows: int
    bad: int
    notes: list[Both]
    sample: list[dict[str, str | None]]
    created_at: datetime
    expires_at: datetime | None
    run: UUID | None
    suggested_name: str


class ColumnIn(Schema):
    """What a column of the dataset is to be."""

    name: str = Field(max_length=64)
    title: Both
    type: str = Field("text", max_length=20)
    element: str = Field("", max_length=64)
    subject: str | None = Field(None, max_length=20)
    sensitive: bool = False
    default_mask: str = Field("none", max_length=20)
    length: int | None = None
    digits: int = 2
    aliases: list[str] = Field(default_factory=list, max_length=50)

    def spec(self) -> ColumnSpec:
        """As the door takes it."""
        return ColumnSpec(**self.dict(exclude={"title", "aliases"}), title=self.title.words(), aliases=tuple(self.aliases))


class SpecColumnIn(Schema):
    """What becomes of one column of the file."""

    header: str = Field(max_length=1000)
    column: ColumnIn | None = None
    drop: bool = False


class SpecIn(Schema):
    """A new dataset made of the draft; with `append` the file goes into the dataset of that name."""

    name: str = Field(max_length=64)
    title: Both = Both(zh="", en="")
    description: Both = Both(zh="", en="")
    owner_unit: str = Field("", max_length=32)
    grade: str = Field("", max_length=20)
    personal: bool = True
    area_column: str | None = Field(None, max_length=64)
    unit_column: str | None = Field(None, max_length=64)
    retention_days: int | None = None
    columns: list[SpecColumnIn] = Field(max_length=5000)
    append: bool = False

    def spec(self) -> DatasetSpec:
        """As the door takes it."""
        return DatasetSpec(
            **self.dict(exclude={"title", "description", "columns"}),
            title=self.title.words(),
            description=self.description.words(),
            columns=tuple(SpecColumn(c.header, c.column.spec() if c.column else None, c.drop) for c in self.columns),
        )


class RunReasonOut(Schema):
    """Why rows were set aside, counted."""

    column: str
    words: Both
    rows: int


class RunOut(Schema):
    """An ingestion; `progress` is 0 to 1."""

    id: UUID
    dataset: str
    file_name: str
    sha256: str
    size: int
    kind: str
    encoding: str
    state: str
    rows_ok: int
    rows_bad: int
    progress: float
    error: Both | None
    notes: list[Both]
    reasons: list[RunReasonOut]
    created_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    started_by: str
    draft: UUID | None
    resumable: bool
    repeated: bool


class ElementOut(Schema):
    """A data element of the registry."""

    code: str
    name: Both
    type: str
    length: int | None
    code_set: list[str]
    status: str
    special: bool
    check: str
    subject: str | None
    mask: str
    aliases: list[str]


class ColumnQualityOut(Schema):
    """What was measured of one column; shares from 0 to 1."""

    name: str
    completeness: float
    validity: float | None
    distinctness: float
    invalid: int
    rule: Both | None


class QualityOut(Schema):
    """What was measured of a dataset after its last change."""

    dataset: str
    overall: float | None
    dimensions: dict[str, float]
    columns: list[ColumnQualityOut]
    rows: int
    measured_at: datetime | None
    run: UUID | None
    notes: list[Both]


class FactsOut(Schema):
    """What is told of a dataset; send its ETag back as If-Match when you change it."""

    name: str
    title: Both
    description: Both
    owner_unit: str
    grade: str
    personal: bool
    retention_days: int | None
    rows: int
    schema_version: int
    published_at: datetime | None


class FactsIn(Schema):
    """What is to be told of a dataset from now on; what is left out stays."""

    title: Both | None = None
    description: Both | None = None
    owner_unit: str | None = Field(None, max_length=32)
    grade: str | None = Field(None, max_length=20)
    retention_days: int | None = None

    def changes(self) -> dict[str, Any]:
        """The changes as the action takes them."""
        given = self.dict(exclude_none=True, exclude={"title", "description"})
        return given | {name: both.words() for name in ("title", "description") if (both := getattr(self, name)) is not None}


class ReasonIn(Schema):
    """Why something is given up."""

    reason: str = Field("", max_length=500)
