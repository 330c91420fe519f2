"""Who acts in this request: read fresh from the session or the bearer token, never remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware

from beijiang.kernel import clock
from beijiang.kernel.errors import Problem, Refused, Unauthenticated
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words

from .. import actions, queries
from ..handlers import SID, web_key
from ..rules import SEEN_EVERY

if TYPE_CHECKING:
    from collections.abc import Callable

ENDED_COOKIE = "bj_ended"
BEARER_PATHS = "/api/"
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ActorMiddleware:
    """Sets `request.actor`. An ended session, an inactive person or an ended post is signed out at once.

    A bearer token counts under /api/ only. Calls there that stand on the browser's session must carry the
    CSRF token like any form: django-ninja's views are exempt from Django's own check.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._csrf = CsrfViewMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This function will answer the request as the person that it comes from."""
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        request.by_bearer = False  # type: ignore[attr-defined]
        header = request.headers.get("Authorization", "")
        if header and request.path.startswith(BEARER_PATHS):
            try:
                request.actor = _bearer(header)  # type: ignore[attr-defined]
            except Unauthenticated as problem:
                return _refuse(problem)
            request.by_bearer = True  # type: ignore[attr-defined]
            return self.get_response(request)
        ended = _from_session(request)
        response = self.get_response(request)
        if ended:
            response.set_cookie(ENDED_COOKIE, ended, max_age=120, httponly=True, samesite="Lax", secure=request.is_secure())
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """This function will ask the CSRF token of API calls that stand on a browser session."""
        actor = request.actor  # type: ignore[attr-defined]
        if not request.path.startswith(BEARER_PATHS) or request.method in _SAFE or request.by_bearer or not actor.is_authenticated:  # type: ignore[attr-defined]
            return None
        if self._csrf.process_view(request, _unexempt, args, kwargs) is None:
            return None
        return _refuse(Refused("kernel.csrf", detail=Words("缺少防伪令牌，没有执行。", "The CSRF token is missing; nothing was done.")))


def _unexempt(request: HttpRequest) -> HttpResponse:
    """Stands for a view that asks the CSRF token; never called."""
    return HttpResponse(status=500)


def _bearer(header: str) -> Any:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("identity.token_invalid", detail=Words("只接受 Bearer 令牌。", "Only a Bearer token is taken."))
    return queries.actor_for_bearer(token.strip())


def _refuse(problem: Problem) -> HttpResponse:
    response = JsonResponse(
        problem.as_dict(), status=problem.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    if isinstance(problem, Unauthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="beijiang", error="invalid_token"'
    return response


def _from_session(request: HttpRequest) -> str:
    """Sets the actor of a browser session, or ends it and gives the reason."""
    user_id, sid = request.session.get(SESSION_KEY), request.session.get(SID)
    if not user_id:
        return ""
    if sid:
        seen = queries.look_at_session(sid=UUID(sid), user_id=UUID(user_id), web_key=web_key(request))
        # Django's own check: a session made before the password was changed is nobody's.
        if seen.actor is not None and request.user.is_authenticated:
            request.actor = seen.actor  # type: ignore[attr-defined]
            if seen.last_seen is not None and clock.now() - seen.last_seen > SEEN_EVERY:
                actions.mark_seen(UUID(sid))
            return ""
        reason = seen.reason or "password"
        if reason != "ended":
            actions.lapse_session(UUID(sid), reason=reason)  # type: ignore[arg-type]
    else:
        reason = "ended"
    logout(request)
    return reason
