"""What permissions hear: substitutes who come and go. Of grants that end, access tells their holders itself."""

from __future__ import annotations

from typing import Any

from beijiang.kernel.handlers import handles
from beijiang.kernel.types import Actor

from . import actions


@handles("identity.substitution.appointed.v1", consumer="permissions.substitutes")
def substitute_appointed(document: dict[str, Any]) -> None:
    """This function will tell a new substitute what waits for them."""
    actions.sweep(Actor.system("permissions"))


@handles("identity.substitution.ended.v1", consumer="permissions.substitutes_ended")
def substitute_ended(document: dict[str, Any]) -> None:
    """This function will take back what was told to a former substitute."""
    actions.sweep(Actor.system("permissions"))
