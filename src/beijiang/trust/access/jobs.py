"""What access does by itself: telling holders that their grants end."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import actions


@app.periodic(cron="11 * * * *")
@app.task(name="access.remind_holders", queue="access", queueing_lock="access.remind_holders", pass_context=False)
def remind_holders(timestamp: int) -> None:
    """This function will tell holders whose grants end within 7 days and within 1, and take old news away."""
    actions.remind_holders()
