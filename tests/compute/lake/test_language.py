"""What the editor offers is what the lake takes."""

from __future__ import annotations

import duckdb
import pytest

from beijiang.compute.lake.rules.govern.read import read
from beijiang.compute.lake.types import SQL_FUNCTIONS, SQL_KEYWORDS
from beijiang.kernel.errors import Problem

KNOWN = {row[0].lower() for row in duckdb.sql("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()} | {"coalesce", "if"}
CALLS = (
    "{f}(a)",
    "{f}(a, 3)",
    "{f}(a, b)",
    "{f}(a, b, c)",
    "{f}()",
    "{f}('day', a)",
    "{f}('day', a, b)",
    "{f}(a, 1, 'x')",
    "{f}(INTERVAL 1 DAY, a)",
)


@pytest.mark.parametrize("name", [n for _, names in SQL_FUNCTIONS.values() for n in names])
def test_every_function_offered_is_taken_and_known(name: str) -> None:
    assert name in KNOWN
    over = " OVER (ORDER BY a)" if name in SQL_FUNCTIONS["window"][1] else ""
    said = []
    for call in CALLS:
        try:
            read(f"SELECT {call.format(f=name)}{over} AS x FROM d")
        except Problem as problem:
            said.append(str(problem.extra.get("construct") or problem.code))
        else:
            return
    raise AssertionError(said)


def test_keywords_are_words() -> None:
    assert len(set(SQL_KEYWORDS)) == len(SQL_KEYWORDS) and all(word == word.upper() for word in SQL_KEYWORDS)
