"""The demonstration region: its units, people and records, the same on every machine."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from beijiang.compute.lake.rules.special import special
from beijiang.compute.lake.types import COLUMN_TYPES, SUBJECT_KINDS
from beijiang.portal import region
from beijiang.portal.demo import datasets, draw
from beijiang.portal.demo.people import demo_people, people
from beijiang.portal.demo.units import BRANCHES, stations_of, units
from beijiang.trust.access.rules import resource_fault
from beijiang.trust.access.types import GRADES, MASKS
from beijiang.trust.identity.rules import GUARDED_DUTIES, person_fault, unit_fault

NAMES = [d.resource.name for d in datasets.DATASETS]
ROWS = 3000


def digest(table):
    """SHA-256 over the values, so that a change of Parquet or Arrow does not count."""
    return hashlib.sha256(repr(table.to_pydict()).encode()).hexdigest()[:16]


# Units


def test_units_are_one_per_bureau_branch_and_served_township():
    kinds = Counter(u.kind for u in units())
    assert (kinds["region"], kinds["city"], kinds["county"]) == (1, 12, 103)
    assert kinds["station"] == 1058
    assert kinds["branch"] == 10 + 12 * 10 + 103 * sum(b.county for b in BRANCHES) == 748


def test_every_unit_follows_its_parent_so_the_tree_has_no_ring():
    seen = set()
    for unit in units():
        assert unit.parent_code == "" or unit.parent_code in seen, unit
        assert unit.code not in seen
        seen.add(unit.code)
    assert [u.code for u in units() if not u.parent_code] == ["150000000000"]


def test_identity_accepts_every_unit():
    for u in units():
        assert re.fullmatch(r"15\d{10}", u.code)
        assert unit_fault(code=u.code, name_zh=u.name_zh, name_en=u.name_en, kind=u.kind, division=u.division) is None
        assert u.code.startswith(u.division) and u.division in region.divisions()


def test_unit_names_are_told_apart():
    assert len({u.name_zh for u in units()}) == len(units())
    # 清河镇 and 庆和镇 of one county are the same without tones.
    assert len({u.name_en for u in units()}) == len(units()) - 1


def test_stations_serve_real_townships_and_farms_have_none():
    assert len(stations_of("150103")) == 9
    assert not any(u.name_zh.endswith("农场派出所") for u in units())


# People


def test_people_number_some_three_thousand_and_identity_accepts_each():
    codes = {u.code for u in units()}
    everybody = people()
    assert 3000 <= len(everybody) <= 3300
    for p in everybody:
        assert p.unit_code in codes
        assert person_fault(username=p.username, name=p.name, duties=p.duties, police_number=p.police_number) is None
    assert len({p.username for p in everybody}) == len({p.police_number for p in everybody}) == len(everybody)


def test_every_station_and_bureau_has_somebody():
    manned = {p.unit_code for p in people()}
    assert {u.code for u in units()} - manned == {"150000000000"}


@pytest.mark.parametrize(
    ("username", "name", "prefix", "duty"),
    [
        ("zhang.wei", "张伟", "15010351", "officer"),
        ("li.na", "李娜", "15070251", "officer"),
        ("wang.qiang", "王强", "150103000000", "chief"),
        ("li.min", "李敏", "15010351", "chief"),
        ("wu.rina", "乌日娜", "15070251", "chief"),
        ("zhao.min", "赵敏", "150000020000", "owner"),
        ("sun.lei", "孙磊", "150000100000", "steward"),
        ("chen.jing", "陈静", "150000090000", "auditor"),
        ("admin", "系统管理员", "150000100000", "administrator"),
    ],
)
def test_demo_people_are_where_the_guide_says(username, name, prefix, duty):
    row = next(p.row for p in demo_people() if p.row.username == username)
    assert row.name == name and row.unit_code.startswith(prefix) and duty in row.duties


def test_no_drawn_officer_is_administrator_steward_or_auditor():
    named = {p.row.username for p in demo_people()}
    drawn = [set(p.duties) for p in people() if p.username not in named]
    assert not any({"administrator", "steward", "auditor"} & duties for duties in drawn)
    assert any(duties & GUARDED_DUTIES for duties in drawn)


def test_people_are_the_same_every_time():
    text = "|".join(f"{p.username},{p.name},{p.unit_code}" for p in people())
    people.cache_clear()
    assert text == "|".join(f"{p.username},{p.name},{p.unit_code}" for p in people())
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "0ccf98c88700db2a"


# Records


def test_two_datasets_have_200_000_rows_and_all_have_50_000():
    rows = sorted(d.rows for d in datasets.DATASETS)
    assert rows[0] >= 50_000 and rows[-2] >= 200_000
    assert NAMES == ["stolen_property", "vehicle_registrations", "lost_property", "licences"]


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_described_and_hold_no_special_category(name):
    resource = datasets.dataset(name).resource
    for column in resource.columns:
        assert special(column.name, column.title.zh, column.title.en, column.element) is None
        assert column.type in COLUMN_TYPES and column.default_mask in MASKS
        assert column.subject is None or column.subject in SUBJECT_KINDS
        assert column.title.zh and column.title.en.isascii()
    masks = {c.name: c.default_mask for c in resource.columns}
    assert masks["owner_id_number"] == "last4" and masks["owner_phone"] == "first4"
    assert resource_fault(resource) is None
    assert resource.grade in GRADES and resource.personal
    assert {resource.area_column, resource.unit_column} <= set(masks)
    assert resource.owner_unit in {u.code for u in units()}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stolen_property", "19f102ce94be51a6"),
        ("vehicle_registrations", "2a2ac59f7704301d"),
        ("lost_property", "66c4b9f6719efc8e"),
        ("licences", "649e5cd5a5ff6d47"),
    ],
)
def test_records_are_the_same_every_time(name, expected):
    assert digest(datasets.table(name, rows=ROWS)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_full_tables_fit_their_description(name, tmp_path):
    found = datasets.dataset(name)
    table = pq.read_table(datasets.write(name, tmp_path))
    assert table.num_rows == found.rows
    assert table.column_names == [c.name for c in found.resource.columns]
    arrow = {"text": pa.string(), "date": pa.date32(), "decimal": pa.decimal128(14, 2)}
    assert [f.type for f in table.schema] == [arrow[c.type] for c in found.resource.columns]
    assert all(column.null_count == 0 for column in table.columns)
    assert pc.count_distinct(table.columns[0]).as_py() == found.rows, "the first column is the key"


@pytest.mark.parametrize("name", NAMES)
def test_rows_lie_in_real_counties_and_units_and_are_plainly_invented(name):
    table = datasets.table(name, rows=ROWS)
    assert set(table["county_code"].to_pylist()) <= {d.code for d in region.at_level("county")}
    assert set(table["unit_code"].to_pylist()) <= {u.code for u in units()}
    assert all(u.startswith(c) for u, c in zip(table["unit_code"].to_pylist(), table["county_code"].to_pylist(), strict=True))
    assert set(table["remark"].to_pylist()) == {"演示数据"}
    assert all(n.startswith("159999") for n in table["owner_id_number"].to_pylist())
    assert all(re.fullmatch(r"1000\d{7}", n) for n in table["owner_phone"].to_pylist())


def test_plates_are_of_the_series_that_is_not_issued():
    plates = datasets.table("vehicle_registrations", rows=ROWS)["plate_number"].to_pylist()
    assert all(re.fullmatch(r"蒙X([A-HJK]{2}\d{4}|D\d{6})", p) for p in plates)


def test_no_two_invented_persons_share_an_identity_number():
    numbers = draw.persons().id_number
    assert len(set(numbers.tolist())) == len(numbers)


def test_check_digits_are_those_of_gb_11643():
    # Worked by hand from the standard: sum of digit x weight, modulo 11, looked up in "10X98765432".
    for number in draw.persons().id_number[:500].tolist():
        total = sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(number[:17]))
        assert (total + (10 if number[17] == "X" else int(number[17]))) % 11 == 1
    assert draw.check_digit(draw.np.array(["11010519491231002"])).tolist() == ["X"]


def test_nothing_is_stolen_after_it_was_registered_nor_after_the_last_day():
    table = datasets.table("stolen_property", rows=ROWS)
    pairs = zip(table["stolen_on"].to_pylist(), table["registered_on"].to_pylist(), strict=True)
    assert all(stolen <= registered <= draw.LAST_DAY.item() for stolen, registered in pairs)


def test_the_case_of_the_seeded_grant_has_records_in_its_county():
    table = datasets.table("stolen_property")
    rows = table.filter(pc.equal(table["case_number"], "A1501032026110001"))
    assert rows.num_rows >= 1 and set(rows["county_code"].to_pylist()) == {"150103"}
    assert table.filter(pc.equal(table["county_code"], "150103")).num_rows > 1000


def test_an_unknown_dataset_is_refused():
    with pytest.raises(KeyError):
        datasets.dataset("faces")
