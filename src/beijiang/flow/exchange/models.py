"""The directory of datasets (bj_user): what is there, never a row of it. And the rows of a day (bj_data), by basis."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from beijiang.kernel.ids import new_id


class DirectoryEntry(models.Model):
    """A dataset as everybody may know it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=128, unique=True)
    title_zh = models.TextField()
    title_en = models.TextField()
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    owner_unit = models.CharField(max_length=32, db_index=True)
    owner_zh = models.CharField(max_length=120)
    owner_en = models.CharField(max_length=160)
    grade = models.CharField(max_length=20)
    personal = models.BooleanField(default=True)
    columns = models.JSONField()
    rows = models.BigIntegerField()
    freshness = models.DateTimeField(null=True)
    quality = models.FloatField(null=True)
    published_at = models.DateTimeField()
    sort_key = models.CharField(max_length=200)


class RowBudget(models.Model):
    """Rows of personal data that left in one day (Asia/Shanghai) under one basis; in bj_data, beside the use's leaf."""

    id = models.BigAutoField(primary_key=True)
    basis = models.CharField(max_length=120)
    day = models.DateField()
    rows = models.IntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["basis", "day"], name="rowbudget_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["day"], name="rowbudget_day")]


class TurnedAway(models.Model):
    """Requests that did not come through the door, counted by minute, source and reason; in bj_data until they are sealed."""

    id = models.BigAutoField(primary_key=True)
    minute = models.DateTimeField()
    source = models.CharField(max_length=80)
    code = models.CharField(max_length=80)
    many = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["minute", "source", "code"], name="turnedaway_once")]
