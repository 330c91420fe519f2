"""One's questions, to find them again. Neither rows nor values of conditions are kept."""

from __future__ import annotations

from django.db import models

from beijiang.kernel.ids import new_id


class Question(models.Model):
    """A question that somebody asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    dataset = models.CharField(max_length=128)
    title_zh = models.TextField()
    title_en = models.TextField()
    purpose = models.CharField(max_length=64)
    matter = models.CharField(max_length=80, blank=True)
    shape = models.JSONField(default=dict)
    by_sql = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12)
    receipt = models.UUIDField(null=True)
    row_count = models.IntegerField(default=0)
    truncated = models.BooleanField(default=False)
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    as_file = models.CharField(max_length=8, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-asked_at", "-id"], name="question_mine"),
            models.Index(fields=["asked_at"], name="question_age"),
        ]
