"""The packaged tables say what the sources say, fit together, and are small."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from shapely import coverage_is_valid
from shapely.geometry import Point, shape

from beijiang.portal import region

DATA = Path(region.__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[4] / "shared/data/admin/nm_divisions.csv"


def shapes(level):
    return {f["id"]: shape(f["geometry"]) for f in region.boundaries(level)["features"]}


@pytest.mark.parametrize(("level", "count"), [("region", 1), ("city", 12), ("county", 103), ("zone", 5), ("township", 1225)])
def test_counts_by_level(level, count):
    assert len(region.at_level(level)) == count


def test_every_division_has_its_parent_one_level_up():
    above = {"region": {None}, "city": {"region"}, "county": {"city"}, "zone": {"city"}, "township": {"county", "zone"}}
    found = region.divisions()
    for division in found.values():
        parent = found[division.parent].level if division.parent else None
        assert parent in above[division.level], division


def test_codes_are_six_digits_or_twelve_and_begin_like_the_parent():
    for code, division in region.divisions().items():
        assert code == division.code
        assert code.isdigit() and len(code) == (12 if division.level == "township" else 6)
        if division.level in ("county", "zone"):
            assert division.parent == f"{code[:4]}00"
        if division.level == "township":
            assert code.startswith(division.parent)


def test_names_are_in_both_languages():
    for division in region.divisions().values():
        assert division.name.zh and not division.name.zh.isascii()
        assert division.name.en and division.name.en.isascii(), division


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("150100", "Hohhot"),
        ("152900", "Alxa League"),
        ("150103", "Huimin District"),
        ("150702", "Hailar District"),
        ("150425", "Hexigten Banner"),
        ("152221", "Horqin Right Front Banner"),
        ("150722", "Morin Dawa Daur Autonomous Banner"),
    ],
)
def test_known_english_names(code, english):
    assert region.divisions()[code].name.en == english


def test_boundaries_are_of_the_divisions_and_valid():
    for level in ("region", "city", "county"):
        found = shapes(level)
        assert set(found) == {d.code for d in region.at_level(level)}
        assert all(s.is_valid and not s.is_empty for s in found.values())


def test_counties_fit_without_gaps_and_add_up_to_their_city():
    counties, cities = shapes("county"), shapes("city")
    assert coverage_is_valid(list(counties.values()))
    for code, city in cities.items():
        total = sum(s.area for c, s in counties.items() if c[:4] == code[:4])
        assert total == pytest.approx(city.area, rel=1e-6)
    assert sum(s.area for s in cities.values()) == pytest.approx(shapes("region")["150000"].area, rel=1e-6)


def test_each_county_centre_lies_in_its_boundary():
    counties = shapes("county")
    off = [d.code for d in region.at_level("county") if not counties[d.code].buffer(0.01).contains(Point(d.lon, d.lat))]
    assert off == []


def test_boundaries_together_are_below_400_kilobytes_packed():
    assert sum(p.stat().st_size for p in DATA.glob("boundaries_*.gz")) < 400_000
    assert region.boundaries_gzip("city")[:2] == b"\x1f\x8b"


def test_settlements_lie_in_the_county_they_name():
    counties = shapes("county")
    found = region.settlements()
    assert len(found) > 300
    assert all(counties[s.county].buffer(0.02).contains(Point(s.lon, s.lat)) for s in found)
    assert {"呼和浩特", "包头"} <= {s.name.zh.removesuffix("市") for s in found[:12]}


def test_roads_are_lines_within_reach_of_the_region():
    lines = [shape(f["geometry"]) for f in region.roads()["features"]]
    assert len(lines) > 100 and all(line.geom_type == "LineString" for line in lines)
    # Routes between two banners may run through a neighbouring province.
    near = shapes("region")["150000"].buffer(2)
    assert sum(near.intersects(line) for line in lines) == len(lines)


def test_statutes_quote_known_articles():
    law = region.statutes()["中华人民共和国个人信息保护法"]
    assert law.effective == "2021-11-01"
    assert "最小范围" in law.article(6).text
    assert region.statutes()["中华人民共和国刑事诉讼法"].article(115).label == "第一百一十五条"
    with pytest.raises(KeyError):
        law.article(999)


def test_no_source_table_is_missing_its_origin():
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    for path in DATA.glob("*.gz"):
        stem = path.name.replace("boundaries_region", "boundaries_{region,city,county}")
        stem = stem.replace("boundaries_county", "boundaries_{region,city,county}")
        assert stem.replace("boundaries_city", "boundaries_{region,city,county}") in text


@pytest.mark.skipif(not SHARED.exists(), reason="the shared reference data is not on this machine")
def test_divisions_equal_the_reference_list():
    levels = {"province": "region", "prefecture": "city", "devzone": "zone"}
    with SHARED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = region.divisions()
    expected = {(r["code"] + ("000" if len(r["code"]) == 9 else ""), r["name"], levels.get(r["level"], r["level"])) for r in rows}
    assert {(d.code, d.name.zh, d.level) for d in found.values()} == expected
    seats = {r["code"]: Point(float(r["lon"]), float(r["lat"])) for r in rows if r["coord_kind"] == "seat"}
    far = {c: round(seats[c].distance(Point(found[c].lon, found[c].lat)), 2) for c in seats
           if found[c].centre == "settlement"}  # fmt: skip
    assert sum(d > 0.3 for d in far.values()) <= 3, {c: d for c, d in far.items() if d > 0.3}
