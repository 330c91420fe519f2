"""Drafts, runs and datasets: done behind the door, where their leaves are written; here the to-do is ticked off."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from beijiang.flow.exchange import actions as exchange
from beijiang.kernel import guard, todo

from ..adapters import spool
from ..grants import CARE, PUBLISH, SEE
from ..models import Plan
from .send import draft_key

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.flow.exchange.types import Dataset, DatasetSpec, Draft, Export, Run
    from beijiang.kernel.types import Actor
    from beijiang.kernel.words import Words


def publish_draft(actor: Actor, *, draft_id: UUID, spec: DatasetSpec) -> Run:
    """This function will make a dataset of a draft, or bring it into one that is there, and give the run that takes its rows in.

    Raises what the door says (`exchange.actions.publish_draft`); what was typed on the draft's page is kept then.
    """
    guard.require(actor, PUBLISH, guard.Resource("dataset", spec.name))
    run = exchange.publish_draft(actor, draft_id=draft_id, spec=spec)
    _over(draft_id)
    return run


def drop_draft(actor: Actor, *, draft_id: UUID, reason: str = "") -> Draft:
    """This function will give a draft up: its file is deleted behind the door. Conflict when it is used or dropped already."""
    guard.require(actor, PUBLISH)
    draft = exchange.drop_draft(actor, draft_id=draft_id, reason=reason)
    _over(draft_id)
    return draft


def _over(draft_id: UUID) -> None:
    todo.done(draft_key(draft_id))
    Plan.objects.filter(draft_id=draft_id).delete()


def cancel_run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will stop a run that is not over; nothing of it becomes visible. Conflict when it is over."""
    guard.require(actor, PUBLISH)
    return exchange.cancel_run(actor, run_id=run_id)


def resume_run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will take up a run that failed or was cancelled, while its file is kept; Conflict otherwise."""
    guard.require(actor, PUBLISH)
    return exchange.resume_run(actor, run_id=run_id)


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
    """This function will change what is told of a dataset; what is None stays. Raises what the door says, Refused above all."""
    guard.require(actor, CARE, guard.Resource("dataset", dataset))
    return exchange.set_dataset(
        actor, dataset=dataset, grade=grade, owner_unit=owner_unit, title=title, description=description, retention_days=retention_days
    )


def bad_rows_file(actor: Actor, *, run_id: UUID) -> tuple[Export, BinaryIO]:
    """This function will give all rows that a run set aside as an open CSV file at its start; closed, it is gone from the disk.

    The door seals their leaving. Raises Refused for whoever may not see them, NotFound, Unavailable.
    """
    guard.require(actor, SEE)
    file = spool.nameless()
    try:
        export = exchange.export_bad_rows(actor, run_id=run_id, into=file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return export, file
