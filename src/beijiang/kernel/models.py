"""Tables of the kernel. Outbox, Inbox and DeadLetter are in both databases."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from .ids import new_id


class Outbox(models.Model):
    """A fact committed with its change, on its way to the stream."""

    id = models.UUIDField(primary_key=True, default=new_id)
    type = models.CharField(max_length=120)
    document = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Claimed where the mark is null, never by a high-water id: commits are not in id order.
            models.Index(fields=["created_at"], name="outbox_waiting", condition=models.Q(published_at__isnull=True)),
            models.Index(fields=["published_at"], name="outbox_sent"),
        ]


class Inbox(models.Model):
    """An event, request or nonce that a consumer has taken: at least once becomes once in effect."""

    id = models.BigAutoField(primary_key=True)
    consumer = models.CharField(max_length=80)
    key = models.CharField(max_length=160)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "key"], name="inbox_once")]
        indexes = [models.Index(fields=["at"], name="inbox_at")]


class DeadLetter(models.Model):
    """An event that a consumer could not take after all its tries; kept whole until somebody decides."""

    id = models.UUIDField(primary_key=True, default=new_id)
    consumer = models.CharField(max_length=80)
    document = models.JSONField()
    error = models.TextField()
    tries = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)


class Number(models.Model):
    """The last number given in a series, locked while the next is taken."""

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=60)
    scope = models.CharField(max_length=120)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "scope"], name="number_series")]


class Blob(models.Model):
    """A file by its content; the bytes lie encrypted in the blob folder."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)


class SearchEntry(models.Model):
    """One findable thing; the guard decides again when it is opened."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    title_zh = models.TextField()
    title_en = models.TextField()
    url = models.CharField(max_length=300)
    permission = models.CharField(max_length=80, blank=True)
    unit_code = models.CharField(max_length=20, blank=True)
    tokens = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_key")]
        indexes = [GinIndex(fields=["tokens"], name="search_entry_tokens")]


class Todo(models.Model):
    """Something that waits for a person or for whoever holds a duty in a unit."""

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=160, unique=True)
    title_zh = models.TextField()
    title_en = models.TextField()
    url = models.CharField(max_length=300)
    user_id = models.UUIDField(null=True)
    unit_code = models.CharField(max_length=20, blank=True)
    duty = models.CharField(max_length=40, blank=True)
    loud = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id"], name="todo_user", condition=models.Q(done_at__isnull=True)),
            models.Index(fields=["unit_code", "duty"], name="todo_duty", condition=models.Q(done_at__isnull=True)),
        ]
