"""One question, through the door, and a line in the asker's list: there before it is asked, closed when it is over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange import queries as directory
from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, Unauthenticated
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words

from ..grants import ASK
from ..models import Question
from ..rules import shape_of
from ..types import Answered

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import AskRequest
    from beijiang.kernel.types import Actor

NOT_ASKED = (Invalid, NotFound, Unauthenticated)
"""What the door says of a question that it could not even read: nothing was asked, so nothing is kept."""


def ask(actor: Actor, *, request: AskRequest, as_file: str = "") -> Answered:
    """This function will ask at the door and keep a line of it in the actor's list, refused and stopped ones too.

    The line is there while the question runs, so that it can be found and stopped from another page. The use is sealed by
    the door; the list keeps neither rows nor values. Raises what the door raises, and Conflict ("inquiry.already_asked") for
    a number that was asked before.
    """
    guard.require(actor, ASK, guard.Resource("dataset", request.dataset))
    numbered = replace(request, id=request.id or new_id(), as_file=as_file)
    row = _note(actor, numbered, as_file)
    try:
        reply = exchange.ask(actor, request=numbered)
    except NOT_ASKED as problem:
        # With a receipt it was a use after all: it ran as far as its fault.
        if problem.extra.get("receipt"):
            _close(row, "failed", problem=problem, title=_title_of(actor, problem))
        else:
            row.delete()
        raise
    except Refused as refused:
        _close(row, "refused", problem=refused, title=_title_of(actor, refused))
        raise
    except Problem as problem:
        _close(row, "stopped" if problem.code == "lake.cancelled" else "failed", problem=problem, title=_title_of(actor, problem))
        raise
    except BaseException:
        _close(row, "unknown")
        raise
    _close(
        row,
        "answered",
        dataset=reply.dataset,
        title=reply.title,
        receipt=reply.receipt,
        row_count=len(reply.rows),
        truncated=reply.truncated,
    )
    return Answered(reply, row.id)


def _note(actor: Actor, request: AskRequest, as_file: str) -> Question:
    if actor.user_id is None:
        raise Unauthenticated("kernel.sign_in")
    title = _title(actor, request.dataset) or Words("SQL 提问", "Question in SQL")
    try:
        with transaction.atomic():
            return Question.objects.create(
                id=request.id,
                user_id=actor.user_id,
                dataset=request.dataset[:128],
                title_zh=title.zh,
                title_en=title.en,
                purpose=request.purpose[:64],
                matter=request.matter[:80],
                shape=shape_of(request),
                by_sql=bool(request.sql),
                as_file=as_file,
                outcome="running",
                asked_at=clock.now(),
            )
    except IntegrityError:
        raise Conflict(
            "inquiry.already_asked",
            Words("这次提问已经提交过", "This question was asked already"),
            Words(
                "没有再次执行。它的状态和回执见“我的提问”；要再看数据请重新提问。",
                "It was not run again. Its state and receipt are in “My questions”; to see rows, ask anew.",
            ),
        ) from None


def _close(
    row: Question, outcome: str, *, problem: Problem | None = None, title: Words | None = None, dataset: str = "", **values: Any
) -> None:
    """Writes how a question ended, and nothing of what it held."""
    changes: dict[str, Any] = {"outcome": outcome, "ended_at": clock.now(), **values}
    if problem is not None:
        said, receipt = problem.detail or problem.title, problem.extra.get("receipt")
        changes |= {"reason_zh": said.zh, "reason_en": said.en, "receipt": UUID(str(receipt)) if receipt else None}
        dataset = dataset or str(problem.extra.get("dataset") or "")
    if dataset:
        changes["dataset"] = dataset[:128]
    if title is not None:
        changes |= {"title_zh": title.zh, "title_en": title.en}
    Question.objects.filter(pk=row.pk).update(**changes)


def _title_of(actor: Actor, problem: Problem) -> Words | None:
    """The titles of what the door says was asked: SQL is not read here."""
    named = [name for name in str(problem.extra.get("dataset") or "").split(", ") if name][:10]
    titles = [title for name in named if (title := _title(actor, name))]
    return Words("、".join(t.zh for t in titles), ", ".join(t.en for t in titles)) if titles else None


def _title(actor: Actor, dataset: str) -> Words | None:
    if not dataset:
        return None
    try:
        return directory.entry(actor, name=dataset).title
    except (NotFound, Refused):
        return Words(dataset[:128], dataset[:128])
