"""What there is to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel.routes import actor_of, guarded

from .. import queries
from ..forms import FindForm
from ..forms.find import GRADES
from ..grants import SEE
from .common import grade_words, type_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from ..types import Listed


@require_safe
@guarded(SEE)
def directory(request: HttpRequest) -> HttpResponse:
    """This function will show the directory: what there is, whose, how fresh, and whether one may ask it."""
    actor = actor_of(request)
    owners = {e.owner_unit: e.owner_name for e in exchange.directory(actor)}
    form = FindForm(request.GET, owners=owners)
    found: tuple[Listed, ...] = ()
    if form.is_valid():
        wanted = form.cleaned_data
        found = queries.listing(actor, q=wanted["q"], owner_unit=wanted["owner"], grade=wanted["grade"], mine=wanted["mine"])
    context = {
        "form": form,
        "found": [(item, grade_words(item.entry.grade)) for item in found],
        "any": bool(owners),
        "searched": any(request.GET.get(name) for name in ("q", "owner", "grade", "mine")),
        "grades": GRADES,
    }
    return render(request, "inquiry/directory.html", context)


@require_safe
@guarded(SEE)
def dataset(request: HttpRequest, name: str) -> HttpResponse:
    """This function will show what a dataset holds, what of it one would see, and whom to ask."""
    actor = actor_of(request)
    entry = exchange.entry(actor, name=name)
    standing = queries.standing(actor, entry=entry)
    seen = None
    if standing.grants:
        first = standing.grants[0]
        seen = queries.preview(actor, dataset=name, purpose=first.purpose, matter=first.matter)
    masks = {rule.name: rule.mask for rule in seen.columns} if seen and seen.permit else None
    columns = [(c, type_words(c.type), masks.get(c.name) if masks is not None else None) for c in entry.columns]
    context = {
        "entry": entry,
        "standing": standing,
        "preview": seen,
        "columns": columns,
        "known": masks is not None,
        "grade": grade_words(entry.grade),
        "mine": queries.questions(actor, dataset=name, limit=5).items,
    }
    return render(request, "inquiry/dataset.html", context)
