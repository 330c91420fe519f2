"""Define datasets and data elements; tell of a dataset when its rows have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.words import Words
from beijiang.trust.access.types import MASKS
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries, types
from ..adapters import locks, tables
from ..rules import definition
from ..rules.checks import CHECKS
from ..rules.elements import BY_CODE
from ..rules.special import special
from . import loosening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beijiang.kernel.types import Actor

NO_WORDS = Words("", "")
DEFINE_LOCK = 11


@transaction.atomic
def define_dataset(
    actor: Actor,
    *,
    name: str,
    title: Words,
    columns: Sequence[types.ColumnSpec],
    owner_unit: str,
    grade: str,
    personal: bool,
    description: Words = NO_WORDS,
    area_column: str | None = None,
    unit_column: str | None = None,
    retention_days: int | None = None,
) -> types.Dataset:
    """This function will declare a dataset and make its table, or change what is told of it.

    The same definition again changes nothing. Raises Refused ("lake.special_category") for special categories (RIGHTS 2),
    Invalid ("lake.bad_definition"), Conflict ("lake.columns_changed") when names or types of existing columns would change.
    `retention_days` is required for personal data (RIGHTS 15).
    """
    locks.hold(name, DEFINE_LOCK)
    # Asked for the unit that has it, if one does: else an owner elsewhere would take a dataset over, or lift its masks. Giving
    # it to another unit is asked for by itself (loosening.settle).
    had = models.Dataset.objects.filter(name=name).values_list("owner_unit", flat=True).first()
    guard.require(actor, grants.DEFINE, guard.Resource("dataset", name, {"owner_unit": had or owner_unit, "grade": grade}))
    known = _known_elements({c.element for c in columns if c.element})
    definition.check(
        name,
        columns,
        grade=grade,
        area_column=area_column,
        unit_column=unit_column,
        special_elements=frozenset(code for code, e in known.items() if e.special),
    )
    definition.check_words(title, description, columns, owner_unit=owner_unit, retention_days=retention_days)
    missing = sorted({c.element for c in columns if c.element} - set(known))
    if missing:
        raise Invalid(
            "lake.bad_definition",
            detail=Words(
                f"没有登记这些数据元：{'、'.join(missing)}。没有保存。",
                f"These data elements are not registered: {', '.join(missing)}. Nothing was saved.",
            ),
        )
    if personal and not retention_days:
        raise Invalid(
            "lake.no_retention",
            detail=Words(
                "含个人信息的数据集必须规定保存天数。没有保存。",
                "A dataset with personal data needs a number of days to keep it. Nothing was saved.",
            ),
        )
    columns = _in_order(name, columns)
    shaped = tables.create(name, columns, set(models.Column.objects.filter(dataset__name=name).values_list("name", flat=True)))
    if not shaped:
        raise _columns_changed(name)
    values: dict[str, object] = {
        "title_zh": title.zh,
        "title_en": title.en,
        "description_zh": description.zh,
        "description_en": description.en,
        "owner_unit": owner_unit,
        "grade": grade,
        "personal": personal,
        "area_column": area_column,
        "unit_column": unit_column,
        "retention_days": retention_days,
    }
    found, created = models.Dataset.objects.select_for_update().get_or_create(name=name, defaults=values)
    before = None if created else queries.dataset(name)
    if shaped == tables.GROWN:
        values["evolved"] = True
    models.Dataset.objects.filter(pk=found.pk).update(**values)
    _write_columns(found, columns, known)
    after = queries.dataset(name)
    if before == after:
        return after
    if before is not None:
        loosening.settle(actor, before=before, after=after)
        models.Dataset.objects.filter(pk=found.pk).update(schema_version=F("schema_version") + 1)
        after = queries.dataset(name)
    audit.record(
        actor,
        events.DatasetDefined(
            name=name,
            title=title,
            owner_unit=owner_unit,
            grade=grade,
            columns=tuple(c.name for c in columns),
            schema_version=after.schema_version,
        ),
    )
    if after.state == "published":
        tell(name, actor=actor)
    return after


def _known_elements(codes: set[str]) -> dict[str, models.Element]:
    """The elements that columns name; a standard one is put into the registry when it is first used."""
    known = {e.code: e for e in models.Element.objects.filter(code__in=codes)}
    for code in codes - set(known):
        if code in BY_CODE:
            known[code] = models.Element.objects.get_or_create(code=code, defaults=element_values(BY_CODE[code]))[0]
    return known


def element_values(e: types.Element) -> dict[str, object]:
    """This function will give an element as its row has it."""
    return {
        "zh": e.name.zh,
        "en": e.name.en,
        "type": e.type,
        "length": e.length,
        "code_set": list(e.code_set),
        "status": e.status,
        "special": e.special,
        "check_name": e.check,
        "subject": e.subject,
        "mask": e.mask,
        "aliases": list(e.aliases),
    }


def _in_order(name: str, columns: Sequence[types.ColumnSpec]) -> list[types.ColumnSpec]:
    """Columns that are there keep their places, for that is how they lie in the table; new ones come behind."""
    places = dict(models.Column.objects.filter(dataset__name=name).values_list("name", "position"))
    return sorted(columns, key=lambda c: places.get(c.name, len(places)))


def _columns_changed(name: str) -> Conflict:
    return Conflict(
        "lake.columns_changed",
        Words("列不能这样改", "The columns cannot be changed like this"),
        Words(
            f"数据集 {name} 已有数据：可以添加列、修改标题、数据元和遮盖，但已有的列不能删除、改名或改类型。请另建一个数据集。没有保存。",
            f"Dataset {name} has rows: columns may be added, and titles, elements and masks changed, but a column that is there cannot be removed, renamed or given another type. Define another dataset. Nothing was saved.",
        ),
    )


def _write_columns(found: models.Dataset, columns: Sequence[types.ColumnSpec], known: dict[str, models.Element]) -> None:
    kept = {c.name: c.pk for c in models.Column.objects.filter(dataset=found)}
    models.Column.objects.filter(dataset=found).exclude(name__in=[c.name for c in columns]).delete()
    for position, c in enumerate(columns):
        values = {
            "title_zh": c.title.zh,
            "title_en": c.title.en,
            "type": c.type,
            "element": known.get(c.element),
            "subject": c.subject,
            "sensitive": c.sensitive,
            "default_mask": c.default_mask,
            "length": c.length,
            "digits": c.digits,
            "aliases": list(c.aliases),
            "position": position,
        }
        if c.name in kept:
            models.Column.objects.filter(pk=kept[c.name]).update(**values)
        else:
            models.Column.objects.create(dataset=found, name=c.name, **values)


@transaction.atomic
def define_element(
    actor: Actor,
    *,
    code: str,
    name: Words,
    type: str = "text",
    length: int | None = None,
    code_set: Sequence[str] = (),
    status: str = "in_force",
    is_special: bool = False,
    check: str = "",
    subject: str | None = None,
    mask: str = "none",
    aliases: Sequence[str] = (),
) -> types.Element:
    """This function will register a data element or change it; one named like a special category is marked special.

    `status` is draft, published, in_force or withdrawn. Raises Invalid ("lake.bad_element").
    """
    guard.require(actor, grants.DEFINE_ELEMENT, guard.Resource("element", code))
    if (
        not code.strip()
        or len(code) > 40
        or type not in types.COLUMN_TYPES
        or status not in ("draft", "published", "in_force", "withdrawn")
        or (check and check not in CHECKS)
        or mask not in MASKS
    ):
        raise Invalid(
            "lake.bad_element",
            detail=Words(
                "数据元的代码、类型、状态、校验或遮盖有误。没有保存。",
                "Code, type, status, check or mask of the data element is wrong. Nothing was saved.",
            ),
        )
    flagged = is_special or special(name.zh, name.en, code) is not None
    element = types.Element(code, name, type, length, tuple(code_set), status, flagged, check, subject, mask, tuple(aliases))
    models.Element.objects.update_or_create(code=code, defaults=element_values(element))
    audit.record(actor, events.ElementDefined(code=code, name=name, type=type, status=status))
    return element


def tell(name: str, *, actor: Actor, rows_bad: int = 0, fresh: bool = False) -> None:
    """This function will publish what there is to ask for, with the rows that the table has now; inside the caller's transaction."""
    changes = {"state": "published", "rows": tables.total_rows(name), "rows_bad": F("rows_bad") + rows_bad}
    if fresh:
        changes["published_at"] = clock.now()
    models.Dataset.objects.filter(name=name).update(**changes)
    row = models.Dataset.objects.get(name=name)
    about = queries.dataset(name)
    elements = models.Element.objects.filter(code__in=[c.element for c in about.columns if c.element])
    named = {e.code: Words(e.zh, e.en) for e in elements}
    measured = {c.name: c for c in queries.quality(name).columns}
    audit.record(
        actor,
        events.DatasetPublished(
            name=about.name,
            title=about.title,
            description=about.description,
            owner_unit=about.owner_unit,
            grade=about.grade,
            personal=about.personal,
            area_column=about.area_column,
            unit_column=about.unit_column,
            rows=about.rows,
            freshness=about.published_at,
            retention_days=about.retention_days,
            schema_version=about.schema_version,
            quality=_quality(row),
            columns=tuple(_column(c, named.get(c.element), measured.get(c.name)) for c in about.columns),
        ),
    )


def _column(column: types.ColumnSpec, element: Words | None, measured: types.ColumnQuality | None) -> events.PublishedColumn:
    # Of what may not be asked at all not even how often it is there is told.
    told = None if column.sensitive else measured
    return events.PublishedColumn(
        name=column.name,
        title=column.title,
        type=column.type,
        element=column.element,
        subject=column.subject,
        sensitive=column.sensitive,
        default_mask=column.default_mask,
        aliases=column.aliases,
        element_name=element,
        completeness=round(told.completeness, 4) if told else None,
        validity=round(told.validity, 4) if told and told.validity is not None else None,
    )


def _quality(row: models.Dataset) -> float | None:
    """What was measured last; until then the share of rows that came in."""
    measured = models.Measurement.objects.filter(dataset=row, overall__isnull=False).order_by("-measured_at").first()
    if measured is not None and measured.overall is not None:
        return round(measured.overall, 4)
    return round(row.rows / (row.rows + row.rows_bad), 4) if row.rows + row.rows_bad else None
