"""What several pages of inquiry share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from beijiang.flow.exchange.types import COLUMN_TYPES
from beijiang.kernel import guard
from beijiang.kernel.words import Words
from beijiang.trust.audit import queries as audit
from beijiang.trust.audit.types import Receipt

from ..forms.find import GRADES

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from beijiang.flow.exchange.types import AskReply
    from beijiang.kernel.errors import Refused
    from beijiang.kernel.types import Actor


def grade_words(grade: str) -> Words:
    """This function will name a grade."""
    return GRADES.get(grade, Words(grade, grade))


def type_words(kind: str) -> Words:
    """This function will name a column type."""
    return COLUMN_TYPES.get(kind, Words(kind, kind))


def receipt_of(receipt_id: UUID) -> Receipt:
    """This function will give a receipt as the log has it now: pending, or sealed with its proof."""
    return audit.receipt(receipt_id)


def cells(reply: AskReply) -> list[list[tuple[str, bool]]]:
    """This function will give the rows as shown: text, and whether there is a value at all."""
    return [[(_shown(value), value is not None) for value in row] for row in reply.rows]


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(Words("是", "yes") if value else Words("否", "no"))
    return str(value)


def refused(request: HttpRequest, actor: Actor, problem: Refused, **context: Any) -> HttpResponse:
    """This function will say why a question was refused, and what one can do; the refusal is in the log."""
    guard.report_refusal(actor, problem)
    reasons = [
        (Words.of(reason["words"]), Words.of(reason.get("next") or "")) for reason in problem.extra.get("reasons", []) if "words" in reason
    ]
    if not reasons:
        reasons = [(problem.detail or problem.title, Words.of(problem.extra.get("next") or ""))]
    form = context.get("form")
    chosen = next((p.title for p in form.purposes if p.code == form.data.get("purpose")), "") if form else ""
    context |= {"purpose": chosen, "problem": problem, "reasons": reasons, "receipt_id": problem.extra.get("receipt")}
    return render(request, "inquiry/refused.html", context, status=403)
