"""Every address says who may come. A house test walks all routes and finds none without a mark."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect

from . import guard
from .errors import Refused, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from .guard import Permission
    from .types import Actor


@dataclass(frozen=True, slots=True)
class RouteMark:
    """How a route is guarded: a permission code, `signed in`, or public with the reason why."""

    permission: str = ""
    signed_in: bool = False
    public_because: str = ""


def actor_of(request: HttpRequest) -> Actor:
    """This function will give who asks; Unauthenticated when nobody is signed in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_authenticated:
        raise Unauthenticated("kernel.sign_in")
    return actor


def guarded(permission: Permission) -> Callable[[Any], Any]:
    """This function will let in only those whom the policy permits `permission` (without a resource).

    It is the first of two locks: actions and queries require again, with the resource at hand.
    """
    return _mark(RouteMark(permission=permission.code), lambda actor: guard.require(actor, permission))


def signed_in(view: Any) -> Any:
    """This function will let in whoever is signed in: pages about oneself."""
    return _mark(RouteMark(signed_in=True), lambda _actor: None)(view)


def public(reason: str) -> Callable[[Any], Any]:
    """This function will mark a route as open to all, and say why."""

    def decorate(view: Any) -> Any:
        view.route_mark = RouteMark(public_because=reason)
        return view

    return decorate


def mark_of(view: Any) -> RouteMark | None:
    """This function will read the mark of a view or operation, through wrappers and class-based views."""
    seen = view
    while seen is not None:
        mark = getattr(seen, "route_mark", None)
        if mark is not None:
            return mark
        cls = getattr(seen, "view_class", None)
        if cls is not None and getattr(cls, "route_mark", None) is not None:
            return cls.route_mark
        seen = getattr(seen, "__wrapped__", None)
    return None


def _mark(mark: RouteMark, check: Callable[[Actor], None]) -> Callable[[Any], Any]:
    def decorate(view: Any) -> Any:
        @functools.wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if not actor.is_authenticated:
                if wants_json(request):
                    raise Unauthenticated("kernel.sign_in")
                from urllib.parse import urlencode

                return redirect(f"/accounts/login/?{urlencode({'next': request.get_full_path()})}")
            try:
                check(actor)
            except Refused as refused:
                guard.report_refusal(actor, refused)
                raise
            return view(request, *args, **kwargs)

        # django-ninja reads the signature of the operation; functools.wraps alone hides it behind *args. Names are
        # resolved where the operation stands, because ninja would look for them in this module.
        try:
            entered.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        except NameError:  # a page whose types are imported for checking only; ninja never sees it
            entered.__signature__ = inspect.signature(view)  # type: ignore[attr-defined]
        entered.route_mark = mark  # type: ignore[attr-defined]
        return entered

    return decorate


def wants_json(request: HttpRequest) -> bool:
    """This function will tell an API call from a page by address and Accept header."""
    if request.path.startswith(("/api/", "/r1/")):
        return True
    return "text/html" not in request.headers.get("Accept", "") and request.headers.get("Accept", "*/*") != "*/*"
