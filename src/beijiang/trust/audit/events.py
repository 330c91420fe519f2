"""Audit's own facts: reading the log leaves a leaf too."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@event("audit.log.read.v1", Words("查阅审计日志", "Read the audit log"))
@dataclass(frozen=True, slots=True)
class LogRead:
    """Somebody opened one page of the log; `filters` are those that were set."""

    filters: dict[str, str]
    shown: int


@event("audit.entry.read.v1", Words("查阅一条审计记录", "Read an audit entry"))
@dataclass(frozen=True, slots=True)
class EntryRead:
    """Somebody opened one entry whole."""

    entry: UUID
    entry_type: str


@event("audit.entry.forgotten.v1", Words("按期删除审计内容", "Forgot the content of audit entries"))
@dataclass(frozen=True, slots=True)
class EntriesForgotten:
    """Event and salt of these entries were deleted; their leaves stay."""

    entries: tuple[UUID, ...]
    reason: str


@event("audit.log.verified.v1", Words("核验审计日志", "Verified the audit log"))
@dataclass(frozen=True, slots=True)
class LogVerified:
    """The whole log was re-derived."""

    size: int
    root: str
    findings: int


@event("audit.use.refused.v1", Words("拒绝了一次操作", "Refused an action"))
@dataclass(frozen=True, slots=True)
class UseRefused:
    """Somebody was told no, and in these words."""

    code: str
    title: Words
    detail: Words
    permission: str
    dataset: str
    purpose: str
    matter: str
