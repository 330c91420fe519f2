"""Rows that an ingestion set aside: opened by those who can mend them, each opening with its leaf."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction

from beijiang.kernel import guard
from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..adapters import credentials, send
from ..events import BadRowsOpened
from ..grants import BRING
from ..rules import content_digest, target
from ..rules.run import read_bad_rows
from ..types import BAD_ROWS_LIMIT, LAKE, BadRows

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

log = logging.getLogger("beijiang.exchange")


def bad_rows(actor: Actor, *, run_id: UUID, offset: int = 0, limit: int = 100) -> BadRows:
    """This function will fetch rows that a run set aside, at most 500, from the data domain, which seals their opening.

    Raises Refused for whoever neither brought the file nor answers for the dataset, NotFound for a run that is not
    there, Unavailable when the door is away.
    """
    guard.require(actor, BRING)
    user_token, app_token = credentials(actor)
    sent = send(
        "GET",
        f"{target(LAKE, 'intake')}/runs/{run_id}/rows",
        query=f"offset={max(0, offset)}&limit={max(0, min(limit, BAD_ROWS_LIMIT))}",
        user_token=user_token,
        app_token=app_token,
        digest=content_digest(b""),
        body=b"",
    )
    return read_bad_rows(sent.body)


def open_bad_rows(actor: Actor, *, run_id: UUID, offset: int, limit: int, application: str, request_id: UUID) -> BadRows:
    """This function will read rows that a run set aside and seal that they were opened (data domain). No receipt, no rows.

    Raises Refused, NotFound, and Unavailable when the leaf cannot be written.
    """
    from beijiang.compute.lake import queries as lake

    guard.require(actor, BRING)
    run = lake.run(run_id)
    rows = lake.bad_rows(actor, run_id=run_id, offset=offset, limit=limit)
    fact = BadRowsOpened(
        run=run_id,
        dataset=run.dataset,
        offset=offset,
        row_count=len(rows),
        application=application,
        request_id=request_id,
    )
    try:
        with transaction.atomic(durable=True):
            receipt = audit.record(actor, fact)
    except DatabaseError:
        log.exception("no receipt, no rows")
        raise Unavailable(
            "exchange.no_receipt",
            Words("无法出具回执", "No receipt can be given"),
            Words(
                "审计记录没有写成，因此没有提供问题行。请稍后再试。",
                "The audit record could not be written, so no rows were given. Try again later.",
            ),
        ) from None
    return BadRows(run_id, run.dataset, offset, run.rows_bad, rows, receipt)
