"""JSON as rows: an array of objects, objects line by line, GeoJSON features, SensorThings values; one object is one row."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from beijiang.kernel.words import Words

from ..encodings import refuse
from .characters import Characters, parse_line, plain
from .geometry import point, wkt
from .source import MAX_COLUMNS, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONTAINERS = ("features", "value", "data", "records", "rows", "items", "results", "requests")
"""Members whose array holds the rows of a document that is too long to be looked at as a whole."""
ROWS = 10_000
"""Rows are handed on in smaller batches than those of other kinds: one may hold a whole boundary."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How rows stand in the file. `member` names the array of a document that holds them."""

    kind: str
    mode: str
    member: str = ""


def json_rows(path: Path, encoding: str, skip: int, size: int) -> Source:
    """This function will open a JSON file. It is read once for its column names and again for its rows."""

    def characters(done: Callable[[float], None]) -> Characters:
        return Characters(path, encoding, skip, size, done)

    shape = _shape(characters)
    source = Source(shape.kind, encoding.upper(), [], iter(()))
    if shape.member and shape.kind == "json":
        source.notes.append(
            Words(f"数据行取自 JSON 的“{shape.member}”。", f"The rows were taken from “{shape.member}” of the JSON document.")
        )
    names: dict[str, None] = {}
    for _, record in _records(characters(lambda _: None), shape):
        if isinstance(record, dict):
            names.update(dict.fromkeys(_names(record, shape.kind)))
            if len(names) > 20 * MAX_COLUMNS:
                break
    source.names = list(names)
    if not names:
        raise refuse("empty", "JSON 里没有数据对象。", "There are no objects in the JSON.")
    source.batches = _batches(characters, shape, source)
    return source


def _shape(characters: Callable[[Callable[[float], None]], Characters]) -> _Shape:
    text = characters(lambda _: None)
    with contextlib.closing(text):
        if text.peek() == "[":
            return _Shape("json", "array")
        try:
            first = text.value()
        except Exception as error:
            if getattr(error, "code", "") != "lake.file_row_too_long":
                raise
            return _long(characters)
        if text.peek() == "":
            return _document(first)
        if text.peek() == "{":
            return _Shape("jsonl", "lines")
        raise text.fault()


def _document(value: dict[str, Any]) -> _Shape:
    if value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list):
        return _Shape("geojson", "member", "features")
    if value.get("type") == "Feature":
        return _Shape("geojson", "single")
    things = any(k.startswith("@iot.") for k in value)
    if isinstance(value.get("value"), list) and _objects(value["value"]):
        return _Shape("sensorthings", "member", "value")
    arrays = [k for k, v in value.items() if isinstance(v, list) and _objects(v)]
    if len(arrays) == 1 and not any(isinstance(v, dict | list) for k, v in value.items() if k != arrays[0]) and not _named(value):
        return _Shape("json", "member", arrays[0])
    return _Shape("sensorthings" if things else "json", "single")


def _named(value: dict[str, Any]) -> bool:
    """A thing with a name of its own that has parts is one row; what has none is only the wrapping of its rows."""
    return any(k.lower() in ("name", "id", "code", "title") for k in value)


def _objects(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(v, dict) for v in values)


def _long(characters: Callable[[Callable[[float], None]], Characters]) -> _Shape:
    """The shape of a document that is longer than a value may be: by the first member that can hold rows."""
    text = characters(lambda _: None)
    with contextlib.closing(text):
        text.take("{")
        kind = "json"
        while True:
            name = text.value()
            if not isinstance(name, str) or not text.take(":"):
                raise text.fault()
            if name in CONTAINERS and text.peek() == "[":
                return _Shape("geojson" if name == "features" else "sensorthings" if name == "value" else kind, "member", name)
            text.value()
            if not text.take(","):
                raise text.fault()


def _records(text: Characters, shape: _Shape) -> Iterator[tuple[int, Any]]:
    """Every row as (number, value); a value that is no object is for the caller to set aside. Text stands for a broken line."""
    with contextlib.closing(text):
        if shape.mode == "single":
            yield 1, text.value()
        elif shape.mode == "array":
            yield from _array(text)
        elif shape.mode == "lines":
            yield from _lines(text)
        else:
            text.take("{")
            while True:
                name = text.value()
                if not text.take(":"):
                    raise text.fault()
                if name == shape.member:
                    yield from _array(text)
                else:
                    text.value()
                if not text.take(","):
                    break
            if not text.take("}"):
                raise text.fault()


def _array(text: Characters) -> Iterator[tuple[int, Any]]:
    if not text.take("["):
        raise text.fault()
    number = 0
    if text.take("]"):
        return
    while True:
        number += 1
        yield number, text.value()
        if text.take("]"):
            return
        if not text.take(","):
            raise text.fault()


def _lines(text: Characters) -> Iterator[tuple[int, Any]]:
    number = 0
    while text.peek():
        number += 1
        line = text.line()
        try:
            yield number, parse_line(line)
        except ValueError:
            yield number, line


def _names(record: dict[str, Any], kind: str) -> list[str]:
    try:
        return list(_cells(record, kind))
    except ValueError:
        return []  # set aside when rows are read


def _cells(record: dict[str, Any], kind: str) -> dict[str, str | None]:
    """A record as cells by name. Members of members get a name with a dot; deeper ones stay JSON."""
    if kind != "geojson":
        return _flat(record)
    properties = record.get("properties")
    cells = _flat(properties) if isinstance(properties, dict) else {}
    if record.get("id") is not None:
        cells["id" if "id" not in cells else "feature_id"] = plain(record["id"])
    geometry = record.get("geometry")
    cells["geometry" if "geometry" not in cells else "feature_geometry"] = wkt(geometry)
    where = point(geometry)
    if where is not None:
        cells.setdefault("lon", where[0])
        cells.setdefault("lat", where[1])
    return cells


def _flat(record: dict[str, Any]) -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value:
            for inner, deeper in value.items():
                cells[f"{name}.{inner}"] = plain(deeper)
        else:
            cells[name] = plain(value)
    return cells


def _batches(
    characters: Callable[[Callable[[float], None]], Characters], shape: _Shape, source: Source
) -> Iterator[tuple[int, pa.RecordBatch]]:
    rows: list[dict[str, str | None]] = []
    first, held = 1, 0

    def batch() -> pa.RecordBatch:
        keys = [f"c{i}" for i in range(len(source.names))]
        return pa.RecordBatch.from_arrays([pa.array([r.get(n) for r in rows], pa.string()) for n in source.names], keys)

    for number, record in _records(characters(lambda part: setattr(source, "done", part)), shape):
        try:
            if not isinstance(record, dict):
                raise TypeError("no object")
            cells = _cells(record, shape.kind)
        except (TypeError, ValueError):
            source.stray(number, record if isinstance(record, str) else plain(record) or "")
            continue
        rows.append(cells)
        held += sum(len(v) for v in cells.values() if v)
        if len(rows) >= ROWS or held > 32 << 20:
            yield first, batch()
            first, held = first + len(rows), 0
            rows.clear()
    if rows:
        yield first, batch()
