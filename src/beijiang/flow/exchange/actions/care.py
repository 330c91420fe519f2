"""Care of what is brought in, from the caller's side: drafts, runs and datasets. Each call's leaf is the lake's."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import UUID

from beijiang.kernel import guard

from ..adapters import call, credentials, fetch
from ..grants import BRING
from ..rules import codec, target
from ..rules.run import read_run
from ..types import LAKE, Dataset, Draft, Export
from .files import deliver

if TYPE_CHECKING:
    from pathlib import Path

    from beijiang.kernel.types import Actor
    from beijiang.kernel.words import Words

    from ..types import DatasetSpec, Run


def send_draft(actor: Actor, *, path: Path, file_name: str = "") -> Draft:
    """This function will bring a file to the door as a draft, which the data domain profiles by itself; `queries.draft` tells how far.

    The same file by the same person is the same draft as long as nothing was made of it. Raises Invalid for an empty file,
    TooLarge over 2 GiB, Unavailable for a full disk, and what else the door says.
    """
    guard.require(actor, BRING)
    return cast("Draft", codec.read(Draft, deliver(actor, place=("drafts",), path=path, file_name=file_name)))


def drop_draft(actor: Actor, *, draft_id: UUID, reason: str = "") -> Draft:
    """This function will have a draft's file deleted; only who brought it, Conflict when it is already used or dropped."""
    guard.require(actor, BRING)
    body = codec.write({"reason": reason})
    return cast("Draft", codec.read(Draft, call(actor, "POST", "drafts", str(draft_id), "drop", body=body)))


def publish_draft(actor: Actor, *, draft_id: UUID, spec: DatasetSpec) -> Run:
    """This function will make a dataset of a draft, or bring it into one that is there (`spec.append`), and give the run.

    Raises Refused ("lake.special_category") for a column of RIGHTS 2, Conflict for a name that is taken, columns of other types
    or a draft that is used, Invalid ("fields" in extra) for what cannot be defined so, and names of the file left unnamed.
    """
    guard.require(actor, BRING, guard.Resource("dataset", spec.name))
    return read_run(call(actor, "POST", "drafts", str(draft_id), "publish", body=codec.write(spec)))


def cancel_run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will stop a run that is not over; nothing of it becomes visible. Conflict when it is over."""
    guard.require(actor, BRING)
    return read_run(call(actor, "POST", "runs", str(run_id), "cancel", body=b"{}"))


def resume_run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will take up a run that failed or was cancelled, as long as its file is kept (`resumable`); else Conflict."""
    guard.require(actor, BRING)
    return read_run(call(actor, "POST", "runs", str(run_id), "resume", body=b"{}"))


def set_dataset(
    actor: Actor,
    *,
    dataset: str,
    grade: str | None = None,
    owner_unit: str | None = None,
    title: Words | None = None,
    description: Words | None = None,
    retention_days: int | None = None,
) -> Dataset:
    """This function will change what is told of a dataset; what is None stays.

    A steward may raise its grade and shorten how long rows are kept; lowering the grade, keeping rows longer and handing it to
    another unit is for an owner of the unit that has it (Refused otherwise).
    """
    guard.require(actor, BRING, guard.Resource("dataset", dataset))
    wanted = {"grade": grade, "owner_unit": owner_unit, "title": title, "description": description, "retention_days": retention_days}
    body = codec.write({name: value for name, value in wanted.items() if value is not None})
    return cast("Dataset", codec.read(Dataset, call(actor, "POST", "datasets", dataset, body=body)))


def export_bad_rows(actor: Actor, *, run_id: UUID, into: BinaryIO) -> Export:
    """This function will write all rows that a run set aside, with their reasons, to `into` as CSV (UTF-8 with BOM).

    The file can be mended and brought in again: its first columns are the dataset's. Raises Refused for whoever may not see
    them, NotFound, Unavailable; what was written may be used only when this returns.
    """
    guard.require(actor, BRING)
    user_token, app_token = credentials(actor)
    got = fetch(target(LAKE, "runs", str(run_id), "export"), into, user_token=user_token, app_token=app_token)
    return Export(run_id, got.headers["x-dataset"], int(got.headers["x-rows"]), got.size, got.sha256, UUID(got.headers["x-receipt"]))
