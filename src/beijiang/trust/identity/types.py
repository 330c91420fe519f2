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


@dataclass(frozen=True, slots=True)
class SubstitutionInfo:
    """代理: somebody who acts for the holder of a post, from `starts_at` to `ends_at`, in deciding and in nothing else."""

    id: UUID
    post_id: UUID
    unit_code: str
    unit_name: Words
    duties: tuple[Duty, ...]
    holder_id: UUID
    holder_name: str
    substitute_id: UUID
    substitute_name: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    appointed_by: str
    ended_at: datetime | None
    ended_by: str
    state: Literal["coming", "live", "over", "ended"]


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who may decide now: the holder of a post, or their substitute (`for_user`)."""

    user_id: UUID
    name: str
    for_user: UUID | None = None
    for_name: str = ""

    @property
    def said(self) -> str:
        """Both names where one acts for another: 王强（代 李敏）, as it stands in the log."""
        return f"{self.name}（代 {self.for_name}）" if self.for_name else self.name

    @property
    def words(self) -> Words:
        """The same for a page."""
        return Words(self.said, f"{self.name} (for {self.for_name})" if self.for_name else self.name)


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide in the place of `duty` at a unit: those of the unit, or of the first unit above that has anybody.

    `asked` is the unit whose place it is, `found` the unit where people were found; None: there is nobody up to the root.
    """

    duty: Duty
    asked: Unit | None
    found: Unit | None
    people: tuple[Decider, ...] = ()

    @property
    def climbed(self) -> bool:
        """Whether the place itself was empty and a unit above decides."""
        return self.found is not None and self.asked is not None and self.found.code != self.asked.code

    def by(self, user_id: UUID | None) -> Decider | None:
        """This function will find a person among those who may decide."""
        return next((d for d in self.people if d.user_id == user_id), None)
