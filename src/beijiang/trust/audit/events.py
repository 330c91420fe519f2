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


@event("audit.list.exported.v1", Words("导出了审计清单", "Exported a list of audit entries"))
@dataclass(frozen=True, slots=True)
class ListExported:
    """Somebody took a list of entries away; `filters` are those that were set."""

    filters: dict[str, str]
    entries: int


@event("audit.bundle.exported.v1", Words("导出了审计证据包", "Exported an audit bundle"))
@dataclass(frozen=True, slots=True)
class BundleExported:
    """A bundle of entries was asked for. `selection` commits to which (rules.selection_digest), so the bundle proves itself whole."""

    export: UUID
    filters: dict[str, str]
    entries: int
    selection: str
    reason: str


@event("audit.bundle.made.v1", Words("审计证据包已制成", "Audit bundle made"))
@dataclass(frozen=True, slots=True)
class BundleMade:
    """The bundle can be fetched until it expires."""

    export: UUID
    entries: int
    size: int
    sha256: str


@event("audit.bundle.fetched.v1", Words("下载了审计证据包", "Fetched an audit bundle"))
@dataclass(frozen=True, slots=True)
class BundleFetched:
    """Who asked for the bundle took it away."""

    export: UUID
    sha256: str


@event("audit.bundle.expired.v1", Words("审计证据包已过期删除", "Audit bundles deleted in time"))
@dataclass(frozen=True, slots=True)
class BundlesExpired:
    """The files of these bundles are gone."""

    exports: tuple[UUID, ...]


@event("audit.sample.drawn.v1", Words("抽取了每周抽查样本", "Drew the week's sample"))
@dataclass(frozen=True, slots=True)
class SampleDrawn:
    """Uses of a week were drawn by a seed that nobody chose: the root of the first checkpoint after it."""

    monday: str
    seed: str
    size: int
    population: int
    entries: tuple[UUID, ...]


@event("audit.check.noted.v1", Words("登记了抽查结论", "Noted a spot check"))
@dataclass(frozen=True, slots=True)
class CheckNoted:
    """What an auditor found in one sampled use: justified, asked or flagged."""

    check: UUID
    entry: UUID
    finding: str
    note: str


@event("audit.check.answered.v1", Words("答复了抽查询问", "Answered a spot check"))
@dataclass(frozen=True, slots=True)
class CheckAnswered:
    """What the person asked, or the chief of the unit, had to say."""

    check: UUID
    entry: UUID
    answer: str


@event("audit.letter.settled.v1", Words("处理了系统放弃的事件或任务", "Dealt with what the system had given up"))
@dataclass(frozen=True, slots=True)
class LetterSettled:
    """An event or a job that waited for a person was tried again, or laid aside with a reason."""

    letter: str
    way: str
    reason: str
