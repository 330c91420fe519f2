"""Tables of the log. Intake is in both databases; all others are in bj_user."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from beijiang.kernel.ids import new_id

GLASS = "access.glass.broken.v1"
"""Uses under the grants that these name stand on an emergency."""


class Intake(models.Model):
    """An action waiting to be sealed, written in the transaction of the change itself.

    Once sealed the row is emptied: what it held then lies in Entry alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    type = models.CharField(max_length=120)
    time = models.DateTimeField()
    event = models.TextField()
    """The canonical JSON of the envelope, the very text that the leaf commits to."""
    salt = models.BinaryField()
    subjects = models.JSONField(default=list)
    """[[kind, column, digest], …]"""
    sequenced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Claimed where the mark is null, never by a high-water id: commits are not in id order.
            models.Index(fields=["time", "id"], name="intake_waiting", condition=models.Q(sequenced_at__isnull=True)),
            models.Index(fields=["sequenced_at"], name="intake_sealed"),
        ]


class Entry(models.Model):
    """A sealed action. `id` is the intake row's, which is what makes sealing happen once."""

    id = models.UUIDField(primary_key=True)
    index = models.BigIntegerField(unique=True)
    type = models.CharField(max_length=120)
    time = models.DateTimeField()
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()
    event = models.TextField(null=True)
    salt = models.BinaryField(null=True)
    # Taken from the event for filtering; verify compares them with it.
    room = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    actor_username = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    unit_zh = models.CharField(max_length=200, blank=True)
    unit_en = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=80, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    dataset = models.CharField(max_length=120, blank=True)
    matter = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    use = models.BooleanField(default=False)
    unit_path = ArrayField(models.TextField(), default=list)
    datasets = ArrayField(models.TextField(), default=list)
    grants = ArrayField(models.TextField(), default=list)
    columns = ArrayField(models.TextField(), default=list)
    codes = ArrayField(models.TextField(), default=list)
    row_count = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["index"], name="entry_use", condition=models.Q(use=True)),
            models.Index(fields=["index"], name="entry_glass", condition=models.Q(type=GLASS)),
            # One index for every list: any of them, or several together.
            GinIndex(fields=["unit_path", "datasets", "grants", "columns", "codes"], name="entry_lists"),
            models.Index(fields=["time"], name="entry_time"),
            models.Index(fields=["actor_id", "index"], name="entry_actor"),
            models.Index(fields=["actor_username", "index"], name="entry_username"),
            models.Index(fields=["actor_name", "index"], name="entry_name"),
            models.Index(fields=["unit", "index"], name="entry_unit"),
            models.Index(fields=["dataset", "index"], name="entry_dataset", condition=~models.Q(dataset="")),
            models.Index(fields=["purpose", "index"], name="entry_purpose", condition=~models.Q(purpose="")),
            models.Index(fields=["matter", "index"], name="entry_matter", condition=~models.Q(matter="")),
            models.Index(fields=["index"], name="entry_refused", condition=models.Q(outcome="refused")),
            models.Index(fields=["room", "index"], name="entry_room"),
        ]


class Subject(models.Model):
    """A data subject of an entry, as a keyed digest; deleted when the entry is forgotten."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    column = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["kind", "digest"], name="subject_digest")]


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles); only the last of a level is shorter."""

    id = models.BigAutoField(primary_key=True)
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "n"], name="tile_place")]


class Checkpoint(models.Model):
    """The tree at one size, signed by the log's key."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    time = models.DateTimeField()


class Tally(models.Model):
    """How many entries of one day are alike in what auditors count by. Convenience: verify compares it with the entries.

    `id` is made of all the other columns but the numbers. Entries that were forgotten are taken out again.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    room = models.CharField(max_length=40)
    use = models.BooleanField()
    actor_id = models.UUIDField(null=True)
    actor_username = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    unit_zh = models.CharField(max_length=200, blank=True)
    unit_en = models.CharField(max_length=200, blank=True)
    unit_path = ArrayField(models.TextField(), default=list)
    datasets = ArrayField(models.TextField(), default=list)
    purpose = models.CharField(max_length=80, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    codes = ArrayField(models.TextField(), default=list)
    many = models.BigIntegerField()
    rows = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["day"], name="tally_day"),
            models.Index(fields=["actor_id"], name="tally_actor"),
            models.Index(fields=["id"], name="tally_empty", condition=models.Q(many=0)),
        ]


class Drained(models.Model):
    """When the sequencer last saw nothing waiting in either database; one row."""

    id = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField()


class Export(models.Model):
    """A bundle that an auditor asked for; its file is a blob and goes after a week."""

    id = models.UUIDField(primary_key=True, default=new_id)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    filters = models.JSONField()
    reason = models.CharField(max_length=500)
    indexes = ArrayField(models.BigIntegerField())
    entry_id = models.UUIDField()
    state = models.CharField(max_length=10)
    done = models.IntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["actor_id", "created_at"], name="export_actor")]


class Sample(models.Model):
    """A week whose uses were sampled: by which seed, from how many."""

    monday = models.DateField(primary_key=True)
    seed = models.CharField(max_length=64)
    size = models.BigIntegerField()
    population = models.BigIntegerField()


class SpotCheck(models.Model):
    """One sampled use, and what was found."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="open")
    flagged = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    noted_by = models.UUIDField(null=True)
    noted_name = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.UUIDField(null=True)
    answered_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "entry"], name="spotcheck_once")]
        indexes = [models.Index(fields=["state"], name="spotcheck_state")]
