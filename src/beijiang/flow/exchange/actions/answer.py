"""The provider side of a question: decided, executed, sealed; only then do rows leave."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction

from beijiang.compute.lake.types import Running, Select
from beijiang.kernel import guard
from beijiang.kernel.errors import Conflict, Refused, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import Question, Reason
from beijiang.trust.audit import actions as audit

from ..events import QuestionAnswered, QuestionRefused, QuestionStopped
from ..grants import ASK
from ..rules.question import asked_columns, condition_columns
from ..rules.words import basis_words, next_words, reason_words
from ..types import AskReply, Basis, ReplyColumn

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.compute.lake.types import Answer
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import Decision

    from ..types import AskRequest

log = logging.getLogger("beijiang.exchange")
RECHECK_MS = 500.0
"""A question that ran longer is decided again before its rows leave: a grant may have been revoked meanwhile."""
NOTED = frozenset({"access.columns_withheld", "access.columns_masked"})
NAMED = 100
"""Columns named in the leaf of a refusal; a caller must not be able to make the leaf too big to write."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way through the door, for the leaf that it leaves in any case."""

    actor: Actor
    request: AskRequest
    select: Select
    application: str
    request_id: UUID


def answer(actor: Actor, *, request: AskRequest, application: str, request_id: UUID) -> AskReply:
    """This function will decide a question, run it, seal the use, and return the rows with the receipt.

    Raises Refused (already sealed; `receipt` in extra) when the policy says no, Conflict (sealed too) when its asker stopped
    it, Invalid for a question that the lake cannot read, Unavailable when the lake or the log is away. No receipt, no rows.
    """
    from beijiang.compute.lake import queries as lake

    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    asked = _Asked(actor, request, _select(request), application, request_id)
    question = Question(asked.select.dataset, request.purpose, request.matter, asked_columns(asked.select))
    decision = access.decide(actor, question)
    if not decision.permit:
        raise _refused(asked, decision.reasons)
    # A column that the basis leaves out is left out of the rows, and the reply says so; the lake refuses a condition on it.
    kept = tuple(c for c in asked.select.columns if decision.mask_of(c) is not None)
    if asked.select.columns and not kept:
        # No columns at all would mean every column: never let "none of these" turn into that.
        raise _refused(asked, tuple(r for r in decision.reasons if r.code in NOTED) or decision.reasons)
    try:
        found = lake.answer(replace(asked.select, columns=kept), decision, running=_running(asked, question))
    except Refused as refused:
        raise _refused(asked, (Reason(refused.code, refused.detail or refused.title),)) from None
    except Conflict as conflict:
        raise _stopped(asked, conflict) from None
    if found.elapsed_ms > RECHECK_MS:
        again = access.decide(actor, question)
        if not again.permit:
            raise _refused(asked, again.reasons)
    title = lake.dataset(asked.select.dataset).title
    return _reply(asked, decision, found, title, _sealed(asked, decision, found, title))


def _running(asked: _Asked, question: Question) -> Running:
    """The asker's number for the question, and whether it may go on: decided anew while it runs."""
    return Running(id=asked.request.id, owner=asked.actor.user_id, still=lambda: access.decide(asked.actor, question).permit)


def _select(request: AskRequest) -> Select:
    if request.sql:
        from beijiang.compute.lake import queries as lake

        return lake.parse_sql(request.sql)
    return Select(
        dataset=request.dataset,
        columns=request.columns,
        where=request.where,
        group_by=request.group_by,
        aggregates=request.aggregates,
        order_by=request.order_by,
        limit=request.limit,
    )


def _refused(asked: _Asked, reasons: tuple[Reason, ...]) -> Refused:
    """Seals the refusal and gives the error that tells it."""
    with transaction.atomic(durable=True):
        receipt = audit.record(
            asked.actor,
            QuestionRefused(
                dataset=asked.select.dataset,
                purpose=asked.request.purpose,
                matter=asked.request.matter,
                columns=asked_columns(asked.select)[:NAMED],
                codes=tuple(r.code for r in reasons),
                reasons=tuple(r.words for r in reasons),
                application=asked.application,
                by_sql=bool(asked.request.sql),
                request_id=asked.request_id,
            ),
            outcome="refused",
        )
    return Refused(
        reasons[0].code if reasons else "access.refused",
        Words("提问未获准许", "The question is not permitted"),
        reason_words(reasons),
        receipt=str(receipt),
        dataset=asked.select.dataset,
        reasons=[{"code": r.code, "words": r.words} | ({"next": r.next} if r.next.zh else {}) for r in reasons],
        **({"next": next_words(reasons)} if any(r.next.zh for r in reasons) else {}),
    )


def _stopped(asked: _Asked, conflict: Conflict) -> Conflict:
    """Seals that the asker stopped a permitted question, so that none goes without a trace; gives the error that tells it."""
    with transaction.atomic(durable=True):
        receipt = audit.record(
            asked.actor,
            QuestionStopped(
                dataset=asked.select.dataset,
                purpose=asked.request.purpose,
                matter=asked.request.matter,
                columns=asked_columns(asked.select)[:NAMED],
                application=asked.application,
                by_sql=bool(asked.request.sql),
                request_id=asked.request_id,
            ),
        )
    return Conflict(conflict.code, conflict.title, conflict.detail, receipt=str(receipt), dataset=asked.select.dataset)


def _sealed(asked: _Asked, decision: Decision, found: Answer, title: Words) -> UUID:
    """Commits the leaf of a permitted use and gives its receipt; Unavailable when it cannot be written."""
    fact = QuestionAnswered(
        dataset=asked.select.dataset,
        dataset_title=title,
        purpose=asked.request.purpose,
        purpose_title=decision.purpose_title,
        matter=asked.request.matter,
        basis=decision.basis,
        basis_words=basis_words(decision),
        grant_ids=decision.grant_ids,
        policy_ids=decision.policy_ids,
        columns=tuple(c.name for c in found.columns),
        masked=tuple(c.name for c in found.columns if c.mask != "none"),
        conditions=condition_columns(asked.select.where),
        row_count=len(found.rows),
        truncated=found.truncated,
        application=asked.application,
        by_sql=bool(asked.request.sql),
        request_id=asked.request_id,
    )
    try:
        with transaction.atomic(durable=True):
            return audit.record(asked.actor, fact, subjects=found.subjects)
    except DatabaseError:
        log.exception("no receipt, no rows")
        raise Unavailable(
            "exchange.no_receipt",
            Words("无法出具回执", "No receipt can be given"),
            Words(
                "审计记录没有写成，因此没有提供数据。请稍后再试。",
                "The audit record could not be written, so no data was given. Try again later.",
            ),
        ) from None


def _reply(asked: _Asked, decision: Decision, found: Answer, title: Words, receipt: UUID) -> AskReply:
    return AskReply(
        dataset=asked.select.dataset,
        title=title,
        columns=tuple(ReplyColumn(c.name, c.title, c.type, c.mask) for c in found.columns),
        rows=found.rows,
        truncated=found.truncated,
        row_cap=decision.row_cap,
        receipt=receipt,
        basis=Basis(decision.basis, basis_words(decision), decision.purpose_title, asked.request.matter, decision.expires_at),
        elapsed_ms=found.elapsed_ms,
        notes=tuple(reason.words for reason in decision.reasons if reason.code in NOTED),
    )
