"""Who hears which event. The jobs process of each domain runs the handlers of its rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction

from . import events, inbox

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Handler:
    """One consumer of one event type (or of a subject prefix ending in `.>`)."""

    consumer: str
    type: str
    domain: Literal["user", "data"]
    function: Callable[[dict[str, Any]], None]


_handlers: dict[str, Handler] = {}


def handles(type_: str, *, consumer: str, domain: Literal["user", "data"] = "user") -> Callable[[Any], Any]:
    """This function will register a function `(document) -> None` for events of `type_`.

    `consumer` names it for the stream and the inbox and must never change.
    """

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        known = _handlers.get(consumer)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"consumer {consumer} is registered twice")
        _handlers[consumer] = Handler(consumer, type_, domain, function)
        return function

    return register


def handlers(domain: str) -> list[Handler]:
    """This function will list the handlers of a domain."""
    return [h for h in _handlers.values() if h.domain == domain]


def deliver(handler: Handler, document: dict[str, Any]) -> bool:
    """This function will check an event and let the handler take it once. False if it had been taken before.

    Raises Invalid for a document its schema refuses; whatever the handler raises passes through
    and rolls everything back, so that the stream delivers again.
    """
    events.check(document)
    with transaction.atomic():
        if not inbox.once(handler.consumer, document["id"]):
            return False
        handler.function(document)
    return True
