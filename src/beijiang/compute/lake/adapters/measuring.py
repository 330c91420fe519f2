"""Counts over a committed table, as one pass of SQL: how complete, how valid, how distinct its values are."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.dataset as pads
from sqlglot import exp

from ..rules import masks
from ..rules.checks import CHECKS
from . import casting, tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..types import ColumnSpec, Dataset

EXACT_ROWS = 4_000_000
"""Up to so many rows every row is compared with every other; of larger tables a part, chosen by the rows' hashes."""
SAMPLES = 5
CODES = 5_000
_HIDING = frozenset({"null", "redact"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What the values of a column are checked against: a check function by name, or a set of codes."""

    check: str = ""
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class Counted:
    """What was counted of a table. By column: values, failing values, different values; and the newest day or time."""

    rows: int = 0
    values: dict[str, int] = field(default_factory=dict)
    invalid: dict[str, int] = field(default_factory=dict)
    distinct: dict[str, int] = field(default_factory=dict)
    newest: dict[str, datetime] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)
    repeated: float = 0.0
    """Of the rows, how many are the same as another in every column."""
    areas: int = 0
    areas_wrong: int = 0


def count(about: Dataset, files: Sequence[str], rules: Mapping[str, Rule], known_areas: Sequence[str], home: str) -> Counted:
    """This function will count a table's files. `known_areas` are the codes of divisions below `home` (a prefix), if they are known."""
    found = Counted()
    if not files:
        return found
    whole = pads.dataset(list(files), schema=tables.arrow_schema(about.columns))
    db = casting.engine()
    try:
        db.register("whole", whole)
        _columns(db, about.columns, rules, found)
        _rows(db, about, found)
        _areas(db, about, known_areas, home, found)
        for column in about.columns:
            if found.invalid.get(column.name):
                found.samples[column.name] = _samples(db, column, rules[column.name])
    finally:
        db.close()
    return found


def _columns(db: Any, columns: Sequence[ColumnSpec], rules: Mapping[str, Rule], found: Counted) -> None:
    for start in range(0, len(columns), 60):
        group = columns[start : start + 60]
        parts = ["count(*)"]
        for column in group:
            name = _quoted(column.name)
            parts += [f"count({name})", f"approx_count_distinct({name})"]
            parts.append(
                f"count(*) FILTER (WHERE {name} IS NOT NULL AND NOT ({_test(column, rules[column.name])}))" if column.name in rules else "0"
            )
            # As a number: a time with a zone would need a library more to be fetched.
            parts.append(
                f"epoch_us(CAST(max({name}) FILTER (WHERE {name} <= now()) AS TIMESTAMPTZ))"
                if column.type in ("date", "timestamp")
                else "NULL"
            )
        row = db.execute(f"SELECT {', '.join(parts)} FROM whole").fetchone()  # noqa: S608 - declared names, checks of this house
        found.rows = int(row[0])
        for i, column in enumerate(group):
            values, distinct, invalid, newest = row[1 + 4 * i : 5 + 4 * i]
            found.values[column.name], found.invalid[column.name] = int(values), int(invalid)
            found.distinct[column.name] = min(int(distinct), int(values))
            if newest is not None:
                found.newest[column.name] = datetime.fromtimestamp(newest / 1e6, UTC)


def _rows(db: Any, about: Dataset, found: Counted) -> None:
    row = f"hash({', '.join(_quoted(c.name) for c in about.columns)})"
    part = max(1, -(-found.rows // EXACT_ROWS))
    counted = db.execute(
        f"SELECT count(*), count(DISTINCT h) FROM (SELECT {row} AS h FROM whole) WHERE h % {part} = 0"  # noqa: S608 - declared names
    ).fetchone()
    found.repeated = 1 - counted[1] / counted[0] if counted[0] else 0.0


def _areas(db: Any, about: Dataset, known: Sequence[str], home: str, found: Counted) -> None:
    """Codes of areas that are none, or are not of this region though they begin like it; units of another city than their area."""
    if about.area_column is None:
        return
    area = f"CAST({_quoted(about.area_column)} AS VARCHAR)"
    wrong = [f"NOT ({_named(CHECKS['area_code'].sql, 'a')})"]
    if known and home:
        listed = ", ".join(f"'{code}'" for code in known if re.fullmatch(r"\d{6}", code))
        wrong.append(f"(starts_with(a, '{home}') AND substr(a, 1, 6) NOT IN ({listed}))")
    unit = "NULL"
    if about.unit_column is not None:
        unit = f"CAST({_quoted(about.unit_column)} AS VARCHAR)"
        # A city's own units record for its counties, so only the city must be the same; a region's may record for all.
        wrong.append("(u IS NOT NULL AND substr(u, 3, 2) <> '00' AND substr(a, 1, 4) <> substr(u, 1, 4))")
    row = db.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {' OR '.join(wrong)}) FROM (SELECT {area} AS a, {unit} AS u FROM whole) WHERE a IS NOT NULL"  # noqa: S608 - declared names, codes of digits
    ).fetchone()
    found.areas, found.areas_wrong = int(row[0]), int(row[1])


def _samples(db: Any, column: ColumnSpec, rule: Rule) -> list[str]:
    """Some failing values as the column's mask shows them; none where it hides the whole value or the column is sensitive."""
    if column.sensitive or column.default_mask in _HIDING:
        return []
    value = exp.column("x", "t")
    salt = exp.Literal.string(secrets.token_hex(16))
    shown = masks.masked(value, type_=column.type, digits=column.digits, mask=column.default_mask, salt=lambda: salt).sql(dialect="duckdb")
    name = _quoted(column.name)
    rows = db.execute(
        f"SELECT DISTINCT left(CAST({shown} AS VARCHAR), 80) AS s FROM"  # noqa: S608 - the mask's own SQL, declared names
        f" (SELECT {name} AS x FROM whole WHERE {name} IS NOT NULL AND NOT ({_test(column, rule)}) LIMIT 1000) AS t ORDER BY s LIMIT {SAMPLES}"
    ).fetchall()
    return [r[0] for r in rows if r[0] is not None]


def _test(column: ColumnSpec, rule: Rule) -> str:
    text = f"CAST({_quoted(column.name)} AS VARCHAR)"
    if rule.codes:
        return f"{text} IN ({', '.join(_literal(c) for c in rule.codes[:CODES])})"
    return _named(CHECKS[rule.check].sql, text)


def _named(sql: str, value: str) -> str:
    return re.sub(r"\bv\b", lambda _: value, sql)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
