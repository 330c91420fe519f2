"""Tables of the log. Intake is in both databases; all others are in bj_user."""

from __future__ import annotations

from django.db import models

from beijiang.kernel.ids import new_id


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

    class Meta:
        indexes = [
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
