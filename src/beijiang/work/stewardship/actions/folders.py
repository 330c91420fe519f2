"""Drop folders: opened by their person, emptied by the background."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Problem
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..adapters import drops
from ..events import DropFolderClosed, DropFolderOpened, DropRefused, UploadBegun, UploadFinished
from ..grants import UPLOAD, WORK
from ..models import DropFolder as Row
from ..models import Upload
from ..queries.folders import drop_folder
from ..queries.uploads import person
from ..rules import check_size, clean_name, file_mark
from ..types import STILL_SECONDS
from .begin import EMPTY_HEAD
from .finish import defer_sending

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from ..types import DropFolder

log = logging.getLogger("beijiang.stewardship")
NOBODY = Words(
    "这个文件夹没有人开启。以文件夹为名的人要先在“数据接入”页面开启自己的投放文件夹，然后把文件重新投放。",
    "Nobody opened this folder. The person it is named after opens their drop folder on the page “Bring data in” first; then drop the file again.",
)


@transaction.atomic
def open_drop_folder(actor: Actor) -> DropFolder:
    """This function will make the actor's drop folder: what is laid into it becomes drafts in the actor's name from now on."""
    guard.require(actor, UPLOAD)
    owner = person(actor)
    if not Row.objects.filter(user_id=owner).exists():
        drops.make(actor.username)
        Row.objects.create(user_id=owner, username=actor.username, opened_at=clock.now())
        audit.record(actor, DropFolderOpened(username=actor.username))
    return drop_folder(actor)


@transaction.atomic
def close_drop_folder(actor: Actor) -> DropFolder:
    """This function will close the actor's drop folder: what lies in it stays, and what is laid in later is refused with a reason."""
    guard.require(actor, UPLOAD)
    if Row.objects.filter(user_id=person(actor)).delete()[0]:
        audit.record(actor, DropFolderClosed(username=actor.username))
    return drop_folder(actor)


def take_drops(actor: Actor) -> int:
    """This function will take files that have lain still for 60 seconds out of all drop folders; how many. Jobs call it as the system.

    What cannot be taken goes to `refused` with a text that says why. A file is only ever moved: killed anywhere, the next call goes on.
    """
    guard.require(actor, WORK)
    opened = {row.username: row.user_id for row in Row.objects.all()}
    count = 0
    for username in drops.usernames():
        try:
            count += _empty(actor, username, opened.get(username))
        except OSError as error:
            # A folder that somebody else made, or a disk that fails: the other folders are emptied all the same.
            log.warning("drop folder %s: %s", username, error.strerror)
    return count


def _empty(actor: Actor, username: str, owner: UUID | None) -> int:
    count = sum(_adopt(actor, username, owner, path) for path in drops.interrupted(username))
    for seen in drops.look(username):
        if clock.now().timestamp() - seen.still_since < STILL_SECONDS:
            continue
        trouble = seen.trouble or (None if owner else NOBODY)
        if trouble:
            _refuse(actor, username, seen.path, seen.path.name, trouble)
        else:
            count += _adopt(actor, username, owner, drops.begin(seen, new_id().hex))
    return count


def _adopt(actor: Actor, username: str, owner: UUID | None, path: Path) -> int:
    """Makes an upload of a file that lies in `.taking`; 0 if it is one already, or cannot be."""
    shown = path.name.partition("-")[2]
    known = Upload.objects.filter(place=str(path)).first()
    if known is not None:
        # Killed before the file was put away: only that is left.
        if known.state == "sent":
            drops.settle(path, username, known.file_name)
        elif known.state == "failed":
            drops.settle(path, username, known.file_name, refused=Words(known.error_zh, known.error_en))
        return 0
    if owner is None:
        return _refuse(actor, username, path, shown, NOBODY)
    try:
        name, _ = clean_name(shown)
        size = check_size(path.stat().st_size)
    except Problem as problem:
        return _refuse(actor, username, path, shown, problem.detail or problem.title)
    with transaction.atomic():
        row = Upload.objects.create(
            user_id=owner,
            source="drop",
            file_name=name,
            file_mark=file_mark(file_name=str(path), folder="", size=size, modified=0, head_sha256=EMPTY_HEAD),
            size=size,
            received=size,
            state="sending",
            place=str(path),
            created_at=clock.now(),
            touched_at=clock.now(),
        )
        audit.record(actor, UploadBegun(upload=row.id, file_name=name, size=size, source="drop"))
        audit.record(actor, UploadFinished(upload=row.id, file_name=name, size=size))
        defer_sending(row.id)
    return 1


@transaction.atomic
def _refuse(actor: Actor, username: str, path: Path, shown: str, reason: Words) -> int:
    # Moved before the leaf is committed: a folder that cannot be written leaves no leaf a minute.
    drops.settle(path, username, shown, refused=reason)
    audit.record(actor, DropRefused(folder=username, file_name=shown[:200], reason=reason))
    return 0
