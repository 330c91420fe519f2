"""The provider side of a question: decided, executed, sealed; only then do rows leave."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction

from beijiang.compute.lake import queries as lake
from beijiang.compute.lake.types import Select
from beijiang.kernel import guard
from beijiang.kernel.errors import Refused, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import Question
from beijiang.trust.audit import actions as audit

from ..events import QuestionAnswered, QuestionRefused
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
NAMED = 100
"""Columns named in the leaf of a refusal; a caller must not be able to make the leaf too big to write."""


def answer(actor: Actor, *, request: AskRequest, application: str, request_id: UUID) -> AskReply:
    """This function will decide a question, run it, seal the use, and return the rows with the receipt.

    Raises Refused (already sealed; `receipt` in extra) when the policy says no, Invalid for a question that
    the lake cannot read, Unavailable when the lake or the log is away. No receipt, no rows.
    """
    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    select = _select(request)
    question = Question(select.dataset, request.purpose, request.matter, asked_columns(select))
    context = _Context(actor, request, select, application, request_id)
    decision = access.decide(actor, question)
    if not decision.permit:
        raise context.refuse(decision)
    try:
        found = lake.answer(select, decision)
    except Refused as refused:
        raise context.refuse_by(refused) from None
    if found.elapsed_ms > RECHECK_MS:
        again = access.decide(actor, question)
        if not again.permit:
            raise context.refuse(again)
    receipt = context.seal(decision, found)
    return _reply(select, request, decision, found, receipt)


def _select(request: AskRequest) -> Select:
    if request.sql:
        return lake.parse_sql(request.sql)
    return Select(
        dataset=request.dataset, columns=request.columns, where=request.where, group_by=request.group_by,
        aggregates=request.aggregates, order_by=request.order_by, limit=request.limit,
    )


class _Context:
    """One question on its way through the door, for the leaf that it leaves in any case."""

    def __init__(self, actor: Actor, request: AskRequest, select: Select, application: str, request_id: UUID) -> None:
        self.actor, self.request, self.select = actor, request, select
        self.application, self.request_id = application, request_id

    def refuse(self, decision: Decision) -> Refused:
        reasons = tuple(reason.words for reason in decision.reasons)
        return self._refused(
            tuple(reason.code for reason in decision.reasons) or ("access.refused",), reasons,
            Words("提问未获准许", "The question is not permitted"), reason_words(decision.reasons), next_words(decision.reasons),
        )

    def refuse_by(self, refused: Refused) -> Refused:
        detail = refused.detail or refused.title
        return self._refused((refused.code,), (detail,), refused.title, detail, Words("", ""))

    def _refused(self, codes: tuple[str, ...], reasons: tuple[Words, ...], title: Words, detail: Words, next_: Words) -> Refused:
        with transaction.atomic(durable=True):
            receipt = audit.record(
                self.actor,
                QuestionRefused(
                    dataset=self.select.dataset, purpose=self.request.purpose, matter=self.request.matter,
                    columns=asked_columns(self.select)[:NAMED], codes=codes, reasons=reasons, application=self.application,
                    by_sql=bool(self.request.sql), request_id=self.request_id,
                ),
                outcome="refused",
            )
        return Refused(
            codes[0], title, detail, receipt=str(receipt), dataset=self.select.dataset,
            reasons=[{"code": code, **words.as_dict()} for code, words in zip(codes, reasons, strict=False)], next=next_,
        )

    def seal(self, decision: Decision, found: Answer) -> UUID:
        title = lake.dataset(self.select.dataset).title
        fact = QuestionAnswered(
            dataset=self.select.dataset, dataset_title=title, purpose=self.request.purpose, purpose_title=decision.purpose_title,
            matter=self.request.matter, basis=decision.basis, basis_words=basis_words(decision), grant_ids=decision.grant_ids,
            policy_ids=decision.policy_ids, columns=tuple(c.name for c in found.columns),
            masked=tuple(c.name for c in found.columns if c.mask != "none"), conditions=condition_columns(self.select.where),
            row_count=len(found.rows), truncated=found.truncated, application=self.application,
            by_sql=bool(self.request.sql), request_id=self.request_id,
        )
        try:
            with transaction.atomic(durable=True):
                return audit.record(self.actor, fact, subjects=found.subjects)
        except DatabaseError as error:
            log.error("no receipt, no rows: %s", type(error).__name__)
            raise Unavailable(
                "exchange.no_receipt", Words("无法出具回执", "No receipt can be given"),
                Words("审计记录没有写成,因此没有提供数据。请稍后再试。", "The audit record could not be written, so no data was given. Try again later."),
            ) from None


def _reply(select: Select, request: AskRequest, decision: Decision, found: Answer, receipt: UUID) -> AskReply:
    return AskReply(
        dataset=select.dataset,
        title=lake.dataset(select.dataset).title,
        columns=tuple(ReplyColumn(c.name, c.title, c.type, c.mask) for c in found.columns),
        rows=found.rows,
        truncated=found.truncated,
        row_cap=decision.row_cap,
        receipt=receipt,
        basis=Basis(decision.basis, basis_words(decision), decision.purpose_title, request.matter, decision.expires_at),
        elapsed_ms=found.elapsed_ms,
    )
