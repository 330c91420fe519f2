"""Every kind of file that is taken, every way it can be broken: opened, or refused in words that a steward understands."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from beijiang.compute.lake.adapters import readers
from beijiang.compute.lake.adapters.encodings import detect_encoding, first_fault
from beijiang.compute.lake.adapters.readers import characters, packed, source
from beijiang.kernel.errors import Problem

from . import make

ZH = "编号,辖区,姓名\nA1,回民区,王小明\nA2,新城区,李娜\n"
ZH_TW = "編號,轄區,姓名\nA1,臺北市中正區,陳怡君與張國華\nA2,高雄市,林志偉對黃淑芬說\n"


def opened(path: Path) -> tuple[readers.Source, list[dict[str, Any]]]:
    """A file's rows by name."""
    found = readers.open_source(path)
    rows = [dict(zip(found.names, row.values(), strict=True)) for _, batch in found.batches for row in batch.to_pylist()]
    readers.tidy(path)
    return found, rows


def refused(tmp_path: Path, content: bytes | str, code: str) -> Problem:
    """What is said of a file that cannot be used."""
    with pytest.raises(Problem) as caught:
        opened(make.file(tmp_path, content))
    assert caught.value.code == f"lake.file_{code}", caught.value.code
    words = caught.value.detail
    assert words is not None and words.zh and words.en and "没有写入" in words.zh and "Nothing was written" in words.en
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv"], "nothing is left beside it"
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "text", "said"),
    [
        ("utf-8", ZH, "UTF-8"),
        ("utf-8-sig", ZH, "UTF-8"),
        ("utf-16", ZH, "UTF-16-LE"),
        ("utf-16-be", ZH, "UTF-16-BE"),
        ("gbk", ZH, "GBK"),
        ("gb18030", ZH.replace("王小明", "王㐂𠀀"), "GB18030"),
        ("big5", ZH_TW, "BIG5"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, text: str, said: str) -> None:
    found, rows = opened(make.file(tmp_path, text, encoding=encoding))
    assert found.encoding == said and len(rows) == 2 and list(rows[0].values()) == text.splitlines()[1].split(",")


def test_mixed_bytes_are_told_with_their_place(tmp_path: Path) -> None:
    mixed = ("编号,姓名\n" + "A1,王小明\n" * 2000).encode() + ("A2,李娜\n" * 20000).encode("gbk") + b"\xff\xfe\xfd" * 9000
    path = make.file(tmp_path, mixed)
    at = first_fault(path, "utf-8")
    assert at is not None and mixed[:at].decode() and abs(at - len(("编号,姓名\n" + "A1,王小明\n" * 2000).encode())) < 8
    with pytest.raises(Problem) as caught:
        detect_encoding(make.file(tmp_path, b"a,b\n" + b"\x81\xff\xfe\xfd" * 20_000))
    assert "byte 5" in (caught.value.detail.en if caught.value.detail else "")


def test_a_fault_across_the_border_of_two_reads_has_the_right_place(tmp_path: Path) -> None:
    head = b"x" * ((4 << 20) - 1)
    assert first_fault(make.file(tmp_path, head + "汉".encode() + b"\xff"), "utf-8") == len(head) + 3
    assert first_fault(make.file(tmp_path, head + "汉".encode()[:2]), "utf-8") == len(head)
    assert first_fault(make.file(tmp_path, head + "汉".encode()), "utf-8") is None


def test_packed_files(tmp_path: Path) -> None:
    found, rows = opened(make.file(tmp_path, gzip.compress(ZH.encode("gbk"))))
    assert (found.kind, found.encoding, len(rows)) == ("csv+gzip", "GBK", 2)
    two = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")
    assert opened(make.file(tmp_path, two))[1] == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2]}), sink)
    assert opened(make.file(tmp_path, gzip.compress(sink.getvalue())))[0].kind == "parquet+gzip"
    assert [p.name for p in tmp_path.iterdir()] == ["data.csv"], "what was unpacked is gone"


def test_bombs_and_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE_RATIO", 1 << 20)
    refused(tmp_path, gzip.compress(b"0" * (40 << 20)), "bomb")
    refused(tmp_path, gzip.compress(gzip.compress(b"0" * (80 << 20))), "kind")
    whole = gzip.compress(os.urandom(100_000))
    refused(tmp_path, whole[:50_000], "gzip")
    refused(tmp_path, whole[:-8] + b"\0" * 8, "gzip")
    refused(tmp_path, gzip.compress(b""), "empty")
    monkeypatch.setattr(packed, "MAX_BYTES", 1 << 20)
    refused(tmp_path, gzip.compress(os.urandom(2 << 20)), "bomb")


