"""Every address says who may come: a permission, any signed-in person, or all with a reason."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.main import NinjaAPI

from beijiang.kernel.routes import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator

THIRD_PARTY = ("allauth.", "oauth2_provider.", "ninja.", "django.contrib.staticfiles")


def routes(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """All patterns below a resolver as (address, view)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def operations() -> Iterator[tuple[str, Any]]:
    """All django-ninja operations as (method and path, function)."""
    from beijiang.config.api import api

    assert isinstance(api, NinjaAPI)
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{operation.methods} {prefix}{path}", operation.view_func


def home_of(view: Any) -> str:
    """The module of a view, through partials."""
    return str(getattr(view, "__module__", None) or getattr(getattr(view, "func", None), "__module__", ""))


PAGES = [(a, v) for a, v in routes() if not a.startswith("api/v1/") and not home_of(v).startswith(THIRD_PARTY)]


@pytest.mark.parametrize(("address", "view"), PAGES, ids=[a for a, _ in PAGES])
def test_every_page_is_guarded(address: str, view: Any) -> None:
    assert mark_of(view) is not None, f"{address} ({view}) says not who may come"


def test_every_operation_is_guarded() -> None:
    bare = [name for name, function in operations() if mark_of(function) is None]
    assert not bare


def test_no_operation_answers_with_a_tuple() -> None:
    """django-ninja takes a tuple of two for a status and a body: a list with two entries would be an error of ours."""
    named = [name for name, function in operations() if str(inspect.unwrap(function).__annotations__.get("return", "")).startswith("tuple")]
    assert not named


def test_public_routes_say_why() -> None:
    marks = [m for _, v in PAGES if (m := mark_of(v)) is not None]
    assert all(m.permission or m.signed_in or len(m.public_because) > 15 for m in marks)
