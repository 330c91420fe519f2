"""Define, append, ingest: what comes in, what is set aside, what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from beijiang.compute.lake import actions, models, queries
from beijiang.compute.lake.adapters import tables
from beijiang.compute.lake.types import ColumnSpec, Run
from beijiang.kernel.errors import Conflict, Invalid, Problem, Refused, TooLarge
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from . import make

SYSTEM = Actor.system("lake")


def ingest(dataset: str, path: Path) -> Run:
    """Start and run at once."""
    run = actions.start_ingest(make.STEWARD, dataset=dataset, source=path)
    return actions.run_ingest(SYSTEM, run_id=run.id)


def stored(name: str) -> pa.Table:
    """All rows of a table, as its files have them."""
    _, files = tables.current_files(name)
    return pa.concat_tables([pq.read_table(f) for f in files]) if files else pa.table({})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_every_encoding_becomes_typed_rows(lake: Path, tmp_path: Path, encoding: str) -> None:
    about = make.dataset()
    text = make.csv_text(5).replace("王小明", "王小明㐂" if encoding == "gb18030" else "王小明")
    run = ingest(about.name, make.file(tmp_path, text, encoding=encoding))
    assert (run.state, run.rows_ok, run.rows_bad, run.error) == ("done", 5, 0, None)
    row = stored(about.name).sort_by("item_no").to_pylist()[0]
    assert row["value"] == Decimal("1299.50") and row["stolen_on"] == date(2026, 3, 1) and row["found"] is False
    assert row["entered_at"] == datetime(2026, 3, 5, 4, 30, tzinfo=UTC)
    assert row["owner_name"].startswith("王小明")


def test_bad_rows_are_set_aside_with_number_column_and_reason(lake: Path, tmp_path: Path) -> None:
    lines = make.csv_text(6).splitlines()
    lines[2] = lines[2].replace("1299.50", "贵")
    lines[3] = "只有一列"
    lines[4] = lines[4].replace("2026-03-04", "2026-02-31")
    lines[6] = lines[6].replace("手机", "手\ufffd机")
    about = make.dataset()
    run = ingest(about.name, make.file(tmp_path, "\n".join(lines)))
    assert (run.state, run.rows_ok, run.rows_bad) == ("done", 2, 4)
    bad = {b.number: b for b in queries.bad_rows(make.STEWARD, run_id=run.id)}
    assert sorted(bad) == [2, 3, 4, 6]
    assert bad[2].reasons[0][0] == "value" and "小数" in bad[2].reasons[0][1].zh and bad[2].raw["value"] == "贵"
    assert bad[3].raw[""] == "只有一列"
    assert bad[4].reasons[0][0] == "stolen_on" and "date" in bad[4].reasons[0][1].en
    assert bad[6].reasons[0][0] == "kind" and "编码" in bad[6].reasons[0][1].zh


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_quotes_and_line_breaks_within_cells(lake: Path, tmp_path: Path, delimiter: str) -> None:
    about = make.dataset()
    head = make.HEADER.replace(",", delimiter)
    row = make.ROW.format(n=1, d=1).replace(",", delimiter).replace("手机", f'"手机{delimiter}一部\n旧"')
    run = ingest(about.name, make.file(tmp_path, f"{head}\r\n{row}\r\n"))
    assert (run.state, run.rows_ok) == ("done", 1), run.error
    assert stored(about.name).to_pylist()[0]["kind"] == f"手机{delimiter}一部\n旧"


def workbook(rows: list[list[object]]) -> bytes:
    """A minimal xlsx with inline strings."""

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    sheet = "".join(f"<row>{''.join(cell(v) for v in row)}</row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="数据" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>',
        )
    return out.getvalue()


def test_excel(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    row = make.ROW.format(n=1, d=1).split(",")
    run = ingest(
        about.name, make.file(tmp_path, workbook([make.HEADER.split(","), [*row[:6], 3, *row[7:]], [*row[:6], 2.5, *row[7:]]]), "x.xlsx")
    )
    assert (run.state, run.rows_ok, run.rows_bad) == ("done", 1, 1), run.error
    assert stored(about.name).to_pylist()[0]["pieces"] == 3


def test_parquet_keeps_types_and_casts_text(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    table = pa.table(
        {
            "item_no": ["a", "b", "c"],
            "area": ["150103"] * 3,
            "pieces": pa.array([1, 2, None], pa.int32()),
            "value": pa.array([1.5, 2.25, None]),
            "stolen_on": pa.array([date(2026, 1, 2)] * 3),
            "entered_at": pa.array([datetime(2026, 1, 2, 8)] * 3, pa.timestamp("ms")),
            "found": ["是", "maybe", None],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    run = ingest(about.name, tmp_path / "x.parquet")
    assert (run.state, run.rows_ok, run.rows_bad) == ("done", 2, 1), run.error
    rows = {r["item_no"]: r for r in stored(about.name).to_pylist()}
    assert (
        rows["a"]["entered_at"] == datetime(2026, 1, 2, 0, tzinfo=UTC)
        and rows["a"]["value"] == Decimal("1.50")
        and rows["c"]["found"] is None
    )


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("xl/workbook.xml", b"0" * (40 << 20))

BAD_FILES: list[tuple[str, bytes, str]] = [
    ("header only", make.HEADER.encode(), "lake.file_empty"),
    ("only blanks", b"\n\n \n", "lake.file_empty"),
    ("duplicate columns", (make.HEADER + ",物品编号\n").encode(), "lake.file_duplicate_column"),
    ("nameless column", b"a,,b\n1,2,3\n", "lake.file_header"),
    ("no column of the dataset", b"x,y\n1,2\n", "lake.no_columns_match"),
    ("area column missing", "物品编号\nA1\n".encode(), "lake.column_missing"),
    ("zip bomb", BOMB.getvalue(), "lake.file_bomb"),
    ("zip, no workbook", b"PK\x05\x06" + b"\0" * 18, "lake.file_kind"),
    ("truncated workbook", workbook([["a"]])[:300], "lake.file_excel"),
    ("old excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "lake.file_old_excel"),
    ("gzip cut off", b"\x1f\x8b\x08\0\0\0\0\0\0\0", "lake.file_gzip"),
    ("pdf", b"%PDF-1.7\n", "lake.file_kind"),
    ("broken parquet", b"PAR1" + b"\0" * 50 + b"PAR1", "lake.file_parquet"),
    ("binary", bytes(range(256)) * 50, "lake.file_binary"),
    ("utf-32", "a,b\n1,2".encode("utf-32"), "lake.file_encoding"),
    ("no encoding", b"\x81\xff\xfe\xfd" * 5000, "lake.file_encoding"),
    ("open quote", (make.HEADER + '\nA1,"15' + "0" * (20 << 20)).encode(), "lake.file_row_too_long"),
    ("too many columns", (",".join(f"c{i}" for i in range(5000)) + "\n").encode(), "lake.file_columns"),
    ("all rows bad", (make.HEADER + "\n" + "x,150103,a,b,c,贵,y,z,w,v\n").encode(), "lake.file_all_bad"),
]


@pytest.mark.parametrize(("what", "content", "code"), BAD_FILES, ids=[b[0] for b in BAD_FILES])
def test_bad_files_fail_with_words_and_leave_all_as_it_was(
    lake: Path,
    tmp_path: Path,
    what: str,
    content: bytes,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    about = make.dataset()
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(3))
    before = tables.current_files(about.name)
    seen: list[str] = []
    monkeypatch.setattr(Problem, "__init__", _spy(Problem.__init__, seen))
    with django_capture_on_commit_callbacks(execute=True):
        run = ingest(about.name, make.file(tmp_path, content, "upload.bin"))
    assert code in seen, (seen, run.error)
    assert run.state == "failed" and run.error is not None and run.error.zh and run.error.en and run.error.zh != run.error.en
    assert tables.current_files(about.name) == before and queries.dataset(about.name).rows == 3
    data = lake / "tables" / about.name / "data"
    assert sorted(str(p) for p in data.iterdir()) == sorted(before[1]), "no orphan file"
    assert not list((lake / "staging").glob(f"{about.name}-*")), "what was not taken in is not kept"


def _spy(original, seen):  # type: ignore[no-untyped-def]
    def init(self, code, *args, **extra):  # type: ignore[no-untyped-def]
        seen.append(code)
        original(self, code, *args, **extra)

    return init


def test_all_bad_rows_can_still_be_read(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    run = ingest(about.name, make.file(tmp_path, make.HEADER + "\nx,150103,a,b,c,贵,y,z,w,v\n"))
    (bad,) = queries.bad_rows(make.STEWARD, run_id=run.id)
    assert {c for c, _ in bad.reasons} == {"value", "pieces", "stolen_on", "entered_at", "found"}


def test_empty_file_is_refused_when_handed_over(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    with pytest.raises(Invalid, match="空"):
        actions.start_ingest(make.STEWARD, dataset=about.name, source=make.file(tmp_path, b""))
    assert not models.IngestRun.objects.exists()


def test_file_over_the_limit_is_refused_and_not_kept(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.compute.lake.adapters import readers

    monkeypatch.setattr(readers, "MAX_BYTES", 100)
    about = make.dataset()
    with pytest.raises(TooLarge):
        actions.start_ingest(make.STEWARD, dataset=about.name, source=io.BytesIO(b"x" * 200))
    assert not list((lake / "staging").glob("incoming-*"))


def test_a_broken_byte_sets_its_row_aside_and_no_more(lake: Path, tmp_path: Path) -> None:
    about = make.dataset()
    content = make.csv_text(50).encode("gbk").replace(b"A7,", b"A7\xff,", 1)
    run = ingest(about.name, make.file(tmp_path, content))
    assert (run.state, run.rows_ok, run.rows_bad) == ("done", 49, 1), run.error


def test_special_categories_are_dropped_and_told(lake: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    about = make.dataset()
    lines = make.csv_text(3).splitlines()
    text = "\n".join([lines[0] + ",民族,MZ,religion", *(line + ",特殊值,01,某教" for line in lines[1:]), "A9,特殊值"])
    with django_capture_on_commit_callbacks(execute=True):
        run = ingest(about.name, make.file(tmp_path, text))
    assert (run.state, run.rows_ok, run.rows_bad) == ("done", 3, 1)
    assert sum("特殊类别" in n.zh for n in run.notes) == 3
    kept = [p for p in lake.rglob("*") if p.is_file() and (about.name in str(p) or str(run.id) in str(p))]
    assert kept and not any("staging" in str(p) for p in kept), "the handed-over file is gone"
    (bad,) = queries.bad_rows(make.STEWARD, run_id=run.id)
    everything = b"".join(p.read_bytes() for p in kept) + b"".join(
        str(pq.read_table(p).to_pylist()).encode() for p in kept if p.suffix == ".parquet"
    )
    assert bad.raw == {"": None}
    assert "特殊值".encode() not in everything and "某教".encode() not in everything


@pytest.mark.parametrize(
    "column", ["民族", "minzu", "nation_ethnicity", "宗教信仰", "政治面貌", "zzmm", "bloodType", "健康状况", "fingerprint_code", "religion"]
)
def test_a_dataset_of_special_categories_is_refused(lake: Path, column: str) -> None:
    with pytest.raises(Refused) as caught:
        make.dataset((*make.COLUMNS, ColumnSpec("extra", Words(column, column))))
    assert caught.value.code == "lake.special_category"
    assert not models.Dataset.objects.exists()


def test_whoever_redefines_a_dataset_is_asked_for_the_unit_that_has_it(lake: Path) -> None:
    from beijiang.kernel import guard

    about, asked = make.dataset(), []

    def decide(actor: Any, permission: Any, resource: Any) -> Refused | None:
        asked.append(resource.attributes["owner_unit"])
        return Refused("test.other_owner") if resource.attributes["owner_unit"] == "150000XZ" else None

    guard.install(decide)
    with pytest.raises(Refused):
        actions.define_dataset(
            make.STEWARD,
            name=about.name,
            title=about.title,
            columns=make.COLUMNS,
            owner_unit="150103",
            grade="open",
            personal=True,
            area_column="area",
            retention_days=3650,
        )
    assert asked == ["150000XZ"] and queries.dataset(about.name).owner_unit == "150000XZ"


def test_special_by_data_element(lake: Path) -> None:
    actions.define_element(make.STEWARD, code="DE00001", name=Words("民族", "Ethnic group"))
    with pytest.raises(Refused):
        make.dataset((*make.COLUMNS, ColumnSpec("mzx", Words("类别二", "Kind 2"), element="DE00001")))


def test_code_set_of_an_element_is_checked(lake: Path, tmp_path: Path) -> None:
    actions.define_element(make.STEWARD, code="DE1", name=Words("物品类别", "Kind of thing"), code_set=["手机", "车辆"])
    columns = tuple(ColumnSpec(c.name, c.title, type=c.type, element="DE1") if c.name == "kind" else c for c in make.COLUMNS)
    about = make.dataset(columns)
    run = ingest(about.name, make.file(tmp_path, make.csv_text(2).replace("手机", "飞机", 1)))
    assert (run.rows_ok, run.rows_bad) == (1, 1)


BAD_DEFINITIONS = [
    {"name": "Bad Name"},
    {"name": "x" * 64},
    {"columns": ()},
    {"grade": "top"},
    {"area_column": "nowhere"},
    {"retention_days": None},
    {"columns": (make.COLUMNS[0], make.COLUMNS[0])},
    {"columns": (ColumnSpec("a", Words("a", "a"), type="blob"),), "area_column": None},
    {"columns": (ColumnSpec("a b", Words("a", "a")),), "area_column": None},
    {"columns": (ColumnSpec("a", Words("a", "a"), default_mask="x"),), "area_column": None},
    {"columns": (ColumnSpec("a", Words("a", "a"), element="NONE"),), "area_column": None},
]


@pytest.mark.parametrize("change", BAD_DEFINITIONS, ids=[str(i) for i in range(len(BAD_DEFINITIONS))])
def test_bad_definitions(lake: Path, change: dict) -> None:  # type: ignore[type-arg]
    values = {
        "name": make.fresh_name(),
        "title": Words("甲", "A"),
        "columns": make.COLUMNS,
        "owner_unit": "U",
        "grade": "internal",
        "personal": True,
        "area_column": "area",
        "retention_days": 10,
    }
    with pytest.raises(Invalid):
        actions.define_dataset(make.STEWARD, **(values | change))
    assert not models.Dataset.objects.exists()


def test_defining_again_changes_words_but_not_columns_of_rows(lake: Path) -> None:
    about = make.dataset()
    assert make.dataset(name=about.name) == about
    actions.append(make.STEWARD, dataset=about.name, rows=make.rows(2))
    masked = tuple(ColumnSpec(c.name, c.title, type=c.type, default_mask="redact") for c in make.COLUMNS)
    assert make.dataset(masked, name=about.name).schema_version == about.schema_version + 1
    with pytest.raises(Conflict):
        make.dataset(make.COLUMNS[:3], name=about.name)
    assert len(queries.dataset(about.name).columns) == len(make.COLUMNS)


def test_append_once_by_key_and_bad_rows_aside(lake: Path) -> None:
    about = make.dataset()
    batch = [*make.rows(4), {"item_no": "x", "area": "150103", "value": "much"}]
    first = actions.append(make.STEWARD, dataset=about.name, rows=batch, key="event-1")
    again = actions.append(make.STEWARD, dataset=about.name, rows=batch, key="event-1")
    assert (first.rows, first.rows_bad, first.repeated, again.repeated) == (4, 1, False, True)
    assert first.entry_id is not None and queries.dataset(about.name).rows == 4
    assert [s.rows for s in queries.snapshots(about.name)] == [4]


def test_append_refuses_nothing_too_much_and_strangers(lake: Path) -> None:
    about = make.dataset()
    for rows, error in (([], Invalid), ([{"zzz": 1}], Invalid), ([{"area": "150103"}] * 100_001, TooLarge)):
        with pytest.raises(error):
            actions.append(make.STEWARD, dataset=about.name, rows=rows)
    assert tables.current_files(about.name) == (None, ())


def test_success_is_told_once_with_columns_and_no_rows(lake: Path, tmp_path: Path) -> None:
    from beijiang.kernel.models import Outbox

    about = make.dataset()
    ingest(about.name, make.file(tmp_path, make.csv_text(3)))
    (document,) = Outbox.objects.filter(type="lake.dataset.published.v1").values_list("document", flat=True)
    data = document["data"]
    assert (data["name"], data["rows"], data["owner_unit"], len(data["columns"])) == (about.name, 3, "150000XZ", 10)
    assert data["freshness"] and "王小明" not in str(document)


def test_without_permission_nothing_happens(db: None, lake_root: Path, tmp_path: Path) -> None:
    from beijiang.kernel import guard

    before = guard._decider
    guard.install(lambda *_: Refused("test.no"))
    try:
        with pytest.raises(Refused):
            make.dataset()
        assert not models.Dataset.objects.exists()
    finally:
        guard.install(before)