def test_no_room_to_unpack_is_a_full_disk_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "RESERVE", 1 << 60)
    with pytest.raises(OSError, match="No space left"):
        opened(make.file(tmp_path, gzip.compress(b"a,b\n1,2\n")))
    assert [p.name for p in tmp_path.iterdir()] == ["data.csv"]


FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": 7,
            "properties": {"name": "a", "more": {"x": 1, "y": [1, 2]}},
            "geometry": {"type": "Point", "coordinates": [111.50, 40.8]},
        },
        {
            "type": "Feature",
            "properties": {"name": "b"},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1.5], [0, 0]]]},
        },
        {"type": "Feature", "properties": None, "geometry": None},
        {"type": "Feature", "properties": {"name": "z"}, "geometry": {"type": "Polygon", "coordinates": "nowhere"}},
    ],
}


def test_geojson(tmp_path: Path) -> None:
    text = json.dumps(FEATURES).replace("111.5,", "111.50,")
    found, rows = opened(make.file(tmp_path, text))
    assert found.kind == "geojson" and found.names == ["name", "more.x", "more.y", "id", "geometry", "lon", "lat"]
    assert rows[0] == {
        "name": "a",
        "more.x": "1",
        "more.y": "[1,2]",
        "id": "7",
        "geometry": "POINT (111.50 40.8)",
        "lon": "111.50",
        "lat": "40.8",
    }
    assert rows[1]["geometry"] == "POLYGON ((0 0, 1 0, 1 1.5, 0 0))" and rows[1]["lon"] is None
    assert rows[2]["geometry"] is None and len(rows) == 3
    assert found.bad[0][0] == 4 and "nowhere" in found.bad[0][1]


@pytest.mark.parametrize(
    ("geometry", "text"),
    [
        ({"type": "Point", "coordinates": [1, 2, 3]}, "POINT Z (1 2 3)"),
        ({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, "MULTIPOINT (1 2, 3 4)"),
        ({"type": "LineString", "coordinates": []}, "LINESTRING EMPTY"),
        ({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}, "MULTILINESTRING ((1 2, 3 4))"),
        ({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}, "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"),
        (
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
            "GEOMETRYCOLLECTION (POINT (1 2))",
        ),
    ],
)
def test_geometries_read_by_shapely_as_we_write_them(geometry: dict[str, Any], text: str) -> None:
    import shapely

    from beijiang.compute.lake.adapters.readers.geometry import wkt

    assert wkt(geometry) == text
    assert shapely.from_wkt(text).equals(shapely.from_geojson(json.dumps(geometry)))


def test_json_arrays_lines_and_documents(tmp_path: Path) -> None:
    _, rows = opened(make.file(tmp_path, '[{"a": 1.10, "b": true}, {"b": null, "c": {"d": 2}}]'))
    assert rows == [{"a": "1.10", "b": "true", "c.d": None}, {"a": None, "b": None, "c.d": "2"}]
    found, rows = opened(make.file(tmp_path, '{"id": 123456789012345678901, "x": "é"}\n\n{"id": 2}\nnot json\n{"id": 3} {"id": 4}\n[1]\n'))
    assert found.kind == "jsonl" and rows[0]["id"] == "123456789012345678901" and [n for n, _ in found.bad] == [3, 4, 5]
    found, rows = opened(make.file(tmp_path, '{"@iot.count": 2, "value": [{"@iot.id": 1, "result": 3}, {"result": {"v": 2}}]}'))
    assert found.kind == "sensorthings" and found.names == ["@iot.id", "result", "result.v"] and len(rows) == 2
    found, rows = opened(make.file(tmp_path, '{"total": 2, "data": [{"a": 1}, {"a": 2}]}'))
    assert len(rows) == 2 and "data" in found.notes[0].en
    _, rows = opened(make.file(tmp_path, '{"name": "one thing", "parts": [{"a": 1}]}'))
    assert rows == [{"name": "one thing", "parts": '[{"a":1}]'}]
    _, rows = opened(make.file(tmp_path, '{\n "a": 1\n}\n'.encode("utf-16")))
    assert rows == [{"a": "1"}]
    _, rows = opened(make.file(tmp_path, '[{"v": NaN}, {"v": Infinity}]'))
    assert rows == [{"v": "NaN"}, {"v": "Infinity"}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"a": 1}, {"a": ', "json"),
        ('[{"a": 1} {"a": 2}]', "json"),
        ('{"a": 1} trailing', "json"),
        ("{", "json"),
        ("[" * 100_000, "json_depth"),
        ("[1, 2, 3]", "empty"),
        ("[]", "empty"),
        ("[{}]", "empty"),
        ('[{"A": 1, "a": 2}]', "duplicate_column"),
        ('[{"' + "n" * 300 + '": 1}]', "header"),
        ("[{" + ",".join(f'"c{i}": 1' for i in range(5000)) + "}]", "columns"),
    ],
)
def test_json_that_is_none(tmp_path: Path, content: str, code: str) -> None:
    problem = refused(tmp_path, content, code)
    if code == "json":
        assert "character" in problem.detail.en  # type: ignore[union-attr]


