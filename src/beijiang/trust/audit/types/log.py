"""Receipts, entries and reports: what reading and verifying the log gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from beijiang.kernel.words import Words

T = TypeVar("T")
NO_WORDS = Words("", "")

Outcome = Literal["done", "refused"]
OUTCOMES: dict[str, Words] = {"done": Words("已执行", "Done"), "refused": Words("已拒绝", "Refused")}


class LogDamaged(RuntimeError):
    """What is stored does not lead to the last signed root: nothing more is sealed until somebody has looked."""


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """A person (or a thing that stands for one, such as a plate) whose data was used, through `column`.

    The value leaves memory only as a keyed digest per kind.
    """

    kind: str
    value: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Growth:
    """From the oldest checkpoint kept that covers an entry to the newest: sizes, the older note, and the proof (hex) between.

    `witnesses` are the names of others than the log that signed the newest one.
    """

    size: int
    checkpoint: str
    hashes: tuple[str, ...]
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves an action. Holds nothing about persons, so whoever has the number may see it.

    While `state` is "pending" the fields from `index` on are empty. Hashes are hex; `proof` is the text of a
    c2sp.org/tlog-proof@v1 file.
    """

    id: UUID
    state: Literal["pending", "sealed"]
    type: str
    event: Words | str
    time: datetime | None
    index: int | None = None
    size: int | None = None
    leaf: str = ""
    leaf_hash: str = ""
    hashes: tuple[str, ...] = ()
    root: str = ""
    checkpoint: str = ""
    proof: str = ""
    grown: Growth | None = None
    """That the log has only grown since this was sealed; None while pending."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for in the log; empty means all. `person` is a name, a username or an id; times are aware.

    `unit` is a code or a name, with `below` all units under it too; `basis` may also be "emergency"; `uses` leaves out
    what is no use of data.
    """

    person: str = ""
    unit: str = ""
    below: bool = False
    dataset: str = ""
    purpose: str = ""
    matter: str = ""
    outcome: str = ""
    basis: str = ""
    grant: str = ""
    column: str = ""
    code: str = ""
    room: str = ""
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = False
    uses: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log as lists show it. Of a forgotten entry only type, time and place remain."""

    id: UUID
    index: int
    type: str
    title: Words
    time: datetime
    actor_name: str
    unit: str
    unit_name: Words
    dataset: str
    purpose: str
    basis: str
    matter: str
    outcome: str
    forgotten: bool
    dataset_words: Words
    purpose_words: Words
    """As the event froze them; else as they are called now; the code where nobody knows a name."""
    basis_words: Words = NO_WORDS
    actor_id: UUID | None = None
    actor_username: str = ""
    row_count: int | None = None
    columns: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    reasons: Words = NO_WORDS
    """Why it was refused, in the words that the person was told."""
    by_sql: bool = False

    @property
    def outcome_words(self) -> Words:
        """The outcome in words."""
        return OUTCOMES.get(self.outcome, Words(self.outcome, self.outcome))


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One entry whole: the frozen envelope, its exact text and salt (hex), its leaf and its receipt."""

    entry: Entry
    envelope: dict[str, Any] | None
    text: str | None
    salt: str
    subjects: tuple[tuple[str, str, int], ...]
    """(kind, column, how many) of the data subjects; never who."""
    receipt: Receipt
    vkey: str


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a person's data, for that person."""

    entry_id: UUID
    time: datetime
    unit: str
    unit_name: Words
    dataset: str
    purpose: str
    basis: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the answers, newest first; `next_cursor` is None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed. `index` and `entry_id` name the entry where there is one."""

    what: Literal["leaf", "event", "columns", "subjects", "missing", "tile", "checkpoint", "unsigned", "tally"]
    words: Words
    index: int | None = None
    entry_id: UUID | None = None

    def __str__(self) -> str:
        return str(self.words)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What re-deriving the whole log found. `ok` only when nothing is wrong."""

    size: int
    root: str
    checkpoints: int
    tiles: int
    forgotten: int
    seconds: float
    findings: tuple[Finding, ...]
    more: int = 0
    """Findings beyond those listed."""

    @property
    def ok(self) -> bool:
        """True when every leaf, tile, root and signature is as it must be."""
        return not self.findings
