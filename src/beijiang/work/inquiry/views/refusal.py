"""A refusal as a page: why, and what one can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.words import Words
from beijiang.trust.access import types as access

from .. import queries
from .common import apply_url, names_of, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from beijiang.flow.exchange.types import DirectoryEntry
    from beijiang.kernel.types import Actor

    from ..forms import AskForm, SqlForm

EDITS = frozenset({"choose_columns", "choose_purpose", "name_matter", "ask_less", "ask_apart"})
"""Offers that are taken up by changing the question."""


@dataclass(frozen=True, slots=True)
class Way:
    """Something that one can do next."""

    words: Words
    url: str
    icon: str


def refused(
    request: HttpRequest, actor: Actor, problem: Refused, *, form: AskForm | SqlForm, entry: DirectoryEntry | None = None
) -> HttpResponse:
    """This function will say why a question was refused, and what one can do; the refusal is in the log."""
    guard.report_refusal(actor, problem)
    reasons = [
        (Words.of(reason["words"]), Words.of(reason.get("next") or "")) for reason in problem.extra.get("reasons", []) if "words" in reason
    ] or [(problem.detail or problem.title, Words.of(problem.extra.get("next") or ""))]
    codes = [str(reason.get("code", "")) for reason in problem.extra.get("reasons", [])] or [problem.code]
    named = names_of(str(problem.extra.get("dataset") or (entry.name if entry else "")))
    found = [e for name in named if (e := _entry(actor, name))]
    wanted: list[str] = [offer for code in dict.fromkeys(codes) for offer in access.offers(code)]
    context = {
        "form": form,
        "entry": entry,
        "problem": problem,
        "reasons": reasons,
        "receipt_id": problem.extra.get("receipt"),
        "purpose": next((p.title for p in form.purposes if p.code == form.data.get("purpose")), ""),
        "edit": not wanted or bool(EDITS & set(wanted)),
        "ways": _ways(wanted, form, [e.name for e in found]),
        "owners": [(e, queries.owners_of(e.owner_unit)) for e in found],
        "hidden": form.hidden(),
    }
    return render(request, "inquiry/refused.html", context, status=403)


def _entry(actor: Actor, name: str) -> DirectoryEntry | None:
    try:
        return exchange.entry(actor, name=name)
    except (NotFound, Refused):
        return None


def _ways(wanted: list[str], form: AskForm | SqlForm, datasets: list[str]) -> list[Way]:
    purpose, matter = str(form.data.get("purpose", ""))[:64], str(form.data.get("matter", ""))[:80]
    columns = form.asked_columns() if len(datasets) == 1 else ()
    ways: list[Way] = []
    for offer in dict.fromkeys(wanted):
        if offer in ("apply", "apply_together") and datasets:
            words = Words("申请授权", "Apply for a grant") if offer == "apply" else Words("在一份申请中同时申请", "Apply for them together")
            ways.append(Way(words, apply_url(datasets, purpose=purpose, matter=matter, columns=columns), "file-plus"))
        elif offer == "break_glass" and datasets:
            given = urlencode({"dataset": datasets[0], "purpose": purpose, "matter": matter})
            ways.append(
                Way(
                    Words("紧急查询（事后复核）", "Break glass (reviewed afterwards)"),
                    f"{page('access:break_glass')}?{given}",
                    "alert-triangle",
                )
            )
        elif offer == "my_grants":
            ways.append(Way(Words("我的授权", "My grants"), page("permissions:mine") or page("access:mine"), "key"))
        elif offer == "find_dataset":
            ways.append(Way(Words("在目录中查找", "Look in the directory"), reverse("inquiry:directory"), "database-search"))
    return [way for way in ways if way.url and not way.url.startswith("?")]
