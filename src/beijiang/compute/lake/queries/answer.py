"""One question by form: planned here, run in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rules import plan
from ..types import Answer
from . import execute
from .catalogue import dataset

if TYPE_CHECKING:
    from beijiang.trust.access.types import Decision

    from ..types import Running, Select


def answer(select: Select, decision: Decision, *, running: Running | None = None) -> Answer:
    """This function will run `select` under `decision`: filter on stored values, mask, then the person's own conditions.

    At most `decision.row_cap` rows; `truncated` tells when there were more. Raises Refused (not permitted, expired, withheld
    columns), Invalid (a question that makes no sense), NotFound (dataset), TooLarge, Unavailable (worker away, time over). With
    `running` it can be followed and stopped: Conflict ("lake.cancelled"), Refused ("lake.revoked_midway").
    """
    execute.permitted(decision, select.dataset)
    about = dataset(select.dataset)
    files = execute.files_of([about.name])
    made = plan.build(select, decision, about, empty=bool(files.empty))
    with execute.telling(made.statement, {about.name: about}):
        found = execute.run(made.statement, files, running=running)
        return execute.answer(found, made.columns, made.statement, files, {about.name: about}, cap=decision.row_cap)
