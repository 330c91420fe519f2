"""Facts of access. Words are frozen as they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@event("access.resource.registered.v1", Words("数据集已登记", "Dataset registered"))
@dataclass(frozen=True, slots=True)
class ResourceRegistered:
    """Access knows a dataset, or knows it better."""

    dataset: str
    title: Words
    owner_unit: str
    grade: str
    version: int
    columns: tuple[str, ...]


@event("access.purposes.set.v1", Words("数据集允许的目的已改", "A dataset's purposes set"))
@dataclass(frozen=True, slots=True)
class PurposesSet:
    """For these purposes the dataset may be asked from now on; none named: for every purpose that its grade allows."""

    dataset: str
    purposes: tuple[str, ...]
    version: int
    reason: str


@event("access.openshare.set.v1", Words("数据集已共享开放", "Dataset opened"))
@dataclass(frozen=True, slots=True)
class OpenShareSet:
    """These columns are open to anyone on a post from now on."""

    dataset: str
    columns: tuple[str, ...]
    areas: tuple[str, ...]
    row_cap: int
    reason: str


@event("access.openshare.ended.v1", Words("数据集已停止共享开放", "Dataset no longer open"))
@dataclass(frozen=True, slots=True)
class OpenShareEnded:
    """The open share is over."""

    dataset: str
    reason: str


@event("access.matter.registered.v1", Words("事项已登记", "Matter registered"))
@dataclass(frozen=True, slots=True)
class MatterRegistered:
    """A case, an incident or the like may be named as the matter of a use."""

    ref: str
    kind: str
    unit_code: str
    participants: tuple[UUID, ...]


@event("access.matter.closed.v1", Words("事项已办结", "Matter closed"))
@dataclass(frozen=True, slots=True)
class MatterClosed:
    """Nothing may be asked under it any more."""

    ref: str
    kind: str
    unit_code: str


@event("access.grant.issued.v1", Words("授权已签发", "Grant issued"), public=True)
@dataclass(frozen=True, slots=True)
class GrantIssued:
    """A person or a unit may ask a dataset for a purpose until then."""

    grant_id: UUID
    origin: str
    holder_user: UUID | None
    holder_unit: str
    holder_name: str
    dataset: str
    dataset_title: Words
    purpose: str
    purpose_title: Words
    matter: str
    columns: tuple[str, ...]
    areas: tuple[str, ...]
    own_unit_only: bool
    row_cap: int
    start: datetime
    end: datetime
    approved_by_name: str
    reason: str
    bundle: UUID | None = None
    """Shared by grants issued together, which may be joined in one question."""


@event("access.grant.revoked.v1", Words("授权已撤销", "Grant revoked"), public=True)
@dataclass(frozen=True, slots=True)
class GrantRevoked:
    """The grant no longer stands; `way` is `revoked` by another or `returned` by its holder."""

    grant_id: UUID
    holder_user: UUID | None
    holder_unit: str
    holder_name: str
    dataset: str
    purpose: str
    way: str
    reason: str


@event("access.glass.broken.v1", Words("紧急查询已启用", "Glass broken"), public=True)
@dataclass(frozen=True, slots=True)
class GlassBroken:
    """Somebody gave themselves leave for at most four hours; it waits to be reviewed."""

    grant_id: UUID
    holder_user: UUID
    holder_name: str
    holder_unit_code: str
    dataset: str
    dataset_title: Words
    purpose: str
    purpose_title: Words
    matter: str
    end: datetime
    reason: str


@event("access.glass.reviewed.v1", Words("紧急查询已复核", "Break-glass reviewed"))
@dataclass(frozen=True, slots=True)
class GlassReviewed:
    """Justified or not, and what was noted."""

    grant_id: UUID
    holder_user: UUID
    holder_name: str
    outcome: str
    note: str
