"""Uses counted: by day, by what a filter may take, by person, unit and dataset."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import BigIntegerField, F, Model, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate

from beijiang.kernel import guard, search
from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from ..grants import READ
from ..models import Entry
from ..types import OUTCOMES, Day, Facet, FacetItem, Filters, Group, GroupBy, Groups, Overview
from . import narrow
from .find import BASES, basis_words, reason_of
from .names import name_of

MOST_COUNTED = 50_000
"""Entries that are counted one by one where the tallies do not know enough."""
MOST_GROUPS = 2_000
LONGEST = 400
"""Days of a trend."""
_FACETS = ("outcome", "basis", "purpose", "dataset", "code")
_COLUMN = {"dataset": "datasets", "code": "codes"}
_KEYS = {
    "person": ("actor_id", "actor_username", "actor_name", "unit_zh", "unit_en"),
    "unit": ("unit", "unit_zh", "unit_en"),
    "dataset": ("datasets",),
}


def overview(actor: Actor, *, filters: Filters) -> Overview:
    """This function will count the entries that fit: in all, by day, and for each value that a filter may still take.

    Requires audit.read. Errors as `find`. Exact, unless `partial` says that only the newest 50,000 were counted.
    """
    guard.require(actor, READ)
    names = _FACETS if filters.uses else (*_FACETS, "room")
    open_ = [name for name in names if not getattr(filters, name)]
    sets = ["day, outcome", *(_COLUMN.get(name, name) for name in open_ if name != "outcome")]
    rows, partial = _counted(actor, filters, sets)
    facets = {name: [(r[_COLUMN.get(name, name)], r["many"]) for r in rows if r["set"] == _COLUMN.get(name, name)] for name in open_}
    days = [r for r in rows if r["set"] == "day, outcome"]
    if "outcome" in facets:
        facets["outcome"] = [(r["outcome"], r["many"]) for r in days]
    for name in names:
        if name not in facets:
            column = _COLUMN.get(name, name)
            more, cut = _counted(actor, _unset(filters, name), [column])
            facets[name], partial = [(r[column], r["many"]) for r in more], partial or cut
    found = {name: _summed(values) for name, values in facets.items()}
    if not filters.basis or filters.basis == narrow.EMERGENCY:
        found["basis"][narrow.EMERGENCY] = _emergencies(actor, filters)
    return Overview(
        total=sum(r["many"] for r in days),
        refused=sum(r["many"] for r in days if r["outcome"] == "refused"),
        rows=sum(r["rows"] for r in days),
        days=_days(days),
        facets=tuple(Facet(name, _items(name, found[name])) for name in names),
        partial=partial,
    )


def groups(actor: Actor, *, filters: Filters, by: GroupBy) -> Groups:
    """This function will count the entries that fit by person, unit or dataset, in the order of their names (RIGHTS 3).

    Requires audit.read. At most 2,000 groups; `partial` says when there are more, or when not all entries were counted.
    """
    guard.require(actor, READ)
    keys = _KEYS[by]
    rows, partial = _counted(actor, filters, [", ".join(("outcome", *keys))])
    found: dict[str, list[Any]] = {}
    for row in rows:
        for key, words, about in _named(by, row):
            group = found.setdefault(key, [words, about, 0, 0, 0])
            group[3 if row["outcome"] == "refused" else 2] += row["many"]
            group[4] += row["rows"]
    made = [Group(key, *group) for key, group in found.items() if key]
    made.sort(key=lambda g: (_sort_key(g.words.zh), g.key))
    return Groups(by, tuple(made[:MOST_GROUPS]), partial or len(made) > MOST_GROUPS)


@lru_cache(maxsize=20_000)
def _sort_key(text: str) -> str:
    return search.sort_key(text)


def _named(by: GroupBy, row: dict[str, Any]) -> list[tuple[str, Words, Words]]:
    unit = Words(row.get("unit_zh") or "", row.get("unit_en") or row.get("unit_zh") or "")
    if by == "dataset":
        return [(code, name_of("dataset", code), Words("", "")) for code in row["datasets"]]
    if by == "unit":
        return [(row["unit"], unit, Words("", ""))]
    name = row["actor_name"] or row["actor_username"]
    return [(str(row["actor_id"]) if row["actor_id"] else row["actor_username"], Words(name, name), unit)]


def _counted(actor: Actor, filters: Filters, sets: list[str]) -> tuple[list[dict[str, Any]], bool]:
    """Numbers of all entries that fit, for each of several sets of columns; whether some were left out."""
    columns = list(dict.fromkeys(c for one in sets for c in one.split(", ")))
    source, partial = _source(actor, filters, columns)
    inner, params = source.query.get_compiler(source.db).as_sql()
    grouped = ", ".join(f"({one})" for one in sets)
    marks = ", ".join(f"GROUPING({c})" for c in columns)
    with connections[source.db].cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)}, sum(many)::bigint, sum(rows)::bigint, {marks} FROM ({inner}) AS t"  # noqa: S608 - names of our own, values as parameters
            f" GROUP BY GROUPING SETS ({grouped})",
            params,
        )
        answer = cursor.fetchall()
    n, out = len(columns), []
    for row in answer:
        present = {c for c, absent in zip(columns, row[n + 2 :], strict=True) if not absent}
        name = next(one for one in sets if set(one.split(", ")) == present)
        out.append({**dict(zip(columns, row[:n], strict=True)), "many": row[n], "rows": row[n + 1], "set": name})
    return out, partial and sum(r["many"] for r in out if r["set"] == sets[0]) >= MOST_COUNTED


def _unset(filters: Filters, name: str) -> Filters:
    changed: dict[str, Any] = {name: ""}
    return replace(filters, **changed)


def _source(actor: Actor, filters: Filters, columns: list[str]) -> tuple[QuerySet[Any, Any], bool]:
    told = narrow.tallies(actor, filters=filters)
    if told is not None:
        return told.values(*columns, "many", "rows"), False
    wanted: QuerySet[Any, Any] = (
        narrow.entries(actor, filters=filters)
        .order_by("-index")
        .annotate(many=Value(1, BigIntegerField()), rows=Coalesce(F("row_count"), Value(0), output_field=BigIntegerField()))
    )
    if "day" in columns:
        wanted = wanted.annotate(day=TruncDate("time", tzinfo=SHANGHAI))
    return wanted.values(*columns, "many", "rows")[:MOST_COUNTED], True


def _emergencies(actor: Actor, filters: Filters) -> int:
    if not narrow.glass():
        return 0
    wanted: QuerySet[Entry, Model] = narrow.entries(actor, filters=replace(filters, basis=narrow.EMERGENCY))
    return int(wanted.order_by()[:MOST_COUNTED].count())


def _summed(values: list[tuple[Any, int]]) -> dict[str, int]:
    out: dict[str, int] = {}
    for value, many in values:
        for one in value if isinstance(value, list) else [value]:
            if one:
                out[one] = out.get(one, 0) + many
    return out


def _items(name: str, counts: dict[str, int]) -> tuple[FacetItem, ...]:
    """Values in the order of their words; a kind of basis or outcome always in its own."""
    order = {"outcome": list(OUTCOMES), "basis": list(BASES)}.get(name)
    made = [FacetItem(value, _facet_words(name, value), many) for value, many in counts.items() if many]
    made.sort(key=lambda i: (order.index(i.value) if order and i.value in order else 99, _sort_key(i.words.zh)))
    return tuple(made)


def _facet_words(name: str, value: str) -> Words:
    if name == "outcome":
        return OUTCOMES.get(value, Words(value, value))
    if name == "basis":
        return basis_words(value)
    if name == "code":
        return _code_words(value)
    if name == "room":
        return _room_words(value)
    return name_of(name, value)


def _code_words(code: str) -> Words:
    """A code of refusal in the words that somebody was last told with it."""
    text = Entry.objects.filter(codes__contains=[code]).order_by("-index").values_list("event", flat=True).first()
    found = reason_of(text, code)
    if found is None:
        return Words(code, code)
    return Words(found.zh.split("。")[0][:60], found.en.split(". ")[0].rstrip(".")[:120])


def _room_words(room: str) -> Words:
    try:
        zh, _, en = str(apps.get_app_config(room).verbose_name).partition(" ")
    except LookupError:
        return Words(room, room)
    return Words(zh, en or zh)


def _days(rows: list[dict[str, Any]]) -> tuple[Day, ...]:
    found: dict[Any, list[int]] = {}
    for row in rows:
        found.setdefault(row["day"], [0, 0])[row["outcome"] == "refused"] += row["many"]
    return tuple(Day(day, *numbers) for day, numbers in sorted(found.items())[-LONGEST:])
