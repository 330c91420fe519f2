"""Which parts of the context policies read, so that nothing else need be told or compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_EVERYTHING = {"op": "All"}


@dataclass(frozen=True, slots=True)
class Reads:
    """What some policies depend on, beside the resource. `context` None: all of it."""

    context: frozenset[str] | None
    principal: bool

    def of(self, context: dict[str, Any]) -> dict[str, Any]:
        """This function will leave of a context only what is read."""
        if self.context is None:
            return context
        return {k: v for k, v in context.items() if k in self.context}


def reads(policies: Mapping[str, Any]) -> Reads:
    """This function will find what policies in Cedar's JSON form read: `context.a` and `context has a` read a.

    A context that is used in any other way counts as read whole, so that a new way of writing never reads too little.
    """
    found = {name for policy in policies.values() for name in _names(policy["conditions"])}
    whole = "context" in found
    principal = "principal" in found or any(p["principal"] != _EVERYTHING for p in policies.values())
    return Reads(None if whole else frozenset(n[1:] for n in found if n.startswith(".")), principal)


def _names(node: Any) -> Iterator[str]:
    """`.a` for an attribute of the context, `context` and `principal` for the bare variables."""
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in (".", "has") and isinstance(value, dict) and value.get("left") == {"Var": "context"}:
                yield f".{value['attr']}"
            elif key == "Var":
                yield str(value)
            else:
                yield from _names(value)
