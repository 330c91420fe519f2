"""Background work of the lake: ingestion, and taking up what a killed process left."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from beijiang.kernel.types import Actor

from . import actions
from .actions.ingest import QUEUE, TASK


@app.task(name=TASK, queue=QUEUE)
def run_ingest(run_id: str) -> None:
    """This function will work one run off."""
    actions.run_ingest(Actor.system("lake"), run_id=UUID(run_id))


@app.periodic(cron="* * * * *")
@app.task(name="lake.resume_ingests", queue=QUEUE, queueing_lock="lake.resume_ingests", pass_context=False)
def resume_ingests(timestamp: int) -> None:
    """This function will take up runs that nobody works on: their process was killed, or PostgreSQL was away."""
    actions.resume_ingests(Actor.system("lake"))
