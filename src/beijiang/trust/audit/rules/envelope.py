"""What an envelope says in the few columns by which the log is searched.

The columns are conveniences; the envelope is what the leaf commits to. `columns` is therefore the one place that
derives them, used when an entry is sealed and again when the log is verified.
"""

from typing import Any
from uuid import UUID

REFUSED = "audit.use.refused.v1"
MOST_ITEMS = 500

_LIMITS = {
    "actor_username": 200,
    "actor_name": 200,
    "unit": 40,
    "unit_zh": 200,
    "unit_en": 200,
    "purpose": 80,
    "basis": 200,
    "dataset": 120,
    "matter": 120,
    "outcome": 20,
}


def columns(event_type: str, envelope: dict[str, Any]) -> dict[str, Any]:
    """The search columns of an envelope: strings cut to their length, `actor_id` a UUID or None, lists without repetition.

    A *use* is a fact of a dataset that carries the door's `request_id`, and a refusal that names a dataset: what auditors
    look at first. `unit_path` are the codes of the unit and all above it, as they were at that moment.
    """
    actor, event = _dict(envelope.get("actor")), _dict(envelope.get("event"))
    unit = _dict(actor.get("unit"))
    name = _dict(unit.get("name"))
    found = {
        "actor_username": actor.get("username"),
        "actor_name": actor.get("name"),
        "unit": unit.get("code"),
        "unit_zh": name.get("zh"),
        "unit_en": name.get("en"),
        "purpose": _code(event.get("purpose")),
        "basis": _code(event.get("basis")),
        "dataset": _code(event.get("dataset")),
        "matter": _code(event.get("matter")),
        "outcome": envelope.get("outcome"),
    }
    out: dict[str, Any] = {key: _text(value)[: _LIMITS[key]] for key, value in found.items()}
    out["actor_id"] = _uuid(actor.get("id"))
    out["room"] = event_type.split(".")[0][:40]
    datasets = _list(event.get("datasets")) or ([out["dataset"]] if out["dataset"] else [])
    rows = event.get("row_count")
    out |= {
        "use": bool(datasets) and ("request_id" in event or event_type == REFUSED),
        "unit_path": _list(unit.get("path")) or ([out["unit"]] if out["unit"] else []),
        "datasets": datasets,
        "grants": _list(event.get("grant_ids")) or _list([event.get("grant_id")]),
        "columns": _list(event.get("columns")),
        "codes": (_list(event.get("codes")) or _list([event.get("code")])) if out["outcome"] == "refused" else [],
        "row_count": rows if isinstance(rows, int) and not isinstance(rows, bool) and 0 <= rows < 1 << 62 else None,
    }
    return out


def _list(value: Any) -> list[str]:
    """The texts of a list, each once and in their order, the longest cut."""
    found = value if isinstance(value, list) else []
    return list(dict.fromkeys(text[:120] for item in found[:MOST_ITEMS] if (text := _text(item))))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _code(value: Any) -> Any:
    """A purpose, basis, dataset or matter is a code, or an object with one."""
    if isinstance(value, dict):
        return next((value[key] for key in ("code", "ref", "name", "kind", "id") if isinstance(value.get(key), str)), "")
    return value


def _text(value: Any) -> str:
    # PostgreSQL's text cannot hold NUL; the envelope itself has it escaped.
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
