"""What identity forgets by itself (RIGHTS 15)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import actions


@app.periodic(cron="17 * * * *")
@app.task(name="identity.forget_old", queue="identity", queueing_lock="identity.forget_old", pass_context=False)
def forget_old(timestamp: int) -> None:
    """This function will forget tries older than a day, sessions ended half a year ago, and browsers' lapsed sessions."""
    actions.forget_old_tries()
    actions.forget_old_sessions()