def test_long_json_is_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document larger than one value may be is read by its array; no more than a value is held."""
    monkeypatch.setattr(characters, "PIECE", 4096)
    monkeypatch.setattr(characters, "BLOCK", 20_000)
    monkeypatch.setattr(characters.Characters.value, "__defaults__", (20_000,))
    rows = [{"type": "Feature", "properties": {"n": n}, "geometry": None} for n in range(3000)]
    path = make.file(tmp_path, json.dumps({"type": "FeatureCollection", "crs": {"x": [1, 2]}, "features": rows, "z": {"after": 1}}))
    found, got = opened(path)
    assert found.kind == "geojson" and len(got) == 3000 and got[-1]["n"] == "2999"
    refused(tmp_path, json.dumps([{"a": "x" * 30_000}]), "row_too_long")
    refused(tmp_path, json.dumps({"a": "x" * 30_000}), "row_too_long")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<?xml version='1.0'?><a/>", "xml"),
        ("\ufeff \n<html></html>", "xml"),
        (gzip.compress(b"<a><b/></a>", mtime=0), "xml"),
        (b"%PDF-1.7\n%x", "kind"),
        (b"Rar!\x1a\x07", "kind"),
        (b"BZh91AY&SY", "kind"),
        (b"\xfd7zXZ\0\0\0", "kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "binary"),
        ("a" * 300 + ",b\n1,2\n", "header"),
        ("x" * (3 << 20), "header"),
    ],
)
def test_other_kinds_are_refused_naming_what_is_taken(tmp_path: Path, content: bytes | str, code: str) -> None:
    problem = refused(tmp_path, content, code)
    if code in ("xml", "kind"):
        assert "Parquet" in problem.detail.en and "GeoJSON" in problem.detail.zh  # type: ignore[union-attr]


def test_zip_of_a_table_is_no_workbook(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("table.csv", "a,b\n1,2\n")
    assert "gzip" in refused(tmp_path, out.getvalue(), "kind").detail.en  # type: ignore[union-attr]


def test_ragged_rows_formulas_nul_and_an_endless_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a,b\n1,2\n3\n4,5,6\n=HYPERLINK("x"),@SUM(1)\n7,\x00\n'
    found, rows = opened(make.file(tmp_path, text))
    assert [n for n, _ in found.bad] == [2, 3] and rows[1] == {"a": '=HYPERLINK("x")', "b": "@SUM(1)"}, "text stays as it is"
    assert rows[2]["b"] == "\ufffd"
    refused(tmp_path, "a,b\n1," + "x" * (20 << 20), "row_too_long")
    monkeypatch.setattr(source, "MAX_STRAYS", 100)
    refused(tmp_path, "a,b\n" + "1\n" * 500, "ragged")


def test_nested_parquet_columns_become_json(tmp_path: Path) -> None:
    table = pa.table({"a": [1], "b": [[1, 2]], "c": [{"x": "é"}], "d": [b"\xff"]})
    pq.write_table(table, tmp_path / "data.csv")
    _, rows = opened(tmp_path / "data.csv")
    assert rows[0]["b"] == "[1, 2]" and rows[0]["c"] == '{"x": "é"}'


def test_our_own_file_of_rows_set_aside_comes_back_as_it_was(tmp_path: Path) -> None:
    text = "a,b,_row,_reasons,_line\n'=1+1,-5,3,why,\n"
    _, rows = opened(make.file(tmp_path, text))
    assert (rows[0]["a"], rows[0]["b"]) == ("=1+1", "-5")
    _, rows = opened(make.file(tmp_path, "a,b\n'=1+1,2\n"))
    assert rows[0]["a"] == "'=1+1", "in any other file an apostrophe is the file's"
