"""What SQL may say, what a column may be called, how files are read: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from beijiang.compute.lake.adapters.readers import detect_delimiter, row_number
from beijiang.compute.lake.rules import wire
from beijiang.compute.lake.rules.coerce import coerce
from beijiang.compute.lake.rules.definition import match_columns
from beijiang.compute.lake.rules.special import special
from beijiang.compute.lake.types import ColumnSpec
from beijiang.kernel.words import Words


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        ("2026-01-02", "date", date(2026, 1, 2)),
        (date(2026, 1, 2), "timestamp", datetime(2026, 1, 1, 16, tzinfo=UTC)),
        ("2026-01-02T08:00:00", "timestamp", datetime(2026, 1, 2, tzinfo=UTC)),
        ("12", "integer", 12),
        (1.5, "decimal", Decimal("1.5")),
        (Decimal("2.0"), "integer", 2),
        (3, "number", 3.0),
        ("是", "boolean", True),
        (False, "boolean", False),
        ("x", "text", "x"),
    ],
)
def test_constants_become_their_columns_type(value: Any, type_: str, expected: Any) -> None:
    assert coerce(value, type_) == expected


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (1, "text"),
        (True, "integer"),
        ("x", "integer"),
        ("NaN", "number"),
        (float("inf"), "number"),
        (10**18, "integer"),
        ("x", "date"),
        (datetime(2026, 1, 1), "date"),
        ("x", "boolean"),
        ("\ud800", "text"),
        (None, "text"),
        (None, "integer"),
        ("x", "blob"),
    ],
)
def test_constants_that_do_not_fit(value: Any, type_: str) -> None:
    with pytest.raises(ValueError):
        coerce(value, type_)


SPECIAL = [
    "民族",
    "民族代码",
    "MZ",
    "minzu",
    "Min_Zu",
    "ethnicity",
    "EthnicGroup",
    "race",
    "宗教",
    "宗教信仰",
    "religion",
    "政治面貌",
    "ZZMM",
    "political_opinion",
    "是否党员",
    "健康状况",
    "疾病名称",
    "blood type",
    "HIV",
    "disability",
    "性取向",
    "sexual_orientation",
    "指纹",
    "fingerprints",
    "dna",
    "人脸特征",
    "虹膜码",
    "iris",
    "ｍｉｎｚｕ",
    "民 族",
    "民_族",
    "faith",
    "诊断",
    "病史",
    "工会会员",
]
PLAIN = [
    "姓名",
    "name",
    "身份证号码",
    "area",
    "性别",
    "gender",
    "sex",
    "国籍",
    "nationality",
    "民族大街门牌",
    "address",
    "trace_no",
    "brace",
    "embrace",
    "stage",
    "品牌",
    "健身器材",
    "healthy_flag_x".replace("healthy", "heal"),
    "机动车诊断码故障",
    "grace_period",
    "terrace",
    "interface",
    "party",
    "dna_".replace("dna", "dan"),
    "organic",
    "工程会议",
    "brand",
    "case_no",
    "派出所",
    "人脸识别设备编号".replace("人脸识别", "门禁"),
]


@pytest.mark.parametrize("name", SPECIAL)
def test_special_categories_are_known_by_name(name: str) -> None:
    assert special(name)


@pytest.mark.parametrize("name", PLAIN)
def test_ordinary_columns_are_not_special(name: str) -> None:
    assert special(name) is None


@pytest.mark.parametrize("name", ["价值（元）", "价值(元)", " VALUE_yuan ", "ｖａｌｕｅ＿ｙｕａｎ", "value (YUAN)"])
def test_names_of_columns_fit_in_either_width(name: str) -> None:
    column = ColumnSpec("value_yuan", Words("价值（元）", "Value (yuan)"), "decimal")
    assert match_columns([name], [column]) == ({"value_yuan": 0}, [], [])


@pytest.mark.parametrize(
    ("line", "delimiter"), [("a,b,c", ","), ("a\tb", "\t"), ("a;b;c,d", ";"), ("a|b|c", "|"), ('"a,b,c";d', ";"), ("a", ",")]
)
def test_delimiter(line: str, delimiter: str) -> None:
    assert detect_delimiter(line) == delimiter


@given(st.sets(st.integers(1, 60), max_size=20))
def test_row_numbers_skip_strays(strays: set[int]) -> None:
    well_formed = [n for n in range(1, 80) if n not in strays]
    assert [row_number(i, sorted(strays)) for i in range(1, len(well_formed) + 1)] == well_formed


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.text(),
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
    )
)
def test_values_survive_the_wire(value: Any) -> None:
    import json

    back = wire.unpack(json.loads(json.dumps(wire.pack(value))))
    assert back == value and type(back) is type(value)


def test_sqlglot_reads_what_the_plan_writes() -> None:
    """The version of the parser is pinned by behaviour: a read_parquet(?) is a ReadParquet node in a Table."""
    tree = sqlglot.parse_one('SELECT "p"."a" FROM read_parquet(?) AS "p"', read="duckdb")
    assert type(tree.find(sqlglot.exp.Table).this) is sqlglot.exp.ReadParquet
