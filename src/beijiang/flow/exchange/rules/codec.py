"""Frozen values as JSON and back, by their declared fields: strict, so that what is read is what was written."""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
import types
import typing
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from beijiang.kernel.errors import Invalid, Unavailable
from beijiang.kernel.words import Words

from .. import types as exchange

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_SCALARS: dict[Any, Any] = {str: str, bool: bool, int: int, float: (int, float)}
DEPTH = 12


class _Misfit(ValueError):
    """The data is not of the declared form; the message names the place."""


def to_wire(value: Any) -> Any:
    """This function will give the JSON-ready form of a value: words as both languages, times as ISO 8601, ids as text."""
    if isinstance(value, Words):
        return value.as_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_wire(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(k): to_wire(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [to_wire(v) for v in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def write(value: Any) -> bytes:
    """This function will write a value as JSON."""
    return json.dumps(to_wire(value), ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(sha256: str) -> str:
    """This function will write the Content-Digest of content whose SHA-256 is known as hex."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def read(kind: Any, body: bytes) -> Any:
    """This function will read a value that the door answered with; Unavailable if it is none."""
    return _read(kind, body, _bad_reply)


def read_request(kind: type[T], body: bytes) -> T:
    """This function will read a value that a caller sent; Invalid names the member that does not fit."""
    found: T = _read(kind, body, _bad_body)
    return found


def _read(kind: Any, body: bytes, wrong: Callable[[str], Exception]) -> Any:
    try:
        return _from(kind, json.loads(body), "", 0)
    except _Misfit as misfit:
        raise wrong(str(misfit)) from None
    except (ValueError, RecursionError):
        raise wrong("") from None


def _bad_reply(place: str) -> Unavailable:
    return Unavailable(
        "exchange.bad_reply",
        Words("答复无法读取", "The answer cannot be read"),
        Words("数据门的答复不完整，请稍后再试。", "The door's answer is incomplete; try again in a moment."),
        place=place,
    )


def _bad_body(place: str) -> Invalid:
    return Invalid(
        "exchange.bad_body",
        Words("请求的内容不符合格式", "The request is not of the right form"),
        Words(
            f"有误的位置：{place or '整体'}。没有执行。",
            f"The fault is at: {place or 'the whole'}. Nothing was done.",
        ),
        place=place,
    )


def _from(hint: Any, value: Any, place: str, depth: int) -> Any:
    if depth > DEPTH:
        raise _Misfit(place)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _from(next(a for a in args if a is not type(None)), value, place, depth)
    if hint in _SCALARS:
        if not isinstance(value, _SCALARS[hint]) or (isinstance(value, bool) and hint is not bool):
            raise _Misfit(place)
        return float(value) if hint is float else value
    if origin is tuple:
        if not isinstance(value, list):
            raise _Misfit(place)
        return tuple(_from(args[0], item, f"{place}[{n}]", depth + 1) for n, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise _Misfit(place)
        return {k: _from(args[1], v, f"{place}.{k}"[:200], depth + 1) for k, v in value.items()}
    return _of_class(hint, value, place, depth)


def _of_class(hint: Any, value: Any, place: str, depth: int) -> Any:
    if hint is Words:
        if not isinstance(value, dict) or set(value) != {"zh", "en"} or not all(isinstance(v, str) for v in value.values()):
            raise _Misfit(place)
        return Words.of(value)
    if hint in (UUID, datetime):
        if not isinstance(value, str):
            raise _Misfit(place)
        try:
            return UUID(value) if hint is UUID else datetime.fromisoformat(value)
        except ValueError:
            raise _Misfit(place) from None
    if not isinstance(hint, type) or not dataclasses.is_dataclass(hint):
        raise TypeError(f"{hint} cannot be read from the wire")
    if not isinstance(value, dict):
        raise _Misfit(place)
    fields = _fields(hint)
    strange = set(value) - set(fields)
    if strange:
        raise _Misfit(f"{place}.{min(strange)}"[:200])
    given = {}
    for name, (kind, required) in fields.items():
        if name in value:
            given[name] = _from(kind, value[name], f"{place}.{name}".lstrip("."), depth + 1)
        elif required:
            raise _Misfit(f"{place}.{name}".lstrip("."))
    made: Any = hint
    return made(**given)


@functools.cache
def _fields(cls: Any) -> dict[str, tuple[Any, bool]]:
    known = {"datetime": datetime, "UUID": UUID, "Words": Words, "Any": Any} | {n: getattr(exchange, n) for n in exchange.__all__}
    hints = typing.get_type_hints(cls, localns=known)
    missing = dataclasses.MISSING
    return {f.name: (hints[f.name], f.default is missing and f.default_factory is missing) for f in dataclasses.fields(cls)}
