"""What there is to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from beijiang.kernel.routes import actor_of, guarded

from .. import queries
from ..forms import FindForm
from ..grants import SEE
from ..rules import EXPLAINED
from .common import apply_url, grade_words, page, type_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NARROW = ("owner", "grade", "fresh", "personal", "mine")


@require_safe
@guarded(SEE)
def directory(request: HttpRequest) -> HttpResponse:
    """This function will show the directory: what there is, whose, how fresh, and whether one may ask it."""
    actor = actor_of(request)
    q = request.GET.get("q", "").strip()[:100]
    found = queries.find(actor, q=q)
    form = FindForm(request.GET, facets=found.facets)
    if form.is_valid() and any(form.cleaned_data[name] for name in NARROW):
        data = form.cleaned_data
        found = queries.find(
            actor,
            q=q,
            owner_unit=data["owner"],
            grade=data["grade"],
            fresh=data["fresh"],
            personal={"yes": True, "no": False}.get(data["personal"]),
            mine=data["mine"],
        )
    context = {
        "form": form,
        "found": found,
        "items": [(item, grade_words(item.entry.grade)) for item in found.items] if form.is_valid() else [],
        "q": q,
        "apply": page("permissions:new"),
        "searched": any(request.GET.get(name) for name in ("q", *NARROW)),
    }
    return render(request, "inquiry/directory.html", context)


@require_safe
@guarded(SEE)
def dataset(request: HttpRequest, name: str) -> HttpResponse:
    """This function will show what a dataset holds, what of it one would see, and whom to ask."""
    actor = actor_of(request)
    found = queries.about(actor, name=name, purpose=request.GET.get("purpose", "")[:64], matter=request.GET.get("matter", "").strip()[:80])
    entry = found.entry
    context = {
        "about": found,
        "entry": entry,
        "standing": found.standing,
        "columns": [(view, type_words(view.column.type)) for view in found.columns],
        "known": found.preview is not None and found.preview.permit,
        "withheld": [view for view in found.columns if not view.shown or view.mask not in ("", "none")],
        "grade": grade_words(entry.grade),
        "explained": EXPLAINED.get(entry.grade),
        "purposes": [(p, p.law) for p in found.purposes],
        "measured": any(c.facts.completeness is not None or c.facts.validity is not None for c in entry.columns),
        "apply": apply_url([name], purpose=found.preview.purpose if found.preview else "", matter=found.matter),
        "mine": queries.questions(actor, dataset=name, limit=5).items,
    }
    return render(request, "inquiry/dataset.html", context)
