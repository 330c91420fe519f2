"""What the demonstration's steward brought by pages: a dataset made of a draft, with rows set aside, and a draft that waits to be mapped."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange import queries as exchange_queries
from beijiang.flow.exchange.types import ColumnSpec, DatasetSpec, SpecColumn
from beijiang.kernel.errors import NotFound, Unavailable
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.work.stewardship import actions as stewardship

from . import SEED
from .draw import MARK, PLATE_LETTER, branch_units, counties, county_codes, days_between, digits, persons, pick
from .units import branch_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from beijiang.flow.exchange.types import Draft

SYSTEM = Actor.system("demo")
NAME = "roadside_checks"
ROWS, WAITING_ROWS = 240, 60
PATIENCE = 60.0
CHECKS = (
    # header, column, English title, type, element, subject
    ("登记编号", "record_number", "Record number", "text", "", None),
    ("旗县区代码", "county_code", "County code", "text", "place.county", None),
    ("登记单位代码", "unit_code", "Recording unit", "text", "unit.code", None),
    ("检查日期", "checked_on", "Checked on", "date", "", None),
    ("号牌号码", "plate_number", "Plate number", "text", "vehicle.plate", "plate"),
    ("结果", "outcome", "Outcome", "text", "", None),
    ("罚款（元）", "fine_yuan", "Fine (yuan)", "decimal", "money.yuan", None),
    ("备注", "remark", "Remark", "text", "record.remark", None),
)


def seed(steward: Actor, say: Callable[[object], None]) -> None:
    """This function will bring both files in the steward's name, each once, and open the steward's drop folder."""
    stewardship.open_drop_folder(steward)
    waiting = "重点场所从业人员.csv"
    if not any(draft.file_name == waiting for draft in exchange_queries.drafts(steward)):
        upload = stewardship.take_form_file(steward, file_name=waiting, **_content(employees()))
        stewardship.send_upload(SYSTEM, upload_id=upload.id)
    if _known(steward):
        return
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=settings.ENV.blob_dir) as folder:
        path = Path(folder) / "file"
        path.write_bytes(checks())
        draft = exchange.send_draft(steward, path=path, file_name="路面检查登记.csv")
    run = exchange.publish_draft(steward, draft_id=_ready(steward, draft).id, spec=spec())
    until = time.monotonic() + PATIENCE
    while run.state not in ("done", "failed", "cancelled") and time.monotonic() < until:
        time.sleep(0.2)
        run = exchange_queries.run(steward, run_id=run.id)
    if run.state != "done":
        raise Unavailable("portal.demo_not_in", Words("演示数据没有全部装入", "The demonstration data did not all come in"), run.error)
    say(Words(f"{NAME}：{run.rows_ok:,} 行，搁置 {run.rows_bad} 行", f"{NAME}: {run.rows_ok:,} rows, {run.rows_bad} set aside"))


def _known(steward: Actor) -> bool:
    try:
        return exchange_queries.dataset(steward, name=NAME).rows > 0
    except NotFound:
        return False


def _ready(steward: Actor, draft: Draft) -> Draft:
    until = time.monotonic() + PATIENCE
    while draft.state in ("received", "profiling") and time.monotonic() < until:
        time.sleep(0.1)
        draft = next((d for d in exchange_queries.drafts(steward) if d.id == draft.id), draft)
    return draft


def spec() -> DatasetSpec:
    """This function will describe the dataset that the first file becomes."""
    columns = tuple(
        SpecColumn(header, ColumnSpec(name, Words(header, en), kind, element, subject))
        for header, name, en, kind, element, subject in CHECKS
    )
    return DatasetSpec(
        name=NAME,
        title=Words("路面检查登记（演示）", "Roadside checks (demonstration)"),
        description=Words(
            "由一个上传的文件建立，有几行不合格、已搁置。演示数据：全部为虚构。",
            "Made of an uploaded file; some rows did not fit and were set aside. Demonstration data: all invented.",
        ),
        owner_unit=branch_code("150000", "交管"),
        grade="internal",
        personal=True,
        area_column="county_code",
        unit_column="unit_code",
        retention_days=730,
        columns=columns,
    )


def checks() -> bytes:
    """This function will draw the first file: UTF-8, seven of its rows with a fault that cannot come in."""
    rng = np.random.default_rng([SEED, 300])
    county = counties(rng, ROWS)
    days = np.datetime_as_string(days_between(rng, ROWS, np.datetime64("2026-08-01")), unit="D")
    plates = rng.integers(0, 10_000, ROWS)
    outcome = pick(rng, ROWS, ("正常放行", "口头告诫", "罚款"), (70, 18, 12))
    rows: list[list[Any]] = [
        [
            f"LJ{n + 1:05d}",
            county_codes()[county][n],
            branch_units("交管")[county][n],
            days[n],
            f"蒙{PLATE_LETTER}A{plates[n]:04d}",
            outcome[n],
            200 if outcome[n] == "罚款" else 0,
            MARK,
        ]
        for n in range(ROWS)
    ]
    for row, column, value in (
        (17, 3, "2026-13-40"),
        (44, 6, "贰佰"),
        (71, 3, "昨天"),
        (99, 6, "一百五"),
        (140, 3, "20260230"),
        (181, 6, "-"),
        (205, 3, "/"),
    ):
        rows[row][column] = value
    return _csv([header for header, *_ in CHECKS], rows).encode()


def employees() -> bytes:
    """This function will draw the second file: GB18030, with a special category, wrong check digits and empty cells to be found."""
    rng = np.random.default_rng([SEED, 301])
    people, who = persons(), rng.integers(0, len(persons().name), WAITING_ROWS)
    county = counties(rng, WAITING_ROWS)
    kinds = pick(rng, WAITING_ROWS, ("旅馆", "网吧", "娱乐场所", "典当"))
    days = np.datetime_as_string(days_between(rng, WAITING_ROWS), unit="D")
    serial = digits(np.arange(1, WAITING_ROWS + 1), 4)
    rows = [
        [
            f"CS{serial[n]}",
            people.name[who[n]],
            people.id_number[who[n]],
            "（演示）",
            people.phone[who[n]],
            kinds[n],
            county_codes()[county][n],
            days[n] if n % 9 else "",
            MARK,
        ]
        for n in range(WAITING_ROWS)
    ]
    rows[7][2] = rows[7][2][:-1] + ("0" if rows[7][2][-1] != "0" else "1")
    rows[31][7] = "2025年2月30日"
    headers = ["编号", "姓名", "身份证号", "民族", "联系电话", "场所类型", "旗县区代码", "入职日期", "备注"]
    return _csv(headers, rows).encode("gb18030")


def _csv(headers: list[str], rows: list[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([headers, *rows])
    return out.getvalue()


def _content(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "stream": io.BytesIO(data)}
