"""Keeping the directory: a published dataset becomes findable, and access learns of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import guard, search
from beijiang.trust.access import actions as access
from beijiang.trust.access.queries import allowed_purposes as known_purposes
from beijiang.trust.audit import actions as audit
from beijiang.trust.identity import queries as identity

from ..events import DatasetListed
from ..grants import LIST_DATASET, SEE_DIRECTORY
from ..models import DirectoryEntry as Row
from ..queries.directory import KIND, entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource

    from ..types import ColumnFacts, DirectoryEntry


@transaction.atomic
def list_dataset(
    actor: Actor,
    *,
    resource: DatasetResource,
    rows: int,
    freshness: datetime | None,
    quality: float | None,
    published_at: datetime,
    facts: Mapping[str, ColumnFacts] | None = None,
) -> DirectoryEntry:
    """This function will put a dataset, or its newer state, into the directory and register it with access.

    `facts` say more of columns, by name. A state older than the one listed changes nothing: events may come in any order.
    """
    guard.require(actor, LIST_DATASET, guard.Resource("dataset", resource.name))
    known = Row.objects.select_for_update().filter(name=resource.name).first()
    if known is not None and known.published_at > published_at:
        return entry(actor, name=resource.name)
    owner = identity.unit_name(resource.owner_unit)
    more = facts or {}
    Row.objects.update_or_create(
        name=resource.name,
        defaults={
            "title_zh": resource.title.zh,
            "title_en": resource.title.en,
            "description_zh": resource.description.zh,
            "description_en": resource.description.en,
            "owner_unit": resource.owner_unit,
            "owner_zh": owner.zh,
            "owner_en": owner.en,
            "grade": resource.grade,
            "personal": resource.personal,
            "rows": rows,
            "freshness": freshness,
            "quality": quality,
            "published_at": published_at,
            "sort_key": search.sort_key(resource.title.zh),
            "columns": [
                {
                    "name": c.name,
                    "title": c.title.as_dict(),
                    "type": c.type,
                    "element": c.element,
                    "sensitive": c.sensitive,
                    "default_mask": c.default_mask,
                    **_facts(more.get(c.name)),
                }
                for c in resource.columns
            ],
        },
    )
    # The lake knows nothing of purposes: what the owner allowed stands.
    allowed = resource.allowed_purposes or known_purposes(names=(resource.name,)).get(resource.name, ())
    access.register_resource(actor, resource=replace(resource, allowed_purposes=allowed))
    search.index(
        KIND,
        resource.name,
        resource.title,
        f"/inquiry/{resource.name}/",
        texts=[
            resource.description.zh,
            resource.description.en,
            owner.zh,
            owner.en,
            *(t for c in resource.columns for t in (c.title.zh, c.title.en, c.name, c.element, *_said(more.get(c.name)))),
        ],
        permission=SEE_DIRECTORY.code,
        unit_code=resource.owner_unit,
    )
    audit.record(
        actor,
        DatasetListed(
            name=resource.name,
            title=resource.title,
            owner_unit=resource.owner_unit,
            grade=resource.grade,
            columns=tuple(c.name for c in resource.columns),
            rows=rows,
            freshness=freshness,
        ),
    )
    return entry(actor, name=resource.name)


def _facts(about: ColumnFacts | None) -> dict[str, object]:
    if about is None:
        return {}
    return {
        "aliases": list(about.aliases),
        "element_name": about.element_name.as_dict() if about.element_name else None,
        "completeness": about.completeness,
        "validity": about.validity,
    }


def _said(about: ColumnFacts | None) -> list[str]:
    """What else a column is called."""
    if about is None:
        return []
    return [*about.aliases, *((about.element_name.zh, about.element_name.en) if about.element_name else ())]
