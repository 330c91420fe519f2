"""Shapes of the door's face: what is asked, what comes back, what the directory says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from beijiang.compute.lake.types import (
    AGGREGATES,
    COLUMN_TYPES,
    DRAFT_OPEN,
    RUN_OPEN,
    SQL_FUNCTIONS,
    SQL_KEYWORDS,
    SUBJECT_KINDS,
    Aggregate,
    AnswerColumn,
    BadRow,
    ColumnQuality,
    ColumnSpec,
    Dataset,
    DatasetSpec,
    Draft,
    DraftColumn,
    Element,
    ElementGuess,
    Like,
    Order,
    Progress,
    Quality,
    Run,
    RunReason,
    SpecColumn,
    Where,
)
from beijiang.kernel.words import Words
from beijiang.trust.access.types import All, And, Compare, Filter, In, IsNull, Not, Nothing, Or

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

__all__ = [
    "AGGREGATES",
    "AUDIENCE",
    "COLUMN_TYPES",
    "DRAFT_OPEN",
    "LAKE",
    "RUN_OPEN",
    "SQL_FUNCTIONS",
    "SQL_KEYWORDS",
    "SUBJECT_KINDS",
    "Aggregate",
    "All",
    "And",
    "AnswerColumn",
    "AskReply",
    "AskRequest",
    "BadRow",
    "BadRows",
    "Basis",
    "ColumnFacts",
    "ColumnQuality",
    "ColumnSpec",
    "Compare",
    "Dataset",
    "DatasetSpec",
    "DirectoryColumn",
    "DirectoryEntry",
    "Draft",
    "DraftColumn",
    "Element",
    "ElementGuess",
    "Export",
    "Filter",
    "In",
    "IsNull",
    "Like",
    "Not",
    "Nothing",
    "Or",
    "Order",
    "Progress",
    "Quality",
    "RecordFeed",
    "Run",
    "RunReason",
    "ServiceId",
    "SpecColumn",
    "Where",
    "client_id",
]

ASK_LIMIT = 256 * 1024
"""Bytes of a question's body."""
BAD_ROWS_LIMIT = 500
"""Rows set aside that one request may open."""
FILE_LIMIT = 2 << 30
"""Bytes of a file brought by intake."""
WINDOW_SECONDS = 60
"""How old the signature of a request may be."""
SKEW_SECONDS = 5
"""How far the caller's clock may run ahead."""
NONCES = "exchange.nonce"
"""The inbox consumer under which nonces are remembered (data domain)."""
ASKED = "exchange.asked"
"""The inbox consumer under which numbers of questions are remembered (data domain)."""


AUDIENCE = "beijiang-data"
"""For whom tokens at the door are made out."""


@dataclass(frozen=True, slots=True)
class ServiceId:
    """Who is called or calls: `instance/class/member/subsystem`, as in X-Road."""

    instance: str
    member_class: str
    member: str
    subsystem: str

    def __str__(self) -> str:
        return f"{self.instance}/{self.member_class}/{self.member}/{self.subsystem}"


LAKE = ServiceId("BJ", "POL", "region", "lake")
"""The provider of this region's lake."""


def client_id(application: str) -> ServiceId:
    """This function will name an application of this region as a client of the door."""
    return ServiceId(LAKE.instance, LAKE.member_class, LAKE.member, application)


@dataclass(frozen=True, slots=True)
class AskRequest:
    """One question: by form (`dataset` and what follows) or in `sql`, always with its purpose and, where needed, matter."""

    purpose: str
    matter: str = ""
    dataset: str = ""
    columns: tuple[str, ...] = ()
    where: Where = field(default_factory=All)
    group_by: tuple[str, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    sql: str = ""
    id: UUID | None = None
    """The asker's own number for it, by which it is followed and stopped; a number is asked once."""
    as_file: str = ""
    """`csv` or `xlsx` where the rows are to leave as a file; the leaf says so."""


@dataclass(frozen=True, slots=True)
class Basis:
    """On what the use stood, in the words that were frozen with it."""

    kind: str
    words: Words
    purpose: Words
    matter: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskReply:
    """Rows with their receipt. Dates and decimals come as text; the column says which they are."""

    dataset: str
    title: Words
    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Any, ...], ...] = field(repr=False)
    truncated: bool
    row_cap: int
    receipt: UUID
    basis: Basis
    elapsed_ms: float
    notes: tuple[Words, ...] = ()
    """What the policy said beside yes: columns left out, columns masked."""


@dataclass(frozen=True, slots=True)
class BadRows:
    """Some of the rows that a run set aside, in the order of the file, with the receipt of their opening; `total` is how many there are."""

    run: UUID
    dataset: str
    offset: int
    total: int
    rows: tuple[BadRow, ...] = field(repr=False)
    receipt: UUID


@dataclass(frozen=True, slots=True)
class Export:
    """A file of rows set aside that was written, with the receipt of their leaving."""

    run: UUID
    dataset: str
    rows: int
    size: int
    sha256: str
    receipt: UUID


@dataclass(frozen=True, slots=True)
class RecordFeed:
    """Which published fact becomes which rows: the event type, its dataset, and column → member of the event's data.

    `many` names the member that holds a list of records, where one event carries a batch; empty: the data is one record.
    The publisher is the room in whose name the type begins.
    """

    event_type: str
    dataset: str
    columns: dict[str, str]
    many: str = ""

    @property
    def publisher(self) -> str:
        """The CloudEvents source that alone may publish this type."""
        return f"urn:beijiang:{self.event_type.split('.')[0]}"


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the directory knows of a column beyond its type: other names, its element's name, and what was measured.

    `completeness` is the share of rows with a value, `validity` of values that pass the element's check; None: not measured.
    """

    aliases: tuple[str, ...] = ()
    element_name: Words | None = None
    completeness: float | None = None
    validity: float | None = None


@dataclass(frozen=True, slots=True)
class DirectoryColumn:
    """What a column is, and how it is shown to somebody with an ordinary basis."""

    name: str
    title: Words
    type: str
    element: str = ""
    sensitive: bool = False
    default_mask: str = "none"
    facts: ColumnFacts = field(default_factory=ColumnFacts)


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A dataset as the directory tells it to everybody: no rows. `quality` is a share from 0 to 1, or None."""

    name: str
    title: Words
    description: Words
    owner_unit: str
    owner_name: Words
    grade: str
    personal: bool
    columns: tuple[DirectoryColumn, ...]
    rows: int
    freshness: datetime | None
    quality: float | None
    published_at: datetime
    purposes: tuple[str, ...] = ()
    """Codes of the purposes that its owner limited it to; empty: every purpose that its grade allows."""
