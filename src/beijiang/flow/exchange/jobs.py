"""What the door's provider side forgets by itself (RIGHTS 15). Runs in the data domain."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions import budget


@app.periodic(cron="23 1 * * *")
@app.task(name="exchange.forget_budgets", queue="exchange", queueing_lock="exchange.forget_budgets", pass_context=False)
def forget_budgets(timestamp: int) -> None:
    """This function will delete counts of rows of days past."""
    budget.forget_budgets()
