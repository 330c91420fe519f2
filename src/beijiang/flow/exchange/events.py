"""Facts of the door. Words are frozen as they were shown; rows and conditions never stand in a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@event("exchange.question.answered.v1", Words("已提供数据", "Question answered"))
@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """Rows left under this basis. `conditions` names the columns that were filtered by, never the values.

    `datasets` are all it read; `dataset` names them as one. `as_file` is csv or xlsx where the rows left as a file.
    """

    dataset: str
    datasets: tuple[str, ...]
    dataset_title: Words
    purpose: str
    purpose_title: Words
    matter: str
    basis: str
    basis_words: Words
    grant_ids: tuple[UUID, ...]
    policy_ids: tuple[str, ...]
    columns: tuple[str, ...]
    masked: tuple[str, ...]
    conditions: tuple[str, ...]
    row_count: int
    truncated: bool
    application: str
    by_sql: bool
    request_id: UUID
    as_file: str = ""


@event("exchange.question.refused.v1", Words("提问未获准许", "Question refused"))
@dataclass(frozen=True, slots=True)
class QuestionRefused:
    """Nothing left; `reasons` are the codes and words that the person was told."""

    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    columns: tuple[str, ...]
    conditions: tuple[str, ...]
    codes: tuple[str, ...]
    reasons: tuple[Words, ...]
    application: str
    by_sql: bool
    request_id: UUID


@event("exchange.question.stopped.v1", Words("提问人停止了提问", "Question stopped by who asked it"))
@dataclass(frozen=True, slots=True)
class QuestionStopped:
    """It was permitted and ran, and its asker stopped it before it was answered; nothing left."""

    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    columns: tuple[str, ...]
    conditions: tuple[str, ...]
    application: str
    by_sql: bool
    request_id: UUID


@event("exchange.question.failed.v1", Words("提问未能完成", "Question that could not be finished"))
@dataclass(frozen=True, slots=True)
class QuestionFailed:
    """It was permitted and ran, and ended without rows, which may tell something too: `code` and `reason` are what the person was told."""

    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    columns: tuple[str, ...]
    conditions: tuple[str, ...]
    code: str
    reason: Words
    application: str
    by_sql: bool
    request_id: UUID


@event("exchange.bad_rows.opened.v1", Words("查看了搁置的问题行", "Rows set aside were opened"))
@dataclass(frozen=True, slots=True)
class BadRowsOpened:
    """Rows that an ingestion set aside left the data domain; which, never what stood in them."""

    run: UUID
    dataset: str
    offset: int
    row_count: int
    application: str
    request_id: UUID


@event("exchange.dataset.listed.v1", Words("数据集已列入目录", "Dataset listed"))
@dataclass(frozen=True, slots=True)
class DatasetListed:
    """The directory tells of a dataset, or of its new state."""

    name: str
    title: Words
    owner_unit: str
    grade: str
    columns: tuple[str, ...]
    rows: int
    freshness: datetime | None


@event("exchange.requests.turned_away.v1", Words("门口拒绝的请求", "Requests turned away at the door"))
@dataclass(frozen=True, slots=True)
class RequestsTurnedAway:
    """What did not come through the door from one source in one minute, by reason: nothing was read of it, nobody stands in it.

    `source` is a registered application that the token proved, else the network that the request came from.
    """

    source: str
    minute: datetime
    reasons: dict[str, int]
    requests: int
