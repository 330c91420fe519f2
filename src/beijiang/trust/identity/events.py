"""Facts of identity. Names are frozen as they were; a username that does not exist is never written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@event("identity.unit.created.v1", Words("单位已建立", "Unit created"))
@dataclass(frozen=True, slots=True)
class UnitCreated:
    """A unit was put into the tree."""

    unit_code: str
    unit_name: Words
    kind: str
    parent_code: str


@event("identity.units.imported.v1", Words("单位已批量导入", "Units imported"))
@dataclass(frozen=True, slots=True)
class UnitsImported:
    """One leaf for a batch; `digest` is SHA-256 over the canonical rows."""

    created: int
    updated: int
    rejected: int
    digest: str


@event("identity.people.imported.v1", Words("人员已批量导入", "People imported"))
@dataclass(frozen=True, slots=True)
class PeopleImported:
    """One leaf for a batch; `digest` is SHA-256 over the canonical rows."""

    created: int
    updated: int
    rejected: int
    digest: str


@event("identity.user.created.v1", Words("账户已建立", "Account created"))
@dataclass(frozen=True, slots=True)
class UserCreated:
    """A person got an account, still without a password."""

    user_id: UUID
    username: str
    name: str


@event("identity.user.deactivated.v1", Words("账户已停用", "Account deactivated"))
@dataclass(frozen=True, slots=True)
class UserDeactivated:
    """A leaver: sessions ended, links void."""

    user_id: UUID
    username: str
    name: str
    sessions_ended: int


@event("identity.user.activated.v1", Words("账户已恢复", "Account activated again"))
@dataclass(frozen=True, slots=True)
class UserActivated:
    """A person came back."""

    user_id: UUID
    username: str
    name: str


@event("identity.user.language_set.v1", Words("界面语言已更改", "Language changed"))
@dataclass(frozen=True, slots=True)
class LanguageSet:
    """A person chose the language of their pages."""

    user_id: UUID
    language: str


@event("identity.post.assigned.v1", Words("已任岗", "Post assigned"))
@dataclass(frozen=True, slots=True)
class PostAssigned:
    """A person holds duties in a unit from now on."""

    post_id: UUID
    user_id: UUID
    username: str
    name: str
    unit_code: str
    unit_name: Words
    title: Words
    duties: tuple[str, ...]


@event("identity.post.ended.v1", Words("已离岗", "Post ended"))
@dataclass(frozen=True, slots=True)
class PostEnded:
    """A person no longer holds the post; what rested on it ends."""

    post_id: UUID
    user_id: UUID
    username: str
    unit_code: str


@event("identity.link.issued.v1", Words("已签发一次性链接", "One-time link issued"))
@dataclass(frozen=True, slots=True)
class LinkWasIssued:
    """A link to set a password was handed to the issuer; the link itself is not in the log."""

    link_id: UUID
    user_id: UUID
    username: str
    purpose: str
    expires_at: datetime


@event("identity.link.redeemed.v1", Words("一次性链接已使用", "One-time link used"))
@dataclass(frozen=True, slots=True)
class LinkRedeemed:
    """The link set a password and is spent."""

    link_id: UUID
    user_id: UUID
    username: str


@event("identity.password.changed.v1", Words("密码已更改", "Password changed"))
@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """How: `self` (knowing the old one), `link` or `administrator`."""

    user_id: UUID
    username: str
    way: str


@event("identity.session.started.v1", Words("已登录", "Signed in"))
@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A sign-in or an access token."""

    sid: UUID
    user_id: UUID
    username: str
    kind: str
    level: str
    amr: tuple[str, ...]
    address: str


@event("identity.session.ended.v1", Words("已退出登录", "Signed out"))
@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A sign-in is over; `reason` is of the closed list in types."""

    sid: UUID
    user_id: UUID
    username: str
    reason: str


@event("identity.sessions.ended.v1", Words("登录会话已全部结束", "All sessions ended"))
@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """All (other) sign-ins of a person are over."""

    user_id: UUID
    username: str
    count: int
    reason: str


@event("identity.signin.failed.v1", Words("登录失败", "Sign-in failed"))
@dataclass(frozen=True, slots=True)
class SignInFailed:
    """`username` only if there is such an account: people type passwords into the wrong field."""

    username: str
    reason: str
    address: str


@event("identity.token.issued.v1", Words("已签发访问令牌", "Access token issued"))
@dataclass(frozen=True, slots=True)
class AccessTokenIssued:
    """A bearer for /api/v1, standing on session `sid`."""

    sid: UUID
    user_id: UUID
    username: str
    expires_at: datetime


@event("identity.servicekey.registered.v1", Words("服务密钥已登记", "Service key registered"))
@dataclass(frozen=True, slots=True)
class ServiceKeyRegistered:
    """A service may call the door with this key until then."""

    app_id: str
    audience: str
    thumbprint: str
    valid_until: datetime


@event("identity.servicekey.revoked.v1", Words("服务密钥已吊销", "Service key revoked"))
@dataclass(frozen=True, slots=True)
class ServiceKeyRevoked:
    """The service's key no longer stands."""

    app_id: str
    thumbprint: str


@event("identity.substitution.appointed.v1", Words("已指定代理人", "Substitute appointed"), public=True)
@dataclass(frozen=True, slots=True)
class SubstitutionAppointed:
    """Somebody acts for the holder of a post from then to then; both names are frozen."""

    substitution_id: UUID
    post_id: UUID
    unit_code: str
    unit_name: Words
    duties: tuple[str, ...]
    holder_id: UUID
    holder_name: str
    substitute_id: UUID
    substitute_name: str
    starts_at: datetime
    ends_at: datetime
    reason: str


@event("identity.substitution.ended.v1", Words("代理已提前结束", "Substitution ended early"), public=True)
@dataclass(frozen=True, slots=True)
class SubstitutionEnded:
    """The substitute acts no longer."""

    substitution_id: UUID
    unit_code: str
    holder_id: UUID
    holder_name: str
    substitute_id: UUID
    substitute_name: str
