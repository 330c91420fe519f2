"""The public keys by which anybody checks our tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from beijiang.kernel.routes import public

from .. import queries


@public("tokens are checked by programs that have no account")
@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """This function will give the JWKS (RFC 7517)."""
    response = JsonResponse(queries.jwks(), content_type="application/jwk-set+json")
    response["Cache-Control"] = "public, max-age=300"
    return response
