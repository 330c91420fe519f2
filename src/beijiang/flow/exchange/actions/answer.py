"""The provider side of a question: decided, executed, sealed; only then do rows leave."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction

from beijiang.compute.lake.types import Parsed, Running, Select, concerned
from beijiang.kernel import guard
from beijiang.kernel.errors import Conflict, Invalid, Problem, Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import Question, Reason
from beijiang.trust.audit import actions as audit

from ..events import QuestionAnswered, QuestionFailed, QuestionRefused, QuestionStopped
from ..grants import ASK
from ..rules.question import asked_columns, condition_columns
from ..rules.words import basis_words, next_words, reason_words
from ..types import AskReply, Basis
from . import budget

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.compute.lake.types import Answer
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import Decision

    from ..types import AskRequest

log = logging.getLogger("beijiang.exchange")
RECHECK_MS = 50.0
"""A question that ran longer is decided again right before it is sealed: a grant may have been revoked meanwhile."""
NOTED = frozenset({"access.columns_withheld", "access.columns_masked"})
NOT_RUN = frozenset({"lake.busy", "lake.worker_away", "lake.no_table"})
"""Errors of a question that met no row."""
NAMED = 100
"""Columns named in the leaf of a refusal; a caller must not be able to make the leaf too big to write."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way through the door, for the leaf that it leaves in any case."""

    actor: Actor
    request: AskRequest
    form: Select | None
    parsed: Parsed
    application: str
    request_id: UUID

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets it needs, in order."""
        return tuple(self.parsed.datasets)

    @property
    def dataset(self) -> str:
        """Their names as one."""
        return ", ".join(self.datasets)[:200]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it names, with their dataset where there are several."""
        found = self.parsed.datasets
        return tuple(c if len(found) == 1 else f"{d}.{c}" for d, columns in found.items() for c in columns)[:NAMED]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The columns by which it chooses rows, named likewise."""
        found = self.parsed.conditions
        return tuple(c.partition(".")[2] if len(self.datasets) == 1 else c for c in found)[:NAMED]

    @property
    def facts(self) -> dict[str, Any]:
        """What the leaf of a question says of it, however it ended; of an answer, the columns that left take the place of those named."""
        return {
            "dataset": self.dataset,
            "datasets": self.datasets,
            "purpose": self.request.purpose,
            "matter": self.request.matter,
            "columns": self.columns,
            "conditions": self.conditions,
            "application": self.application,
            "by_sql": bool(self.request.sql),
            "request_id": self.request_id,
        }

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be decided: one question for each dataset."""
        return tuple(Question(d, self.request.purpose, self.request.matter, c) for d, c in self.parsed.datasets.items())


def answer(actor: Actor, *, request: AskRequest, application: str, request_id: UUID) -> AskReply:
    """This function will decide a question, run it, seal the use, and return the rows with the receipt.

    A question over several datasets needs one basis that names them all. Raises Refused (already sealed; `receipt` in extra) when
    the policy says no or the day's rows are used up, Conflict (sealed too) when its asker stopped it, Invalid for a question that
    the lake cannot read, Unavailable when the lake or the log is away. No receipt, no rows.
    """
    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    asked = _read(actor, request, application, request_id)
    decisions = access.decide_all(actor, asked.questions)
    if not all(d.permit for d in decisions):
        raise _refused(asked, _reasons(decisions))
    most = budget.left(decisions)
    if not most:
        raise _refused(asked, (budget.spent_reason(),))
    decisions = tuple(replace(d, row_cap=min(d.row_cap, most)) for d in decisions)
    try:
        found = _run(asked, decisions)
    except Refused as refused:
        if "receipt" in refused.extra:
            raise  # sealed already
        raise _refused(asked, (Reason(refused.code, refused.detail or refused.title),)) from None
    except Conflict as conflict:
        raise _stopped(asked, conflict) from None
    except (Invalid, TooLarge, Unavailable) as problem:
        if problem.code in NOT_RUN:
            raise
        raise _failed(asked, decisions, problem) from None
    if found.elapsed_ms > RECHECK_MS:
        again = access.decide_all(actor, asked.questions)
        if not all(d.permit for d in again):
            raise _refused(asked, _reasons(again))
    title = _title(asked)
    return _reply(asked, decisions, found, title, _sealed(asked, decisions, found, title))


def _read(actor: Actor, request: AskRequest, application: str, request_id: UUID) -> _Asked:
    if request.sql:
        from beijiang.compute.lake import queries as lake

        try:
            return _Asked(actor, request, None, lake.parse_sql(request.sql), application, request_id)
        except (Invalid, TooLarge) as problem:
            # Whoever tries what is not allowed leaves a trace; the text itself is nobody's to keep.
            _refused(_Asked(actor, request, None, Parsed("", {}), application, request_id), (Reason(problem.code, problem.title),))
            raise
    select = Select(
        dataset=request.dataset,
        columns=request.columns,
        where=request.where,
        group_by=request.group_by,
        aggregates=request.aggregates,
        order_by=request.order_by,
        limit=request.limit,
    )
    conditions = tuple(f"{select.dataset}.{c}" for c in condition_columns(select.where))
    return _Asked(actor, request, select, Parsed("", {select.dataset: asked_columns(select)}, conditions), application, request_id)


def _reasons(decisions: tuple[Decision, ...]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for decision in decisions if not decision.permit for reason in decision.reasons))


