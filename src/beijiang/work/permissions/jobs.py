"""What permissions do by themselves: end what was overtaken, tell who decides now, forget what is old."""

from __future__ import annotations

from procrastinate.contrib.django import app

from beijiang.kernel.types import Actor

from . import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="permissions.sweep", queue="permissions", queueing_lock="permissions.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """This function will end applications that were overtaken and renew who was told of the others."""
    actions.sweep(Actor.system("permissions"))


@app.periodic(cron="41 3 * * *")
@app.task(name="permissions.forget", queue="permissions", queueing_lock="permissions.forget", pass_context=False)
def forget(timestamp: int) -> None:
    """This function will forget applications that ended three years ago."""
    actions.forget_applications(Actor.system("permissions"))
