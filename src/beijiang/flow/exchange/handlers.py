"""What the door hears: datasets that the lake published. Record feeds are added by config (`actions.hear_records`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from beijiang.kernel.handlers import handles
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access.types import ColumnInfo, DatasetResource

from . import actions
from .types import ColumnFacts


@handles("lake.dataset.published.v1", consumer="exchange.directory", domain="user")
def list_published(document: dict[str, Any]) -> None:
    """This function will bring the directory up to what the lake says of a dataset."""
    data = document["data"]
    resource = DatasetResource(
        name=data["name"],
        title=Words.of(data["title"]),
        owner_unit=data["owner_unit"],
        grade=data["grade"],
        personal=data["personal"],
        area_column=data["area_column"],
        unit_column=data["unit_column"],
        description=Words.of(data["description"]),
        columns=tuple(
            ColumnInfo(
                name=c["name"],
                title=Words.of(c["title"]),
                type=c["type"],
                element=c["element"],
                subject=c["subject"],
                sensitive=c["sensitive"],
                default_mask=c["default_mask"],
            )
            for c in data["columns"]
        ),
    )
    actions.list_dataset(
        Actor.system("exchange"),
        resource=resource,
        rows=data["rows"],
        freshness=datetime.fromisoformat(data["freshness"]) if data["freshness"] else None,
        quality=data.get("quality"),
        published_at=datetime.fromisoformat(document["time"]),
        facts={
            c["name"]: ColumnFacts(
                aliases=tuple(c.get("aliases") or ()),
                element_name=Words.of(c["element_name"]) if c.get("element_name") else None,
                completeness=c.get("completeness"),
                validity=c.get("validity"),
            )
            for c in data["columns"]
        },
    )
