"""Looking into the log. Auditors see every use and none of the content; everybody sees their own."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import models
from ..adapters import log_verifier
from ..grants import READ, READ_OWN
from ..types import Entry, EntryDetail, Filters, Page
from . import narrow
from .names import name_of
from .receipt import receipt, title_of

MOST = 200
BASES = {
    "grant": Words("授权", "Grant"),
    "open_share": Words("信息共享开放", "Open share"),
    "own_record": Words("本人记录", "Own record"),
    "seat": Words("入驻合成作战中心", "Seat in the joint centre"),
    "emergency": Words("紧急查询", "Break-glass"),
}
LISTED = (
    "id",
    "index",
    "type",
    "time",
    "actor_name",
    "unit",
    "unit_zh",
    "unit_en",
    "dataset",
    "purpose",
    "basis",
    "matter",
    "outcome",
    "actor_id",
    "actor_username",
    "row_count",
    "columns",
    "grants",
    "codes",
    "event",
)


def find(actor: Actor, *, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page[Entry]:
    """This function will give one page of entries, newest first, that fit all filters.

    With `filters.mine` only the actor's own are looked at (audit.read_own), else audit.read is required. `limit`
    is at most 200. Raises Invalid for a cursor, outcome or time span that cannot be.
    """
    if filters.mine:
        guard.require(actor, READ_OWN)
    else:
        guard.require(actor, READ)
    wanted = narrow.entries(actor, filters=filters)
    if cursor:
        wanted = wanted.filter(index__lt=cursor_of(cursor))
    limit = max(1, min(limit, MOST))
    rows = list(wanted.order_by("-index").values(*LISTED)[: limit + 1])
    items = tuple(entry_of(row) for row in rows[:limit])
    return Page(items, str(items[-1].index) if len(rows) > limit else None)


def cursor_of(text: str) -> int:
    """This function will read the mark of a page; Invalid when it is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(
            "audit.bad_cursor", detail=Words("翻页标记有误，请从第一页重新开始。", "The page mark is not valid; start from the first page.")
        )
    return int(text)


def filters_text(filters: Filters) -> dict[str, str]:
    """This function will give the filters that are set, as text for a leaf."""
    out = {}
    for item in fields(filters):
        value = getattr(filters, item.name)
        if value:
            out[item.name] = value.isoformat() if isinstance(value, datetime) else str(value)[:200]
    return out


def entry_of(row: dict[str, Any]) -> Entry:
    """This function will give an entry of its `LISTED` columns."""
    said = _dict((_loads(row["event"]) or {}).get("event"))
    return Entry(
        id=row["id"],
        index=row["index"],
        type=row["type"],
        title=title_of(row["type"]),
        time=row["time"],
        actor_name=row["actor_name"],
        unit=row["unit"],
        unit_name=Words(row["unit_zh"], row["unit_en"] or row["unit_zh"]),
        dataset=row["dataset"],
        purpose=row["purpose"],
        basis=row["basis"],
        matter=row["matter"],
        outcome=row["outcome"],
        forgotten=row["event"] is None,
        dataset_words=_frozen(said, "dataset", row),
        purpose_words=_frozen(said, "purpose", row),
        basis_words=basis_words(row["basis"]),
        actor_id=row["actor_id"],
        actor_username=row["actor_username"],
        row_count=row["row_count"],
        columns=tuple(row["columns"]),
        masked=tuple(v for v in _items(said.get("masked")) if isinstance(v, str)),
        grants=tuple(row["grants"]),
        codes=tuple(row["codes"]),
        reasons=_reasons(said) if row["outcome"] == "refused" else Words("", ""),
        by_sql=said.get("by_sql") is True,
    )


def basis_words(code: str) -> Words:
    """This function will give a kind of basis in words."""
    return BASES.get(code, Words(code, code))


def _reasons(said: dict[str, Any]) -> Words:
    """What the person was told: the reasons of the door, or the words of the guard."""
    told = _words(said.get("detail")) or _words(said.get("title"))
    found = [w for item in _items(said.get("reasons")) if (w := _words(item))] or ([told] if told else [])
    return Words("".join(w.zh for w in found), " ".join(w.en for w in found))


def _words(value: Any) -> Words | None:
    if isinstance(value, dict) and isinstance(value.get("zh"), str) and isinstance(value.get("en"), str) and value["zh"]:
        return Words(value["zh"], value["en"])
    return None


def reason_of(text: str | None, code: str) -> Words | None:
    """This function will give the words that an event's text froze for one code of refusal, if it did."""
    said = _dict((_loads(text) or {}).get("event"))
    codes, reasons = _items(said.get("codes")), _items(said.get("reasons"))
    if code in codes and len(codes) == len(reasons):
        return _words(reasons[codes.index(code)])
    return _words(said.get("detail")) or _words(said.get("title")) if said.get("code") == code else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _frozen(event: dict[str, Any], name: str, row: dict[str, Any]) -> Words:
    """The words that an event froze beside a code (`purpose` and `purpose_title`), else what the code is called now."""
    found = _words(event.get(f"{name}_title")) or _words(event.get(f"{name}_words"))
    return found or (name_of(name, row[name]) if row[name] else Words("", ""))


def entry(actor: Actor, *, entry_id: UUID) -> EntryDetail:
    """This function will give one sealed entry with its frozen words, leaf and proof.

    One's own action needs audit.read_own, any other audit.read. Raises NotFound when it is not sealed (yet).
    """
    row = models.Entry.objects.filter(id=entry_id).values("actor_id", "event", "salt").first()
    if row is not None and actor.user_id is not None and row["actor_id"] == actor.user_id:
        guard.require(actor, READ_OWN)
    else:
        # Asked before telling whether the entry exists.
        guard.require(actor, READ)
    if row is None:
        raise NotFound(
            "audit.no_entry",
            detail=Words(
                "没有这条记录，或它还在等待入日志（通常不超过两秒）。",
                "There is no such entry, or it is still waiting to be sealed (two seconds at most, normally).",
            ),
        )
    listed = models.Entry.objects.values(*LISTED).get(id=entry_id)
    counted = models.Subject.objects.filter(entry_id=entry_id).values("kind", "column").annotate(many=Count("id"))
    return EntryDetail(
        entry=entry_of(listed),
        envelope=_loads(row["event"]),
        text=row["event"],
        salt=bytes(row["salt"]).hex() if row["salt"] is not None else "",
        subjects=tuple((c["kind"], c["column"], c["many"]) for c in counted.order_by("kind", "column")),
        receipt=receipt(entry_id),
        vkey=log_verifier().vkey,
    )


def _loads(text: str | None) -> dict[str, Any] | None:
    # A tampered event may be no JSON any more; its page must still open and say that the leaf does not fit.
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
