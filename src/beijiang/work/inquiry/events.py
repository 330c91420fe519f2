"""Facts of inquiry. The use itself is sealed by the door; only care for one's list is a fact here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@event("inquiry.questions.forgotten.v1", Words("过期的提问记录已清除", "Old questions cleared"))
@dataclass(frozen=True, slots=True)
class QuestionsForgotten:
    """Lists of questions older than `before` were deleted; their leaves stay in the log."""

    before: datetime
    count: int
