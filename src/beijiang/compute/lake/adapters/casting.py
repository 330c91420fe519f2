"""Declared types, vectorised: what does not fit is found by comparing nulls before and after, never row by row in Python."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import numpy
import pyarrow as pa
import pyarrow.compute as pc

from beijiang.kernel.words import Words

from . import swift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..types import ColumnSpec

# One regular expression and one cast per type. `v` is the trimmed text; anything the expression does not match is bad, so
# that no cast rounds, guesses or overflows.
_DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_MIDNIGHT = r"([ T]0?0:00(:00(\.0+)?)?)?"
_ISO_DATE = rf"CASE WHEN regexp_full_match(v, '\d{{8}}') THEN v[1:4] || '-' || v[5:6] || '-' || v[7:8] WHEN regexp_full_match(v, '{_DATE}{_MIDNIGHT}') THEN regexp_replace(v, '^{_DATE}{_MIDNIGHT}$', '\1-\2-\3') END"
# Excel writes a day as the number of days since 1899-12-30, and hours as a fraction of a day: 1954 to 2119 are taken for that.
_SERIAL = r"[2-7]\d{4}"
_TIME = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]?(\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?(Z|[+-]\d{2}(:?\d{2})?)?"
_CASTS = {
    "text": "v",
    "integer": r"CASE WHEN regexp_full_match(v, '[+-]?\d{1,18}(\.0+)?') THEN TRY_CAST(regexp_replace(v, '\.0+$', '') AS BIGINT) END",
    "number": r"CASE WHEN regexp_full_match(v, '[+-]?(\d{1,18}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?') THEN TRY_CAST(v AS DOUBLE) END",
    "boolean": f"CASE WHEN lower(v) IN {swift.TRUE} THEN TRUE WHEN lower(v) IN {swift.FALSE} THEN FALSE END",
    "date": f"CASE WHEN regexp_full_match(v, '{_SERIAL}(\\.0+)?') THEN DATE '1899-12-30' + TRY_CAST(v[1:5] AS INTEGER) ELSE TRY_CAST(({_ISO_DATE}) AS DATE) END",
    "timestamp": rf"""CASE WHEN regexp_full_match(v, '{_SERIAL}(\.\d+)?') THEN (TIMESTAMP '1899-12-30' + to_seconds(TRY_CAST(round(TRY_CAST(v AS DOUBLE) * 86400) AS BIGINT))) AT TIME ZONE 'Asia/Shanghai'
        WHEN regexp_full_match(v, '\d{{14}}') THEN TRY_CAST(TRY_STRPTIME(v, '%Y%m%d%H%M%S') AS TIMESTAMP) AT TIME ZONE 'Asia/Shanghai'
        WHEN regexp_full_match(v, '.*:.*(Z|[+-]\d{{2}}(:?\d{{2}})?)') AND regexp_full_match(v, '{_TIME}') THEN TRY_CAST(regexp_replace(v, '([+-]\d\d)(\d\d)$', '\1:\2') AS TIMESTAMPTZ)
        WHEN regexp_full_match(v, '{_TIME}') THEN TRY_CAST(regexp_replace(regexp_replace(v, '^{_DATE}[ T]?', '\1-\2-\3 '), ' (\d:)', ' 0\1') AS TIMESTAMP) AT TIME ZONE 'Asia/Shanghai' END""",
}
REASONS = {
    "integer": Words("不是整数", "not a whole number"),
    "number": Words("不是数字", "not a number"),
    "decimal": Words("不是小数，或小数位过多", "not a decimal number, or too many decimals"),
    "boolean": Words("不是“是/否”", "not yes or no"),
    "date": Words("不是有效日期", "not a valid date"),
    "timestamp": Words("不是有效的日期时间", "not a valid date and time"),
    "text": Words("不是文本", "not text"),
    "length": Words("文字过长（上限 {n} 字）", "too long (at most {n} characters)"),
    "encoding": Words("含有无法识别的字符（编码错误）", "has unreadable characters (broken encoding)"),
    "code": Words("不在代码表中", "not in the code set"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column with where its values come from: `source` is the batch's column, None when the file has none."""

    spec: ColumnSpec
    source: str | None
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class Cast:
    """Good rows in the table's schema, and the bad ones: (position in the batch, [(column, reason)])."""

    good: pa.RecordBatch
    bad: list[tuple[int, list[tuple[str, Words]]]] = field(default_factory=list)


