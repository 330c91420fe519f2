"""Uploads on their way, drop folders that are open, and what was typed on drafts' pages. No row of any file stands here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from beijiang.kernel.ids import new_id


class Upload(models.Model):
    """A file on its way in; its bytes lie in the spool under `id`, or where `place` says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    session_id = models.UUIDField(null=True)
    """The sign-in on which it is sent through the door."""
    source = models.CharField(max_length=8)
    file_name = models.CharField(max_length=200)
    folder = models.CharField(max_length=500, blank=True)
    file_mark = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10)
    place = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    promised = models.CharField(max_length=64, blank=True)
    """The whole file's SHA-256 as its sender knows it; empty when they do not."""
    draft_id = models.UUIDField(null=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user_id", "file_mark"], condition=Q(state="receiving"), name="upload_one_open"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user_id", "-created_at"], name="upload_mine"),
            models.Index(fields=["state", "touched_at"], name="upload_waiting", condition=Q(state__in=["receiving", "sending", "waiting"])),
        ]


class DropFolder(models.Model):
    """A person said that files laid into their folder are to become drafts in their name."""

    user_id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()


class Plan(models.Model):
    """What somebody typed on a draft's page so far."""

    draft_id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField()
    dataset = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    updated_at = models.DateTimeField()


class Reply(models.Model):
    """What a call with an Idempotency-Key was answered, so that the same call again does nothing twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["user_id", "key"], name="reply_key")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["made_at"], name="reply_age")]
