"""`/audit/…`: uses and everything else in the log, filtered, counted, grouped and taken away; one's own part for everybody."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beijiang.kernel import clock, guard, sheets
from beijiang.kernel.routes import actor_of, guarded, signed_in
from beijiang.kernel.words import Words

from .. import actions, queries
from ..forms import ExportForm, FilterForm
from ..grants import EXPORT, READ
from ..types import Entry, GroupBy, Overview

GROUPS: tuple[GroupBy, ...] = get_args(GroupBy)
KINDS = ("uses", "all", "mine")


@guarded(READ)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """This view will show the whole log, newest first, for auditors; opening it leaves a leaf."""
    return _listing(request, "all")


@guarded(READ)
@require_safe
def uses(request: HttpRequest) -> HttpResponse:
    """This view will show the uses of data and the refusals, by whatever an auditor asks; opening it leaves a leaf."""
    return _listing(request, "uses")


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """This view will show everybody what they themselves did."""
    return _listing(request, "mine")


def _listing(request: HttpRequest, kind: str) -> HttpResponse:
    form = FilterForm(request.GET or {})
    actor, page, groups, numbers = actor_of(request), None, None, None
    by = request.GET.get("by", "")
    if form.is_valid():
        filters = form.filters(mine=kind == "mine", uses=kind == "uses")
        if by in GROUPS and kind != "mine":
            groups = actions.read_groups(actor, filters=filters, by=by)  # type: ignore[arg-type]
        else:
            page = actions.read_log(actor, filters=filters, cursor=request.GET.get("cursor") or None)
        if request.GET.get("numbers") and kind != "mine":
            numbers = queries.overview(actor, filters=filters)
    query = _without(request.GET, "cursor", "by", "numbers")
    address = reverse({"uses": "audit:uses", "all": "audit:log", "mine": "audit:mine"}[kind])
    context = {
        "form": form,
        "kind": kind,
        "mine": kind == "mine",
        "page": page,
        "groups": groups,
        "by": by if groups else "",
        "tabs": _tabs(query, by if groups else "") if kind == "uses" else [],
        "chips": [(label, value, f"{address}?{_without(request.GET, name, 'cursor').urlencode()}") for name, label, value in form.chips()],
        "filtered": bool(form.chips()),
        "query": query.urlencode(),
        "address": address,
        "more_open": any(request.GET.get(name) for name in ("grant", "column", "code", "room")),
        "drill": _drill(groups.by, address, query, groups.items) if groups else [],
        "may_export": kind != "mine" and guard.allowed(actor, EXPORT),
        "export_form": ExportForm(),
        **(_numbers(numbers, address, query) if numbers else {}),
    }
    return render(request, "audit/log.html", context, status=200 if form.is_valid() else 422)


@guarded(READ)
@require_safe
def numbers(request: HttpRequest, kind: str) -> HttpResponse:
    """This view will give the counts that belong to a list, as a part of its page."""
    form = FilterForm(request.GET or {})
    query = _without(request.GET, "cursor", "numbers")
    if not form.is_valid():
        return HttpResponse("", status=422)
    found = queries.overview(actor_of(request), filters=form.filters(uses=kind == "uses"))
    address = reverse("audit:uses" if kind == "uses" else "audit:log")
    return render(request, "audit/numbers.html", _numbers(found, address, query))


@guarded(EXPORT)
@require_safe
def list_csv(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """This view will hand out all entries that fit as CSV, up to 10,000; it leaves a leaf."""
    form = FilterForm(request.GET or {})
    if not form.is_valid():
        return render(request, "audit/log.html", {"form": form, "kind": kind, "page": None}, status=422)
    found = actions.export_list(actor_of(request), filters=form.filters(uses=kind == "uses"))
    response = StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{kind}-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"'
    response["Cache-Control"] = "no-store"
    return response


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        """This method will give the line back."""
        return text


def _csv(found: Iterable[Entry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    head = (
        Words("位置", "Place"),
        Words("时间", "Time"),
        Words("操作", "Event"),
        Words("姓名", "Person"),
        Words("用户名", "Username"),
        Words("单位", "Unit"),
        Words("单位代码", "Unit code"),
        Words("数据集", "Dataset"),
        Words("目的", "Purpose"),
        Words("依据", "Basis"),
        Words("授权编号", "Grants"),
        Words("事项编号", "Matter"),
        Words("结果", "Outcome"),
        Words("拒绝理由", "Reasons of refusal"),
        Words("提供行数", "Rows given"),
        Words("列", "Columns"),
        Words("回执号", "Receipt"),
    )
    yield "\ufeff" + str(writer.writerow([str(words) for words in head]))
    for e in found:
        row = [
            e.index,
            f"{clock.local(e.time):%Y-%m-%d %H:%M:%S}",
            e.title,
            e.actor_name,
            e.actor_username,
            e.unit_name,
            e.unit,
            e.dataset_words,
            e.purpose_words,
            e.basis_words,
            " ".join(e.grants),
            e.matter,
            e.outcome_words,
            e.reasons,
            "" if e.row_count is None else e.row_count,
            " ".join(e.columns),
            e.id,
        ]
        yield str(writer.writerow([sheets.cell(str(value)) for value in row]))


def _without(query: QueryDict, *names: str) -> QueryDict:
    left = query.copy()
    for name in names:
        left.pop(name, None)
    for name in [name for name, value in left.items() if not value]:
        left.pop(name)
    return left


def _with(query: QueryDict, name: str, value: str) -> str:
    left = query.copy()
    left[name] = value
    return left.urlencode()


def _tabs(query: QueryDict, by: str) -> list[tuple[str, Words, str, bool]]:
    words = {
        "": Words("清单", "List"),
        "person": Words("按人员", "By person"),
        "unit": Words("按单位", "By unit"),
        "dataset": Words("按数据集", "By dataset"),
    }
    return [(name, said, _with(query, "by", name) if name else query.urlencode(), name == by) for name, said in words.items()]


def _drill(by: GroupBy, address: str, query: QueryDict, items: Iterable[Any]) -> list[tuple[Any, str]]:
    query = query.copy()
    if by == "unit":
        query["scope"] = "own"
    return [(item, f"{address}?{_with(query, by, item.key)}") for item in items]


def _numbers(found: Overview, address: str, query: QueryDict) -> dict[str, Any]:
    """Counts with the addresses that narrow the list to each of them, and the trend as ECharts wants it."""
    facets = []
    for facet in found.facets:
        items = []
        for item in facet.items:
            here = query.get(facet.name) == item.value
            target = _without(query, facet.name).urlencode() if here else _with(query, facet.name, item.value)
            items.append((item, f"{address}?{target}", here))
        if items:
            facets.append((FACETS[facet.name], facet.name, items))
    return {"numbers": found, "facets": facets, "trend": bool(found.days), "trend_json": json.dumps(_trend(found), ensure_ascii=False)}


FACETS = {
    "outcome": Words("结果", "Outcome"),
    "basis": Words("依据", "Basis"),
    "purpose": Words("目的", "Purpose"),
    "dataset": Words("数据集", "Dataset"),
    "code": Words("拒绝原因", "Reason of refusal"),
    "room": Words("模块", "Room"),
}


def _trend(found: Overview) -> dict[str, Any]:
    done, refused = str(Words("已执行", "Done")), str(Words("已拒绝", "Refused"))
    return {
        "grid": {"left": 50, "right": 16, "top": 36, "bottom": 28},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [day.day.isoformat() for day in found.days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "color": ["#2f6fb3", "#c2410c"],
        "series": [
            {"name": done, "type": "bar", "stack": "all", "barMaxWidth": 36, "data": [day.done for day in found.days]},
            {"name": refused, "type": "bar", "stack": "all", "barMaxWidth": 36, "data": [day.refused for day in found.days]},
        ],
    }
