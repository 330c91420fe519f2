"""Background work of the lake: ingestion, and taking up what a killed process left."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from beijiang.kernel.types import Actor

from . import actions
from .actions.drafts import TASK as PROFILE
from .actions.ingest import QUEUE, TASK
from .actions.quality import TASK as MEASURE


@app.task(name=TASK, queue=QUEUE)
def run_ingest(run_id: str) -> None:
    """This function will work one run off."""
    actions.run_ingest(Actor.system("lake"), run_id=UUID(run_id))


@app.periodic(cron="* * * * *")
@app.task(name="lake.resume_ingests", queue=QUEUE, queueing_lock="lake.resume_ingests", pass_context=False)
def resume_ingests(timestamp: int) -> None:
    """This function will take up runs and drafts that nobody works on: their process was killed, or PostgreSQL was away."""
    actions.resume_drafts(Actor.system("lake"))
    actions.resume_ingests(Actor.system("lake"))


@app.task(name=PROFILE, queue=QUEUE)
def profile_draft(draft_id: str) -> None:
    """This function will look one brought file through."""
    actions.profile_draft(Actor.system("lake"), draft_id=UUID(draft_id))


@app.periodic(cron="17 * * * *")
@app.task(name="lake.expire_drafts", queue=QUEUE, queueing_lock="lake.expire_drafts", pass_context=False)
def expire_drafts(timestamp: int) -> None:
    """This function will delete brought files that waited too long."""
    actions.expire_drafts(Actor.system("lake"))


@app.task(name=MEASURE, queue=QUEUE)
def measure_quality(dataset: str, run: str | None = None) -> None:
    """This function will measure a dataset after a run."""
    actions.measure_quality(Actor.system("lake"), dataset=dataset, run=UUID(run) if run else None)


@app.periodic(cron="*/10 * * * *")
@app.task(name="lake.measure_changed", queue=QUEUE, queueing_lock="lake.measure_changed", pass_context=False)
def measure_changed(timestamp: int) -> None:
    """This function will measure datasets that systems have appended to."""
    actions.measure_changed(Actor.system("lake"))


@app.periodic(cron="35 3 * * *")
@app.task(name="lake.keep_up", queue=QUEUE, queueing_lock="lake.keep_up", pass_context=False)
def keep_up(timestamp: int) -> None:
    """This function will carry out retention, merge small files and delete what nobody names."""
    actions.keep_up(Actor.system("lake"))
