"""Datasets pushed down, and what of them is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import router, transaction

from beijiang.kernel import clock, guard, marks
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import grants, queries, rules
from ..events import OpenShareEnded, OpenShareSet, PurposesSet, ResourceRegistered
from ..models import OpenShare, Resource
from ..queries.resources import columns_to_json, resource_of
from ..types import DatasetResource, ResourceInfo, grade_level


@transaction.atomic
def register_resource(actor: Actor, *, resource: DatasetResource) -> ResourceInfo:
    """This function will make a dataset known, or renew what is known of it; the same again changes nothing.

    Only the owning unit (or the system) hands a dataset to another unit, lowers its grade, or calls it or
    a column less sensitive. Raises Invalid for a description that does not hold together.
    """
    guard.require(actor, grants.REGISTER_RESOURCE)
    fault = rules.resource_fault(resource)
    if fault is None:
        unknown = [p for p in resource.allowed_purposes if p not in {x.code for x in queries.purposes()}]
        if unknown:
            fault = Words(f"目的 {unknown[0][:40]} 不在清单内。", f"Purpose {unknown[0][:40]} is not on the list.")
    if fault is not None:
        raise Invalid("access.resource_invalid", Words("数据集的说明有误", "The dataset's description is faulty"), fault)
    now = clock.now()
    row = Resource.objects.select_for_update().filter(name=resource.name).first()
    if row is None:
        _mark(resource.name)
        row = Resource.objects.create(name=resource.name, created_at=now, updated_at=now, version=1, **_fields(resource))
    else:
        known = resource_of(_values(row))
        if known == resource:
            return queries.resource(resource.name)
        if known.owner_unit != resource.owner_unit or _loosens(known, resource):
            guard.require(actor, grants.REGISTER_RESOURCE, guard.Resource("dataset", resource.name, {"owner_unit": known.owner_unit}))
        _mark(resource.name)
        for field, value in _fields(resource).items():
            setattr(row, field, value)
        row.version += 1
        row.updated_at = now
        row.save()
    audit.record(
        actor,
        ResourceRegistered(
            dataset=resource.name,
            title=resource.title,
            owner_unit=resource.owner_unit,
            grade=resource.grade,
            version=row.version,
            columns=tuple(c.name for c in resource.columns),
        ),
    )
    return queries.resource(resource.name)


@transaction.atomic
def set_allowed_purposes(actor: Actor, *, dataset: str, purposes: Iterable[str], reason: str) -> ResourceInfo:
    """This function will limit a dataset to some purposes of the list, or to none in particular; its owner's alone.

    It holds for grants already issued, too, from the next question. The same again changes nothing. Raises Invalid
    for a purpose that is not on the list or does not fit the grade, NotFound for an unknown dataset.
    """
    known = queries.resource(dataset).resource
    guard.require(actor, grants.REGISTER_RESOURCE, guard.Resource("dataset", dataset, {"owner_unit": known.owner_unit}))
    wanted = tuple(dict.fromkeys(purposes))
    listed = {p.code: p for p in queries.purposes()}
    bad = next((p for p in wanted if p not in listed or known.grade not in listed[p].grades), None)
    if bad is not None or len(reason.strip()) < 2:
        fault = (
            Words(f"目的 {bad[:40]} 不在清单内，或者不允许用于该级别。", f"Purpose {bad[:40]} is not listed or not for this grade.")
            if bad
            else None
        )
        raise Invalid(
            "access.purposes_invalid",
            Words("不能这样限定目的", "The purposes cannot be limited like this"),
            fault or Words("请写明理由。", "Give a reason."),
        )
    row = Resource.objects.select_for_update().get(name=dataset)
    if tuple(row.allowed_purposes) != wanted:
        _mark(dataset)
        row.allowed_purposes, row.updated_at = list(wanted), clock.now()
        row.version += 1
        row.save(update_fields=["allowed_purposes", "updated_at", "version"])
        audit.record(actor, PurposesSet(dataset=dataset, purposes=wanted, version=row.version, reason=reason.strip()))
    return queries.resource(dataset)


@transaction.atomic
def set_open_share(
    actor: Actor, *, dataset: str, columns: Iterable[str], reason: str, areas: Iterable[str] = (), row_cap: int = rules.OPEN_SHARE_CAP
) -> None:
    """This function will open these columns of a dataset to anyone on a post, replacing what was open before.

    Raises Invalid for unknown or sensitive columns, graded data above internal, or more than 100 rows an answer.
    """
    resource = queries.resource(dataset).resource
    guard.require(actor, grants.SET_OPEN_SHARE, guard.Resource("dataset", dataset, {"owner_unit": resource.owner_unit}))
    named, bounds = tuple(dict.fromkeys(columns)), tuple(areas)
    fault = _share_fault(resource, named, bounds, row_cap, reason)
    if fault is not None:
        raise Invalid("access.open_share_invalid", Words("不能这样开放", "It cannot be opened like this"), fault)
    now = clock.now()
    _mark(dataset)
    OpenShare.objects.select_for_update().filter(dataset=dataset, ended_at__isnull=True).update(ended_at=now)
    canonical = tuple(dict.fromkeys(map(rules.canonical_area, bounds)))
    OpenShare.objects.create(
        dataset=dataset,
        columns=list(named),
        areas=list(canonical),
        row_cap=row_cap,
        reason=reason.strip(),
        set_by=actor.user_id,
        set_by_name=actor.name,
        start=now,
    )
    audit.record(actor, OpenShareSet(dataset=dataset, columns=named, areas=canonical, row_cap=row_cap, reason=reason.strip()))


@transaction.atomic
def end_open_share(actor: Actor, *, dataset: str, reason: str) -> None:
    """This function will close an open share at once; Conflict if none is open."""
    resource = queries.resource(dataset).resource
    guard.require(actor, grants.SET_OPEN_SHARE, guard.Resource("dataset", dataset, {"owner_unit": resource.owner_unit}))
    _mark(dataset)
    if not OpenShare.objects.filter(dataset=dataset, ended_at__isnull=True).update(ended_at=clock.now()):
        raise Conflict("access.not_open", Words("该数据集没有开放", "The dataset is not open"))
    audit.record(actor, OpenShareEnded(dataset=dataset, reason=reason.strip()))


def _mark(dataset: str) -> None:
    marks.changing(rules.dataset_mark(dataset), using=router.db_for_write(Resource) or "default")


def _share_fault(resource: DatasetResource, columns: tuple[str, ...], areas: tuple[str, ...], cap: int, reason: str) -> Words | None:
    known = {c.name: c for c in resource.columns}
    bad = [c for c in columns if c not in known or known[c].sensitive]
    if not columns or bad:
        return Words("请列出要开放的列；敏感列和不存在的列不能开放。", "Name the columns to open; sensitive and unknown ones cannot be.")
    if grade_level(resource.grade) > grade_level("internal"):
        return Words("级别高于“内部”的数据不能共享开放。", "Data graded above internal cannot be an open share.")
    fault = next((f for f in map(rules.area_fault, areas) if f), None)
    if fault is not None or (areas and resource.area_column is None):
        return fault or Words("该数据集没有区划列，不能按区域开放。", "This dataset has no area column.")
    if not 1 <= cap <= rules.OPEN_SHARE_CAP:
        return Words(f"行数上限应在 1 和 {rules.OPEN_SHARE_CAP} 之间。", f"The row cap should be between 1 and {rules.OPEN_SHARE_CAP}.")
    if len(reason.strip()) < 8:
        return Words("请写明开放的理由，至少 8 个字。", "Give a reason of at least 8 characters.")
    return None


def _loosens(known: DatasetResource, new: DatasetResource) -> bool:
    hidden = {c.name for c in known.columns if c.sensitive}
    return (
        grade_level(new.grade) < grade_level(known.grade)
        or (known.personal and not new.personal)
        or any(c.name in hidden and not c.sensitive for c in new.columns)
        or (bool(known.allowed_purposes) and not (new.allowed_purposes and set(new.allowed_purposes) <= set(known.allowed_purposes)))
    )


def _fields(resource: DatasetResource) -> dict[str, Any]:
    return {
        "title_zh": resource.title.zh,
        "title_en": resource.title.en,
        "description_zh": resource.description.zh,
        "description_en": resource.description.en,
        "owner_unit": resource.owner_unit,
        "grade": resource.grade,
        "personal": resource.personal,
        "area_column": resource.area_column,
        "unit_column": resource.unit_column,
        "columns": columns_to_json(resource.columns),
        "allowed_purposes": list(resource.allowed_purposes),
    }


def _values(row: Resource) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in Resource._meta.concrete_fields}
