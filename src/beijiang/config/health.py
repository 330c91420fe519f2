"""Is this process able to do its work?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import JsonResponse

from beijiang import __version__
from beijiang.kernel.routes import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public("health is asked by supervisors and load balancers, and tells nothing of records")
def healthz(request: HttpRequest) -> HttpResponse:
    """This function will answer 200 when every database of the process answers, else 503 naming which does not."""
    away = []
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            away.append(alias)
    body = {"status": "away" if away else "ok", "domain": settings.DOMAIN, "version": __version__, "away": away}
    return JsonResponse(body, status=503 if away else 200)
