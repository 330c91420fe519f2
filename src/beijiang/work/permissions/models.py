"""Tables of permissions. Ended applications stay for three years, then go (RIGHTS 15)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from beijiang.kernel.ids import new_id


class Application(models.Model):
    """One application of one person for one purpose. Its id is the bundle of the grants it leads to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    applicant = models.UUIDField()
    applicant_name = models.CharField(max_length=160)
    unit_code = models.CharField(max_length=32)
    unit_zh = models.CharField(max_length=120)
    unit_en = models.CharField(max_length=160)
    purpose = models.CharField(max_length=40)
    matter = models.CharField(max_length=60, default="", blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=10)
    edition = models.IntegerField(default=1)
    back_from = models.CharField(max_length=10, default="", blank=True)
    chief_by = models.UUIDField(null=True)
    chief_for = models.UUIDField(null=True)
    """Who passed it, and for whom they acted: neither decides again as owner."""
    sent_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    request_key = models.CharField(max_length=80, default="", blank=True)
    request_digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["applicant", "request_key"], condition=~Q(request_key=""), name="application_request"),
            models.CheckConstraint(
                condition=Q(state__in=["chief", "owners", "back", "granted", "refused", "withdrawn", "lapsed"]), name="application_state"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["applicant", "-sent_at"], name="application_mine"),
            models.Index(fields=["unit_code"], condition=Q(state="chief"), name="application_chief"),
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="application_due"),
            models.Index(fields=["ended_at"], name="application_ended"),
        ]


class Item(models.Model):
    """One dataset of an application, with what was asked, passed and granted (columns, areas, days)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    dataset = models.CharField(max_length=63)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    owner_unit = models.CharField(max_length=32)
    """Whose it was when last looked at; who decides is asked of the dataset itself."""
    asked = models.JSONField()
    passed = models.JSONField(null=True)
    granted = models.JSONField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_name = models.CharField(max_length=160, default="", blank=True)
    approved_unit = models.CharField(max_length=32, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
    grant_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["application", "dataset"], name="application_item")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["owner_unit"], name="application_item_owner")]


class Step(models.Model):
    """One line of an application's timeline; only added to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    edition = models.IntegerField()
    actor = models.UUIDField(null=True)
    acted_for = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=160)
    unit_zh = models.CharField(max_length=120, default="", blank=True)
    unit_en = models.CharField(max_length=160, default="", blank=True)
    note = models.TextField(default="", blank=True)
    changes = models.JSONField(default=list)
    """[[zh, en], …]: what was narrowed or shortened."""
    at = models.DateTimeField()
    receipt = models.UUIDField(null=True)
    request_key = models.CharField(max_length=80, default="", blank=True)
    request_digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["actor", "request_key"], condition=~Q(request_key=""), name="application_step_request"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["application", "at"], name="application_steps"),
            models.Index(fields=["actor", "-at"], name="application_step_actor"),
        ]


class Waiting(models.Model):
    """Who was told that an application waits for them; renewed as people and units change."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    user_id = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["application", "user_id"], name="application_waits_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user_id"], name="application_waits_for")]
