"""Background work of stewardship: files go through the door, drop folders are emptied, what is past its time is cleared."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from beijiang.kernel.types import Actor

from . import actions
from .actions.finish import QUEUE, TASK

SYSTEM = "stewardship"


@app.task(name=TASK, queue=QUEUE)
def send_upload(upload_id: str) -> None:
    """This function will hand one whole file over at the door."""
    actions.send_upload(Actor.system(SYSTEM), upload_id=UUID(upload_id))


@app.periodic(cron="* * * * *")
@app.task(name="stewardship.carry_on", queue=QUEUE, queueing_lock="stewardship.carry_on", pass_context=False)
def carry_on(timestamp: int) -> None:
    """This function will empty the drop folders, and take up files that nobody sends."""
    actions.take_drops(Actor.system(SYSTEM))
    actions.carry_on(Actor.system(SYSTEM))


@app.periodic(cron="23 * * * *")
@app.task(name="stewardship.expire_uploads", queue=QUEUE, queueing_lock="stewardship.expire_uploads", pass_context=False)
def expire_uploads(timestamp: int) -> None:
    """This function will clear uploads that were given up without a word, and files past their time."""
    actions.expire_uploads(Actor.system(SYSTEM))
