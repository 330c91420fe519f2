"""Tables of the lake's catalogue in bj_data. Rows of datasets are Iceberg files, never tables here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from beijiang.kernel.ids import new_id

from .types import RUN_OPEN


class Element(models.Model):
    """A data element (数据元): what a value means, wherever it stands."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=40, unique=True)
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    type = models.CharField(max_length=20)
    length = models.IntegerField(null=True)
    code_set = models.JSONField(default=list)
    status = models.CharField(max_length=20, default="in_force")
    special = models.BooleanField(default=False)
    """A special category (RIGHTS 2): no dataset may use it."""


class Dataset(models.Model):
    """A dataset and how it may be told of."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=63, unique=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    description_zh = models.TextField(default="", blank=True)
    description_en = models.TextField(default="", blank=True)
    owner_unit = models.CharField(max_length=40)
    grade = models.CharField(max_length=20)
    personal = models.BooleanField()
    area_column = models.CharField(max_length=63, null=True)
    unit_column = models.CharField(max_length=63, null=True)
    retention_days = models.IntegerField(null=True)
    state = models.CharField(max_length=20, default="defined")
    rows = models.BigIntegerField(default=0)
    rows_bad = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    schema_version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)


class Column(models.Model):
    """A declared column of a dataset."""

    id = models.UUIDField(primary_key=True, default=new_id)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=63)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    type = models.CharField(max_length=20)
    element = models.ForeignKey(Element, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=20, null=True)
    sensitive = models.BooleanField(default=False)
    default_mask = models.CharField(max_length=10, default="none")
    length = models.IntegerField(null=True)
    digits = models.IntegerField(default=2)
    aliases = models.JSONField(default=list)
    position = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="lake_column_name")]
        ordering = ["position"]


class IngestRun(models.Model):
    """One file on its way into one dataset. The same file again is the same run."""

    id = models.UUIDField(primary_key=True, default=new_id)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    encoding = models.CharField(max_length=20, default="", blank=True)
    state = models.CharField(max_length=12, default="queued")
    rows_ok = models.BigIntegerField(default=0)
    rows_bad = models.BigIntegerField(default=0)
    progress = models.FloatField(default=0)
    error = models.JSONField(null=True)
    notes = models.JSONField(default=list)
    starter = models.JSONField(default=dict)
    """Who started it, frozen: the actor under whom the end is recorded."""
    bad_rows = models.CharField(max_length=300, default="", blank=True)
    """Path of the file of bad rows, relative to the lake's root."""
    snapshot_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "sha256"], name="lake_run_once")]
        indexes = [models.Index(fields=["created_at"], name="lake_run_open", condition=Q(state__in=RUN_OPEN))]
