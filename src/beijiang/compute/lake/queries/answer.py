"""One governed question: planned here, run in the worker, split into what may leave and what only the log gets."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pyiceberg.exceptions import NoSuchTableError

from beijiang.kernel import clock
from beijiang.kernel.errors import Refused, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.audit.types import SubjectRef

from ..adapters import client, tables
from ..rules import gate, plan, slots
from ..types import Answer
from .catalogue import dataset

if TYPE_CHECKING:
    from beijiang.trust.access.types import Decision

    from ..types import Dataset, Running, Select

TIMEOUT_MS = 30_000


def answer(select: Select, decision: Decision, *, running: Running | None = None) -> Answer:
    """This function will run `select` under `decision`: filter on stored values, mask, then the person's own conditions.

    At most `decision.row_cap` rows; `truncated` tells when there were more. Raises Refused (not permitted, expired, withheld
    columns), Invalid (a question that makes no sense), NotFound (dataset), TooLarge, Unavailable (worker away, time over). With
    `running` it can be followed and stopped: Conflict ("lake.cancelled"), Refused ("lake.revoked_midway").
    """
    if not decision.permit or (decision.expires_at is not None and decision.expires_at <= clock.now()):
        raise Refused(
            "lake.not_permitted", detail=Words("没有有效的依据，没有返回数据。", "There is no valid basis; no data was returned.")
        )
    if decision.question.dataset and decision.question.dataset != select.dataset:
        raise Refused(
            "lake.other_dataset",
            detail=Words("这一依据是针对另一个数据集的，没有返回数据。", "This basis is for another dataset; no data was returned."),
        )
    about = dataset(select.dataset)
    made = plan.build(select, decision, about)
    gate.check(made.sql)
    try:
        snapshot_id, files = tables.current_files(about.name)
    except NoSuchTableError:
        raise Unavailable(
            "lake.no_table", detail=Words("数据集的数据表不在，请联系管理员。", "The dataset's table is missing; tell the administrator.")
        ) from None
    if not files:
        return _empty(select, made, snapshot_id)
    reply = client.ask(settings.ENV.lake_socket, made.sql, _parameters(made), files, timeout_ms=TIMEOUT_MS, running=running)
    return _answer(made, about, reply, snapshot_id)


def _parameters(made: plan.Plan) -> list[Any]:
    # The salt is made for this question and forgotten: a hash can be matched within one answer only.
    salt = secrets.token_hex(16)
    return [client.FILES if slots.slot(v) == "files" else salt if slots.slot(v) else v for v in made.parameters]


def _answer(made: plan.Plan, about: Dataset, reply: client.Reply, snapshot_id: int | None) -> Answer:
    width = len(made.columns)
    shown = reply.table.slice(0, made.limit)
    rows = tuple(zip(*(shown.column(i).to_pylist() for i in range(width)), strict=True)) if width else ()
    kinds = {c.name: c.subject for c in about.columns}
    subjects = {
        SubjectRef(str(kinds[name]), value, name)
        for position, name in enumerate(made.subjects, start=width)
        for value in shown.column(position).unique().to_pylist()
        if value is not None
    }
    return Answer(
        columns=made.columns,
        rows=rows,
        truncated=reply.table.num_rows > made.limit,
        elapsed_ms=reply.elapsed_ms,
        subjects=tuple(sorted(subjects, key=lambda s: (s.column, s.value))),
        snapshot_id=snapshot_id,
        counted=len(rows),
    )


def _empty(select: Select, made: plan.Plan, snapshot_id: int | None) -> Answer:
    """A dataset without rows: no rows, or for totals the one row that SQL gives."""
    total = bool(select.aggregates) and not select.group_by and made.limit > 0
    row = tuple(0 if a.function in ("count", "count_distinct") else None for a in select.aggregates)
    return Answer(columns=made.columns, rows=(row,) if total else (), truncated=False, elapsed_ms=0.0, snapshot_id=snapshot_id, counted=int(total))
