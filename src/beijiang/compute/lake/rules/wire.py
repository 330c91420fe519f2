"""Frames between the data domain and the lake worker: 4 bytes of header length, JSON header, 8 bytes of body length, body.

Headers are small and closed: a request has `sql`, `parameters`, `files`, `timeout_ms`, `max_bytes`, and perhaps `id` and `owner`;
a reply `ok` and either `elapsed_ms` with an Arrow IPC stream as body, or `code` of ERRORS. Values travel as [type, text], so nothing
is guessed. On a connection of their own come `{"stop": id, "owner": …}` → `stopped`, and `{"progress": id, "owner": …}` → `share`,
with `state` and `elapsed_ms` if the owner's question is there.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

MAX_HEADER = 8 << 20
MAX_BODY = 256 << 20
ERRORS = frozenset({"timeout", "memory", "too_large", "busy", "refused", "failed", "cancelled", "duplicate", "mistake", "expression"})


class WireError(ConnectionError):
    """The peer hung up or spoke something else."""


def send(sock: socket.socket, header: dict[str, Any], body: bytes | memoryview = b"") -> None:
    """This function will write one frame."""
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    sock.sendall(struct.pack(">I", len(head)) + head + struct.pack(">Q", len(body)))
    if body:
        sock.sendall(body)


def receive(sock: socket.socket) -> tuple[dict[str, Any], bytes]:
    """This function will read one frame; WireError when the peer is gone, or for a frame over the limits."""
    size = struct.unpack(">I", _exactly(sock, 4))[0]
    if size > MAX_HEADER:
        raise WireError("header too long")
    try:
        header = json.loads(_exactly(sock, size))
    except (ValueError, RecursionError) as error:
        raise WireError("header is no JSON") from error
    length = struct.unpack(">Q", _exactly(sock, 8))[0]
    if length > MAX_BODY or not isinstance(header, dict):
        raise WireError("body too long")
    return header, _exactly(sock, length)


def _exactly(sock: socket.socket, size: int) -> bytes:
    chunks = bytearray()
    while len(chunks) < size:
        piece = sock.recv(min(size - len(chunks), 1 << 20))
        if not piece:
            raise WireError("the peer hung up")
        chunks += piece
    return bytes(chunks)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a request's files, where it reads several datasets: from `start` up to `stop`."""

    start: int
    stop: int


def pack(value: Any) -> list[Any]:
    """This function will give the wire form of a bound value."""
    if isinstance(value, Part):
        return ["files", value.start, value.stop]
    if isinstance(value, bool) or value is None:
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)]
    if isinstance(value, float):
        return ["f", value]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, str):
        return ["s", value]
    raise TypeError(type(value).__name__)


_UNPACK: dict[str, Callable[[Any], Any]] = {
    "b": lambda v: v,
    "i": int,
    "f": float,
    "n": Decimal,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "s": str,
}


def part(value: Any, files: Sequence[str]) -> list[str] | None:
    """This function will give the files that a packed value stands for, None for any other value; WireError for what is not there."""
    if not isinstance(value, list) or not value or value[0] != "files":
        return None
    if value == ["files"]:
        return list(files)
    try:
        _, start, stop = value
        if type(start) is int and type(stop) is int and 0 <= start < stop <= len(files):
            return list(files[start:stop])
    except ValueError:
        pass
    raise WireError("bad files")


def unpack(value: Any) -> Any:
    """This function will read the wire form; WireError for anything else."""
    try:
        kind, content = value
        return _UNPACK[kind](content)
    except (TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise WireError("bad value") from error