def engine() -> duckdb.DuckDBPyConnection:
    """This function will give an engine of one's own, without files and network, for work on batches."""
    db = duckdb.connect(":memory:")
    for setting in (
        "TimeZone = 'Asia/Shanghai'",
        "threads = 2",
        "memory_limit = '1GB'",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        db.execute(f"SET {setting}")
    return db


def expression(type_: str) -> str:
    """This function will give the cast of `v`, a trimmed text, to a type; NULL for what does not fit. Decimals need their digits."""
    return _CASTS[type_]


def trimmed(column: str) -> str:
    """This function will give the trimmed text of a column, NULL for blanks."""
    return f"nullif(trim({column}, ' \t\r\n\u3000\u00a0'), '')"


def as_text(values: pa.Array) -> pa.Array:
    """This function will give any column as text."""
    return _utf8(values) if _is_text(values.type) else _as_text(values)


class Caster:
    """Casts batches of one file; a DuckDB of its own, without files or network, does the work."""

    def __init__(self, columns: Sequence[Column], schema: pa.Schema) -> None:
        self.columns, self.schema = columns, schema
        self._db = engine()

    def close(self) -> None:
        """This function will give the engine back."""
        self._db.close()

    def cast(self, batch: pa.RecordBatch) -> Cast:
        """This function will cast a batch: column by column as a whole, and by patterns where a value is unusual."""
        texts: dict[str, pa.Array] = {}
        done: dict[str, pa.Array] = {}
        careful: dict[str, pa.Array] = {}
        for column in self.columns:
            name, wanted = column.spec.name, self.schema.field(column.spec.name).type
            if column.source is None:
                done[name] = pa.nulls(batch.num_rows, wanted)
                continue
            values = batch.column(column.source)
            exact = None if _is_text(values.type) else _exact(values, wanted, column.spec.type)
            if exact is not None:
                texts[name], done[name] = values, exact
                continue
            texts[name] = swift.trimmed(as_text(values))
            found = swift.cast(texts[name], column.spec, wanted)
            if found is not None:
                done[name] = found
            else:
                careful[name] = texts[name]
        done |= self._from_text(careful)
        faults = self._faults(texts, done, set(careful))
        arrays = [_plain(done[c.spec.name], self.schema.field(c.spec.name).type) for c in self.columns]
        good = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        if not faults:
            return Cast(good)
        drop = sorted(faults)
        mask = numpy.ones(batch.num_rows, dtype=bool)
        mask[drop] = False
        return Cast(good.filter(pa.array(mask)), [(position, faults[position]) for position in drop])

    def _from_text(self, texts: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        if not texts:
            return {}
        specs = {c.spec.name: c.spec for c in self.columns}
        names = list(texts)
        source = pa.table({f"v{i}": texts[n] for i, n in enumerate(names)})
        outputs = ", ".join(re.sub(r"\bv\b", f"v{i}", _cast(specs[n])) + f" AS y{i}" for i, n in enumerate(names))
        self._db.register("source", source)
        try:
            found = self._db.execute(f"SELECT {outputs} FROM source").to_arrow_table()  # noqa: S608 - columns by number, casts from this file
        finally:
            self._db.unregister("source")
        return {name: found.column(i).combine_chunks() for i, name in enumerate(names)}

    def _faults(self, texts: Mapping[str, pa.Array], done: Mapping[str, pa.Array], careful: set[str]) -> dict[int, list[tuple[str, Words]]]:
        """Positions with their faults. What was cast as a whole has none, but for broken letters, lengths and codes of text."""
        faults: dict[int, list[tuple[str, Words]]] = {}

        def note(mask: pa.Array, column: str, reason: Words) -> None:
            if not pc.any(mask).as_py():
                return
            for position in pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist():
                faults.setdefault(position, []).append((column, reason))

        for column in self.columns:
            name, spec = column.spec.name, column.spec
            if column.source is None or (spec.type != "text" and name not in careful):
                continue
            before, after = texts[name], done[name]
            broken = pc.match_substring(_utf8(before), "\ufffd")
            note(broken, name, REASONS["encoding"])
            if name in careful:
                note(pc.and_(pc.and_(pc.is_valid(before), pc.is_null(after)), pc.invert(broken)), name, REASONS[spec.type])
            if spec.type == "text":
                if spec.length:
                    note(pc.greater(pc.utf8_length(_utf8(after)), spec.length), name, REASONS["length"].format(n=spec.length))
                if column.codes:
                    note(pc.and_(pc.is_valid(after), pc.invert(pc.is_in(_utf8(after), pa.array(column.codes)))), name, REASONS["code"])
        return faults


def _cast(spec: ColumnSpec) -> str:
    if spec.type == "decimal":
        whole = 18 - spec.digits
        return rf"CASE WHEN regexp_full_match(v, '[+-]?(\d{{1,{whole}}}(\.\d{{0,{spec.digits}}}0*)?|\.\d{{1,{spec.digits}}}0*)') THEN TRY_CAST(v AS DECIMAL(18,{spec.digits})) END"
    return _CASTS[spec.type]


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or (pa.types.is_dictionary(kind) and _is_text(kind.value_type))


def _utf8(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def _as_text(values: pa.Array) -> pa.Array:
    """Values of another type as text for a second try; nested ones cannot be, and stay null (so they are bad)."""
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else "\ufffd" for v in values.to_pylist()], pa.string())


def _exact(values: pa.Array, wanted: pa.DataType, type_: str) -> pa.Array | None:
    """A cast between types that loses nothing; None when text must be the way."""
    kind = values.type
    same = {
        "integer": pa.types.is_integer(kind),
        "number": pa.types.is_integer(kind) or pa.types.is_floating(kind),
        "boolean": pa.types.is_boolean(kind),
        "date": pa.types.is_date(kind),
        "decimal": pa.types.is_integer(kind) or pa.types.is_decimal(kind),
        "timestamp": pa.types.is_timestamp(kind),
    }.get(type_, False)
    if not same:
        return None
    try:
        if type_ == "timestamp":
            if kind.tz is None:
                values = pc.assume_timezone(values, "Asia/Shanghai", ambiguous="earliest", nonexistent="latest")
            return values.cast(pa.timestamp("us", "UTC")).cast(wanted)
        return values.cast(wanted)
    except pa.ArrowInvalid:
        return None


def _plain(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return values if values.type == wanted else values.cast(wanted)


def raw_row(batch: pa.RecordBatch, position: int, columns: Sequence[Column]) -> str:
    """This function will give what stood in a row as JSON, for the file of bad rows; only declared columns."""
    row: dict[str, Any] = {}
    for column in columns:
        if column.source is not None:
            value = batch.column(column.source)[position].as_py()
            row[column.spec.name] = None if value is None else str(value)
    return json.dumps(row, ensure_ascii=False)
