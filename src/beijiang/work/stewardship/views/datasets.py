"""Datasets as those see them who care for them: quality, freshness, facts; and the registry of data elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beijiang.flow.exchange import queries as exchange
from beijiang.flow.exchange.types import COLUMN_TYPES
from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words
from beijiang.trust.identity import queries as identity

from .. import actions, queries
from ..forms import ChangeForm
from ..forms.words import GRADES, MASKS, SUBJECTS
from ..grants import SEE
from .common import asked, private, run_view

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from beijiang.flow.exchange.types import ColumnQuality, Dataset, DirectoryEntry, Quality
    from beijiang.kernel.errors import Problem
    from beijiang.kernel.types import Actor

DIMENSIONS = {
    "completeness": (Words("完整性", "Completeness"), Words("有值的比例", "values that are there")),
    "validity": (Words("有效性", "Validity"), Words("符合校验或代码表的比例", "values that pass their check or code set")),
    "uniqueness": (Words("唯一性", "Uniqueness"), Words("不重复的比例", "values that are not repeated")),
    "consistency": (Words("一致性", "Consistency"), Words("前后相符的比例", "values that agree with each other")),
    "freshness": (Words("及时性", "Freshness"), Words("按更新的新旧", "by how lately it was renewed")),
}
RUNS = 10


@guarded(SEE)
@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """This function will list the datasets that the viewer cares for: an owner their unit's, a steward all."""
    actor = actor_of(request)
    every = exchange.directory(actor, q=request.GET.get("q", "")[:100])
    mine = [e for e in every if e.owner_unit == actor.unit_code]
    all_of_them = bool(actor.duties & {"steward", "kexin"})
    shown = every if all_of_them else mine
    context = {
        "tab": "datasets",
        "q": request.GET.get("q", "")[:100],
        "found": [(e, GRADES.get(e.grade, Words(e.grade, e.grade)), _percent(e.quality), _age(e)) for e in shown],
        "all": all_of_them,
    }
    return private(render(request, "stewardship/datasets.html", context))


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _age(entry: DirectoryEntry) -> int | None:
    return None if entry.freshness is None else max(0, (clock.now() - entry.freshness).days)


@guarded(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset(request: HttpRequest, name: str) -> HttpResponse:
    """This function will show a dataset's quality column by column and what is told of it, and change that."""
    actor = actor_of(request)
    known = exchange.dataset(actor, name=name)
    if request.method != "POST":
        return _page(request, actor, known, ChangeForm(dataset=known))
    form = ChangeForm(request.POST, dataset=known)
    if not form.is_valid():
        return _page(request, actor, known, form, status=422)
    changes = form.changes()
    if not changes:
        messages.info(request, str(Words("没有改动。", "Nothing was changed.")))
        return redirect("stewardship:dataset", name)
    try:
        if "owner_unit" in changes:
            identity.unit(changes["owner_unit"])
        actions.set_dataset(actor, dataset=name, **changes)
    except NotFound:
        form.add_error("owner_unit", str(Words("没有这个单位。请从清单中选择。", "There is no such unit. Choose one from the list.")))
        return _page(request, actor, known, form, status=422)
    except (Refused, Invalid, Conflict, Unavailable) as problem:
        if isinstance(problem, Refused):
            guard.report_refusal(actor, problem)
        return _page(request, actor, known, form, problem=problem, status=problem.status)
    messages.success(request, str(Words("已保存。目录会在几秒内更新。", "Saved. The directory follows in a few seconds.")))
    return redirect("stewardship:dataset", name)


def _page(
    request: HttpRequest, actor: Actor, known: Dataset, form: ChangeForm, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    found, away = asked(lambda: _measured(actor, known.name))
    measured = found[0] if found else None
    runs, _ = asked(lambda: exchange.runs(actor, dataset=known.name, limit=RUNS))
    by_name = {c.name: c for c in measured.columns} if measured else {}
    context = {
        "dataset": known,
        "owner": identity.unit_name(known.owner_unit),
        "grade": GRADES.get(known.grade, Words(known.grade, known.grade)),
        "quality": measured,
        "overall": _percent(measured.overall) if measured else None,
        "dimensions": [(*words, _percent(measured.dimensions[d])) for d, words in DIMENSIONS.items() if d in measured.dimensions]
        if measured
        else [],
        "columns": [(c, COLUMN_TYPES.get(c.type, c.type), _bars(by_name.get(c.name))) for c in known.columns],
        "away": away,
        "runs": [run_view(run) for run in runs],
        "form": form,
        "problem": problem,
        "units": queries.owner_units(actor),
        "fresh": max((r.finished_at for r in runs if r.finished_at and r.state == "done"), default=known.published_at),
    }
    return private(render(request, "stewardship/dataset.html", context, status=status))


def _measured(actor: Actor, name: str) -> tuple[Quality, ...]:
    try:
        return (exchange.quality(actor, dataset=name),)
    except NotFound:
        return ()


def _bars(column: ColumnQuality | None) -> dict[str, Any] | None:
    if column is None:
        return None
    return {
        "completeness": _percent(column.completeness),
        "validity": _percent(column.validity),
        "distinctness": _percent(column.distinctness),
        "invalid": column.invalid,
        "rule": column.rule,
        "samples": column.samples,
    }


@guarded(SEE)
@require_safe
def elements(request: HttpRequest) -> HttpResponse:
    """This function will show the registry of data elements, found by Chinese, pinyin, English, code or alias."""
    actor = actor_of(request)
    q = request.GET.get("q", "")[:100]
    found, away = asked(lambda: exchange.elements(actor, q=q))
    masks, subjects = MASKS, SUBJECTS
    context = {
        "tab": "elements",
        "q": q,
        "away": away,
        "found": [(e, COLUMN_TYPES.get(e.type, e.type), subjects.get(e.subject or ""), masks.get(e.mask, e.mask)) for e in found],
    }
    return private(render(request, "stewardship/elements.html", context))
