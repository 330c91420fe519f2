"""Facts of stewardship. What a file holds never stands in a fact; what becomes of it behind the door, the lake records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from beijiang.kernel.events import event
from beijiang.kernel.words import Words


@event("stewardship.upload.begun.v1", Words("开始上传文件", "Upload begun"))
@dataclass(frozen=True, slots=True)
class UploadBegun:
    """Somebody began to send a file; its pieces leave no leaves of their own."""

    upload: UUID
    file_name: str
    size: int
    source: str


@event("stewardship.upload.finished.v1", Words("文件上传完成", "Upload finished"))
@dataclass(frozen=True, slots=True)
class UploadFinished:
    """Every byte has come; the file waits to be sent through the door."""

    upload: UUID
    file_name: str
    size: int


@event("stewardship.upload.handed_over.v1", Words("文件已送入数据门", "Uploaded file handed over at the door"))
@dataclass(frozen=True, slots=True)
class UploadHandedOver:
    """The door took the file; it is a draft there now, and was removed here. `sha256` is of the whole file."""

    upload: UUID
    draft: UUID
    file_name: str
    size: int
    sha256: str


@event("stewardship.upload.failed.v1", Words("文件未被数据门接收", "Uploaded file not taken at the door"))
@dataclass(frozen=True, slots=True)
class UploadFailed:
    """The door would not take the file, and why."""

    upload: UUID
    file_name: str
    code: str
    reason: Words


@event("stewardship.upload.abandoned.v1", Words("放弃上传", "Upload abandoned"))
@dataclass(frozen=True, slots=True)
class UploadAbandoned:
    """Its person gave an upload up; what had come was deleted."""

    upload: UUID
    file_name: str
    received: int


@event("stewardship.uploads.expired.v1", Words("过期的上传已清除", "Abandoned uploads cleared"))
@dataclass(frozen=True, slots=True)
class UploadsExpired:
    """Uploads untouched since `before`, and files past their time in drop folders, were deleted."""

    before: datetime
    uploads: int
    files: int


@event("stewardship.drop_folder.opened.v1", Words("开启投放文件夹", "Drop folder opened"))
@dataclass(frozen=True, slots=True)
class DropFolderOpened:
    """Files laid into this folder of the machine become drafts in its person's name from now on."""

    username: str


@event("stewardship.drop_folder.closed.v1", Words("关闭投放文件夹", "Drop folder closed"))
@dataclass(frozen=True, slots=True)
class DropFolderClosed:
    """Files laid into this folder are no longer taken."""

    username: str


@event("stewardship.drop.refused.v1", Words("投放的文件未被接收", "Dropped file not taken"))
@dataclass(frozen=True, slots=True)
class DropRefused:
    """A file in a drop folder could not be taken; it lies in `refused` with the reason beside it."""

    folder: str
    file_name: str
    reason: Words