def _run(asked: _Asked, decisions: tuple[Decision, ...]) -> Answer:
    from beijiang.compute.lake import queries as lake

    running = Running(
        id=asked.request.id,
        owner=asked.actor.user_id,
        still=lambda: all(d.permit for d in access.decide_all(asked.actor, asked.questions)),
    )
    if asked.form is None:
        return lake.answer_sql(asked.parsed, dict(zip(asked.datasets, decisions, strict=True)), running=running)
    (decision,) = decisions
    # A column that the basis leaves out is left out of the rows, and the reply says so; the lake refuses a condition on it.
    kept = tuple(c for c in asked.form.columns if decision.mask_of(c) is not None)
    if asked.form.columns and not kept:
        # No columns at all would mean every column: never let "none of these" turn into that.
        raise _refused(asked, tuple(r for r in decision.reasons if r.code in NOTED) or decision.reasons)
    return lake.answer(replace(asked.form, columns=kept), decision, running=running)


def _title(asked: _Asked) -> Words:
    from beijiang.compute.lake import queries as lake

    titles = [lake.dataset(name).title for name in asked.datasets]
    return Words("、".join(t.zh for t in titles), ", ".join(t.en for t in titles))


def _refused(asked: _Asked, reasons: tuple[Reason, ...]) -> Refused:
    """Seals the refusal and gives the error that tells it."""
    with transaction.atomic(durable=True):
        receipt = audit.record(
            asked.actor,
            QuestionRefused(**asked.facts, codes=tuple(r.code for r in reasons), reasons=tuple(r.words for r in reasons)),
            outcome="refused",
        )
    return Refused(
        reasons[0].code if reasons else "access.refused",
        Words("提问未获准许", "The question is not permitted"),
        reason_words(reasons),
        receipt=str(receipt),
        dataset=asked.dataset,
        reasons=[{"code": r.code, "words": r.words} | ({"next": r.next} if r.next.zh else {}) for r in reasons],
        **({"next": next_words(reasons)} if any(r.next.zh for r in reasons) else {}),
    )


def _grants(decisions: tuple[Decision, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(g for d in decisions for g in d.grant_ids))


def _stopped(asked: _Asked, conflict: Conflict) -> Conflict:
    """Seals that the asker stopped a permitted question, so that none goes without a trace; gives the error that tells it."""
    with transaction.atomic(durable=True):
        receipt = audit.record(asked.actor, QuestionStopped(**asked.facts))
    return Conflict(conflict.code, conflict.title, conflict.detail, receipt=str(receipt), dataset=asked.dataset)


def _failed(asked: _Asked, decisions: tuple[Decision, ...], problem: Problem) -> Problem:
    """Seals a question that ran and ended without rows; gives the error that tells it.

    That a calculation fails or takes too long can be made to depend on one person's row: it is a use, named and counted as one.
    """
    fact = QuestionFailed(**asked.facts, code=problem.code, reason=problem.title)
    try:
        with transaction.atomic(durable=True):
            budget.spend(decisions, 1)
            problem.extra["receipt"] = str(audit.record(asked.actor, fact, subjects=concerned(problem)))
    except Refused:
        return _refused(asked, (budget.spent_reason(),))
    except DatabaseError:
        log.exception("no receipt, no reason")
        return _no_receipt()
    return problem


def _sealed(asked: _Asked, decisions: tuple[Decision, ...], found: Answer, title: Words) -> UUID:
    """Commits the leaf of a permitted use and gives its receipt; Unavailable when it cannot be written."""
    first = decisions[0]
    fact = QuestionAnswered(
        **{**asked.facts, "columns": tuple(c.name for c in found.columns)},
        dataset_title=title,
        purpose_title=first.purpose_title,
        basis=first.basis,
        basis_words=basis_words(first),
        grant_ids=_grants(decisions),
        policy_ids=tuple(dict.fromkeys(p for d in decisions for p in d.policy_ids)),
        masked=tuple(c.name for c in found.columns if c.mask != "none"),
        row_count=len(found.rows),
        truncated=found.truncated,
        as_file=asked.request.as_file,
    )
    try:
        with transaction.atomic(durable=True):
            budget.spend(decisions, found.counted)
            return audit.record(asked.actor, fact, subjects=found.subjects)
    except Refused:
        raise _refused(asked, (budget.spent_reason(),)) from None
    except DatabaseError:
        log.exception("no receipt, no rows")
        raise _no_receipt() from None


def _no_receipt() -> Unavailable:
    return Unavailable(
        "exchange.no_receipt",
        Words("无法出具回执", "No receipt can be given"),
        Words(
            "审计记录没有写成，因此没有提供数据。请稍后再试。",
            "The audit record could not be written, so no data was given. Try again later.",
        ),
    )


def _reply(asked: _Asked, decisions: tuple[Decision, ...], found: Answer, title: Words, receipt: UUID) -> AskReply:
    first = decisions[0]
    notes = dict.fromkeys(reason.words for decision in decisions for reason in decision.reasons if reason.code in NOTED)
    return AskReply(
        dataset=asked.dataset,
        title=title,
        columns=found.columns,
        rows=found.rows,
        truncated=found.truncated,
        row_cap=min(d.row_cap for d in decisions),
        receipt=receipt,
        basis=Basis(first.basis, basis_words(first), first.purpose_title, asked.request.matter, first.expires_at),
        elapsed_ms=found.elapsed_ms,
        notes=tuple(notes),
    )
