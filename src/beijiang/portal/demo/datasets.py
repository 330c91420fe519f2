"""The demonstration datasets: what they are called, who owns them, and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from beijiang.kernel.words import Words
from beijiang.trust.access.types import ColumnInfo, DatasetResource

from . import SEED, records
from .units import branch_code

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from beijiang.trust.access.types import Grade


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """One dataset to be brought in: its description, how many rows, and how they are drawn."""

    resource: DatasetResource
    rows: int
    retention_days: int
    draw: Callable[[np.random.Generator, int], pa.Table]


def _column(name: str, zh: str, en: str, kind: str = "text", element: str = "") -> ColumnInfo:
    return ColumnInfo(name, Words(zh, en), kind, element or f"record.{name}")  # type: ignore[arg-type]


COUNTY = _column("county_code", "旗县区代码", "County code", element="place.county")
UNIT = _column("unit_code", "登记单位代码", "Recording unit", element="unit.code")
REMARK = _column("remark", "备注", "Remark", element="record.remark")
VALUE = _column("value_yuan", "价值（元）", "Value (yuan)", "decimal", "money.yuan")


# `sensitive` is kept for special categories (RIGHTS 2), which no grant may name; identity numbers and
# telephones may be granted and are masked unless a grant says otherwise.
def _person(prefix: str, zh: str, en: str) -> tuple[ColumnInfo, ...]:
    return (
        ColumnInfo(f"{prefix}_name", Words(f"{zh}姓名", f"{en}'s name"), "text", "person.name", "name"),
        ColumnInfo(f"{prefix}_id_number", Words(f"{zh}公民身份号码", f"{en}'s identity number"), "text",
                   "person.id_number", "id_card", default_mask="last4"),
        ColumnInfo(f"{prefix}_phone", Words(f"{zh}联系电话", f"{en}'s telephone"), "text",
                   "person.phone", "phone", default_mask="first4"),
    )  # fmt: skip


def _dataset(
    name: str, title: Words, about: Words, branch: str, grade: Grade, columns: tuple[ColumnInfo, ...], purposes: tuple[str, ...]
) -> DatasetResource:
    mark = Words(
        f"{about.zh}演示数据：全部为虚构，不对应任何真实的人、物、号牌。",
        f"{about.en} Demonstration data: all invented; no real person, thing or plate is meant.",
    )
    return DatasetResource(
        name=name,
        title=title,
        owner_unit=branch_code("150000", branch),
        grade=grade,
        personal=True,
        columns=columns,
        area_column="county_code",
        unit_column="unit_code",
        allowed_purposes=purposes,
        description=mark,
    )


DATASETS = (
    DemoDataset(
        _dataset(
            "stolen_property",
            Words("被盗财物（演示）", "Stolen property (demonstration)"),
            Words("报案登记的被盗物品及其追缴情况。", "Things reported stolen, and whether they were recovered."),
            "刑侦",
            "sensitive",
            (
                _column("item_number", "物品编号", "Item number"),
                _column("case_number", "案件编号", "Case number", element="case.number"),
                COUNTY,
                UNIT,
                _column("stolen_on", "被盗日期", "Stolen on", "date"),
                _column("registered_on", "登记日期", "Registered on", "date"),
                _column("category", "类别", "Category"),
                _column("brand", "品牌", "Brand"),
                _column("serial_number", "序列号", "Serial number"),
                _column("colour", "颜色", "Colour"),
                VALUE,
                _column("status", "追缴状态", "State of recovery"),
                *_person("owner", "失主", "Owner"),
                REMARK,
            ),
            (),
        ),
        rows=220_000,
        retention_days=3650,
        draw=records.stolen_property,
    ),
    DemoDataset(
        _dataset(
            "vehicle_registrations",
            Words("机动车登记（演示）", "Vehicle registrations (demonstration)"),
            Words("机动车及其所有人的登记。", "Vehicles and in whose name they are registered."),
            "交管",
            "sensitive",
            (
                ColumnInfo("plate_number", Words("号牌号码", "Plate number"), "text", "vehicle.plate", "plate"),
                _column("plate_kind", "号牌种类", "Kind of plate"),
                _column("vin", "车辆识别代号", "Vehicle identification number", element="vehicle.vin"),
                _column("brand", "品牌", "Brand"),
                _column("body", "车身类型", "Body"),
                _column("colour", "颜色", "Colour"),
                _column("energy", "能源种类", "Energy"),
                COUNTY,
                UNIT,
                _column("registered_on", "登记日期", "Registered on", "date"),
                _column("inspected_until", "检验有效期止", "Inspected until", "date"),
                _column("status", "机动车状态", "State"),
                VALUE,
                *_person("owner", "所有人", "Owner"),
                REMARK,
            ),
            (),
        ),
        rows=240_000,
        retention_days=7300,
        draw=records.vehicle_registrations,
    ),
    DemoDataset(
        _dataset(
            "lost_property",
            Words("遗失物品（演示）", "Lost property (demonstration)"),
            Words("群众报失和拾得的物品。", "Things that people reported lost or handed in."),
            "治安",
            "internal",
            (
                _column("record_number", "登记编号", "Record number"),
                COUNTY,
                UNIT,
                _column("lost_on", "遗失日期", "Lost on", "date"),
                _column("reported_on", "报失日期", "Reported on", "date"),
                _column("category", "类别", "Category"),
                _column("colour", "颜色", "Colour"),
                _column("place_kind", "遗失场所", "Kind of place"),
                VALUE,
                _column("status", "状态", "State"),
                *_person("owner", "失主", "Owner"),
                REMARK,
            ),
            (),
        ),
        rows=80_000,
        retention_days=1095,
        draw=records.lost_property,
    ),
    DemoDataset(
        _dataset(
            "licences",
            Words("许可证件（演示）", "Licences (demonstration)"),
            Words("公安机关颁发的许可和证件。", "Licences and permits issued by the police."),
            "治安",
            "internal",
            (
                ColumnInfo("licence_number", Words("许可证号", "Licence number"), "text", "licence.number", "licence"),
                _column("category", "许可类别", "Category"),
                _column("branch", "主管部门", "Branch in charge"),
                COUNTY,
                UNIT,
                _column("issued_on", "发证日期", "Issued on", "date"),
                _column("valid_until", "有效期止", "Valid until", "date"),
                _column("status", "状态", "State"),
                _column("fee_yuan", "收费（元）", "Fee (yuan)", "decimal", "money.yuan"),
                *_person("owner", "持证人", "Holder"),
                REMARK,
            ),
            (),
        ),
        rows=60_000,
        retention_days=3650,
        draw=records.licences,
    ),
)


def elements() -> dict[str, ColumnInfo]:
    """This function will give the data elements that the datasets stand on, by code, each told by its first column."""
    found: dict[str, ColumnInfo] = {}
    for entry in DATASETS:
        for column in entry.resource.columns:
            found.setdefault(column.element, column)
    return found


def dataset(name: str) -> DemoDataset:
    """This function will find a demonstration dataset by name; KeyError when there is none such."""
    for found in DATASETS:
        if found.resource.name == name:
            return found
    raise KeyError(name)


def table(name: str, *, rows: int | None = None) -> pa.Table:
    """This function will draw a dataset, the same on every machine; `rows` other than its own for tests."""
    found = dataset(name)
    number = [d.resource.name for d in DATASETS].index(name)
    drawn = found.draw(np.random.default_rng([SEED, 100 + number]), rows or found.rows)
    return drawn.select([column.name for column in found.resource.columns])


def write(name: str, folder: Path, *, rows: int | None = None) -> Path:
    """This function will write a dataset as a Parquet file (zstd) in `folder` and give its path."""
    path = folder / f"{name}.parquet"
    pq.write_table(table(name, rows=rows), path, compression="zstd", row_group_size=65_536)
    return path
