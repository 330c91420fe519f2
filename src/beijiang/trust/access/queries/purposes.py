"""The closed list of purposes."""

from __future__ import annotations

import functools

from beijiang.kernel import clock, resources
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..rules import parse_purposes
from ..types import Purpose


@functools.cache
def _all() -> dict[str, Purpose]:
    return parse_purposes((resources.path("law") / "purposes.toml").read_text("utf-8"))


def purposes() -> tuple[Purpose, ...]:
    """This function will list every purpose of law/purposes.toml, closed ones too, in its order."""
    return tuple(_all().values())


def open_purposes(grade: str = "") -> tuple[Purpose, ...]:
    """This function will list the purposes that may be used today, for data of `grade` if one is named."""
    return tuple(p for p in purposes() if is_open(p) and (not grade or grade in p.grades))


def find_purpose(code: str) -> Purpose | None:
    """This function will find a purpose by code, or None."""
    return _all().get(code)


def purpose(code: str) -> Purpose:
    """This function will give a purpose; NotFound (`access.purpose_unknown`) if it is not on the list."""
    found = _all().get(code)
    if found is None:
        raise NotFound(
            "access.purpose_unknown",
            Words("没有这个使用目的", "No such purpose"),
            Words("请从使用目的清单中选择一个。", "Choose one from the list of purposes."),
        )
    return found


def is_open(found: Purpose) -> bool:
    """This function will say whether a purpose may be used today (Asia/Shanghai)."""
    return not found.closed_on or clock.local(clock.now()).date().isoformat() < found.closed_on
