"""Builders: a dataset of stolen things, rows, decisions, files."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

from beijiang.compute.lake import actions
from beijiang.compute.lake.types import ColumnSpec, Dataset
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.access.types import ColumnRule, Decision, Filter, In

STEWARD = Actor(
    user_id=uuid.UUID(int=7),
    username="sun.lei",
    name="孙磊",
    unit_code="150000KX",
    unit_path=("150000", "150000KX"),
    duties=frozenset({"steward"}),
)
_count = itertools.count(1)

COLUMNS = (
    ColumnSpec("item_no", Words("物品编号", "Item number"), length=30),
    ColumnSpec("area", Words("辖区", "Area"), length=6),
    ColumnSpec("owner_name", Words("失主姓名", "Owner"), subject="name", sensitive=True, default_mask="redact"),
    ColumnSpec("owner_id", Words("证件号码", "Identity number"), subject="id_card", sensitive=True, default_mask="last4", length=18),
    ColumnSpec("kind", Words("类别", "Kind")),
    ColumnSpec("value", Words("价值", "Value"), type="decimal", digits=2),
    ColumnSpec("pieces", Words("件数", "Pieces"), type="integer"),
    ColumnSpec("stolen_on", Words("被盗日期", "Stolen on"), type="date"),
    ColumnSpec("entered_at", Words("录入时间", "Entered at"), type="timestamp"),
    ColumnSpec("found", Words("是否追回", "Found"), type="boolean"),
)
HEADER = "物品编号,辖区,失主姓名,证件号码,类别,价值,件数,被盗日期,录入时间,是否追回"
ROW = "A{n},150103,王小明,15010319900101{n:04d},手机,1299.50,1,2026-03-0{d},2026-03-05 12:30:00,否"


def fresh_name(stem: str = "stolen") -> str:
    """A dataset name nobody used: Iceberg tables outlive a test's transaction."""
    return f"{stem}_{os.getpid()}_{next(_count)}"


def dataset(columns: tuple[ColumnSpec, ...] = COLUMNS, *, name: str | None = None, area_column: str | None = "area") -> Dataset:
    """A defined dataset without rows."""
    return actions.define_dataset(
        STEWARD,
        name=name or fresh_name(),
        title=Words("被盗物品", "Stolen property"),
        columns=columns,
        owner_unit="150000XZ",
        grade="sensitive",
        personal=True,
        area_column=area_column,
        retention_days=3650,
    )


def rows(count: int, **fixed: Any) -> list[dict[str, Any]]:
    """Rows of two areas; those of 150702 are the hidden ones, marked SECRET."""
    made = []
    for n in range(count):
        hidden = n % 2 == 1
        made.append(
            {
                "item_no": f"A{n}",
                "area": "150702" if hidden else "150103",
                "owner_name": f"SECRET-{n}" if hidden else f"王{n}",
                "owner_id": f"15070219900101{n:04d}" if hidden else f"15010319900101{n:04d}",
                "kind": ["手机", "车辆", "首饰"][n % 3],
                "value": f"{n}.50",
                "pieces": n,
                "stolen_on": f"2026-01-{n % 28 + 1:02d}",
                "entered_at": "2026-03-05T12:30:00+08:00",
                "found": n % 4 == 0,
                **fixed,
            }
        )
    return made


OWN_COUNTY = In("area", ("150103",))


def decision(
    *, filter: Filter = OWN_COUNTY, row_cap: int = 1000, masks: dict[str, str] | None = None, hide: tuple[str, ...] = ()
) -> Decision:
    """A permit over all columns but `hide`, with `masks`."""
    masks = masks or {}
    return Decision(
        permit=True,
        reasons=(),
        basis="grant",
        filter=filter,
        row_cap=row_cap,
        columns=tuple(ColumnRule(c.name, masks.get(c.name, "none")) for c in COLUMNS if c.name not in hide),  # type: ignore[arg-type]
    )


def csv_text(count: int = 5) -> str:
    """A well-formed file of `count` rows."""
    return "\n".join([HEADER, *(ROW.format(n=n, d=n % 9 + 1) for n in range(count))]) + "\n"


def file(tmp_path: Path, content: bytes | str, name: str = "data.csv", encoding: str = "utf-8") -> Path:
    """A file with that content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def forget(name: str) -> None:
    """Drop the lake's table of a dataset that another test of this run left: Iceberg's catalogue outlives a test's rows."""
    from pyiceberg.exceptions import NoSuchTableError

    from beijiang.compute.lake.adapters import tables

    with contextlib.suppress(NoSuchTableError):
        tables.catalog().drop_table((tables.NAMESPACE, name))
    shutil.rmtree(tables.root() / "tables" / name, ignore_errors=True)
