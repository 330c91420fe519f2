"""`/api/v1/<room>/…`: the rooms' routers under one OpenAPI 3.1 document."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from beijiang import __version__
from beijiang.kernel.errors import Invalid, Problem, Unauthenticated
from beijiang.kernel.words import Words

from .edge import answer, as_problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ROUTERS = {
    "audit": "beijiang.trust.audit.api",
    "identity": "beijiang.trust.identity.api",
    "access": "beijiang.trust.access.api",
    "exchange": "beijiang.flow.exchange.api",
    "inquiry": "beijiang.work.inquiry.api",
    "permissions": "beijiang.work.permissions.api",
    "stewardship": "beijiang.work.stewardship.api",
}

api = NinjaAPI(
    title="北疆云 Beijiang Cloud",
    version=__version__,
    description="Every call needs a person: a browser session, or `Authorization: Bearer`.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)


def _fields(error: ValidationError) -> list[dict[str, Any]]:
    return [{"field": ".".join(str(p) for p in e["loc"]), "message": e["msg"]} for e in error.errors]


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problem = Invalid(
        "kernel.invalid",
        detail=Words("请求中有字段不符合要求，没有执行。", "Some fields do not fit; nothing was done."),
        fields=_fields(error),
    )
    return answer(request, problem)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(request, Unauthenticated("kernel.sign_in"))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(request, Invalid("kernel.bad_request", detail=Words("请求格式有误。", "The request cannot be read.")))


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(request, as_problem(error))


for _room, _module in ROUTERS.items():
    api.add_router(f"/{_room}/", importlib.import_module(_module).router, tags=[_room])
