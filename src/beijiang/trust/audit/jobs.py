"""Bundles made and cleared away, samples drawn."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beijiang.kernel.errors import Unavailable
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from . import actions

log = logging.getLogger("beijiang.audit")
PATIENCE = 20.0
"""Seconds that one try waits for the export's own entry to be sealed, which takes two normally."""
TRIES = 10
BROKEN = Words(
    "制作时系统内部出错，请重新导出或告诉管理员。", "Something failed inside while it was made; export again or tell the administrator."
)
UNSEALED = Words(
    "审计日志长时间没有封存，导出包没有做成。请告诉管理员，恢复后重新导出。",
    "The log was not sealed for a long time, so the bundle was not made. Tell the administrator and export again.",
)


@app.task(
    name="audit.make_bundle",
    queue="audit",
    retry=RetryStrategy(max_attempts=TRIES, wait=30, retry_exceptions=[Unavailable]),
    pass_context=True,
)
def make_bundle(context: object, export_id: str) -> None:
    """This function will make one bundle, waiting a while for the log."""
    actor, id_ = Actor.system("audit"), UUID(export_id)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            actions.make_bundle(actor, export_id=id_)
            return
        except Unavailable:
            if time.monotonic() < until:
                time.sleep(0.5)
                continue
            if getattr(getattr(context, "job", None), "attempts", 0) + 1 >= TRIES:
                actions.fail(id_, UNSEALED)
                return
            raise
        except Exception:
            log.exception("bundle %s could not be made", export_id)
            actions.fail(id_, BROKEN)
            return


@app.periodic(cron="37 3 * * *")
@app.task(name="audit.expire_bundles", queue="audit", queueing_lock="audit.expire_bundles", pass_context=False)
def expire_bundles(timestamp: int) -> None:
    """This function will delete bundles over a week old."""
    actions.expire_bundles(Actor.system("audit"))


@app.periodic(cron="7 * * * *")
@app.task(name="audit.draw_sample", queue="audit", queueing_lock="audit.draw_sample", pass_context=False)
def draw_sample(timestamp: int) -> None:
    """This function will draw last week's sample, once; looked for hourly, so that a night without power loses none."""
    actions.draw_sample(Actor.system("audit"))
