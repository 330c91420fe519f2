"""Sign-ins, tries that failed, one-time links and keys of services."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from beijiang.kernel.ids import new_id

from .people import User


class Session(models.Model):
    """One sign-in on one device, or one access token. Ended, never deleted while its leaf may be asked about."""

    sid = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    auth_time = models.DateTimeField()
    level = models.CharField(max_length=10)
    amr = ArrayField(models.CharField(max_length=20))
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()
    last_seen = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, default="", blank=True)
    web_key = models.CharField(max_length=64, null=True, unique=True)
    """SHA-256 of the Django session key: a stolen sid is nothing without its cookie."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user"], name="session_live", condition=Q(ended_at__isnull=True)),
        ]


class SignInAttempt(models.Model):
    """Failed tries on one (name, client) pair, one name, or one address; only keyed digests are stored."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    failures = models.IntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)


class OneTimeLink(models.Model):
    """A link to set a password; only the SHA-256 of its 256-bit token is stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user"], condition=Q(used_at__isnull=True), name="link_one_open"),
        ]


class ServiceKey(models.Model):
    """The Ed25519 public key by which a service signs its requests to the door."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    app_id = models.CharField(max_length=100)
    public_key = models.CharField(max_length=44)
    thumbprint = models.CharField(max_length=43, unique=True)
    audience = models.CharField(max_length=100)
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["app_id"], condition=Q(revoked_at__isnull=True), name="servicekey_one_live"),
        ]
