"""Who used one person's data: the data tracker's source (RIGHTS 10)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from beijiang.kernel import guard
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import models, rules
from ..adapters import subject_key
from ..grants import USES_OF
from ..types import Page, SubjectRef, Use
from .find import MOST, cursor_of


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
        wanted = wanted.filter(index__lt=cursor_of(cursor))
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
