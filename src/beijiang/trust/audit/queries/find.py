"""Looking into the log. Auditors see every use and none of the content; everybody sees their own."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import models, rules
from ..adapters import log_verifier, subject_key
from ..grants import READ, READ_OWN, USES_OF
from ..types import OUTCOMES, Entry, EntryDetail, Filters, Page, SubjectRef, Use
from .receipt import receipt, title_of

MOST = 200
_LISTED = (
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
    wanted = _narrow(actor, filters)
    if cursor:
        wanted = wanted.filter(index__lt=_cursor(cursor))
    limit = max(1, min(limit, MOST))
    rows = list(wanted.order_by("-index").values(*_LISTED)[: limit + 1])
    items = tuple(_entry(row) for row in rows[:limit])
    return Page(items, str(items[-1].index) if len(rows) > limit else None)


def _cursor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(
            "audit.bad_cursor", detail=Words("翻页标记有误，请从第一页重新开始。", "The page mark is not valid; start from the first page.")
        )
    return int(text)


def _narrow(actor: Actor, filters: Filters) -> QuerySet[models.Entry]:
    wanted = models.Entry.objects.all()
    if filters.mine:
        # Without an id (the system itself) nothing is one's own.
        wanted = wanted.filter(actor_id=actor.user_id) if actor.user_id else wanted.none()
    if filters.person:
        who = Q(actor_name=filters.person) | Q(actor_username=filters.person)
        with suppress(ValueError):
            who |= Q(actor_id=UUID(filters.person))
        wanted = wanted.filter(who)
    if filters.outcome and filters.outcome not in OUTCOMES:
        raise Invalid("audit.bad_outcome", detail=Words("结果只能是“已执行”或“已拒绝”。", "The outcome is either done or refused."))
    if filters.since and filters.until and filters.since > filters.until:
        raise Invalid("audit.bad_span", detail=Words("开始时间晚于结束时间。", "The beginning is later than the end."))
    if filters.unit:
        wanted = wanted.filter(Q(unit=filters.unit) | Q(unit_zh=filters.unit) | Q(unit_en=filters.unit))
    for name in ("dataset", "purpose", "matter", "outcome", "room"):
        if value := getattr(filters, name):
            wanted = wanted.filter(**{name: value})
    if filters.since:
        wanted = wanted.filter(time__gte=filters.since)
    if filters.until:
        wanted = wanted.filter(time__lt=filters.until)
    return wanted


def filters_text(filters: Filters) -> dict[str, str]:
    """This function will give the filters that are set, as text for a leaf."""
    out = {}
    for item in fields(filters):
        value = getattr(filters, item.name)
        if value:
            out[item.name] = value.isoformat() if isinstance(value, datetime) else str(value)[:200]
    return out


def _entry(row: dict[str, Any]) -> Entry:
    said = (_loads(row["event"]) or {}).get("event")
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
    )


def _frozen(event: Any, name: str, row: dict[str, Any]) -> Words:
    """The words that an event froze beside a code (`purpose` and `purpose_title`), else the code."""
    for key in (f"{name}_title", f"{name}_words"):
        found = event.get(key) if isinstance(event, dict) else None
        if isinstance(found, dict) and found.get("zh") and isinstance(found["zh"], str) and isinstance(found.get("en"), str):
            return Words(found["zh"], found["en"])
    return Words(row[name], row[name])


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
    listed = models.Entry.objects.values(*_LISTED).get(id=entry_id)
    counted = models.Subject.objects.filter(entry_id=entry_id).values("kind", "column").annotate(many=Count("id"))
    return EntryDetail(
        entry=_entry(listed),
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


def uses_of(
    actor: Actor,
    *,
    subject: SubjectRef,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Use]:
    """This function will give the uses of one person's data, newest first (the data tracker's source, RIGHTS 10).

    `subject.column` narrows to one column when it is set. Requires audit.uses_of.
    """
    guard.require(actor, USES_OF)
    digest = rules.subject_digest(subject_key(), subject.kind, subject.value)
    hits = models.Subject.objects.filter(kind=subject.kind, digest=digest)
    if subject.column:
        hits = hits.filter(column=subject.column)
    wanted = models.Entry.objects.filter(id__in=hits.values("entry_id"))
    if since:
        wanted = wanted.filter(time__gte=since)
    if until:
        wanted = wanted.filter(time__lt=until)
    if cursor:
        wanted = wanted.filter(index__lt=_cursor(cursor))
    limit = max(1, min(limit, MOST))
    rows = list(
        wanted.order_by("-index").values("id", "index", "time", "unit", "unit_zh", "unit_en", "dataset", "purpose", "basis")[: limit + 1]
    )
    columns: dict[UUID, list[str]] = {}
    for entry_id, column in hits.filter(entry_id__in=[r["id"] for r in rows]).values_list("entry_id", "column").order_by("column"):
        columns.setdefault(entry_id, []).append(column)
    items = tuple(
        Use(
            r["id"],
            r["time"],
            r["unit"],
            Words(r["unit_zh"], r["unit_en"] or r["unit_zh"]),
            r["dataset"],
            r["purpose"],
            r["basis"],
            tuple(columns.get(r["id"], ())),
        )
        for r in rows[:limit]
    )
    return Page(items, str(rows[limit - 1]["index"]) if len(rows) > limit else None)
