"""The gate alone: a text reads datasets behind their guard, and calls what is listed, or it does not pass."""

from __future__ import annotations

import pytest

from beijiang.compute.lake.rules import gate

INNER = 'SELECT "p"."a" AS "a", "p"."area" IN (?) AS "#ok" FROM READ_PARQUET(?) AS "p"'
GUARDED = f'SELECT CASE WHEN "t"."#ok" THEN "t"."a" END AS "a" FROM ({INNER}) AS "t" WHERE "t"."#ok"'  # noqa: S608
EMPTY = 'SELECT "p"."a" AS "a", TRUE AS "#ok" FROM (SELECT CAST(NULL AS TEXT) AS "a" WHERE FALSE) AS "p"'


def over(guarded: str = GUARDED, outputs: str = '"g"."a" AS "a"', rest: str = "") -> str:
    """A query over one dataset."""
    return f'SELECT {outputs} FROM ({guarded}) AS "g" {rest}'  # noqa: S608


GOOD = [
    over(),
    over(outputs='COUNT(*) AS "n", SUM("g"."a") AS "s"', rest='WHERE "g"."a" > 3 GROUP BY "g"."a" HAVING COUNT(*) > 1 ORDER BY 1 LIMIT 5'),
    over(GUARDED.replace('WHERE "t"."#ok"', 'WHERE "t"."#ok" AND "t"."a" = ?')),
    over(GUARDED.replace('WHERE "t"."#ok"', 'WHERE "t"."#ok" AND (("t"."a" IN (?, ?)) AND ("t"."a" >= ?))')),
    over(GUARDED.replace(INNER, EMPTY)),
    f'WITH "#c1" AS ({over()}) SELECT "x"."a" AS "a" FROM "#c1" AS "x" JOIN "#c1" AS "y" USING ("a")',  # noqa: S608
    f"{over()} UNION ALL {over()}",
    over(rest='CROSS JOIN RANGE(0, 24) AS "r"("h")'),
    over(rest="WHERE EXISTS(" + over() + ")"),
    over(outputs='ROW_NUMBER() OVER (PARTITION BY "g"."a" ORDER BY "g"."a") AS "r"'),
    over(outputs='REGEXP_REPLACE("g"."a", \'x\', \'y\') AS "r"'),
]


@pytest.mark.parametrize("sql", GOOD, ids=range(len(GOOD)))
def test_what_is_written_passes(sql: str) -> None:
    gate.check(sql)


BAD = {
    "plain read": 'SELECT "p"."a" AS "a" FROM READ_PARQUET(?) AS "p"',
    "no filter": over(GUARDED.replace(', "p"."area" IN (?) AS "#ok"', "")),
    "filter not applied": over(GUARDED.replace('WHERE "t"."#ok"', "")),
    "filter applied by OR": over(GUARDED.replace('WHERE "t"."#ok"', 'WHERE "t"."#ok" OR TRUE')),
    "another filter": over(GUARDED.replace('WHERE "t"."#ok"', 'WHERE "t"."a" = ?')),
    "unguarded column": over(GUARDED.replace('CASE WHEN "t"."#ok" THEN "t"."a" END', '"t"."a"')),
    "guard with an else": over(GUARDED.replace('THEN "t"."a" END', 'THEN "t"."a" ELSE "t"."a" END')),
    "guard by something else": over(GUARDED.replace('CASE WHEN "t"."#ok"', 'CASE WHEN "t"."a" = 1')),
    "a calculation beside the filter": over(GUARDED.replace('"p"."a" AS "a"', 'UPPER("p"."a") AS "a"')),
    "a calculation in the filter": over(GUARDED.replace('"p"."area" IN (?)', 'CAST("p"."area" AS INT) = ?')),
    "a calculation on stored values": over(GUARDED.replace('WHERE "t"."#ok"', 'WHERE "t"."#ok" AND CAST("t"."a" AS INT) > 0')),
    "a query in the filter": over(GUARDED.replace('"p"."area" IN (?)', f'"p"."area" IN ({over()})')),
    "a join beside the dataset": over(GUARDED.replace('READ_PARQUET(?) AS "p"', 'READ_PARQUET(?) AS "p", READ_PARQUET(?) AS "q"')),
    "options": over(GUARDED.replace("READ_PARQUET(?)", "READ_PARQUET(?, filename = TRUE)")),
    "a path": over(GUARDED.replace("READ_PARQUET(?)", "READ_PARQUET('/etc/passwd')")),
    "another function": over(GUARDED.replace("READ_PARQUET(?)", "READ_CSV(?)")),
    "a table": over(rest='JOIN "t" USING ("a")'),
    "a table of the engine": over(rest='JOIN "duckdb_settings" USING ("a")'),
    "a schema": over(rest='JOIN "information_schema"."tables" AS "x" USING ("a")'),
    "a name of WITH that is not there": 'SELECT "x"."a" AS "a" FROM "#c1" AS "x"',
    "WITH of another name": f'WITH "x" AS ({over()}) SELECT "x"."a" AS "a" FROM "x"',  # noqa: S608
    "WITH RECURSIVE": f'WITH RECURSIVE "#c1" AS ({over()}) SELECT "x"."a" AS "a" FROM "#c1" AS "x"',  # noqa: S608
    "an empty relation that is not": over(GUARDED.replace(INNER, EMPTY.replace("NULL", "1"))),
    "an empty relation with rows": over(GUARDED.replace(INNER, EMPTY.replace("FALSE", "TRUE"))),
    "nothing of a dataset": "SELECT 1 AS a",
    "a star": over(outputs="*"),
    "a function": over(outputs='GETENV("g"."a") AS "a"'),
    "a statistic": over(outputs='STATS("g"."a") AS "a"'),
    "a lambda": over(outputs='LIST_TRANSFORM([1], LAMBDA x : x + "g"."a") AS "a"'),
    "a pattern from a column": over(outputs='REGEXP_REPLACE("g"."a", "g"."a", \'y\') AS "r"'),
    "a length without a bound": over(outputs='REPEAT("g"."a", 100000) AS "r"'),
    "a call that may fail without its barrier": over(outputs='CHR("g"."a") AS "r"'),
    "several of the greatest": over(outputs='MAX("g"."a", 5) AS "r"'),
    "a list of a query's rows": over(outputs=f'ARRAY({over()}) AS "r"'),
    "a type": over(outputs='CAST("g"."a" AS JSON) AS "r"'),
    "a series too long": over(rest='CROSS JOIN RANGE(0, 100000000) AS "r"("h")'),
    "a series of a column": over(rest='CROSS JOIN RANGE(0, "g"."a") AS "r"("h")'),
    "a limit that is calculated": over(rest="LIMIT 1 + 1"),
    "a sample": over(rest="USING SAMPLE 3"),
    "two statements": f"{over()}; {over()}",
    "a statement": "SET threads = 1",
    "nothing": "",
    "a mile of brackets": "SELECT " + "(" * 5000,
    "too long": over(rest="WHERE " + " OR ".join(['"g"."a" = 1'] * 100_000)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_written_does_not_pass(name: str) -> None:
    with pytest.raises(gate.GateError) as caught:
        gate.check(BAD[name])
    assert "etc" not in str(caught.value) and len(str(caught.value)) < 80
