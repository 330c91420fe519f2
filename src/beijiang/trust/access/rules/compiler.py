"""The one compiler from Cedar's residual to the row filter. What it does not know, it refuses.

Cedar's partial evaluation is experimental (cedarpy says so itself). Three things guard us: the list
of node types below is closed and pinned by a test; anything else raises UnsupportedResidual, which
refuses the question; and a property test holds every filter against deciding each row alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from beijiang.kernel.errors import Refused
from beijiang.kernel.words import Words

from ..types import ALL, NOTHING, All, Compare, Filter, In, IsNull, Nothing, all_of, any_of, negate
from .areas import area_filter

NODE_TYPES = frozenset({"Value", "Set", "unknown", ".", "&&", "||", "!", "is", "has", "==", "in", "contains"})
_MAX_DEPTH = 120


class UnsupportedResidual(Refused):
    """The policy left something over that the compiler does not know: fail closed."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "access.unsupported_residual",
            detail=Words(
                "授权规则中有一条无法换算成行过滤条件，为安全起见本次查询被拒绝，没有返回数据。请告知系统管理员。",
                "A policy could not be turned into a row filter; to be safe the question was refused and nothing was "
                "returned. Please tell the administrator.",
            ),
        )
        self.what = what  # for our own log and tests; `extra` would go out to the caller


@dataclass(frozen=True, slots=True)
class RowColumns:
    """Which columns of the dataset stand for the Row's attributes; None where the rows carry none."""

    area: str | None
    unit: str | None

    def of(self, attribute: str) -> str | None:
        """This function will give the column of an attribute; an unknown attribute is refused."""
        if attribute == "area":
            return self.area
        if attribute == "unit":
            return self.unit
        raise UnsupportedResidual(f"attribute {attribute}")


def compile_decision(decision: str, residuals: dict[str, Any], errors: list[str], columns: RowColumns) -> Filter:
    """This function will turn a partial decision into the filter of rows on which the full decision is Allow.

    Cedar permits a row when some permit holds and no forbid does.
    """
    if errors:
        raise UnsupportedResidual("evaluation error")
    if decision == "Allow":
        return ALL
    if decision == "Deny":
        return NOTHING
    if decision != "NoDecision":
        raise UnsupportedResidual(f"decision {decision}")
    permits: list[Filter] = []
    forbids: list[Filter] = []
    for _, residual in sorted(residuals.items()):  # Cedar gives them in any order; the same decision is the same filter
        body = _policy(residual, columns)
        (permits if residual["effect"] == "permit" else forbids).append(body)
    return all_of(any_of(*permits), *(negate(f) for f in forbids))


def _policy(residual: dict[str, Any], columns: RowColumns) -> Filter:
    if residual.get("effect") not in ("permit", "forbid"):
        raise UnsupportedResidual("effect")
    for scope in ("principal", "action", "resource"):
        if residual.get(scope) != {"op": "All"}:
            raise UnsupportedResidual(f"scope of {scope}")
    parts: list[Filter] = []
    for condition in residual.get("conditions", ()):
        body = _condition(condition["body"], columns, 0)
        if condition.get("kind") == "when":
            parts.append(body)
        elif condition.get("kind") == "unless":
            parts.append(negate(body))
        else:
            raise UnsupportedResidual("condition")
    return all_of(*parts)


def _one(node: Any) -> tuple[str, Any]:
    if not isinstance(node, dict) or len(node) != 1:
        raise UnsupportedResidual("shape")
    ((kind, body),) = node.items()
    if kind not in NODE_TYPES:
        raise UnsupportedResidual(kind)
    return kind, body


def _condition(node: Any, columns: RowColumns, depth: int) -> Filter:
    if depth > _MAX_DEPTH:
        raise UnsupportedResidual("depth")
    kind, body = _one(node)
    deeper = depth + 1
    match kind:
        case "Value" if isinstance(body, bool):
            return ALL if body else NOTHING
        case "&&":
            # Cedar stops at the first false: `resource has area && resource.area …` must not look further.
            left = _condition(body["left"], columns, deeper)
            return left if isinstance(left, Nothing) else all_of(left, _condition(body["right"], columns, deeper))
        case "||":
            left = _condition(body["left"], columns, deeper)
            return left if isinstance(left, All) else any_of(left, _condition(body["right"], columns, deeper))
        case "!":
            return negate(_condition(body["arg"], columns, deeper))
        case "is":
            _row(body["left"])
            return ALL if body["entity_type"] == "Row" and "in" not in body else NOTHING
        case "has":
            _row(body["left"])
            column = columns.of(body["attr"])
            return NOTHING if column is None else negate(IsNull(column))
        case "==":  # Cedar writes `a != b` as `!(a == b)`
            column, literal = _compared(body["left"], body["right"], columns)
            return Compare(column, "=", literal)
        case "in":
            if _attribute(body["left"]) != "area":
                raise UnsupportedResidual("in")
            return area_filter(_column("area", columns), tuple(_areas(body["right"])))
        case "contains":
            literals = tuple(_literal(item) for item in _members(body["left"]))
            column = _column(_text_attribute(body["right"]), columns)
            return In(column, literals) if literals else NOTHING
    raise UnsupportedResidual(f"{kind} as a condition")


def _row(node: Any) -> None:
    kind, body = _one(node)
    if kind != "unknown" or body != [{"Value": "resource"}]:
        raise UnsupportedResidual("unknown other than the row")


def _attribute(node: Any) -> str:
    kind, body = _one(node)
    if kind != ".":
        raise UnsupportedResidual(f"{kind} as an attribute")
    _row(body["left"])
    return str(body["attr"])


def _text_attribute(node: Any) -> str:
    name = _attribute(node)
    if name == "area":
        raise UnsupportedResidual("an area is compared by `in`")
    return name


def _column(attribute: str, columns: RowColumns) -> str:
    column = columns.of(attribute)
    if column is None:
        raise UnsupportedResidual(f"{attribute} read without `has`")
    return column


def _compared(left: Any, right: Any, columns: RowColumns) -> tuple[str, str]:
    if _one(left)[0] == ".":
        return _column(_text_attribute(left), columns), _literal(right)
    return _column(_text_attribute(right), columns), _literal(left)


def _literal(node: Any) -> str:
    kind, body = _one(node)
    if kind != "Value" or not isinstance(body, str):
        raise UnsupportedResidual("literal other than text")
    return body


def _members(node: Any) -> list[Any]:
    kind, body = _one(node)
    if kind == "Set" and isinstance(body, list):
        return body
    if kind == "Value" and isinstance(body, list):
        return [{"Value": item} for item in body]
    raise UnsupportedResidual(f"{kind} as a set")


def _areas(node: Any) -> list[str]:
    kind, body = _one(node)
    items = [node] if kind == "Value" and isinstance(body, dict) else _members(node)
    found = []
    for item in items:
        _, value = _one(item)
        entity = value.get("__entity") if isinstance(value, dict) else None
        if not isinstance(entity, dict) or entity.get("type") != "Area" or not isinstance(entity.get("id"), str):
            raise UnsupportedResidual("`in` something other than an area")
        found.append(entity["id"])
    return found
