"""Keys of services that call the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..adapters import tokens
from ..events import ServiceKeyRegistered, ServiceKeyRevoked
from ..grants import MANAGE_SERVICES
from ..models import ServiceKey
from ..rules import APP_ID
from ..types import ServiceKeyInfo

if TYPE_CHECKING:
    from datetime import datetime

    from beijiang.kernel.types import Actor


@transaction.atomic
def register_service_key(actor: Actor, *, app_id: str, public_key: str, audience: str, valid_until: datetime) -> ServiceKeyInfo:
    """This function will register a service's Ed25519 public key (32 bytes, base64url); an earlier one is revoked.

    Raises Invalid (`identity.service_invalid`).
    """
    guard.require(actor, MANAGE_SERVICES, guard.Resource("service", app_id))
    try:
        thumbprint = tokens.ed25519_thumbprint(public_key)
    except tokens.Unusable:
        thumbprint = ""
    if not thumbprint or not APP_ID.fullmatch(app_id) or not audience or len(audience) > 100 or valid_until <= now():
        raise Invalid(
            "identity.service_invalid",
            detail=Words("服务编号、受众、公钥或有效期不符合要求。", "The service id, audience, key or date does not fit."),
        )
    if ServiceKey.objects.filter(thumbprint=thumbprint).exclude(app_id=app_id, revoked_at__isnull=True).exists():
        raise Invalid("identity.service_invalid", detail=Words("此公钥已被使用过。", "This key has been used before."))
    live = ServiceKey.objects.select_for_update().filter(app_id=app_id, revoked_at__isnull=True).first()
    if live is not None and live.thumbprint == thumbprint:
        live.audience, live.valid_until = audience, valid_until
        live.save(update_fields=["audience", "valid_until"])
    else:
        if live is not None:
            live.revoked_at = now()
            live.save(update_fields=["revoked_at"])
        live = ServiceKey.objects.create(
            app_id=app_id, public_key=public_key, thumbprint=thumbprint, audience=audience, valid_until=valid_until
        )
    audit.record(actor, ServiceKeyRegistered(app_id=app_id, audience=audience, thumbprint=thumbprint, valid_until=valid_until))
    return ServiceKeyInfo(app_id=app_id, public_key=live.public_key, audience=audience, valid_until=valid_until, thumbprint=thumbprint)


@transaction.atomic
def revoke_service_key(actor: Actor, *, app_id: str) -> None:
    """This function will revoke a service's key: its next token and its next request are refused."""
    guard.require(actor, MANAGE_SERVICES, guard.Resource("service", app_id))
    live = ServiceKey.objects.select_for_update().filter(app_id=app_id, revoked_at__isnull=True).first()
    if live is None:
        raise NotFound(
            "identity.service_unknown", detail=Words("该服务没有登记有效的密钥。", "This service has no registered key that stands.")
        )
    live.revoked_at = now()
    live.save(update_fields=["revoked_at"])
    audit.record(actor, ServiceKeyRevoked(app_id=app_id, thumbprint=live.thumbprint))
