"""What every page's frame is told: language, floors, unit and duty, things to do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from beijiang.kernel import todo
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import EN, Words, current_language

from . import nav

_duties: dict[str, Words] = {}


def name_duties(words: dict[str, Words]) -> None:
    """This function will say how the closed list of duties is written, in the order in which they are shown."""
    _duties.update(words)


def duty_words(duties: Iterable[str], *, rest: bool = False) -> str:
    """This function will write duties in the order of the closed list; a duty nobody named is left out, or with `rest` follows as its code."""
    held = set(duties)
    separator = ", " if current_language() == EN else "、"
    others = sorted(held - set(_duties)) if rest else []
    return separator.join([*(str(words) for code, words in _duties.items() if code in held), *others])


def unit_words(actor: Actor) -> Words:
    """This function will give the name of the actor's unit, its code when it has no name."""
    return Words(actor.unit_name_zh or actor.unit_code, actor.unit_name_en or actor.unit_name_zh or actor.unit_code)


class Frame:
    """What ui/base.html and ui/plain.html ask for; each is looked up once and only when asked, errors pages ask little."""

    def __init__(self, request: HttpRequest) -> None:
        self._path = request.path
        self._actor: Actor = getattr(request, "actor", None) or ANONYMOUS
        self.demo = bool(getattr(settings, "BEIJIANG_DEMO", False))

    @property
    def lang(self) -> str:
        """The language tag of the page (BCP 47)."""
        return "en" if current_language() == EN else "zh-Hans"

    @cached_property
    def floors(self) -> tuple[nav.Floor, ...]:
        """The side bar."""
        return nav.floors(self._actor, self._path) if self._actor.is_authenticated else ()

    @cached_property
    def account(self) -> tuple[nav.Shown, ...]:
        """The menu of one's own account."""
        return nav.account(self._path) if self._actor.is_authenticated else ()

    @property
    def unit(self) -> Words:
        """The viewer's unit."""
        return unit_words(self._actor)

    @property
    def duties(self) -> str:
        """The viewer's duties in words."""
        return duty_words(self._actor.duties)

    @cached_property
    def todo_count(self) -> int:
        """How many things wait for the viewer."""
        return len(todo.for_actor(self._actor)) if self._actor.is_authenticated else 0


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` on every page."""
    return {"shell": Frame(request)}
