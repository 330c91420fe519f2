"""What a question in SQL may be made of: everything else is refused by name, in both languages, and no text crashes anything."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from beijiang.compute.lake.rules import gate, gate_lists, govern
from beijiang.compute.lake.rules.govern import functions, read, shapes
from beijiang.compute.lake.types import ColumnSpec, Dataset
from beijiang.kernel.errors import Invalid, Problem, TooLarge
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.access.types import ColumnRule, Decision, In

W = Words("列", "column")
COLUMNS = (
    ColumnSpec("a", W),
    ColumnSpec("b", W, "integer"),
    ColumnSpec("d", W, "date"),
    ColumnSpec("k", W),
    ColumnSpec("person", W, subject="id_card"),
    ColumnSpec("secret", W),
)
T = Dataset(new_id(), "t", W, W, "U", "sensitive", True, None, None, 30, "published", 1, None, 1, COLUMNS)
ABOUT = {"t": T, "u": replace(T, name="u")}
DECISION = Decision(True, (), "grant", In("a", ("x",)), tuple(ColumnRule(c.name) for c in COLUMNS if c.name != "secret"), 100)


def written(sql: str) -> str:
    """The governed text, looked at by the gate."""
    made = govern.govern(sql, ABOUT, {"t": DECISION, "u": DECISION}, limit=100)
    gate.check(made.sql)
    if made.staged is not None:
        for text, _ in ((made.staged.sql, ()), made.staged.sample(), made.staged.exact(made.staged.hidden, None)):
            gate.check(text)
    return made.sql


REFUSED = {
    # names
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r": "RECURSIVE",
    "SELECT * FROM main.t": "DB",
    "SELECT * FROM memory.main.t": "DB",
    'SELECT * FROM "main"."t"': "DB",
    "SELECT a.b.c FROM t": "DB",
    'SELECT a AS "#h1" FROM t': "name",
    'SELECT a AS "x""y" FROM t': "name",
    "SELECT other.a FROM t": "other.a",
    "SELECT other.* FROM t": "other.*",
    "WITH x AS (SELECT a FROM t), x AS (SELECT b FROM t) SELECT * FROM x": "x",
    "SELECT * FROM t, t": "t",
    "SELECT a FROM t x(p, q, r, s, v, w, y)": "more column names",
    "SELECT k FROM (SELECT 'x', a FROM t) x(\u212a, k)": "two columns",
    "WITH x(p, P) AS (SELECT a, b FROM t) SELECT p FROM x": "two columns",
    # shapes
    "SELECT a FROM t POSITIONAL JOIN u": "POSITIONAL",
    "SELECT a FROM t USING SAMPLE 5": "SAMPLE",
    "SELECT a FROM t TABLESAMPLE 10%": "SAMPLE",
    "SELECT a FROM t AT (TIMESTAMP => '2020-01-01')": "WHEN",
    "SELECT COLUMNS('a.*') FROM t": "COLUMNS",
    "SELECT COLUMNS(*) FROM t": "COLUMNS",
    "SELECT a FROM t LIMIT (SELECT 1)": "LIMIT",
    "SELECT a FROM t LIMIT 10%": "LIMIT",
    "SELECT a FROM t LIMIT 1 + 1": "LIMIT",
    "SELECT a FROM t ORDER BY 9": "ORDER BY 9",
    "SELECT DISTINCT a FROM t ORDER BY b": "DISTINCT",
    "SELECT a FROM t FOR UPDATE": "LOCKS",
    "SELECT a INTO x FROM t": "INTO",
    "SELECT {'x': a} FROM t": "STRUCT",
    "SELECT MAP {a: b} FROM t": "",
    "PIVOT t ON k USING sum(b)": "PIVOT",
    "PIVOT t ON k IN (SELECT k FROM t) USING sum(b)": "PIVOT",
    "UNPIVOT t ON COLUMNS(*) INTO NAME n VALUE v": "COLUMNS",
    "VALUES (1)": "Values",
    "SELECT x.a FROM (VALUES ((SELECT a FROM t))) x(a), t": "VALUES",
    "SELECT 0x1F FROM t": "number",
    "SELECT #1 FROM t": "Positional",
    "SELECT list(a) OVER () FROM t": "OVER",
    "SELECT lag(list(a)) OVER (ORDER BY k) FROM t GROUP BY k": "OVER",
    "SELECT max(a, 3) FROM t": "MAX",
    "SELECT arg_min(a, b, 3) OVER () FROM t": "ARG_MIN",
    "SELECT ARRAY(SELECT a FROM t) FROM t": "ARRAY",
    "SELECT ARRAY((SELECT a FROM t)) FROM t": "ARRAY",
    # functions and tables that are functions
    "SELECT * FROM read_parquet('x')": "READ_PARQUET",
    "SELECT * FROM read_csv('/etc/passwd')": "",
    "SELECT * FROM read_text('/etc/passwd')": "read_text",
    "SELECT * FROM glob('*')": "glob",
    "SELECT * FROM query('SELECT 1')": "query",
    "SELECT * FROM query_table('t')": "query_table",
    "SELECT * FROM json_execute_serialized_sql('{}')": "json_execute",
    "SELECT * FROM iceberg_scan('x')": "iceberg_scan",
    "SELECT * FROM range(1000000000)": "GENERATE_SERIES",
    "SELECT * FROM range((SELECT max(b) FROM t))": "GENERATE_SERIES",
    "SELECT range(5) FROM t": "GENERATE_SERIES",
    "SELECT * FROM generate_series(DATE '0001-01-01', DATE '9999-01-01', INTERVAL 1 DAY)": "GENERATE_SERIES",
    "SELECT unnest([a]) FROM t": "",
    "SELECT getenv('HOME') FROM t": "getenv",
    "SELECT current_setting('x') FROM t": "current_setting",
    "SELECT version() FROM t": "VERSION",
    "SELECT error(a) FROM t": "error",
    "SELECT stats(a) FROM t": "stats",
    "SELECT random() FROM t": "RAND",
    "SELECT uuid() FROM t": "UUID",
    "SELECT nextval('s') FROM t": "nextval",
    "SELECT a FROM t WHERE list_transform([1], x -> x + b)[1] > 0": "",
    "SELECT list_filter([1], lambda x: x > 0) FROM t": "",
    "SELECT a.upper() FROM t": "",
    "SELECT repeat(a, 100000) FROM t": "REPEAT",
    "SELECT repeat(a, b) FROM t": "REPEAT",
    "SELECT lpad(a, b, 'x') FROM t": "PAD",
    "SELECT printf('%s', a) FROM t": "printf",
    "SELECT format('{}', a) FROM t": "FORMAT",
    "SELECT regexp_replace(a, k, 'x') FROM t": "REGEXP_REPLACE",
    "SELECT a FROM t WHERE a SIMILAR TO k": "Similar",
    "SELECT a FROM t WHERE a LIKE k ESCAPE '!'": "ESCAPE",
    "SELECT a::regclass FROM t": "KIND",
    "SELECT a::JSON FROM t": "CAST AS JSON",
    "SELECT a::INT[] FROM t": "CAST AS",
    "SELECT a::BLOB FROM t": "CAST AS",
    "SELECT extract(foo FROM d) FROM t": "FOO",
    # metadata
    "SELECT * FROM information_schema.tables": "DB",
    "SELECT * FROM pg_catalog.pg_class": "DB",
    "SELECT * FROM duckdb_settings()": "duckdb_settings",
    "SELECT * FROM duckdb_tables()": "duckdb_tables",
    "SELECT * FROM pragma_storage_info('t')": "pragma_storage_info",
    "SUMMARIZE t": "",
    "DESCRIBE t": "",
    "SHOW TABLES": "",
    "EXPLAIN SELECT * FROM t": "",
    # statements
    "ATTACH 'x' AS y": "",
    "COPY t TO 'x'": "",
    "COPY (SELECT * FROM t) TO 'x'": "",
    "EXPORT DATABASE 'x'": "",
    "PRAGMA database_list": "",
    "SET threads = 1": "",
    "INSTALL httpfs": "",
    "LOAD httpfs": "",
    "CALL pragma_version()": "",
    "CREATE MACRO f(x) AS x": "",
    "CREATE TABLE x AS SELECT * FROM t": "",
    "INSERT INTO t VALUES (1)": "",
    "UPDATE t SET a = 1": "",
    "DELETE FROM t": "",
    "DROP TABLE t": "",
    "USE x": "",
    "PREPARE p AS SELECT 1": "",
    "SELECT a FROM t; SELECT 1": "several statements",
    "SELECT a FROM t; DROP TABLE t": "several statements",
    "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d": "Delete",
    "SELECT a FROM t WHERE a = $1": "Placeholder",
    "SELECT a FROM t WHERE a = ?": "Placeholder",
    "SELECT 1": "dataset",
    "SELECT \x00 FROM t": "NUL",
    "\ud800": "NUL",
}
UNREADABLE = [
    "SELECT",
    "SELECT a FROM",
    "SELEKT a FROM t",
    "SELECT a FROM t WHERE a = 'x",
    "SELECT a FROM t WHERE a = 'x' /*",
    "sélect * from t",
    "(",
]
MISTAKES = {
    "SELECT k FROM t a JOIN u b ON a.a = b.a": "k is in several tables",
    "SELECT a FROM t UNION SELECT a, b FROM t": "differ",
    "SELECT (SELECT a, b FROM t) FROM t": "one column",
    "SELECT a FROM t WHERE (a, b) IN (SELECT a FROM t)": "IN",
}


@pytest.mark.parametrize("sql", REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_listed_is_refused_by_name_in_both_languages(sql: str) -> None:
    with pytest.raises(Invalid) as caught:
        govern.survey(sql, ABOUT.get)
        written(sql)
    problem = caught.value
    assert problem.code in ("lake.sql_refused", "lake.sql_unreadable") and problem.detail and problem.detail.zh != problem.detail.en
    assert REFUSED[sql].lower() in str(problem.extra.get("construct", "")).lower()
    assert "Nothing was run" in problem.detail.en and "没有执行" in problem.detail.zh


@pytest.mark.parametrize("sql", UNREADABLE)
def test_what_is_no_sql_is_told_without_quoting_it(sql: str) -> None:
    with pytest.raises(Invalid) as caught:
        govern.survey(sql, ABOUT.get)
    assert caught.value.code in ("lake.sql_unreadable", "lake.sql_refused") and (len(sql) < 7 or sql not in caught.value.detail.en)


@pytest.mark.parametrize("sql", MISTAKES)
def test_mistakes_are_told(sql: str) -> None:
    with pytest.raises(Invalid) as caught:
        written(sql)
    assert caught.value.code == "lake.sql_mistake" and MISTAKES[sql] in caught.value.detail.en


@pytest.mark.parametrize("sql", ["", "  ", "--", "/* */"])
def test_nothing_is_no_question(sql: str) -> None:
    with pytest.raises(Invalid) as caught:
        read.read(sql)
    assert caught.value.code == "lake.sql_empty" and "SELECT" in caught.value.detail.en


@pytest.mark.parametrize(
    "sql", ["SELECT secret FROM t", "SELECT nowhere FROM t", "SELECT t FROM t", "SELECT rowid FROM t", "SELECT x.secret FROM t x"]
)
def test_a_withheld_column_and_none_at_all_are_told_alike(sql: str) -> None:
    with pytest.raises(Problem) as caught:
        written(sql)
    assert caught.value.code == "lake.columns_withheld"


BOMBS = [
    "SELECT a FROM t WHERE " + "(" * 1000 + "a = 1" + ")" * 1000,
    "SELECT a FROM t WHERE " + "NOT " * 1000 + "a = 1",
    "SELECT a FROM t WHERE a = " + "- " * 1000 + "1",
    "SELECT " + "(SELECT " * 1000 + "1" + ")" * 1000,
    "SELECT * FROM (" * 1000 + "SELECT a FROM t" + ")" * 1000,
    "SELECT a FROM t WHERE a IN (" + ", ".join("'x'" for _ in range(10_000)) + ")",
    "SELECT a FROM t WHERE a = '" + "x" * 1_000_000 + "'",
    "[" * 5000,
    "{" * 5000,
    "CASE " * 2000,
    "SELECT a FROM t WHERE " + "a = 1 AND (" * 1000,
    "SELECT " + "a," * 9000 + "a FROM t",
    "SELECT a FROM t" + " UNION SELECT a FROM t" * 1000,
    "SELECT a" + "::INT" * 3000 + " FROM t",
    "SELECT a" + " || a" * 4000 + " FROM t",
    "SELECT a" + " || a" * 100 + " FROM t",
    "SELECT upper(" * 500 + "a" + ")" * 500 + " FROM t",
    "SELECT a FROM t" + " JOIN t USING (a)" * 900,
    "SELECT a FROM t" + " JOIN u" * 900 + " ON 1 = 1" * 900,
    "SELECT repeat(repeat(repeat(a, 1000), 1000), 1000) FROM t",
    "WITH c0 AS (SELECT a FROM t), "
    + ", ".join(f"c{n} AS (SELECT x.a FROM c{n - 1} x, c{n - 1} y)" for n in range(1, 30))
    + " SELECT * FROM c29",
    "WITH c0 AS (SELECT a FROM t), "
    + ", ".join(f"c{n} AS (SELECT a || a AS a FROM c{n - 1})" for n in range(1, 30))
    + " SELECT * FROM c29",
    "SELECT replace(replace(replace(a, 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa') FROM t",
    "PIVOT t ON k IN (" + ", ".join(f"'{n}'" for n in range(300)) + ") USING sum(b)",
]


@pytest.mark.parametrize("sql", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_told_and_crash_nothing(sql: str) -> None:
    with pytest.raises((Invalid, TooLarge)) as caught:
        written(sql)
    assert caught.value.code.startswith("lake.sql_") and len(caught.value.detail.en) < 500


FINE = [
    "SELECT a FROM t WHERE " + " OR ".join(f"b = {n}" for n in range(1000)),
    "SELECT a FROM t WHERE " + " AND ".join(f"b <> {n}" for n in range(1000)),
    "SELECT a FROM t WHERE b IN (" + ", ".join(map(str, range(2000))) + ")",
    "SELECT * FROM (" * 20 + "SELECT a FROM t" + ")" * 20,
    "SELECT " + ", ".join(f"a AS a{n}" for n in range(300)) + " FROM t",
    "SELECT a FROM t" + " UNION ALL SELECT a FROM t" * 20,
]


@pytest.mark.parametrize("sql", FINE, ids=range(len(FINE)))
def test_long_questions_are_fine(sql: str) -> None:
    assert written(sql)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for sql in (text, f"SELECT a FROM t WHERE a = '{text}'", f"SELECT {text} FROM t", f"SELECT a FROM t {text}", f"SELECT a FROM {text}"):
        with contextlib.suppress(Problem):
            govern.survey(sql, ABOUT.get)
            written(sql)


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=30))
def test_a_quoted_text_arrives_as_it_was(text: str) -> None:
    quoted = text.replace("'", "''")
    made = govern.govern(f"SELECT a FROM t WHERE k || '{quoted}' = k", ABOUT, {"t": DECISION}, limit=1)
    literals = [n.this for n in sqlglot.parse_one(made.sql, read="duckdb").find_all(sqlglot.exp.Literal) if n.is_string]
    assert text in literals


@given(st.text(alphabet="'\"$#p0123456789?- \\", max_size=12))
def test_no_text_of_a_persons_is_taken_for_a_parameter(text: str) -> None:
    quoted = text.replace("'", "''")
    made = govern.govern(f"SELECT '{quoted}' AS x FROM t WHERE a = '{quoted}' AND k = 'z'", ABOUT, {"t": DECISION}, limit=1)
    marks = list(sqlglot.parse_one(made.sql, read="duckdb").find_all(sqlglot.exp.Placeholder))
    assert len(marks) == len(made.parameters) and "z" in made.parameters and text in made.parameters


SURVEYS = [
    ("SELECT a, b FROM t WHERE d > DATE '2026-01-01'", {"t": ("a", "b", "d")}, ("t.d",)),
    ("SELECT * FROM t WHERE b = 1", {"t": ()}, ("t.b",)),
    ("SELECT count(*) FROM t", {"t": ()}, ()),
    ("SELECT T.A FROM T AS t JOIN U ON t.b = u.b", {"t": ("a", "b"), "u": ("b",)}, ("t.b", "u.b")),
    ("WITH t AS (SELECT a FROM t) SELECT a FROM t", {"t": ("a",)}, ()),
    ("WITH x AS (SELECT a FROM y), y AS (SELECT 1 AS b) SELECT * FROM x", {"y": ("a",)}, ()),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.b = t.b)", {"t": ("a", "b"), "u": ("b",)}, ("t.b", "u.b")),
    ('SELECT "A" FROM "T"', {"t": ("a",)}, ()),
    ("SELECT nothing, a FROM t", {"t": ("nothing", "a")}, ()),
    ("SELECT x FROM unknown_one, t", {"t": ("x",), "unknown_one": ("x",)}, ()),
    ("SELECT k FROM t GROUP BY k HAVING max(b) > 3", {"t": ("k", "b")}, ("t.b",)),
    ("SELECT a FROM t JOIN u USING (a, b)", {"t": ("a", "b"), "u": ("a", "b")}, ("t.a", "u.a", "t.b", "u.b")),
    ("PIVOT t ON k IN ('x') USING sum(b) GROUP BY a", {"t": ()}, ("t.k",)),
]


@pytest.mark.parametrize(("sql", "datasets", "conditions"), SURVEYS, ids=range(len(SURVEYS)))
def test_what_a_question_names(sql: str, datasets: dict[str, tuple[str, ...]], conditions: tuple[str, ...]) -> None:
    found = govern.survey(sql, ABOUT.get)
    assert {n: tuple(sorted(c)) for n, c in found.datasets.items()} == {n: tuple(sorted(c)) for n, c in datasets.items()}
    assert sorted(found.conditions) == sorted(conditions)


def test_the_gate_lists_what_may_be_written_and_nothing_that_may_not() -> None:
    """Two lists, written down apart: neither knows a call that the other does not."""
    mine = functions.SCALARS | functions.AGGREGATES | functions.GROUPINGS | functions.WINDOWS
    theirs = gate_lists.CALLS | gate_lists.NODES
    assert mine <= theirs
    assert (functions.SCALAR_NAMES | functions.AGGREGATE_NAMES) == gate_lists.NAMES
    assert {k for k in gate_lists.CALLS if k not in mine} == set()
    own = {sqlglot.exp.Placeholder, sqlglot.exp.ReadParquet}
    never = {sqlglot.exp.Pivot, sqlglot.exp.UnpivotColumns, sqlglot.exp.PivotAlias, sqlglot.exp.Lateral}
    assert gate_lists.NODES - own <= set(shapes.CLAUSES) | mine and set(shapes.CLAUSES) - never - mine <= gate_lists.NODES
    assert shapes.TYPES == gate_lists.TYPES and gate_lists.WORDS >= functions.PARTS
