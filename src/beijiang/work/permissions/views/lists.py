"""My applications and permissions in one place, and the queue of those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from beijiang.kernel import todo
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access_actions
from beijiang.trust.access import queries as access

from .. import queries
from ..forms import GiveBackForm
from ..grants import SEE_OWN, SEE_QUEUE
from .common import tabs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from beijiang.trust.access.types import GrantInfo


@guarded(SEE_OWN)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """This function will show the viewer's applications and grants: what waits, what holds and how long, what ended."""
    actor = actor_of(request)
    live, ended = access.grants_for(actor), access.grants_for(actor, ended=True, limit=30)
    bundles: dict[UUID, list[GrantInfo]] = {}
    for grant in live:
        bundles.setdefault(grant.bundle, []).append(grant)
    context = tabs(actor, "mine") | {
        "open": queries.mine(actor),
        "over": queries.mine(actor, ended=True, limit=30),
        "live": [(g, len(bundles[g.bundle]) > 1, renewal(bundles[g.bundle])) for g in live],
        "ended": [(g, renewal([g])) for g in ended],
        "actor": actor,
    }
    # Seen is known: news of decisions and revocations need not wait any longer.
    todo.done_under(f"permissions:news:{actor.user_id}:")
    for grant in ended:
        if grant.holder_user == actor.user_id:
            todo.done(f"access.revoked:{grant.id}")
    return render(request, "permissions/mine.html", context)


def renewal(grants: list[GrantInfo]) -> str:
    """This function will give the query of a new application for the same as these grants of one bundle."""
    first = grants[0]
    query: list[tuple[str, str]] = [("dataset", g.dataset) for g in grants]
    query += [("purpose", first.purpose), ("matter", first.matter)]
    query += [("columns", f"{g.dataset}.{c}") for g in grants for c in g.columns]
    query += [("areas", a) for a in dict.fromkeys(a for g in grants for a in g.areas)]
    return urlencode([*query, ("days", str(max(1, (first.end - first.start).days)))])


@guarded(SEE_QUEUE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """This function will list what waits for the viewer to decide, the longest waiting first, and what they decided."""
    actor = actor_of(request)
    found = queries.queue(actor)
    context = tabs(actor, "queue") | {"found": found, "waiting": len(found), "decided": queries.decided_by(actor)}
    return render(request, "permissions/queue.html", context)


@guarded(SEE_OWN)
@require_POST
def give_back(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """This function will give one of the viewer's grants back early."""
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(Words("请写明交还的理由，授权没有改动。", "Say why you give it back; the grant is unchanged.")))
        return redirect("permissions:mine")
    try:
        access_actions.return_grant(actor_of(request), grant_id=grant_id, reason=form.cleaned_data["reason"])
    except (Conflict, Invalid) as problem:
        messages.warning(request, str(problem.detail or problem.title))
    else:
        messages.success(request, str(Words("授权已交还，立即生效。", "The grant was given back, as of now.")))
    return redirect("permissions:mine")
