"""A draft's page: what was recognised, what becomes of it, publish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.flow.exchange import queries as exchange
from beijiang.flow.exchange.types import COLUMN_TYPES
from beijiang.kernel import guard
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, TooLarge, Unavailable
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions, queries
from ..forms import FactsForm, read_columns, read_facts
from ..forms.mapping import PAGE
from ..forms.words import MASKS, SUBJECTS
from ..grants import SEE
from ..rules import NEW, NOT_TAKEN, choices, first_facts, mapped
from ..types import Fault, Mapped, Plan
from .common import DRAFT_STATES, kind_words, private

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from beijiang.flow.exchange.types import Dataset, DirectoryEntry, Draft, DraftColumn, Element
    from beijiang.kernel.types import Actor

    from ..types import Choice

NOTHING = Mapped(None, ())


@dataclass(frozen=True, slots=True)
class Line:
    """A column on the page: as found, as chosen, what is wrong with it."""

    column: DraftColumn
    choice: Choice
    faults: dict[str, list[Words]]
    percent: int
    guess: int


@guarded(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """This function will show a draft, keep what was typed, publish it or give it up; `action` is one of save, check, publish, drop."""
    actor = actor_of(request)
    found = exchange.draft(actor, draft_id=draft_id)
    if found.state == "used" and found.run:
        return redirect("stewardship:run", found.run)
    if found.state != "ready":
        if request.method == "POST" and request.POST.get("action") == "drop":
            return _drop(request, actor, found)
        return private(render(request, "stewardship/draft_waiting.html", _about(found)))
    plan = _plan(actor, found)
    if request.method != "POST":
        return _page(request, actor, found, plan)
    if request.POST.get("action") == "drop":
        return _drop(request, actor, found)
    plan = actions.save_plan(actor, draft_id=draft_id, dataset=read_facts(request.POST), columns=read_columns(request.POST, found))
    action = request.POST.get("action", "save")
    if action not in ("check", "publish"):
        return _page(request, actor, found, plan)
    return _publish(request, actor, found, plan, only_check=action == "check")


@guarded(SEE)
@require_safe
def draft_state(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """This function will give how far a draft's recognition is; when that is over, htmx loads the page anew."""
    actor = actor_of(request)
    found = next((d for d in exchange.drafts(actor) if d.id == draft_id), None) or exchange.draft(actor, draft_id=draft_id)
    response = private(render(request, "stewardship/draft_state.html", _about(found)))
    if found.state not in ("received", "profiling"):
        response["HX-Refresh"] = "true"
    return response


@guarded(SEE)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """This function will give units for the owner's field, by name, pinyin or code."""
    found = queries.owner_units(actor_of(request), q=request.GET.get("owner_unit", "")[:60])
    return private(render(request, "stewardship/units.html", {"units": found}))


def _about(found: Draft) -> dict[str, Any]:
    return {
        "draft": found,
        "words": DRAFT_STATES.get(found.state, Words(found.state, found.state)),
        "kind": kind_words(found.kind),
        "percent": round(found.progress * 100),
        "moving": found.state in ("received", "profiling"),
    }


def _plan(actor: Actor, found: Draft) -> Plan:
    kept = queries.plan(actor, draft_id=found.id)
    return kept if kept.updated_at else replace(kept, dataset=first_facts(found))


def _target(actor: Actor, plan: Plan) -> tuple[Dataset | None, list[Fault]]:
    if plan.dataset.get("target") != "append":
        return None, []
    name = str(plan.dataset.get("append_to") or "")
    try:
        if not name:
            raise NotFound("stewardship.no_target")
        return exchange.dataset(actor, name=name), []
    except (NotFound, Invalid):
        return None, [Fault(Words("请选择要追加到的数据集。", "Choose the dataset to append to."), "append_to")]


def _publish(request: HttpRequest, actor: Actor, found: Draft, plan: Plan, *, only_check: bool) -> HttpResponse:
    target, wrong = _target(actor, plan)
    elements = exchange.elements(actor)
    owner = _owner(actor, plan) if plan.dataset.get("target") != "append" else None
    if owner:
        plan = replace(plan, dataset={**plan.dataset, "owner_unit": owner})
    done = mapped(found, plan, target=target, elements=[e.code for e in elements], units=[owner] if owner else [])
    if wrong:
        done = Mapped(None, (*wrong, *(f for f in done.faults if f.place is not None)))
    if done.spec is None or only_check:
        return _page(request, actor, found, plan, done=done, checked=True, target=target, elements=elements)
    try:
        run = actions.publish_draft(actor, draft_id=found.id, spec=done.spec)
    except (Conflict, Invalid, NotFound, TooLarge, Unavailable, Refused) as problem:
        if isinstance(problem, Refused):
            guard.report_refusal(actor, problem)
        return _page(request, actor, found, plan, problem=problem, target=target, elements=elements)
    return redirect("stewardship:run", run.id)


def _owner(actor: Actor, plan: Plan) -> str | None:
    """The code of the unit that was typed, by code or by exact name; None when it is none."""
    typed = str(plan.dataset.get("owner_unit") or "").strip()
    fits = [u.code for u in queries.owner_units(actor, q=typed, limit=200) if typed in (u.code, u.name.zh, u.name.en)] if typed else []
    return fits[0] if len(fits) == 1 else None


