"""What inquiry forgets by itself (RIGHTS 15)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from beijiang.kernel.types import Actor

from . import actions


@app.periodic(cron="41 2 * * *")
@app.task(name="inquiry.forget_questions", queue="inquiry", queueing_lock="inquiry.forget_questions", pass_context=False)
def forget_questions(timestamp: int) -> None:
    """This function will delete lists of questions older than 180 days."""
    actions.forget_questions(Actor.system("inquiry"))
