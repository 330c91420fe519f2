"""Counts over a file, batch by batch, of what its columns hold: the evidence for types, elements and refusals.

Every batch is one query of counts per group of columns. What a column cannot be any more, after some batches, is no longer
counted: that is what keeps long files quick. Distinct values are counted by the smallest of their hashes, exactly up to 1,024.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy
import pyarrow as pa

from ..rules.checks import CHECKS
from ..rules.describe import Evidence
from ..rules.infer import Counts
from . import casting, swift
from .glance import glance

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUP = 40
"""Columns counted in one query."""
SKETCH = 1024
VALUES = 400
"""Different values of a column kept from one batch, to be looked at as words."""
LOOK_EVERY = 8
EARLY = 4
"""After so many batches, what hardly any value fitted is given up."""
FIRST = 2_000
VALUES_AT_ONCE = 1_000_000
_TYPES = ("boolean", "integer", "decimal", "number", "date", "timestamp")
_DECIMAL = r"regexp_full_match(v, '[+-]?\d{1,14}(\.\d{1,4}0*)?\.?')"
_COUNTS = {
    "boolean": f"({casting.expression('boolean')}) IS NOT NULL",
    "integer": f"({casting.expression('integer')}) IS NOT NULL",
    "decimal": _DECIMAL,
    "number": f"({casting.expression('number')}) IS NOT NULL",
    "date": f"({casting.expression('date')}) IS NOT NULL",
    "timestamp": f"({casting.expression('timestamp')}) IS NOT NULL",
    "leading_zeros": r"regexp_full_match(v, '0\d+')",
    "long_numbers": r"regexp_full_match(v, '\d{16,}')",
    "words": "lower(v) IN ('true','false','yes','no','t','f','y','n','是','否','真','假','有','无')",
    "compact_dates": r"regexp_full_match(v, '(19|20)\d{6}')",
    "times": r"regexp_matches(v, '\d:\d\d') OR regexp_full_match(v, '\d{14}')",
    "midnights": r"regexp_matches(v, '[ T]0?0:00(:00(\.0+)?)?$')",
    "days": r"regexp_full_match(v, '[2-7]\d{4}(\.\d+)?')",
    "exponents": r"regexp_matches(v, '\d[eE][+-]?\d')",
}
_SCALE = r"coalesce(max(length(regexp_extract(v, '^[+-]?\d*\.(\d*?)0*$', 1))), 0)"
_NUMERIC = ("integer", "decimal", "number", "leading_zeros", "long_numbers", "days", "exponents", "compact_dates")
_HELPERS = {"words": "boolean", "times": "timestamp", "midnights": "timestamp"}


@dataclass(slots=True)
class _Column:
    """What is known of one column so far."""

    counts: Counts = field(default_factory=Counts)
    wanted: list[str] = field(default_factory=lambda: list(_COUNTS))
    checks: list[str] = field(default_factory=lambda: list(CHECKS))
    checked: int = 0
    values: dict[str, int] = field(default_factory=dict)
    sketch: Any = field(default_factory=lambda: numpy.empty(0, numpy.uint64))
    examples: list[str] = field(default_factory=list)


class Profiler:
    """Takes the batches of one file; `columns` has the counts."""

    def __init__(self, width: int) -> None:
        self.columns = [_Column() for _ in range(width)]
        self.rows = self._batches = 0
        self._db = casting.engine()

    def close(self) -> None:
        """This function will give the engine back."""
        self._db.close()

    def feed(self, batch: pa.RecordBatch) -> None:
        """This function will count one batch."""
        self.rows += batch.num_rows
        self._batches += 1
        texts = [swift.trimmed(casting.as_text(column)) for column in batch.columns]
        if self._batches == 1:
            # All is counted of the first rows, in one query over all columns; then only what a column may still be.
            first = max(200, min(FIRST, VALUES_AT_ONCE // max(1, batch.num_columns)))
            self._count_all([t.slice(0, first) for t in texts])
            self._give_up(1)
            self._count_rest([t.slice(first) for t in texts])
        else:
            self._count_rest(texts)
        if self._batches == EARLY:
            self._give_up(1000)
        for i, values in enumerate(texts):
            self._db.register("given", pa.table({"v": values}))
            self._sketch(i)
            if self._often:
                self._look(i)
            self._db.unregister("given")

    @property
    def _often(self) -> bool:
        """Whether this batch is one of those that are looked at closely."""
        return self._batches <= EARLY or self._batches % LOOK_EVERY == 0

    def _count_rest(self, texts: list[pa.Array]) -> None:
        """At a glance where all is as it was; by queries where it is not, or where checks are still counted."""
        if not texts or len(texts[0]) == 0:
            return
        slow = []
        for i, values in enumerate(texts):
            column = self.columns[i]
            if (column.checks and self._often) or not glance(column.counts, values, not column.wanted):
                slow.append(i)
        for start in range(0, len(slow), GROUP):
            group = slow[start : start + GROUP]
            self._db.register("given", pa.table({f"v{i}": texts[i] for i in group}))
            try:
                self._count(group, len(texts[0]))
            finally:
                self._db.unregister("given")

    def _count_all(self, texts: list[pa.Array]) -> None:
        rows = len(texts[0]) if texts else 0
        if not rows:
            return
        numbers = pa.array(numpy.repeat(numpy.arange(len(texts), dtype=numpy.int32), rows))
        keys = ["", *_COUNTS, *(f"?{name}" for name in CHECKS), "#longest", "#scale", "#broken"]
        tests = ["TRUE", *_COUNTS.values(), *(check.sql for check in CHECKS.values())]
        parts = [f"count(*) FILTER (WHERE v IS NOT NULL AND ({test}))" for test in tests]
        parts += ["coalesce(max(length(v)), 0)", _SCALE, "count(*) FILTER (WHERE contains(v, '\ufffd'))"]
        self._db.register("given", pa.table({"i": numbers, "v": pa.chunked_array(texts, pa.string())}))
        try:
            found = self._db.execute(f"SELECT i, {', '.join(parts)} FROM given GROUP BY i").fetchall()  # noqa: S608 - expressions of this house
        finally:
            self._db.unregister("given")
        for row in found:
            for key, number in zip(keys, row[1:], strict=True):
                self._add(self.columns[row[0]], key, int(number), rows)

    def _count(self, numbers: Sequence[int], rows: int) -> None:
        parts, keys = [], []
        for i in numbers:
            column = self.columns[i]
            checks = column.checks if self._often else []
            for key, sql in [("", "TRUE"), *((k, _COUNTS[k]) for k in column.wanted), *((f"?{k}", CHECKS[k].sql) for k in checks)]:
                keys.append((i, key))
                parts.append(f"count(*) FILTER (WHERE v{i} IS NOT NULL AND ({_for(sql, i)}))")
            keys += [(i, "#longest"), (i, "#broken")]
            parts += [f"coalesce(max(length(v{i})), 0)", f"count(*) FILTER (WHERE contains(v{i}, '\ufffd'))"]
            if "decimal" in column.wanted:
                keys.append((i, "#scale"))
                parts.append(_for(_SCALE, i))
        found = self._db.execute(f"SELECT {', '.join(parts)} FROM given").fetchone() or ()  # noqa: S608 - expressions of this house over columns by number
        for (i, key), number in zip(keys, found, strict=True):
            self._add(self.columns[i], key, int(number), rows)

    def _add(self, column: _Column, key: str, number: int, rows: int) -> None:
        counts = column.counts
        if key == "":
            counts.values += number
            counts.nulls += rows - number
            column.checked += number if column.checks and self._often else 0
        elif key.startswith("?"):
            counts.checks[key[1:]] = counts.checks.get(key[1:], 0) + number
        elif key in _TYPES:
            counts.fits[key] = counts.fits.get(key, 0) + number
        elif key in ("#longest", "#scale"):
            setattr(counts, key[1:], max(getattr(counts, key[1:]), number))
        else:
            name = key.lstrip("#")
            setattr(counts, name, getattr(counts, name) + number)

    def _sketch(self, i: int) -> None:
        column = self.columns[i]
        least = f" AND hash(v) < {int(column.sketch[-1])}" if len(column.sketch) >= SKETCH else ""
        found = self._db.execute(
            f"SELECT DISTINCT hash(v) AS h FROM given WHERE v IS NOT NULL{least} ORDER BY h LIMIT {SKETCH}"  # noqa: S608 - a number of ours
        ).fetchnumpy()["h"]
        if len(found):
            column.sketch = numpy.unique(numpy.concatenate([column.sketch, numpy.asarray(found, numpy.uint64)]))[:SKETCH]

    def _look(self, i: int) -> None:
        column = self.columns[i]
        found = self._db.execute(
            f"SELECT v, count(*) AS n FROM given WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT {VALUES}"  # noqa: S608 - a number of ours
        ).fetchall()
        for value, number in found:
            if len(column.examples) < 5:
                column.examples.append(value[:120])
            if value in column.values or len(column.values) < 4 * VALUES:
                column.values[value] = column.values.get(value, 0) + number

    def _give_up(self, least: int) -> None:
        for column in self.columns:
            counts = column.counts
            if counts.values < least:
                continue
            column.checks = [k for k in column.checks if counts.checks.get(k, 0) >= 0.3 * column.checked]
            if not any(counts.fits.get(t, 0) >= 0.5 * counts.values for t in ("integer", "decimal", "number", "date")):
                # One leading zero decides: those are looked for as long as the values are numbers at all.
                column.wanted = [k for k in column.wanted if k not in _NUMERIC]
            column.wanted = [
                k for k in column.wanted if counts.fits.get(_HELPERS.get(k, k), counts.values) >= 0.5 * counts.values or k in _NUMERIC
            ]

    def finish(self) -> None:
        """This function will write the numbers of different values into the counts."""
        for column in self.columns:
            size = len(column.sketch)
            if size < SKETCH:
                column.counts.distinct = size
            else:
                share = int(column.sketch[-1]) / 2**64
                column.counts.distinct = min(column.counts.values, round((SKETCH - 1) / share))

    def evidence(self) -> list[Evidence]:
        """This function will give what is known of each column."""
        return [Evidence(column.counts, self.passed(i), column.values) for i, column in enumerate(self.columns)]

    def passed(self, i: int) -> dict[str, float]:
        """This function will give the share of values that passed each check, of those that were checked."""
        column = self.columns[i]
        if not column.checked:
            return {}
        return {k: column.counts.checks.get(k, 0) / column.checked if k in column.checks else 0.0 for k in CHECKS}


def _for(sql: str, i: int) -> str:
    return re.sub(r"\bv\b", f"v{i}", sql)
