"""`/audit/…`: the log for those who may read it, and one's own part of it for everybody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beijiang.kernel.routes import actor_of, guarded, signed_in

from .. import actions, queries
from ..forms import FilterForm
from ..grants import READ


def _listing(request: HttpRequest, *, mine: bool) -> HttpResponse:
    form = FilterForm(request.GET or {})
    page = None
    if form.is_valid():
        page = actions.read_log(actor_of(request), filters=form.filters(mine=mine), cursor=request.GET.get("cursor") or None)
    filtered = any(request.GET.get(name) for name in form.fields)
    context = {"form": form, "page": page, "mine": mine, "filtered": filtered}
    return render(request, "audit/log.html", context, status=200 if page is not None else 422)


@guarded(READ)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """This view will show the log, newest first, for auditors; opening it leaves a leaf."""
    return _listing(request, mine=False)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """This view will show everybody what they themselves did."""
    return _listing(request, mine=True)


@signed_in
@require_safe
def receipt(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will show a receipt; a pending one asks to be looked at again."""
    return render(request, "audit/receipt.html", {"receipt": queries.receipt(entry_id)})


@signed_in
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will show one entry whole, with the proof that the page itself checks; opening it leaves a leaf."""
    detail = actions.open_entry(actor_of(request), entry_id=entry_id)
    shown = detail.receipt
    # The browser derives everything again from these; nothing else of the page is used in the check.
    check = {
        "type": shown.type, "time": shown.leaf.split("\n")[2] if shown.leaf.count("\n") == 4 else "", "leaf": shown.leaf,
        "salt": detail.salt, "text": detail.text, "index": shown.index, "size": shown.size, "hashes": shown.hashes,
        "checkpoint": shown.checkpoint, "vkey": detail.vkey,
    }
    return render(request, "audit/entry.html", {"detail": detail, "entry": detail.entry, "receipt": shown, "check": check})


def _download(text: str, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_safe
def event(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will hand out the exact text that the leaf commits to; 404 once it is forgotten. Leaves a leaf."""
    detail = actions.open_entry(actor_of(request), entry_id=entry_id)
    if detail.text is None:
        return HttpResponse("forgotten\n", status=404, content_type="text/plain; charset=utf-8")
    return _download(detail.text, f"{entry_id}.json", "application/json; charset=utf-8")


@signed_in
@require_safe
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will hand out the proof file (c2sp.org/tlog-proof@v1); 404 while the entry is pending."""
    found = queries.receipt(entry_id)
    if found.state != "sealed":
        return HttpResponse("pending\n", status=404, content_type="text/plain; charset=utf-8")
    return _download(found.proof, f"{entry_id}.tlog-proof", "text/plain; charset=utf-8")
