"""Cases, incidents, applications and the like, pushed down by the rooms that keep them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from beijiang.kernel.ids import new_id


class Matter(models.Model):
    """What a use may belong to. `unit_path`: codes from the root to the unit that keeps it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=30)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    unit_code = models.CharField(max_length=32)
    unit_path = ArrayField(models.CharField(max_length=32))
    participants = ArrayField(models.UUIDField(), default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit_code"], condition=models.Q(closed_at__isnull=True), name="matter_open_unit"),
            GinIndex(fields=["participants"], name="matter_participants"),
        ]
