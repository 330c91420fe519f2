"""The home page with the region map, and search over all rooms."""

from __future__ import annotations

import gzip

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beijiang.kernel import clock, guard, todo
from beijiang.kernel import search as kernel_search
from beijiang.kernel.routes import actor_of, signed_in
from beijiang.kernel.search import Hit
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from . import queries

KINDS = {
    "dataset": Words("数据", "Datasets"),
    "unit": Words("单位", "Units"),
    "person": Words("人员", "People"),
    "matter": Words("事项", "Matters"),
    "purpose": Words("目的", "Purposes"),
    "page": Words("页面", "Pages"),
}
WIDEST = 60


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """This function will show the viewer's unit on the map, what waits for them and what they may use."""
    actor = actor_of(request)
    return render(
        request,
        "portal/home.html",
        {
            "now": clock.local(clock.now()),
            "greeting": _greeting(),
            "division": queries.division_name(actor.division),
            # A regional unit serves the whole map: nothing on it is to be marked as its own.
            "own": "" if actor.division.endswith("0000") else actor.division,
            "leagues": queries.leagues(),
            "todos": todo.for_actor(actor, limit=8),
            "desk": queries.desk(actor),
        },
    )


def _greeting() -> Words:
    hour = clock.local(clock.now()).hour
    if hour < 5 or hour >= 22:
        return Words("夜深了", "Good night")
    if hour < 11:
        return Words("早上好", "Good morning")
    if hour < 13:
        return Words("中午好", "Good day")
    return Words("下午好", "Good afternoon") if hour < 18 else Words("晚上好", "Good evening")


@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """This function will find datasets, units, people and the like by name, pinyin or code, if the viewer may open them."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:100]
    found = [hit for hit in kernel_search.find(text, limit=WIDEST) if _may_open(actor, hit)] if text else []
    groups: dict[str, list[Hit]] = {}
    for hit in found:
        groups.setdefault(hit.kind, []).append(hit)
    order = [*KINDS, *sorted(set(groups) - set(KINDS))]
    shown = [(KINDS.get(kind, Words(kind, kind)), groups[kind]) for kind in order if kind in groups]
    return render(request, "portal/search.html", {"q": text, "groups": shown, "count": len(found), "full": len(found) >= WIDEST})


def _may_open(actor: Actor, hit: Hit) -> bool:
    return not hit.permission or guard.allowed(actor, hit.permission)


@signed_in
@require_safe
def region_layer(request: HttpRequest, layer: str) -> HttpResponse:
    """This function will send one layer of the region map, packed, and not again to a browser that has it."""
    actor_of(request)
    found = queries.layer(layer)
    response: HttpResponse
    if request.headers.get("If-None-Match") == found.etag:
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(found.packed, content_type="application/geo+json")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(found.packed), content_type="application/geo+json")
    response["ETag"] = found.etag
    response["Cache-Control"] = "private, max-age=3600"
    response["Vary"] = "Accept-Encoding, Cookie"
    return response
