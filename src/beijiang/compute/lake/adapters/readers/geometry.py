"""GeoJSON geometries as well-known text."""

from __future__ import annotations

from typing import Any

_KINDS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How deep the coordinates of each kind are nested."""


def wkt(geometry: Any) -> str | None:
    """This function will write a geometry as WKT, its numbers as they stand; None for none. ValueError if it is no geometry."""
    if geometry is None:
        return None
    if not isinstance(geometry, dict):
        raise ValueError("no geometry")  # noqa: TRY004 - one error for all that is none
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = [wkt(part) for part in geometry.get("geometries") or []]
        return f"GEOMETRYCOLLECTION ({', '.join(p for p in parts if p)})" if parts else "GEOMETRYCOLLECTION EMPTY"
    if kind not in _KINDS:
        raise ValueError("unknown kind of geometry")
    coordinates, depth = geometry.get("coordinates"), _KINDS[kind]
    if not isinstance(coordinates, list):
        raise ValueError("no coordinates")  # noqa: TRY004
    if not coordinates:
        return f"{kind.upper()} EMPTY"
    text = _nested(coordinates, depth)
    if depth == 0:
        text = f"({text})"
    z = " Z" if _dimensions(coordinates, depth) == 3 else ""
    return f"{kind.upper()}{z} {text}"


def point(geometry: Any) -> tuple[str, str] | None:
    """This function will give longitude and latitude of a point as they are written, None for any other geometry."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) < 2 or not all(_number(c) for c in coordinates):
        return None
    return str(coordinates[0]), str(coordinates[1])


def _nested(value: Any, depth: int) -> str:
    if not isinstance(value, list):
        raise ValueError("no coordinates")  # noqa: TRY004
    if depth == 0:
        if len(value) < 2 or not all(_number(v) for v in value):
            raise ValueError("a position has two or three numbers")
        return " ".join(str(v) for v in value[:3])
    return "(" + ", ".join(_nested(v, depth - 1) for v in value) + ")"


def _dimensions(value: Any, depth: int) -> int:
    while depth:
        value, depth = value[0], depth - 1
        if not isinstance(value, list) or not value:
            return 2
    return min(3, len(value))


def _number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool)
