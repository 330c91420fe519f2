"""Grants: rows, never policies. Revoked or expired, never deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from beijiang.kernel.ids import new_id


class Grant(models.Model):
    """One person's or one unit's leave to ask one dataset for one purpose, until then.

    Exactly one of `holder_user` and `holder_unit` is set. `columns` empty: all but the sensitive ones.
    `reminded`: days of the standing notice that it ends (7 or 1), else None.
    `areas` are canonical codes; empty: not bound to areas. `bundle`: shared by grants issued together, else its own id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bundle = models.UUIDField()
    origin = models.CharField(max_length=10)
    holder_user = models.UUIDField(null=True)
    holder_unit = models.CharField(max_length=32, default="", blank=True)
    holder_name = models.CharField(max_length=160)
    dataset = models.CharField(max_length=63)
    purpose = models.CharField(max_length=40)
    matter = models.CharField(max_length=60, default="", blank=True)
    columns = ArrayField(models.CharField(max_length=63), default=list)
    masks = models.JSONField(default=dict)
    areas = ArrayField(models.CharField(max_length=12), default=list)
    own_unit_only = models.BooleanField(default=False)
    row_cap = models.IntegerField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    reason = models.TextField()
    issued_by = models.UUIDField(null=True)
    issued_by_name = models.CharField(max_length=160)
    approved_by = models.UUIDField(null=True)
    approved_by_name = models.CharField(max_length=160, default="", blank=True)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    revoked_by_name = models.CharField(max_length=160, default="", blank=True)
    revoke_reason = models.TextField(default="", blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_name = models.CharField(max_length=160, default="", blank=True)
    review_outcome = models.CharField(max_length=12, default="", blank=True)
    review_note = models.TextField(default="", blank=True)
    version = models.IntegerField(default=1)
    reminded = models.SmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(holder_user__isnull=False, holder_unit="") | (Q(holder_user__isnull=True) & ~Q(holder_unit="")),
                name="grant_one_holder",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="grant_ends_after_start"),
            models.CheckConstraint(condition=Q(row_cap__gt=0), name="grant_row_cap"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder_user", "dataset", "purpose", "end"], name="grant_user"),
            models.Index(fields=["holder_unit", "dataset", "purpose", "end"], condition=~Q(holder_unit=""), name="grant_unit"),
            models.Index(fields=["dataset", "end"], name="grant_dataset"),
            models.Index(fields=["bundle"], name="grant_bundle"),
            models.Index(fields=["issued_at"], condition=Q(origin="emergency", reviewed_at__isnull=True), name="grant_to_review"),
        ]
