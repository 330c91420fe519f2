"""The directory: what there is to ask, whose it is, how fresh. Never a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Value, When

from beijiang.kernel import guard, search
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from ..grants import SEE_DIRECTORY
from ..models import DirectoryEntry as Row
from ..types import ColumnFacts, DirectoryColumn, DirectoryEntry

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

KIND = "dataset"
LIMIT = 200


def directory(actor: Actor, *, q: str = "", owner_unit: str = "", grade: str = "") -> tuple[DirectoryEntry, ...]:
    """This function will list datasets, found by Chinese, pinyin or English in `q` (typos allowed), at most 200.

    With `q` the best hits come first, otherwise in pinyin order of their titles.
    """
    guard.require(actor, SEE_DIRECTORY)
    rows = Row.objects.all()
    if owner_unit:
        rows = rows.filter(owner_unit=owner_unit)
    if grade:
        rows = rows.filter(grade=grade)
    if q.strip():
        keys = [hit.key for hit in search.find(q, kinds=[KIND], limit=LIMIT)]
        places = [When(name=key, then=Value(place)) for place, key in enumerate(keys)]
        rows = rows.filter(name__in=keys)
        if places:
            rows = rows.annotate(place=Case(*places, output_field=IntegerField())).order_by("place")
    else:
        rows = rows.order_by("sort_key", "name")
    found = list(rows[:LIMIT])
    purposes = access.allowed_purposes(names=[row.name for row in found])
    return tuple(_entry(row, purposes.get(row.name, ())) for row in found)


def entry(actor: Actor, *, name: str) -> DirectoryEntry:
    """This function will give one dataset's entry; NotFound if the directory has none of that name."""
    guard.require(actor, SEE_DIRECTORY)
    row = Row.objects.filter(name=name).first()
    if row is None:
        raise NotFound(
            "exchange.dataset_unknown",
            Words("目录中没有这个数据集", "The directory has no such dataset"),
            Words(
                "它可能尚未发布，或名称有误。请在目录中查找。",
                "It may not be published yet, or the name is wrong. Look it up in the directory.",
            ),
        )
    return _entry(row, access.allowed_purposes(names=[name]).get(name, ()))


def _facts(column: dict[str, Any]) -> ColumnFacts:
    named = column.get("element_name")
    return ColumnFacts(
        tuple(column.get("aliases") or ()), Words.of(named) if named else None, column.get("completeness"), column.get("validity")
    )


def _entry(row: Row, purposes: tuple[str, ...]) -> DirectoryEntry:
    return DirectoryEntry(
        name=row.name,
        title=Words(row.title_zh, row.title_en),
        description=Words(row.description_zh, row.description_en),
        owner_unit=row.owner_unit,
        owner_name=Words(row.owner_zh, row.owner_en),
        grade=row.grade,
        personal=row.personal,
        columns=tuple(
            DirectoryColumn(
                name=c["name"],
                title=Words.of(c["title"]),
                type=c["type"],
                element=c.get("element", ""),
                sensitive=c.get("sensitive", False),
                default_mask=c.get("default_mask", "none"),
                facts=_facts(c),
            )
            for c in row.columns
        ),
        rows=row.rows,
        freshness=row.freshness,
        quality=row.quality,
        published_at=row.published_at,
        purposes=purposes,
    )
