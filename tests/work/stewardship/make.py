"""Builders: a steward, files, and a door that keeps drafts and runs as the data domain does."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from beijiang.flow.exchange.rules import codec
from beijiang.flow.exchange.rules.run import write_bad_rows
from beijiang.flow.exchange.types import (
    BadRow,
    BadRows,
    ColumnQuality,
    ColumnSpec,
    Dataset,
    DatasetSpec,
    Draft,
    DraftColumn,
    Element,
    ElementGuess,
    Quality,
    Run,
    RunReason,
)
from beijiang.kernel.errors import NotFound, Problem
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.trust.identity.types import PersonRow
from tests.flow.exchange.make import SYSTEM, signed_in
from tests.flow.exchange.stub import StubDoor
from tests.work.inquiry.make import reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from beijiang.kernel.types import Actor

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CSV = "姓名,身份证号,民族,价值\n张三,15010319900101001X,汉,10.5\n李四,bad,蒙,x\n".encode()
HEAD = "ab" * 32
STEWARD = PersonRow("sun.lei", "孙磊", "150000", ("steward",))


def steward(row: PersonRow = STEWARD) -> Actor:
    """A person who brings data, signed in."""
    identity.import_people(SYSTEM, rows=[row])
    return signed_in(people.actor_for(people.person_by_username(row.username).id))


def kinds(prefix: str) -> list[str]:
    """The types of leaves that wait to be sealed, oldest first."""
    from beijiang.trust.audit.models import Intake

    return list(Intake.objects.filter(type__startswith=prefix).order_by("id").values_list("type", flat=True))


def digest(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def header(data: bytes) -> str:
    """Content-Digest of a piece."""
    return f"sha-256=:{base64.b64encode(digest(data)).decode()}:"


def column(header: str, name: str, kind: str = "text", **more: Any) -> DraftColumn:
    """A column as a profile finds it."""
    given: dict[str, Any] = {
        "title": Words(header, name.capitalize()),
        "share": 1.0,
        "reason": Words("所有值都是文本。", "Every value is text."),
        "nulls": 0,
        "distinct": 2,
        "examples": ("甲", "乙"),
    }
    return DraftColumn(name=name, header=header, type=kind, **(given | more))


COLUMNS = (
    column(
        "姓名",
        "person_name",
        element=ElementGuess("XM", Words("姓名", "Name"), 0.9, Words("列名就是这个数据元的名称。", "The header is its name.")),
        subject="name",
        suggested_mask="redact",
        length=60,
    ),
    column(
        "身份证号",
        "id_number",
        element=ElementGuess(
            "GMSFHM", Words("公民身份号码", "Identity number"), 0.8, Words("九成的值通过校验。", "Most values pass the check.")
        ),
        subject="id_card",
        suggested_mask="last4",
        length=18,
    ),
    column(
        "民族",
        "minzu",
        refused=Words("民族属于特殊类别个人信息（权利清单第 2 条）。", "Ethnicity is a special category (RIGHTS 2)."),
        examples=(),
    ),
    column("价值", "value", "decimal", share=0.5, reason=Words("一半的值是小数。", "Half of the values are decimals.")),
    column(
        "区划", "area_code", element=ElementGuess("XZQH", Words("行政区划代码", "Division code"), 0.7, Words("六位代码。", "Six digits."))
    ),
)
ELEMENTS = tuple(
    Element(code, Words(zh, en), "text", None, (), "in_force", False, subject=subject)
    for code, zh, en, subject in (
        ("XM", "姓名", "Name", "name"),
        ("GMSFHM", "公民身份号码", "Identity number", "id_card"),
        ("XZQH", "行政区划代码", "Division code", None),
    )
)
TARGET = Dataset(
    id=UUID(int=7),
    name="stolen_property",
    title=Words("被盗物品", "Stolen property"),
    description=Words("登记的被盗物品。", "Things reported stolen."),
    owner_unit="150000XZ",
    grade="sensitive",
    personal=True,
    area_column="county",
    unit_column=None,
    retention_days=3650,
    state="published",
    rows=200_000,
    published_at=NOW,
    schema_version=2,
    columns=(
        ColumnSpec("owner_name", Words("失主姓名", "Owner's name"), element="XM", subject="name", aliases=("姓名",)),
        ColumnSpec("county", Words("区划", "County"), element="XZQH"),
        ColumnSpec("item", Words("物品", "Item")),
    ),
)


def draft(**changes: Any) -> Draft:
    """A draft that is ready to be mapped."""
    given: dict[str, Any] = {
        "id": new_id(),
        "file_name": "people.csv",
        "sha256": "ab" * 32,
        "size": len(CSV),
        "kind": "csv",
        "encoding": "UTF-8",
        "state": "ready",
        "progress": 1.0,
        "error": None,
        "columns": COLUMNS,
        "rows": 2,
        "sample": ({"姓名": "张三", "身份证号": "15010319900101001X", "价值": "10.5", "区划": None},),
        "notes": (),
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=7),
        "suggested_name": "people",
    }
    return Draft(**(given | changes))


def run(**changes: Any) -> Run:
    """A run that is done, with two rows set aside."""
    given: dict[str, Any] = {
        "id": new_id(),
        "dataset": "stolen_property",
        "file_name": "people.csv",
        "sha256": "ab" * 32,
        "size": 120,
        "encoding": "UTF-8",
        "state": "done",
        "rows_ok": 98,
        "rows_bad": 2,
        "progress": 1.0,
        "error": None,
        "notes": (Words("列“民族”已丢弃。", "The column “民族” was dropped."),),
        "started_at": NOW,
        "finished_at": NOW,
        "snapshot_id": 5,
        "kind": "csv",
        "created_at": NOW,
        "started_by": "孙磊",
        "reasons": (RunReason("id_number", Words("校验位不对", "a wrong check digit"), 2),),
    }
    return Run(**(given | changes))


QUALITY = Quality(
    "stolen_property",
    0.93,
    {"completeness": 0.98, "validity": 0.9, "freshness": 1.0},
    (
        ColumnQuality("owner_name", 0.99, None, 0.4),
        ColumnQuality("county", 1.0, 0.9, 0.01, 3, Words("六位区划代码", "Six digits"), ("12",)),
    ),
    200_000,
    NOW,
)
BAD = (BadRow(2, (("id_number", Words("校验位不对", "a wrong check digit")),), {"姓名": "李四", "身份证号": "bad", "价值": None}),)


class CareDoor(StubDoor):
    """Keeps drafts and runs in memory and answers over real HTTP, signed and bound as the provider does."""

    def __init__(self) -> None:
        super().__init__(reply())
        self.drafts: dict[UUID, Draft] = {}
        self.runs: dict[UUID, Run] = {}
        self.published: list[DatasetSpec] = []
        self.changed: list[dict[str, Any]] = []
        self.files: list[bytes] = []
        self.target = TARGET
        self.trouble: dict[str, Problem] = {}
        """Problems to answer with, by a part of the address."""
        self.export = "\ufeff行号,原因\r\n2,校验位不对\r\n".encode()

    def answer(self, target: str, headers: dict[str, str], body: bytes, method: str = "POST") -> tuple[int, dict[str, str], bytes]:
        """What the data domain would send back."""
        address = urlsplit(target)
        place = address.path.split("/lake/", 1)[1]
        self.bend, self.content, self.problem = {}, b"", None
        try:
            for part, problem in self.trouble.items():
                if part in f"{method} {place}":
                    raise problem
            self.content = self._told(method, place, parse_qs(address.query), body)
        except Problem as problem:
            self.problem = problem
        return super().answer(target, headers, body, method)

    def _told(self, method: str, place: str, query: dict[str, list[str]], body: bytes) -> bytes:
        for pattern, answer in self._services().items():
            verb, _, path = pattern.partition(" ")
            found = re.fullmatch(path, place)
            if verb == method and found:
                return answer(*found.groups(), query=query, body=body)
        raise NotFound("stub.nothing")

    def _services(self) -> dict[str, Callable[..., bytes]]:
        return {
            "POST drafts": self._take,
            "GET drafts": lambda **_: codec.write(
                [replace(d, sample=()) for d in self.drafts.values() if d.state not in ("used", "dropped")]
            ),
            "GET drafts/([^/]+)": lambda number, **_: codec.write(self._draft(number)),
            "POST drafts/([^/]+)/drop": self._drop,
            "POST drafts/([^/]+)/publish": self._publish,
            "GET runs": lambda query, **_: codec.write([r for r in self.runs.values() if r.dataset in query.get("dataset", [r.dataset])]),
            "GET intake/runs/([^/]+)": lambda number, **_: codec.write(self._run(number)),
            "GET intake/runs/([^/]+)/rows": lambda number, **_: write_bad_rows(
                BadRows(UUID(number), "stolen_property", 0, 1, BAD, new_id())
            ),
            "GET runs/([^/]+)/export": self._export,
            "POST runs/([^/]+)/cancel": lambda number, **_: self._steer(number, state="cancelled", resumable=True),
            "POST runs/([^/]+)/resume": lambda number, **_: self._steer(number, state="queued", resumable=False),
            "GET elements": lambda query, **_: codec.write([e for e in ELEMENTS if query.get("q", [e.code])[0] in (e.code, e.name.zh)]),
            "GET datasets/([^/]+)": self._dataset,
            "POST datasets/([^/]+)": self._change,
            "GET datasets/([^/]+)/quality": lambda name, **_: codec.write(replace(QUALITY, dataset=name)),
        }

    def _take(self, query: dict[str, list[str]], body: bytes) -> bytes:
        self.files.append(body)
        sha = hashlib.sha256(body).hexdigest()
        made = next((d for d in self.drafts.values() if d.sha256 == sha and d.state == "ready"), None) or draft(
            file_name=query["name"][0], sha256=sha, size=len(body)
        )
        self.drafts[made.id] = made
        return codec.write(made)

    def _draft(self, number: str) -> Draft:
        if UUID(number) not in self.drafts:
            raise NotFound("lake.no_draft", detail=Words("没有这个草稿。", "There is no such draft."))
        return self.drafts[UUID(number)]

    def _drop(self, number: str, **_: Any) -> bytes:
        self.drafts[UUID(number)] = replace(self._draft(number), state="dropped")
        return codec.write(self.drafts[UUID(number)])

    def _publish(self, number: str, body: bytes, **_: Any) -> bytes:
        spec = codec.read_request(DatasetSpec, body)
        self.published.append(spec)
        made = run(
            dataset=spec.name,
            file_name=self._draft(number).file_name,
            state="queued",
            rows_ok=0,
            rows_bad=0,
            progress=0.0,
            finished_at=None,
        )
        self.runs[made.id] = made
        self.drafts[UUID(number)] = replace(self._draft(number), state="used", run=made.id)
        return codec.write(made)

    def _run(self, number: str) -> Run:
        if UUID(number) not in self.runs:
            raise NotFound("lake.no_run", detail=Words("没有这个入库任务。", "There is no such ingest run."))
        return self.runs[UUID(number)]

    def _steer(self, number: str, **changes: Any) -> bytes:
        self.runs[UUID(number)] = replace(self._run(number), **changes)
        return codec.write(self.runs[UUID(number)])

    def _export(self, number: str, **_: Any) -> bytes:
        self._run(number)
        self.bend = {"x-dataset": "stolen_property", "x-rows": "1", "x-receipt": str(new_id())}
        return self.export

    def _dataset(self, name: str, **_: Any) -> bytes:
        if name != self.target.name:
            raise NotFound("lake.no_dataset", detail=Words("没有这个数据集。", "There is no such dataset."))
        return codec.write(self.target)

    def _change(self, name: str, body: bytes, **_: Any) -> bytes:
        import json

        given = json.loads(body)
        self.changed.append(given)
        words = {k: Words.of(v) for k, v in given.items() if isinstance(v, dict)}
        self.target = replace(self.target, **(given | words))
        return codec.write(self.target)
