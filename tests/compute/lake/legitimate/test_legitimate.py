"""What analysts ask must run, and equal the same text run by a plain engine on a copy that holds only what the person may see."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from beijiang.compute.lake.types import ColumnSpec

from .. import oracle
from .. import worlds as w
from ..oracle import Text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worlds")]
QUERIES = oracle.corpus(Path(__file__).parent)
_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "decimal": pa.decimal128(18, 2),
}


def masked(value: Any, column: ColumnSpec) -> Any:
    """What a person sees of a value: written a second time, in Python."""
    mask = column.default_mask
    if mask == "none":
        return value
    if mask == "redact":
        return "***"
    if value is None or mask == "null":
        return None
    if mask == "year":
        return value.year
    text = str(value)
    if mask == "hash":
        return hashlib.sha256((oracle.SALT + text).encode()).hexdigest()[:16]
    if len(text) < 8:
        return "****"
    return text[:4] + "****" if mask == "first4" else "****" + text[-4:]


def kind(column: ColumnSpec) -> pa.DataType:
    """The type of a masked column."""
    if column.default_mask in ("none", "null"):
        return _ARROW[column.type]
    return pa.int64() if column.default_mask == "year" else pa.string()


@pytest.fixture(scope="module")
def copy() -> duckdb.DuckDBPyConnection:
    """A plain engine on the pre-filtered, pre-masked rows."""
    found = duckdb.connect()
    found.execute("SET TimeZone = 'Asia/Shanghai'")
    for name, columns in w.COLUMNS.items():
        seen = [c for c in columns if c.name not in w.WITHHELD[name]]
        rows = w.visible(name, "one")
        found.register("rows", pa.table({c.name: pa.array([masked(r[c.name], c) for r in rows], kind(c)) for c in seen}))
        found.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
        found.unregister("rows")
    return found


def near(value: Any) -> Any:
    """Numbers of any type, rounded where only the order of additions differs."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return float(f"{float(value):.9g}")
    if isinstance(value, tuple):
        return [near(v) for v in value]
    if isinstance(value, str) and value.startswith("["):  # lists leave as JSON
        with contextlib.suppress(ValueError):
            return [near(v) for v in json.loads(value)]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    return value


def same(rows: Any) -> list[Any]:
    """Rows in a form that compares."""
    return [tuple(near(oracle.plain(v)) for v in row) for row in rows]


@pytest.mark.parametrize("text", QUERIES, ids=lambda t: f"{t.kind}-{t.name}")
def test_runs_and_equals_the_same_on_a_copy(text: Text, copy: duckdb.DuckDBPyConnection) -> None:
    result = copy.execute(text.sql).to_arrow_table()
    names = result.column_names
    expected = same(zip(*(column.to_pylist() for column in result.columns), strict=True))
    reply = oracle.ask(text.sql, "one")
    assert not reply.problem, f"{text.why}: {reply.words}"
    found = same(reply.rows)
    if not re.search(r"\bORDER BY\b", text.sql):
        expected.sort(key=str)
        found.sort(key=str)
    assert found == expected, f"{found[:3]} instead of {expected[:3]}"
    called = [n if re.fullmatch(r"\w+", n) else f for n, (f, _) in zip(names, reply.columns, strict=True)]
    assert [n.lower() for n, _ in reply.columns] == [n.lower() for n in called], f"outputs are called {reply.columns}, not {names}"
    assert not reply.truncated or "LIMIT" in text.sql
    assert expected or text.name in EMPTY, "a query without rows shows little"


EMPTY: set[str] = set()


def test_the_corpus_is_large() -> None:
    assert len(QUERIES) >= 100


@pytest.mark.parametrize("name", [t.name for t in QUERIES[::7]])
def test_the_same_in_every_world(name: str) -> None:
    """Analysts' questions too must not tell of what is hidden."""
    (text,) = (t for t in QUERIES if t.name == name)
    assert not oracle.judge(text.sql).problem