def _drop(request: HttpRequest, actor: Actor, found: Draft) -> HttpResponse:
    try:
        actions.drop_draft(actor, draft_id=found.id, reason=request.POST.get("reason", "")[:500])
    except Conflict as problem:
        messages.error(request, str(problem.detail or problem.title))
    else:
        messages.success(
            request, str(Words(f"已放弃 {found.file_name}，它的文件已删除。", f"{found.file_name} was dropped and its file deleted."))
        )
    return redirect("stewardship:bring")


def _page(
    request: HttpRequest,
    actor: Actor,
    found: Draft,
    plan: Plan,
    *,
    done: Mapped = NOTHING,
    checked: bool = False,
    problem: Problem | None = None,
    target: Dataset | None = None,
    elements: tuple[Element, ...] | None = None,
) -> HttpResponse:
    if target is None:
        target, wrong = _target(actor, plan)
        if wrong and not done.faults and plan.dataset.get("append_to"):
            done = Mapped(None, tuple(wrong))
    chosen = choices(found, plan, target)
    elements = exchange.elements(actor) if elements is None else elements
    faults = done.faults
    pages = max(1, -(-len(chosen) // PAGE))
    page = _page_number(request, faults, pages)
    lines = [_line(found.columns[c.place], c, faults) for c in chosen[page * PAGE : (page + 1) * PAGE]]
    kept = [c for c in chosen if c.keep]
    context = _about(found) | {
        "plan": plan,
        "facts": FactsForm(plan.dataset, kept=kept, faults=faults),
        "carried": _carried(plan),
        "appending": plan.dataset.get("target") == "append",
        "target": target,
        "targets": _targets(actor),
        "target_faults": [f.words for f in faults if f.place is None and f.field in ("append_to", "columns")],
        "lines": lines,
        "page": page,
        "pages": [(n, n * PAGE + 1, min((n + 1) * PAGE, len(chosen))) for n in range(pages)] if pages > 1 else [],
        "faults": faults,
        "named_faults": _named(faults, found),
        "elsewhere": sorted({f.place // PAGE for f in faults if f.place is not None} - {page}),
        "types": COLUMN_TYPES.items(),
        "subjects": SUBJECTS.items(),
        "masks": MASKS.items(),
        "elements": elements,
        "names": {e.code: e.name for e in elements},
        "units": queries.owner_units(actor),
        "sample": _sample(found),
        "checked": checked,
        "notes": done.notes,
        "stands": done.spec is not None,
        "problem": problem,
        "new": NEW,
        "kept": sum(1 for c in kept if target is None or c.into != NOT_TAKEN),
        "missing": [c for c in target.columns if c.name not in {x.into for x in kept}] if target else [],
    }
    return private(
        render(request, "stewardship/draft.html", context, status=problem.status if problem else 422 if faults and checked else 200)
    )


def _carried(plan: Plan) -> list[tuple[str, str]]:
    facts = [(name, str(plan.dataset.get(name) or "")) for name in FactsForm.base_fields if name != "personal"]
    return [*facts, *([("personal", "on")] if plan.dataset.get("personal") else [])]


def _named(faults: tuple[Fault, ...], found: Draft) -> list[tuple[str, str, Words]]:
    """Each fault with the place on the page and what that is called, the first twenty."""
    labels = FactsForm({}, kept=[]).fields
    named = []
    for fault in faults[:20]:
        if fault.place is not None:
            named.append((f"column-{fault.place}", found.columns[fault.place].header, fault.words))
        elif fault.field in labels:
            named.append((f"f_{fault.field}" + ("_0" if fault.field == "grade" else ""), str(labels[fault.field].label), fault.words))
        else:
            at = "append_to" if fault.field == "append_to" else ""
            named.append((at, str(Words("已有的数据集", "Dataset that is there")), fault.words))
    return named


def _page_number(request: HttpRequest, faults: tuple[Fault, ...], pages: int) -> int:
    wrong = [f.place // PAGE for f in faults if f.place is not None]
    if wrong and request.POST.get("action") in ("check", "publish"):
        return min(wrong)
    asked = request.POST.get("go") or request.POST.get("page") or request.GET.get("page") or "0"
    return min(int(asked), pages - 1) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _line(column: DraftColumn, choice: Choice, faults: tuple[Fault, ...]) -> Line:
    mine: dict[str, list[Words]] = {}
    for fault in faults:
        if fault.place == choice.place:
            mine.setdefault(fault.field, []).append(fault.words)
    return Line(column, choice, mine, round(column.share * 100), round((column.element.score if column.element else 0) * 100))


def _targets(actor: Actor) -> list[DirectoryEntry]:
    every = exchange.directory(actor)
    # An owner writes into datasets of their own unit only; stewards bring data in for every unit. The door decides again.
    return [e for e in every if actor.duties & {"steward", "kexin"} or e.owner_unit == actor.unit_code]


def _sample(found: Draft) -> tuple[list[str], list[list[str | None]]]:
    headers = [c.header for c in found.columns if c.refused is None]
    return headers, [[row.get(header) for header in headers] for row in found.sample]
