"""What the directory is told of a column: its other names, its element, and what was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from beijiang.compute.lake import actions
from beijiang.kernel.models import Outbox
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from . import make

SYSTEM = Actor.system("lake")


def told() -> dict[str, dict[str, Any]]:
    """The columns of the last published state, by name."""
    row = Outbox.objects.filter(type="lake.dataset.published.v1").order_by("-id").first()
    assert row is not None
    document = row.document if isinstance(row.document, dict) else json.loads(row.document)
    return {c["name"]: c for c in document["data"]["columns"]}


def test_other_names_elements_and_measured_shares_are_told(lake: Path) -> None:
    actions.define_element(make.STEWARD, code="T.ID", name=Words("公民身份号码", "Citizen's identity number"))
    columns = tuple(replace(c, element="T.ID", aliases=("身份证号", "IDNO")) if c.name == "owner_id" else c for c in make.COLUMNS)
    about = make.dataset(columns)
    rows = make.rows(10)
    for row in rows[:4]:
        row["kind"] = None
    actions.append(make.STEWARD, dataset=about.name, rows=rows)
    before = told()
    assert before["owner_id"]["aliases"] == ["身份证号", "IDNO"]
    assert before["owner_id"]["element_name"] == {"zh": "公民身份号码", "en": "Citizen's identity number"}
    assert before["kind"]["element_name"] is None and before["kind"]["completeness"] is None, "not measured yet"
    actions.measure_quality(SYSTEM, dataset=about.name)
    after = told()
    assert after["kind"]["completeness"] == 0.6 and after["item_no"]["completeness"] == 1.0
    assert after["owner_name"]["completeness"] is None, "of a special column nothing is told"
