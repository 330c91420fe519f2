"""`/log/…`: what outsiders and witnesses read (C2SP tlog-tiles)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from beijiang.kernel.routes import public

from .. import queries, rules

OPEN = "the log's public files tell an outsider nothing and let everybody verify it"

# Tiles of a given width never change again; a checkpoint does within seconds.
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=1, must-revalidate"


def _answer(body: bytes | str | None, content_type: str, cache: str) -> HttpResponse:
    if body is None:
        response = HttpResponse("not found\n", status=404, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "no-store"
    else:
        response = HttpResponse(body, content_type=content_type)
        response["Cache-Control"] = cache
    # Verifiers may run in pages of other origins; there is nothing here that a cookie would open.
    response["Access-Control-Allow-Origin"] = "*"
    return response


@public(OPEN)
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """This view will give the newest signed checkpoint, 404 before the first."""
    return _answer(queries.checkpoint(), "text/plain; charset=utf-8", BRIEFLY)


@public(OPEN)
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """This view will give the log's public key (a vkey)."""
    return _answer(queries.vkey() + "\n", "text/plain; charset=utf-8", "public, max-age=300")


@public(OPEN)
@require_safe
def tile(request: HttpRequest, level: str, rest: str) -> HttpResponse:
    """This view will give one tile, 404 when the address is not exactly the standard's or the tile is not there."""
    ref = rules.parse_tile(level, rest)
    return _answer(queries.tile(ref) if ref else None, "application/octet-stream", FOREVER)
