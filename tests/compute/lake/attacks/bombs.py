"""Texts too long, too deep or too wide to be written by hand."""

from __future__ import annotations

from collections.abc import Callable

BOMBS: dict[str, Callable[[], str]] = {
    "one-megabyte-of-or": lambda: "SELECT case_no FROM crimes WHERE " + " OR ".join(f"case_no = 'A{n:06d}'" for n in range(45_000)),
    "one-megabyte-literal": lambda: f"SELECT '{'x' * 1_000_000}' AS x FROM crimes",
    "one-megabyte-comment": lambda: f"SELECT case_no /* {'x' * 1_000_000} */ FROM crimes",
    "one-megabyte-of-space": lambda: "SELECT case_no" + " " * 1_000_000 + "FROM crimes",
    "in-list": lambda: f"SELECT count(*) AS n FROM crimes WHERE victims IN ({', '.join(map(str, range(9_000)))})",
    "brackets-deep": lambda: f"SELECT {'(' * 1000}1{')' * 1000} AS x FROM crimes",
    "brackets-deeper": lambda: "SELECT " + "(" * 90_000,
    "subqueries-deep": lambda: "SELECT * FROM (" * 1000 + "SELECT case_no FROM crimes" + ") q" * 1000,
    "subqueries-thirty": lambda: "SELECT * FROM (" * 30 + "SELECT case_no FROM crimes" + ") q" * 30,
    "functions-deep": lambda: f"SELECT {'upper(' * 1000}tag{')' * 1000} AS x FROM crimes",
    "not-deep": lambda: f"SELECT case_no FROM crimes WHERE {'NOT ' * 5000} solved",
    "minus-deep": lambda: f"SELECT {'- ' * 5000} victims AS x FROM crimes",
    "case-deep": lambda: f"SELECT {'CASE WHEN solved THEN ' * 1000}1{' END' * 1000} AS x FROM crimes",
    "lists-deep": lambda: f"SELECT {'[' * 1000}1{']' * 1000} AS x FROM crimes",
    "structs-deep": lambda: "SELECT " + "{'a': " * 1000 + "1" + "}" * 1000 + " AS x FROM crimes",
    "casts-deep": lambda: f"SELECT victims{'::TEXT::INT' * 2000} AS x FROM crimes",
    "plus-long": lambda: f"SELECT {' + '.join(['victims'] * 4000)} AS x FROM crimes",
    "concat-long": lambda: f"SELECT {' || '.join(['tag'] * 4000)} AS x FROM crimes",
    "and-long": lambda: f"SELECT case_no FROM crimes WHERE {' AND '.join(['victims >= 0'] * 2400)}",
    "columns-wide": lambda: f"SELECT {', '.join(f'case_no AS c{n}' for n in range(3000))} FROM crimes",
    "unions-many": lambda: " UNION ALL ".join(["SELECT case_no FROM crimes"] * 900),
    "ctes-many": lambda: (
        "WITH " + ", ".join(f"c{n} AS (SELECT case_no FROM {f'c{n - 1}' if n else 'crimes'})" for n in range(600)) + " SELECT * FROM c599"
    ),
    "ctes-doubling": lambda: (
        "WITH c0 AS (SELECT case_no FROM crimes), "
        + ", ".join(f"c{n} AS (SELECT a.case_no FROM c{n - 1} a, c{n - 1} b)" for n in range(1, 26))
        + " SELECT count(*) AS n FROM c25"
    ),
    "joins-many": lambda: (
        "SELECT count(*) AS n FROM crimes c0 " + " ".join(f"JOIN crimes c{n} ON c{n}.case_no = c0.case_no" for n in range(1, 300))
    ),
    "cross-joins": lambda: "SELECT count(*) AS n FROM " + ", ".join(f"crimes c{n}" for n in range(12)),
    "cube-wide": lambda: (
        "SELECT count(*) AS n FROM crimes GROUP BY CUBE (case_no, area, station, kind, opened_on, opened_at, amount, victims, score, divisor, tag, solved, address, phone)"
    ),
    "recursion-endless": lambda: "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS n FROM r",
    "recursion-exploding": lambda: (
        "WITH RECURSIVE r AS (SELECT case_no FROM crimes UNION ALL SELECT a.case_no FROM r a, crimes b) SELECT count(*) AS n FROM r"
    ),
    "recursion-text": lambda: "WITH RECURSIVE r AS (SELECT 'x' AS t UNION ALL SELECT t || t FROM r) SELECT max(length(t)) AS n FROM r",
    "range-endless": lambda: "SELECT count(*) AS n FROM range(9000000000000000000)",
    "range-product": lambda: (
        "SELECT count(*) AS n FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a.generate_series + b.generate_series < 0"
    ),
    "list-huge": lambda: "SELECT len(range(9000000000)) AS n FROM crimes",
    "repeat-huge": lambda: "SELECT length(repeat('x', 9000000000)) AS n FROM crimes",
    "lpad-huge": lambda: "SELECT length(lpad('x', 2000000000, 'y')) AS n FROM crimes",
    "repeat-nested": lambda: f"SELECT length({'repeat(' * 12}'xxxxxxxxxx'{', 1000)' * 12}) AS n FROM crimes",
    "string-agg-huge": lambda: "SELECT length(string_agg(a.address || b.address || c.address, ',')) AS n FROM crimes a, crimes b, crimes c",
    "list-agg-huge": lambda: "SELECT len(list(a.case_no)) AS n FROM crimes a, crimes b, crimes c, crimes d",
    "regex-backtracking": lambda: "SELECT count(*) AS n FROM crimes WHERE regexp_matches(repeat('a', 30), '^(a+)+$' || tag)",
    "regex-huge": lambda: "SELECT count(*) AS n FROM crimes WHERE regexp_matches(tag, '((((a{1,100}){1,100}){1,100}){1,100})')",
    "window-huge": lambda: (
        "SELECT max(x) AS n FROM (SELECT median(a.victims) OVER (ORDER BY a.case_no, b.case_no ROWS BETWEEN 5000 PRECEDING AND 5000 FOLLOWING) AS x FROM crimes a, crimes b)"
    ),
    "order-huge": lambda: (
        "SELECT a.case_no FROM crimes a, crimes b, crimes c, crimes d ORDER BY md5(a.tag || b.tag || c.tag || d.tag) LIMIT 1"
    ),
    "distinct-huge": lambda: (
        "SELECT count(*) AS n FROM (SELECT DISTINCT a.tag || b.tag || c.tag || d.case_no || a.case_no FROM crimes a, crimes b, crimes c, crimes d)"
    ),
    "factorial": lambda: "SELECT factorial(33) * factorial(33) AS n FROM crimes",
    "levenshtein-huge": lambda: "SELECT levenshtein(repeat('a', 100000), repeat('b', 100000)) AS n FROM crimes",
    "windows-of-windows": lambda: (
        "SELECT count(*) AS n FROM "
        + "".join(
            "(SELECT x" + "".join(f", lag(x, {n}) OVER (ORDER BY x) AS l{level}_{n}" for n in range(20)) + " FROM " for level in range(4)
        )
        + "(SELECT case_no AS x FROM crimes) q"
        + "".join(f") q{level}" for level in range(4))
    ),
    "lists-in-scalars": lambda: (
        "SELECT (SELECT (SELECT greatest("
        + ", ".join(["len(list(case_no))"] * 400)
        + ") FROM crimes) AS x FROM areas LIMIT 1) AS y FROM areas"
    ),
    "conditions-of-conditions": lambda: (
        "SELECT count(*) FILTER (WHERE victims IN (" * 3
        + "SELECT victims FROM crimes"
        + ")) + count(*) FILTER (WHERE victims > 0) AS n FROM crimes" * 3
    ),
    "pivot-wide": lambda: "PIVOT (SELECT a.case_no || b.case_no AS k, a.kind FROM crimes a, crimes b) ON k USING count(*) GROUP BY kind",
    "nul-character": lambda: "SELECT case_no FROM crimes\x00 WHERE informant = 'x'",
    "nul-in-literal": lambda: "SELECT '\x00' AS x FROM crimes",
    "lone-surrogate": lambda: "SELECT '\ud800' AS x FROM crimes",
    "control-characters": lambda: "SELECT case_no\x01\x02\x1b[2J FROM crimes",
    "escape-character": lambda: "SELECT '\x1b]0;x\x07' AS x, case_no FROM crimes ORDER BY 2 LIMIT 1",
    "only-quotes": lambda: "'" * 9999,
    "only-brackets": lambda: ")" * 9999,
    "only-dollars": lambda: "$" * 9999,
    "only-commas": lambda: "SELECT " + "," * 9999,
    "dots": lambda: "SELECT " + ".".join(["a"] * 3000) + " FROM crimes",
    "stars": lambda: "SELECT " + "*" * 3000 + " FROM crimes",
}
