"""Purposes, matters, grants and open shares, as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from beijiang.kernel.words import Words

from .resource import Mask

Origin = Literal["applied", "duty", "emergency"]
MatterKind = Literal["case", "administrative_case", "incident", "operation", "application", "inspection", "missing_person"]


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose of the closed list (law/purposes.toml), with the article that it stands on."""

    code: str
    title: Words
    statute: str
    article: str
    summary: Words
    confidence: Literal["H", "M", "L"]
    needs_matter: bool
    matter_kinds: frozenset[str]
    max_days: int
    row_cap: int
    daily_rows: int
    """Most rows of personal data that leave in one day (Asia/Shanghai) under one basis, over all answers."""
    grades: frozenset[str]
    own_record: bool = False
    closed_on: str = ""
    """ISO date from which the purpose may no longer be used; empty: open."""

    @property
    def law(self) -> Words:
        """The article as it is cited; in English as the summary does, before its colon."""
        zh = f"《{self.statute}》{self.article}"
        cited, colon, _ = self.summary.en.partition(":")
        return Words(zh, cited.strip() if colon else zh)


@dataclass(frozen=True, slots=True)
class MatterInfo:
    """A case, incident or the like that a use may belong to."""

    ref: str
    kind: str
    title: Words
    unit_code: str
    opened_at: datetime
    closed_at: datetime | None
    participants: tuple[str, ...] = ()
    """User ids as text; empty: whoever serves in the unit."""


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """A grant, live or ended. `columns` empty: all columns but the sensitive ones."""

    id: UUID
    bundle: UUID
    """Grants issued together share it; only they may be joined in one question. Its own id where it stands alone."""
    origin: Origin
    holder_user: UUID | None
    holder_unit: str
    holder_name: str
    dataset: str
    dataset_title: Words
    purpose: str
    purpose_title: Words
    matter: str
    columns: tuple[str, ...]
    masks: dict[str, str]
    areas: tuple[str, ...]
    own_unit_only: bool
    row_cap: int
    start: datetime
    end: datetime
    issued_by: str
    approved_by: str
    reason: str
    revoked_at: datetime | None
    revoked_by: str
    revoke_reason: str
    version: int
    reviewed_at: datetime | None
    review_outcome: str
    state: Literal["coming", "live", "expiring", "expired", "revoked"]
    days_left: int


@dataclass(frozen=True, slots=True)
class OpenShareInfo:
    """A dataset, or some of its columns, open to every officer for a listed purpose (信息共享开放)."""

    dataset: str
    columns: tuple[str, ...]
    areas: tuple[str, ...]
    row_cap: int


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A column that a grant may name, and how it is masked unless the grant says otherwise."""

    name: str
    title: Words
    default_mask: Mask


@dataclass(frozen=True, slots=True)
class GrantBounds:
    """What a grant on a dataset for a purpose may say at most, so that a form can show it before anybody writes.

    `fault`: why there can be no such grant at all (grade, purpose not allowed or closed), else None.
    """

    dataset: str
    purpose: str
    fault: Words | None
    max_days: int
    row_cap: int
    daily_rows: int
    """Rows a day over all answers; counts for personal data only."""
    personal: bool
    needs_matter: bool
    matter_kinds: frozenset[str]
    by_area: bool
    by_unit: bool
    columns: tuple[BoundColumn, ...]
    emergency_hours: int
