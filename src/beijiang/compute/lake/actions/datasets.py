"""Define datasets and data elements; tell of a dataset when its rows have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries, types
from ..adapters import tables
from ..rules import definition
from ..rules.special import special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beijiang.kernel.types import Actor

NO_WORDS = Words("", "")


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
    # Asked for the unit that has it too: else an owner elsewhere would take a dataset over, or lift its masks.
    had = models.Dataset.objects.filter(name=name).values_list("owner_unit", flat=True).first()
    for unit in dict.fromkeys((owner_unit, had or owner_unit)):
        guard.require(actor, grants.DEFINE, guard.Resource("dataset", name, {"owner_unit": unit, "grade": grade}))
    known = {e.code: e for e in models.Element.objects.filter(code__in={c.element for c in columns if c.element})}
    definition.check(
        name,
        columns,
        grade=grade,
        area_column=area_column,
        unit_column=unit_column,
        special_elements=frozenset(code for code, e in known.items() if e.special),
    )
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
    if not tables.create(name, columns):
        raise _columns_changed(name)
    values = {
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
    models.Dataset.objects.filter(pk=found.pk).update(**values)
    _write_columns(found, columns, known)
    after = queries.dataset(name)
    if before == after:
        return after
    if before is not None:
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


def _columns_changed(name: str) -> Conflict:
    return Conflict(
        "lake.columns_changed",
        Words("列不能这样改", "The columns cannot be changed like this"),
        Words(
            f"数据集 {name} 已有数据，列名和类型不能再变。请另建一个数据集。没有保存。",
            f"Dataset {name} has rows, so names and types of its columns stand. Define another dataset. Nothing was saved.",
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
    ):
        raise Invalid(
            "lake.bad_element",
            detail=Words(
                "数据元的代码、类型或状态有误。没有保存。", "Code, type or status of the data element is wrong. Nothing was saved."
            ),
        )
    flagged = is_special or special(name.zh, name.en, code) is not None
    models.Element.objects.update_or_create(
        code=code,
        defaults={
            "zh": name.zh,
            "en": name.en,
            "type": type,
            "length": length,
            "code_set": list(code_set),
            "status": status,
            "special": flagged,
        },
    )
    audit.record(actor, events.ElementDefined(code=code, name=name, type=type, status=status))
    return types.Element(code, name, type, length, tuple(code_set), status, flagged)


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
            quality=round(row.rows / (row.rows + row.rows_bad), 4) if row.rows + row.rows_bad else None,
            columns=tuple(
                events.PublishedColumn(
                    c.name, c.title, c.type, c.element, c.subject, c.sensitive, c.default_mask, c.aliases, named.get(c.element)
                )
                for c in about.columns
            ),
        ),
    )
