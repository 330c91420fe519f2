"""The edge: problems become pages or RFC 9457 documents, refusals become leaves."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, MethodNotAllowed, NotFound, Problem, Refused, TooLarge, TooMany, Unauthenticated, Unavailable
from beijiang.kernel.ids import new_id
from beijiang.kernel.routes import wants_json
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("beijiang.edge")


class ProblemMiddleware:
    """Turns every exception into the answer a person or a program can act on; internals stay in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not hasattr(request, "actor"):
            request.actor = ANONYMOUS  # type: ignore[attr-defined]
        if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            # PostgreSQL keeps no NUL in a text: refused here once, instead of failing in every look-up.
            return answer(request, Invalid("kernel.bad_request"))
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and wants_json(request):
            return _not_allowed(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """This function will answer with the problem that `error` stands for."""
        return answer(request, as_problem(error))


def as_problem(error: Exception) -> Problem:
    """This function will give the Problem for any exception; unknown ones become a 500 with a number to quote."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return NotFound("kernel.not_found")
    if isinstance(error, PermissionDenied):
        return Refused("kernel.refused")
    if isinstance(error, RequestDataTooBig):
        return TooLarge("kernel.too_large", detail=Words("提交的内容超过上限。", "What was sent is over the limit."))
    if isinstance(error, BadRequest | SuspiciousOperation):
        return Invalid("kernel.bad_request")
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database away: %s", type(error).__name__)
        return Unavailable(
            "kernel.database_away",
            detail=Words(
                "数据库暂时连接不上，本次操作没有写入。请稍后再试。",
                "The database cannot be reached; nothing of this was written. Try again in a moment.",
            ),
        )
    number = new_id().hex[-12:]
    log.exception("unexpected error %s", number)
    return Problem(
        "kernel.unexpected",
        detail=Words(
            f"系统内部出错，本次操作没有完成。请把编号 {number} 告诉管理员。",
            f"Something failed inside; this was not completed. Tell the administrator the number {number}.",
        ),
        number=number,
    )


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """This function will write the problem as JSON or as a page, recording a refusal first."""
    actor = getattr(request, "actor", ANONYMOUS)
    if isinstance(problem, Refused):
        guard.report_refusal(actor, problem)
    if wants_json(request) or settings.DOMAIN == "data":  # which has no pages
        return problem_json(problem)
    if isinstance(problem, Unauthenticated):
        # Encoded: else a `next` in the address itself would be the one that counts.
        return redirect(
            f"/accounts/login/?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else "/accounts/login/"
        )
    response = render(request, "ui/error.html", {"problem": problem, "code": problem.code}, status=problem.status)
    return _with_retry(response, problem)


def problem_json(problem: Problem) -> HttpResponse:
    """This function will write a problem as `application/problem+json` (RFC 9457)."""
    response = JsonResponse(
        problem.as_dict(),
        status=problem.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    if isinstance(problem, Unauthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="beijiang"'
    return _with_retry(response, problem)


def _not_allowed(response: HttpResponse) -> HttpResponse:
    """A method that an address does not know, as a problem that names those it does."""
    allow = response.get("Allow", "")
    told = problem_json(
        MethodNotAllowed(
            "kernel.method_not_allowed",
            detail=Words(f"这个地址只接受 {allow or '其他方法'}。", f"This address takes {allow or 'other methods'} only."),
        )
    )
    told["Allow"] = allow
    return told


def _with_retry(response: HttpResponse, problem: Problem) -> HttpResponse:
    if isinstance(problem, TooMany) and "retry_after" in problem.extra:
        response["Retry-After"] = str(int(problem.extra["retry_after"]))
    elif isinstance(problem, Unavailable):
        response["Retry-After"] = "5"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """This function will answer a form whose token is missing or old."""
    problem = Refused(
        "kernel.csrf",
        Words("页面已过期", "This page is too old"),
        Words(
            "为防止他人冒用，本次提交没有执行。请返回上一页，刷新后重新提交。",
            "To keep others from acting in your name, nothing was done. Go back, reload the page and submit again.",
        ),
    )
    problem.recorded = True  # type: ignore[attr-defined]  # nobody's permission was asked: not a refusal of use
    return answer(request, problem)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """This function will answer an address that does not exist."""
    return answer(request, NotFound("kernel.not_found"))


def server_error(request: HttpRequest) -> HttpResponse:
    """This function will answer when even the middleware failed, for example because the database is away."""
    error = sys.exc_info()[1]
    return answer(request, as_problem(error) if isinstance(error, Exception) else Problem("kernel.unexpected"))


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """This function will answer a request that cannot be read."""
    return answer(request, as_problem(exception) if isinstance(exception, Exception) else Invalid("kernel.bad_request"))
