"""What there is at the door, and whether it stands."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from beijiang.kernel.errors import Unavailable
from beijiang.kernel.words import Words

from .gate import door

METHODS = (
    ("ask", "POST", ""),
    ("ask", "GET", "/running/*"),
    ("ask", "POST", "/running/*/stop"),
    ("intake", "POST", "/*"),
    ("intake", "GET", "/runs/*"),
    ("intake", "GET", "/runs/*/rows"),
    ("drafts", "GET", ""),
    ("drafts", "POST", ""),
    ("drafts", "GET", "/*"),
    ("drafts", "POST", "/*/drop"),
    ("drafts", "POST", "/*/publish"),
    ("elements", "GET", ""),
    ("runs", "GET", ""),
    ("runs", "POST", "/*/cancel"),
    ("runs", "POST", "/*/resume"),
    ("runs", "GET", "/*/export"),
    ("datasets", "GET", "/*"),
    ("datasets", "POST", "/*"),
    ("datasets", "GET", "/*/quality"),
)


@require_GET
@door
def list_methods(request: HttpRequest) -> HttpResponse:
    """This function will list the service's methods in X-Road's form. It tells nothing of data, so nobody is asked for."""
    services: dict[str, list[dict[str, str]]] = {}
    for code, method, path in METHODS:
        services.setdefault(code, []).append({"method": method, "path": path or "/"})
    return JsonResponse(
        {
            "service": [
                {
                    "object_type": "SERVICE",
                    "xroad_instance": "BJ",
                    "member_class": "POL",
                    "member_code": "region",
                    "subsystem_code": "lake",
                    "service_code": code,
                    "service_type": "REST",
                    "endpoint_list": endpoints,
                }
                for code, endpoints in services.items()
            ]
        }
    )


@require_GET
@door
def health(request: HttpRequest) -> HttpResponse:
    """This function will say whether the door can answer: both databases are there. 503 otherwise."""
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            raise Unavailable(
                "exchange.database_away", detail=Words("数据库连接不上。", "A database cannot be reached."), database=alias
            ) from None
    return JsonResponse({"status": "ok"})
