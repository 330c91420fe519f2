"""Lists of questions have an end (RIGHTS 15); the leaves of the log do not depend on them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import clock, guard
from beijiang.trust.audit import actions as audit

from ..events import QuestionsForgotten
from ..grants import FORGET
from ..models import Question

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

KEEP = timedelta(days=180)


@transaction.atomic
def forget_questions(actor: Actor) -> int:
    """This function will delete questions older than 180 days and return how many."""
    guard.require(actor, FORGET)
    before = clock.now() - KEEP
    count, _ = Question.objects.filter(asked_at__lt=before).delete()
    if count:
        audit.record(actor, QuestionsForgotten(before=before, count=count))
    return count
