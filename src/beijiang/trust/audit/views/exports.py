"""`/audit/exports/…`: bundles that prove themselves elsewhere."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel.errors import Problem
from beijiang.kernel.routes import actor_of, guarded, public
from beijiang.kernel.words import Words

from .. import actions, queries
from ..actions.bundle import VERIFIER
from ..forms import ExportForm, FilterForm
from ..grants import EXPORT


@guarded(EXPORT)
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """This view will list one's own bundles, and how far each is."""
    found = queries.exports(actor_of(request))
    running = any(e.state in ("waiting", "making") for e in found)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "audit/exports_list.html" if part else "audit/exports.html", {"exports": found, "running": running})


@guarded(EXPORT)
@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """This view will have a bundle made of the entries that the filter in the form fits."""
    form, filter_form = ExportForm(request.POST), FilterForm(QueryDict(request.POST.get("query", "")))
    back = f"/audit/{'' if kind == 'uses' else 'log/'}?{request.POST.get('query', '')[:4000]}"
    if not form.is_valid() or not filter_form.is_valid():
        messages.error(
            request, str(Words("没有导出：请写明用途（4 至 500 字）。", "Nothing was exported: say what it is for (4 to 500 characters)."))
        )
        return redirect(back)
    try:
        actions.export_bundle(actor_of(request), filters=filter_form.filters(uses=kind == "uses"), reason=form.cleaned_data["reason"])
    except Problem as problem:
        if problem.status not in (413, 422):
            raise
        messages.error(request, str(problem.detail or problem.title))
        return redirect(back)
    return redirect("audit:exports")


@guarded(EXPORT)
@require_safe
def bundle(request: HttpRequest, export_id: UUID) -> StreamingHttpResponse:
    """This view will hand a bundle to who asked for it; it leaves a leaf."""
    found, content = actions.fetch_bundle(actor_of(request), export_id=export_id)
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="beijiang-audit-{found.created_at:%Y%m%d}-{found.id.hex[-6:]}.zip"'
    response["Content-Length"] = str(found.size)
    response["Cache-Control"] = "no-store"
    return response


@public("the verifier of bundles is the same for everybody and holds no data")
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """This view will hand out the program that checks a bundle on any machine."""
    response = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify.py"'
    response["Cache-Control"] = "public, max-age=300"
    return response
