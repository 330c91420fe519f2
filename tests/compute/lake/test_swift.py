"""The quick casts give what the careful ones give, on values of every form and bent in every way; or they leave it to them."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from beijiang.compute.lake.adapters import casting, swift, tables
from beijiang.compute.lake.adapters.casting import Caster, Column
from beijiang.compute.lake.types import ColumnSpec
from beijiang.kernel.words import Words

W = Words("x", "y")
SEEDS = {
    "integer": ["0", "-5", "+5", "123456789012345678", "1234567890123456789", "007", "1.0", "0x1F", "0X1f", "1e3", "--1", "1-", "٣", "１２", "1_000"],
    "decimal": ["1.50", "-2.5", "+3", ".5", "5.", ".", "1.505", "1.500", "1e2", "1E2", "1234567890123456.78", "99999999999999999.99", "-.5", "1,5"],
    "number": ["1.5", "-0.0", "+1", "nan", "NaN", "inf", "-Infinity", "1e5", "1E-3", ".5", "5.", "0x1p3", "123456789012345678901", "1.0000000000000001"],
    "boolean": ["true", "T", "是", "否", "Y", "no", "0", "1", "2", "真", "maybe", "TRUE"],
    "date": ["2026-03-01", "2026/03/01", "2026-3-1", "0000-01-01", "0999-12-31", "9999-12-31", "2026-02-29", "2024-02-29", "46082", "2026年3月1日",
             "2026-03-01 00:00:00", "20260301", "+026-03-01", "2026-03-1 ", "1000-01-01", "-026-03-01", "10000-1-01"],
    "timestamp": ["2026-03-05 12:30:00", "2026-03-05T12:30:00", "2026-03-05T12:30:00Z", "2026-03-05 12:30:00+0800", "1988-07-01 12:00:00",
                  "1992-01-01 00:00:00", "1991-12-31 23:59:59", "2026-03-05T12:30+08", "2026-03-05 24:00:00", "2026-02-30 00:00:00", "2026-03-05 12:30",
                  "20260305123000", "2026-03-05 12:30:60", "2026-03-05 12:30:0Z", "2026-03-05t12:30:00", "2026-03-05 12:30:00z", "46082.5",
                  "1900-01-01 00:00:00", "2026-03-05 12:30:00.123456", "2026-03-05  2:30:00", "2026-03-05T12:30:00 ", "0001-01-01T00:00:00Z"],
    "text": ["a", "　全角空格　", "\u00a0x\u00a0", "", "\ufffd"],
}  # fmt: skip


def both(type_: str, values: list[str]) -> None:
    """Cast value by value: quick where it dares, against the careful cast alone."""
    spec = ColumnSpec("v", W, type_)
    wanted = tables.arrow_schema([spec]).field("v").type
    caster = Caster([Column(spec, "c0")], tables.arrow_schema([spec]))
    try:
        text = swift.trimmed(pa.array(values, pa.string()))
        careful = caster._from_text({"v": text})["v"]
        careful = careful if careful.type == wanted else careful.cast(wanted)
        for value, slow in zip(text, careful, strict=True):
            quick = swift.cast(pa.array([value.as_py()], pa.string()), spec, wanted)
            if quick is not None:
                assert quick[0].as_py() == slow.as_py() and quick.type == wanted, (type_, value)
    finally:
        caster.close()


@pytest.mark.parametrize("type_", sorted(SEEDS))
def test_quick_and_careful_casts_agree(type_: str) -> None:
    chance, letters = random.Random(11), "0123456789+-./:TZ eExXnN是年"
    values = list(SEEDS[type_])
    for _ in range(4000):
        value = list(chance.choice(SEEDS[type_]))
        for _ in range(chance.randrange(1, 4)):
            where = chance.randrange(len(value) + 1)
            change = chance.random()
            if change < 0.4 and value:
                value[where % len(value)] = chance.choice(letters)
            elif change < 0.7:
                value.insert(where, chance.choice(letters))
            elif value:
                del value[where % len(value)]
        values.append("".join(value))
    both(type_, values)


@pytest.mark.parametrize("type_", sorted(SEEDS))
def test_usual_values_are_taken_the_quick_way(type_: str) -> None:
    usual = {
        "integer": ["1", "-2", None],
        "decimal": ["1.50", None],
        "number": ["1.5", "2"],
        "boolean": ["是", None],
        "date": ["2026-03-01", None],
        "timestamp": ["2026-03-05 12:30:00", None],
        "text": ["a"],
    }[type_]
    spec = ColumnSpec("v", W, type_)
    wanted = tables.arrow_schema([spec]).field("v").type
    found = swift.cast(pa.array(usual, pa.string()), spec, wanted)
    assert found is not None and found.type == wanted and found.null_count == usual.count(None)
    assert swift.cast(pa.array([None, None], pa.string()), spec, wanted) is not None


def test_a_bad_value_among_good_ones_is_found_in_its_row() -> None:
    spec = ColumnSpec("v", W, "integer")
    caster = Caster([Column(spec, "c0")], tables.arrow_schema([spec]))
    cast = caster.cast(pa.RecordBatch.from_arrays([pa.array([" 1 ", "x", "", None, "4\ufffd", "5"])], ["c0"]))
    caster.close()
    assert cast.good.column(0).to_pylist() == [1, None, None, 5]
    assert [(p, r[0][1]) for p, r in cast.bad] == [(1, casting.REASONS["integer"]), (4, casting.REASONS["encoding"])]


def test_reading_ahead_gives_the_same_in_order_and_raises_in_its_place() -> None:
    import threading

    from beijiang.compute.lake.adapters.ahead import ahead

    def items() -> Any:
        yield from range(5)
        raise ValueError("broken")

    got = []
    with pytest.raises(ValueError, match="broken"):
        got.extend(ahead(items()))
    assert got == [0, 1, 2, 3, 4]
    stepped = ahead(items())
    assert [next(stepped) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="broken"):
        next(stepped)
    closed: list[bool] = []

    def endless() -> Any:
        try:
            while True:
                yield 1
        finally:
            closed.append(True)

    early = ahead(endless())
    assert next(early) == 1
    early.close()
    assert closed == [True] and not [t for t in threading.enumerate() if t.name == "lake-read-ahead"]
