"""Facts of permissions. Names and words are frozen as they were; `dataset` joins the names, as the door's leaves do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """How much of one dataset."""

    dataset: str
    columns: tuple[str, ...]
    areas: tuple[str, ...]
    days: int


@event("permissions.application.sent.v1", Words("授权申请已提交", "Application sent"))
@dataclass(frozen=True, slots=True)
class ApplicationSent:
    """Somebody applies for the use of data, for the first time or (edition above 1) amended."""

    application_id: UUID
    number: str
    edition: int
    dataset: str
    datasets: tuple[str, ...]
    dataset_title: Words
    purpose: str
    purpose_title: Words
    matter: str
    terms: tuple[ItemTerms, ...]
    reason: str
    answer: str
    due_at: datetime


@event("permissions.application.passed.v1", Words("授权申请经负责人同意", "Application passed by the chief"))
@dataclass(frozen=True, slots=True)
class ApplicationPassed:
    """The applicant's chief passed it on, on these terms. `place` is the unit whose place they filled."""

    application_id: UUID
    number: str
    applicant_name: str
    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    terms: tuple[ItemTerms, ...]
    narrowed: bool
    place: str
    acted_for: str
    note: str


@event("permissions.application.approved.v1", Words("授权申请经数据所有人批准", "Application approved by the owner"))
@dataclass(frozen=True, slots=True)
class ApplicationApproved:
    """The owner of these datasets approved, on these terms; `granted` once all owners have and the grants are issued."""

    application_id: UUID
    number: str
    applicant_name: str
    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    terms: tuple[ItemTerms, ...]
    narrowed: bool
    place: str
    acted_for: str
    note: str
    granted: bool
    grant_ids: tuple[UUID, ...]


@event("permissions.application.refused.v1", Words("授权申请未获批准", "Application refused"))
@dataclass(frozen=True, slots=True)
class ApplicationRefused:
    """The chief or an owner refused, with a reason."""

    application_id: UUID
    number: str
    applicant_name: str
    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    stage: str
    place: str
    acted_for: str
    reason: str


@event("permissions.application.returned.v1", Words("授权申请已退回补充", "Application asked back"))
@dataclass(frozen=True, slots=True)
class ApplicationReturned:
    """The chief or an owner asks the applicant something."""

    application_id: UUID
    number: str
    applicant_name: str
    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    stage: str
    place: str
    acted_for: str
    question: str


@event("permissions.application.withdrawn.v1", Words("授权申请已撤回", "Application withdrawn"))
@dataclass(frozen=True, slots=True)
class ApplicationWithdrawn:
    """The applicant took it back."""

    application_id: UUID
    number: str
    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str


@event("permissions.application.lapsed.v1", Words("授权申请已失效", "Application lapsed"))
@dataclass(frozen=True, slots=True)
class ApplicationLapsed:
    """Time or a change overtook it: `code` says which, `why` in words."""

    application_id: UUID
    number: str
    applicant_name: str
    dataset: str
    datasets: tuple[str, ...]
    purpose: str
    matter: str
    code: str
    why: Words


@event("permissions.applications.forgotten.v1", Words("过期的申请记录已清除", "Old applications cleared"))
@dataclass(frozen=True, slots=True)
class ApplicationsForgotten:
    """Applications that ended before then were deleted; their leaves stay in the log."""

    before: datetime
    count: int
