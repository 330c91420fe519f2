"""Shapes of stewardship: an upload on its way, a drop folder, what was typed on a draft's page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from beijiang.kernel.errors import Conflict
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.flow.exchange.types import DatasetSpec

CHUNK = 4 << 20
"""Bytes of a piece as the page sends it."""
CHUNK_LIMIT = 8 << 20
"""Bytes of a piece at most."""
FORM_LIMIT = 64 << 20
"""Bytes of a file sent by the plain form, which comes whole and cannot be taken up again."""
KEEP_HOURS = 48
"""Hours for which an upload waits for its next piece."""
STILL_SECONDS = 60
"""Seconds for which a file in a drop folder must not have changed before it is taken."""
TAKEN_DAYS, REFUSED_DAYS = 7, 30
"""Days for which files that were taken or refused lie on in their drop folder (RIGHTS 15)."""
REPLY_HOURS = 24
"""Hours for which a call with an Idempotency-Key is remembered."""
OPEN_LIMIT = 50
"""Uploads that one person may have on their way at once."""

Source = Literal["page", "form", "drop"]
UploadState = Literal["receiving", "sending", "waiting", "sent", "failed", "abandoned", "expired"]
ON_THEIR_WAY: tuple[UploadState, ...] = ("receiving", "sending", "waiting")

STATES: dict[str, Words] = {
    "receiving": Words("正在上传", "uploading"),
    "sending": Words("正在送入数据门", "on its way through the door"),
    "waiting": Words("等待您重新登录后继续", "waiting for you to go on"),
    "sent": Words("已送入", "handed over"),
    "failed": Words("没有送入", "not taken"),
    "abandoned": Words("已放弃", "given up"),
    "expired": Words("已过期清除", "cleared, past its time"),
}


RUN_WORDS: dict[str, Words] = {
    "queued": Words("排队中", "queued"),
    "reading": Words("正在读取", "reading"),
    "writing": Words("正在写入", "writing"),
    "done": Words("已完成", "done"),
    "failed": Words("失败", "failed"),
    "cancelled": Words("已取消", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in. `received` bytes of `size` lie safely on disk; `draft_id` once the door has it."""

    id: UUID
    user_id: UUID
    file_name: str
    folder: str
    size: int
    received: int
    state: UploadState
    source: Source
    sha256: str
    draft_id: UUID | None
    error: Words | None
    error_code: str
    created_at: datetime
    touched_at: datetime
    expires_at: datetime

    @property
    def percent(self) -> int:
        """How much has come, from 0 to 100."""
        return 100 if not self.size else self.received * 100 // self.size

    @property
    def words(self) -> Words:
        """The state in words."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class DropFolder:
    """A person's folder on the machine; `waiting` files lie in it, `refused` ones lie beside with their reasons."""

    username: str
    path: str
    opened_at: datetime | None
    waiting: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep cleared."""

    uploads: int
    files: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody typed on a draft's page, kept so that nothing is lost: settings of the dataset, and of columns by header."""

    draft_id: UUID
    dataset: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    updated_at: datetime | None = None


class Stale(Conflict):
    """It changed since the tag in If-Match was given (RFC 9110 § 13.1.1)."""

    status: ClassVar[int] = 412


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to become of one column of a file, as typed: kept under a name of its own, as column `into` of a dataset, or dropped."""

    place: int
    header: str
    keep: bool
    name: str
    title_zh: str
    title_en: str
    type: str
    element: str
    subject: str
    mask: str
    into: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with something typed: `field` of the dataset, or of the column at `place`."""

    words: Words
    field: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A draft as somebody would publish it: the specification if it stands, what is wrong if not, and what is worth knowing."""

    spec: DatasetSpec | None
    faults: tuple[Fault, ...]
    notes: tuple[Words, ...] = ()
