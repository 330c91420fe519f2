"""Tables of the lake's catalogue in bj_data. Rows of datasets are Iceberg files, never tables here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from beijiang.kernel.ids import new_id

from .types import DRAFT_OPEN, RUN_OPEN


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
    check_name = models.CharField(max_length=20, default="", blank=True)
    """The check function that its values must pass (rules.checks)."""
    subject = models.CharField(max_length=20, null=True)
    mask = models.CharField(max_length=10, default="none")
    aliases = models.JSONField(default=list)


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
    evolved = models.BooleanField(default=False)
    """Columns were added when there were rows already: older files do not have them."""
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
    kind = models.CharField(max_length=20, default="", blank=True)
    mapping = models.JSONField(null=True)
    """Header → column, or null for a header that the steward dropped; without a mapping columns are found by their names."""
    reasons = models.JSONField(default=list)
    """Why rows were set aside, counted: [column, words, rows], the most frequent first."""
    draft = models.UUIDField(null=True)
    bad_rows = models.CharField(max_length=300, default="", blank=True)
    """Path of the file of bad rows, relative to the lake's root."""
    snapshot_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "sha256"], name="lake_run_once")]
        indexes = [models.Index(fields=["created_at"], name="lake_run_open", condition=Q(state__in=RUN_OPEN))]


class Draft(models.Model):
    """A file that somebody brought and that is in no dataset yet. What stands in it is never kept here, only in its folder."""

    id = models.UUIDField(primary_key=True, default=new_id)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=20, default="", blank=True)
    encoding = models.CharField(max_length=20, default="", blank=True)
    state = models.CharField(max_length=12, default="received")
    progress = models.FloatField(default=0)
    error = models.JSONField(null=True)
    columns = models.JSONField(default=list)
    """What its profile found, without examples."""
    rows = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    notes = models.JSONField(default=list)
    suggested_name = models.CharField(max_length=63, default="", blank=True)
    bringer = models.UUIDField(null=True)
    starter = models.JSONField(default=dict)
    run = models.ForeignKey(IngestRun, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bringer", "sha256"], condition=Q(state__in=DRAFT_OPEN), name="lake_draft_once")]
        indexes = [models.Index(fields=["bringer", "-created_at"], name="lake_draft_own")]


class Measurement(models.Model):
    """What was measured of a dataset's rows after a change; the newest counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    run = models.UUIDField(null=True)
    snapshot_id = models.BigIntegerField(null=True)
    rows = models.BigIntegerField()
    overall = models.FloatField(null=True)
    dimensions = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    measured_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dataset", "-measured_at"], name="lake_measured_last")]
