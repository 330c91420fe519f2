"""Facts that travel: frozen dataclasses, each with a type, words and a JSON Schema (CloudEvents 1.0)."""

from __future__ import annotations

import builtins
import dataclasses
import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import jsonschema

from .errors import Invalid
from .words import Words

SOURCE = "urn:beijiang"


@dataclass(frozen=True, slots=True)
class EventType:
    """A registered kind of fact. `public` facts travel by the stream; others only reach the log."""

    type: str
    words: Words
    cls: builtins.type
    schema: dict[str, Any]
    public: bool


registry: dict[str, EventType] = {}


def event(type_: str, words: Words, *, public: bool = False) -> typing.Callable[[type], type]:
    """This function will register a frozen dataclass as the event `room.noun.verb.v1`.

    The schema is derived from the fields; an unsupported field type fails at import, not at run time.
    """

    def register(cls: type) -> type:
        if not dataclasses.is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"{cls.__name__} must be a frozen dataclass")
        known = registry.get(type_)
        if known is not None and known.cls.__qualname__ != cls.__qualname__:
            raise ValueError(f"event type {type_} is registered twice")
        cls.event_type = type_  # type: ignore[attr-defined]
        registry[type_] = EventType(type_, words, cls, _schema_of(cls), public)
        return cls

    return register


def payload(fact: Any) -> dict[str, Any]:
    """This function will give the JSON-ready data of an event."""
    return {f.name: _json(getattr(fact, f.name)) for f in dataclasses.fields(fact)}


def envelope(fact: Any, *, id_: UUID, time: datetime, subject: str = "") -> dict[str, Any]:
    """This function will wrap an event as a CloudEvents 1.0 JSON document."""
    kind: str = fact.event_type
    document = {
        "specversion": "1.0",
        "id": str(id_),
        "source": f"{SOURCE}:{kind.split('.')[0]}",
        "type": kind,
        "time": time.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"{SOURCE}:schema:{kind}",
        "data": payload(fact),
    }
    if subject:
        document["subject"] = subject
    return document


def check(document: dict[str, Any]) -> EventType:
    """This function will check a CloudEvents document against the registry.

    Raises Invalid for an unknown type, a missing attribute or data that its schema refuses.
    """
    for attribute in ("specversion", "id", "source", "type", "data"):
        if attribute not in document:
            raise Invalid("kernel.event_incomplete", attribute=attribute)
    known = registry.get(document["type"])
    if known is None:
        raise Invalid("kernel.event_unknown", event_type=str(document["type"])[:200])
    try:
        jsonschema.validate(document["data"], known.schema)
    except jsonschema.ValidationError as error:
        raise Invalid("kernel.event_malformed", event_type=known.type, path=list(error.absolute_path)) from None
    return known


_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Any: {},
    Words: {
        "type": "object",
        "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
        "required": ["zh", "en"],
        "additionalProperties": False,
    },
}


def _schema_of(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    fields = dataclasses.fields(cls)
    return {
        "type": "object",
        "properties": {f.name: _schema(hints[f.name]) for f in fields},
        "required": [f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING],
        "additionalProperties": False,
    }


def _schema(hint: Any) -> dict[str, Any]:
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(a) for a in args]}
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (tuple, list, frozenset, set):
        if origin is tuple and (len(args) != 2 or args[1] is not Ellipsis):
            raise TypeError(f"only tuple[X, ...] has a schema, not {hint}")
        return {"type": "array", "items": _schema(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(args[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if dataclasses.is_dataclass(hint):
        return _schema_of(typing.cast("type", hint))
    raise TypeError(f"{hint} has no schema; use plain types in events")


def _json(value: Any) -> Any:
    if isinstance(value, Words):
        return value.as_dict()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(_json(v) for v in value)
    if isinstance(value, list | tuple):
        return [_json(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _json(v) for k, v in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return payload(value)
    return value
