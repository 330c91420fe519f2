"""Datasets that were pushed down, and what of them is shared openly."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beijiang.kernel.ids import new_id


class Resource(models.Model):
    """A dataset: names, owner, grade, columns; `version` rises with each change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=63, unique=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    owner_unit = models.CharField(max_length=32, db_index=True)
    grade = models.CharField(max_length=12)
    personal = models.BooleanField()
    area_column = models.CharField(max_length=63, null=True)
    unit_column = models.CharField(max_length=63, null=True)
    columns = models.JSONField()
    allowed_purposes = ArrayField(models.CharField(max_length=40), default=list)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class OpenShare(models.Model):
    """信息共享开放: some columns of a dataset, for anyone on a post, for purposes of the list. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dataset = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63), default=list)
    areas = ArrayField(models.CharField(max_length=12), default=list)
    row_cap = models.IntegerField()
    reason = models.TextField()
    set_by = models.UUIDField(null=True)
    set_by_name = models.CharField(max_length=160)
    start = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["dataset"], condition=models.Q(ended_at__isnull=True), name="openshare_one_live"),
        ]
