"""Ids, closed lists and frozen facts of identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from beijiang.kernel.types import Level

TokenKind = Literal["user", "app", "access"]
"""user: a person at the door (≤ 300 s); app: a service at the door (≤ 300 s); access: a person at /api/v1."""

LinkPurpose = Literal["first_password", "reset"]
EndReason = Literal["logout", "ended", "expired", "idle", "password", "deactivated", "no_post", "replaced"]


class Duty(StrEnum):
    """What a post makes a person responsible for; a closed list, policies speak of nothing else."""

    OFFICER = "officer"
    CHIEF = "chief"
    LIAISON = "liaison"
    OWNER = "owner"
    STEWARD = "steward"
    AUDITOR = "auditor"
    LEGAL = "legal"
    SUPERVISOR = "supervisor"
    KEXIN = "kexin"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> Words:
        """The duty as people call it."""
        return _DUTIES[self]


_DUTIES = {
    Duty.OFFICER: Words("民警", "Officer"),
    Duty.CHIEF: Words("单位负责人", "Chief"),
    Duty.LIAISON: Words("联络员", "Liaison"),
    Duty.OWNER: Words("数据所有人", "Data owner"),
    Duty.STEWARD: Words("数据管理员", "Data steward"),
    Duty.AUDITOR: Words("审计员", "Auditor"),
    Duty.LEGAL: Words("法制审核员", "Legal reviewer"),
    Duty.SUPERVISOR: Words("督察员", "Supervisor"),
    Duty.KEXIN: Words("科信管理员", "Technology administrator"),
    Duty.ADMINISTRATOR: Words("系统管理员", "Administrator"),
}


class UnitKind(StrEnum):
    """Where a unit stands in the tree."""

    REGION = "region"
    CITY = "city"
    COUNTY = "county"
    STATION = "station"
    BRANCH = "branch"

    @property
    def words(self) -> Words:
        """The kind as people call it."""
        return _KINDS[self]


_KINDS = {
    UnitKind.REGION: Words("自治区公安厅", "Regional bureau"),
    UnitKind.CITY: Words("盟市公安局", "City bureau"),
    UnitKind.COUNTY: Words("旗县区公安局", "County bureau"),
    UnitKind.STATION: Words("派出所", "Station"),
    UnitKind.BRANCH: Words("业务部门", "Branch"),
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit to import. `division` is the GB/T 2260 code of its area, `branch` the 警种 of a branch."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    parent_code: str = ""
    division: str = ""
    branch: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person to import, with the post that they hold."""

    username: str
    name: str
    unit_code: str
    duties: tuple[str, ...]
    title_zh: str = ""
    title_en: str = ""
    police_number: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its number from 1, its key, and why."""

    row: int
    key: str
    reason: Words


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; rejected rows changed nothing."""

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as others may see it; `path` holds codes from the root down to its own."""

    id: UUID
    code: str
    name: Words
    kind: UnitKind
    parent_code: str
    path: tuple[str, ...]
    division: str
    branch: str
    valid_from: date | None
    valid_until: date | None
    children: int = 0


@dataclass(frozen=True, slots=True)
class PostInfo:
    """A person's place in a unit, from `starts_at` to `ends_at` (None: still held)."""

    id: UUID
    unit_code: str
    unit_name: Words
    title: Words
    duties: tuple[Duty, ...]
    starts_at: datetime
    ends_at: datetime | None
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the directory."""

    id: UUID
    username: str
    name: str
    police_number: str | None
    is_active: bool
    has_password: bool
    language: str
    posts: tuple[PostInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One sign-in of one person on one device, or one access token of theirs."""

    sid: UUID
    user_id: UUID
    kind: Literal["browser", "token"]
    level: Level
    amr: tuple[str, ...]
    auth_time: datetime
    last_seen: datetime
    expires_at: datetime
    address: str
    agent: str
    ended_at: datetime | None
    end_reason: str
    device: str = ""
    """What `agent` says in short: browser and system."""
    current: bool = False


@dataclass(frozen=True, slots=True)
class LinkIssued:
    """A one-time link. `path` is shown once and stored nowhere; only its hash is."""

    id: UUID
    path: str
    username: str
    name: str
    purpose: LinkPurpose
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkInfo:
    """For whom a link that still works is."""

    username: str
    name: str
    purpose: LinkPurpose
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token that was checked in full says. Checked is the token, not yet the session behind it."""

    kind: TokenKind
    iss: str
    aud: str
    sub: str
    client_id: str
    jti: UUID
    iat: datetime
    exp: datetime
    sid: UUID | None = None
    acr: Level = "any"
    amr: tuple[str, ...] = ()
    auth_time: datetime | None = None
    unit: str = ""
    duties: tuple[str, ...] = field(default=())
    key_thumbprint: str = ""
    """`cnf.jkt` of an app token: RFC 7638 thumbprint of the key with which the service signs its requests."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A bearer for /api/v1; `token` is shown once and stored nowhere."""

    token: str
    sid: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceKeyInfo:
    """The public key of a service that calls the door. `public_key` is 32 raw bytes, base64url without padding."""

    app_id: str
    public_key: str
    audience: str
    valid_until: datetime
    thumbprint: str
