"""What the door's provider side forgets by itself (RIGHTS 15). Runs in the data domain."""

from __future__ import annotations

from procrastinate.contrib.django import app

from beijiang.kernel.types import Actor

from . import actions
from .actions import budget


@app.periodic(cron="23 1 * * *")
@app.task(name="exchange.forget_budgets", queue="exchange", queueing_lock="exchange.forget_budgets", pass_context=False)
def forget_budgets(timestamp: int) -> None:
    """This function will delete counts of rows of days past."""
    budget.forget_budgets()


@app.periodic(cron="* * * * *")
@app.task(name="exchange.seal_turned_away", queue="exchange", queueing_lock="exchange.seal_turned_away", pass_context=False)
def seal_turned_away(timestamp: int) -> None:
    """This function will write what was turned away in past minutes into the log."""
    actions.seal_turned_away(Actor.system("door"))
