"""Export bundles: chosen entries with all it takes to check them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from beijiang.kernel.words import Words

MOST_EXPORTED = 10_000
"""Entries in one bundle or one list."""
KEPT = timedelta(days=7)
"""How long a bundle can be fetched."""

ExportState = Literal["waiting", "making", "ready", "failed", "expired"]
EXPORT_STATES: dict[str, Words] = {
    "waiting": Words("等待入日志", "Waiting to be sealed"),
    "making": Words("正在制作", "Being made"),
    "ready": Words("可以下载", "Ready"),
    "failed": Words("没有做成", "Failed"),
    "expired": Words("已过期删除", "Expired and deleted"),
}


@dataclass(frozen=True, slots=True)
class ExportInfo:
    """One bundle, as who asked for it sees it. `entry_id` is the entry that its making left in the log."""

    id: UUID
    state: ExportState
    filters: dict[str, str]
    entries: int
    done: int
    size: int
    sha256: str
    entry_id: UUID
    reason: str
    created_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    error: Words

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return EXPORT_STATES[self.state]

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return 100 if self.state == "ready" else min(99, self.done * 100 // max(1, self.entries))
