"""My questions, and what proves one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from beijiang.kernel.routes import actor_of, guarded

from .. import queries
from ..forms import MineForm
from ..grants import SEE_OWN
from .common import private, receipt_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
@guarded(SEE_OWN)
def questions(request: HttpRequest) -> HttpResponse:
    """This function will list what the viewer asked, with outcomes, receipts and a way to ask again."""
    actor = actor_of(request)
    form = MineForm(request.GET, datasets=queries.datasets_asked(actor))
    wanted = form.wanted() if form.is_valid() else {}
    context = {
        "form": form,
        "page": queries.questions(actor, cursor=request.GET.get("cursor", "")[:120], **wanted),
        "filtered": any(value not in ("", None) for value in wanted.values()),
        "running": [queries.progress(actor, question_id=asked.id) for asked in queries.running(actor)],
        "follow": True,
    }
    return private(render(request, "inquiry/questions.html", context))


@require_safe
@guarded(SEE_OWN)
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """This function will show a receipt with its inclusion proof. It names nobody, so whoever has the number may see it."""
    return render(request, "inquiry/receipt.html", {"receipt": receipt_of(receipt_id)})


@require_safe
@guarded(SEE_OWN)
def receipt_card(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """This function will give the receipt's card alone; a pending one asks for itself again."""
    part = "receipt_strip" if request.GET.get("strip") else "receipt_card"
    return render(request, f"inquiry/{part}.html", {"receipt": receipt_of(receipt_id)})
