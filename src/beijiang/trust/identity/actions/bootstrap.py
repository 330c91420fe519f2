"""The first administrator of a new installation, and the key of its own services."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.db import transaction
from joserfc.util import urlsafe_b64encode

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from ..grants import FIRST_ADMINISTRATOR
from ..models import Post, Unit, User
from ..types import Duty, LinkIssued, UnitKind
from .passwords import issue_link
from .people import create_unit, create_user
from .services import register_service_key

if TYPE_CHECKING:
    from ..types import ServiceKeyInfo

ROOT_CODE = "150000000000"
ROOT_NAME = Words("内蒙古自治区公安厅", "Inner Mongolia Public Security Department")


@transaction.atomic
def issue_first_administrator_link(*, username: str = "admin", name: str = "系统管理员") -> LinkIssued:
    """This function will make the first administrator, and the root unit if there is none, and give their one-time link.

    May be repeated until somebody has used the link; then Conflict (`identity.has_administrator`).
    """
    system = Actor.system("init")
    guard.require(system, FIRST_ADMINISTRATOR)
    holders = Post.objects.filter(duties__contains=[Duty.ADMINISTRATOR], ends_at__isnull=True, user__is_active=True).select_related("user")
    if any(post.user.has_usable_password() for post in holders):
        raise Conflict(
            "identity.has_administrator",
            detail=Words("已有系统管理员，请由其签发链接。", "There is an administrator already; ask them for a link."),
        )
    user = User.objects.filter(username=username).first()
    if user is not None:
        return issue_link(system, user_id=user.id, purpose="first_password")
    root = Unit.objects.filter(kind=UnitKind.REGION).order_by("code").values_list("code", flat=True).first()
    if root is None:
        create_unit(system, code=ROOT_CODE, name=ROOT_NAME, kind=UnitKind.REGION, division="150000")
        root = ROOT_CODE
    user_id = create_user(
        system, username=username, name=name, unit_code=root, duties=(Duty.ADMINISTRATOR,), title=Words("系统管理员", "Administrator")
    )
    return issue_link(system, user_id=user_id, purpose="first_password")


def ensure_own_service_key(*, audience: str, app_id: str | None = None) -> ServiceKeyInfo:
    """This function will register the public half of this process's own signing key for `audience`, for a year.

    Safe to repeat at each start. The app id is the setting `BEIJIANG_SIGNING_KEY_ID` unless given.
    """
    key = load_pem_private_key(settings.ENV.secret("signing_key").encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid("identity.service_invalid", detail=Words("签名密钥不是 Ed25519。", "The signing key is not Ed25519."))
    public = urlsafe_b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    return register_service_key(
        Actor.system("init"),
        app_id=app_id or settings.ENV.signing_key_id,
        public_key=public,
        audience=audience,
        valid_until=now() + timedelta(days=365),
    )
