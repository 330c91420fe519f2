"""What every page's frame is told: language, floors, unit and duty, things to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import EN, Words, current_language

from . import nav

DUTIES = {
    "officer": Words("民警", "Officer"),
    "chief": Words("领导", "Chief"),
    "liaison": Words("联络员", "Liaison"),
    "owner": Words("数据主管", "Data owner"),
    "steward": Words("数据管理员", "Data steward"),
    "auditor": Words("审计员", "Auditor"),
    "legal": Words("法制", "Legal"),
    "supervisor": Words("督察", "Supervisor"),
    "kexin": Words("科信", "Technology"),
    "administrator": Words("系统管理员", "Administrator"),
}
"""How the closed list of duties (identity.types) is written on screens."""


def duty_words(duties: Iterable[str]) -> str:
    """This function will write a person's duties in the order of the closed list."""
    held = set(duties)
    separator = ", " if current_language() == EN else "、"
    return separator.join(str(words) for code, words in DUTIES.items() if code in held)


def unit_words(actor: Actor) -> Words:
    """This function will give the name of the actor's unit, its code when it has no name."""
    return Words(actor.unit_name_zh or actor.unit_code, actor.unit_name_en or actor.unit_name_zh or actor.unit_code)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for ui/base.html and ui/plain.html; looked up only when a template asks."""
    return {"shell": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = getattr(request, "actor", None) or ANONYMOUS
    known = actor.is_authenticated
    return {
        "lang": "en" if current_language() == EN else "zh-Hans",
        "floors": nav.floors(actor, request.path) if known else (),
        "account": nav.account(request.path) if known else (),
        "unit": unit_words(actor),
        "duties": duty_words(actor.duties),
        "todo_count": nav.fact("todo_count", actor, 0) if known else 0,
        "demo": bool(getattr(settings, "BEIJIANG_DEMO", False)),
    }
