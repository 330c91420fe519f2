"""From what was typed to a question, from an answer to a file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from beijiang.flow.exchange.types import All, And, AskRequest, Compare, DirectoryColumn, In, IsNull, Like, Not, Or, Order
from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.errors import Invalid
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words, speaking
from beijiang.work.inquiry import rules
from beijiang.work.inquiry.types import Condition

from .make import reply

COLUMNS = {
    name: DirectoryColumn(name, Words(f"列{name}", f"Column {name}"), kind)
    for name, kind in (
        ("text", "text"),
        ("n", "integer"),
        ("d", "decimal"),
        ("f", "number"),
        ("b", "boolean"),
        ("day", "date"),
        ("at", "timestamp"),
    )
}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (" 手机 ", "text", "手机"),
        ("12", "integer", 12),
        ("1,299.50", "decimal", Decimal("1299.50")),
        ("1.5", "number", 1.5),
        ("是", "boolean", True),
        ("no", "boolean", False),
        ("2026/01/02", "date", date(2026, 1, 2)),
        ("2026-01-02 08:30", "timestamp", datetime(2026, 1, 2, 8, 30, tzinfo=SHANGHAI)),
        ("2026-01-02T08:30:00+00:00", "timestamp", datetime(2026, 1, 2, 8, 30, tzinfo=UTC)),
    ],
)
def test_typed_values(text: str, kind: str, expected: Any) -> None:
    assert rules.typed_value(text, kind, Words("列", "Column")) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x", "integer"),
        ("1.5", "integer"),
        ("NaN", "decimal"),
        ("inf", "number"),
        ("也许", "boolean"),
        ("2026-02-30", "date"),
        ("明天", "timestamp"),
    ],
)
def test_values_that_do_not_fit_name_their_column(text: str, kind: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.typed_value(text, kind, Words("被盗日期", "Stolen on"))
    assert "被盗日期" in caught.value.detail.zh  # type: ignore[union-attr]
    assert "Stolen on" in caught.value.detail.en  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Condition("text", "=", "手机"), Compare("text", "=", "手机")),
        (Condition("n", ">=", "3"), Compare("n", ">=", 3)),
        (Condition("text", "contains", "手"), Like("text", "%手%")),
        (Condition("text", "starts", "京A"), Like("text", "京A%")),
        (Condition("n", "in", "1, 2、3 4"), In("n", (1, 2, 3, 4))),
        (Condition("text", "is_null", "ignored"), IsNull("text")),
        (Condition("text", "not_null"), Not(IsNull("text"))),
    ],
)
def test_one_line_of_the_form(line: Condition, expected: Any) -> None:
    assert rules.condition_of(line, COLUMNS) == expected


@pytest.mark.parametrize(
    "line",
    [
        Condition("nothing", "=", "1"),
        Condition("text", "exec", "1"),
        Condition("text", "=", " "),
        Condition("n", "contains", "1"),
        Condition("text", "contains", "%"),
        Condition("text", "starts", "a_b"),
        Condition("n", "in", "1 x"),
        Condition("day", "=", "x"),
    ],
)
def test_lines_that_cannot_be_used(line: Condition) -> None:
    with pytest.raises(Invalid):
        rules.condition_of(line, COLUMNS)


def test_lines_are_joined() -> None:
    one, two = Condition("text", "=", "a"), Condition("n", "<", "2")
    assert rules.where_of([], COLUMNS) == All()
    assert rules.where_of([one], COLUMNS) == Compare("text", "=", "a")
    assert rules.where_of([one, two], COLUMNS) == And((Compare("text", "=", "a"), Compare("n", "<", 2)))
    assert rules.where_of([one, two], COLUMNS, any_of=True) == Or((Compare("text", "=", "a"), Compare("n", "<", 2)))


def test_the_shape_that_is_kept_holds_no_value() -> None:
    request = AskRequest(
        purpose="p",
        matter="m",
        dataset="d",
        columns=("a",),
        where=And(
            (
                Compare("name", "=", "王小明"),
                In("id", ("150103199001010001",)),
                Like("plate", "%京A12345%"),
                Not(IsNull("x")),
                Or((IsNull("y"),)),
            )
        ),
        order_by=(Order("a", True),),
        limit=5,
    )
    shape = rules.shape_of(request)
    assert not any(secret in str(shape) for secret in ("王小明", "150103", "京A"))
    assert [(c.column, c.op, c.value) for c in rules.stored_conditions(shape)] == [
        ("name", "=", ""),
        ("id", "in", ""),
        ("plate", "contains", ""),
        ("x", "not_null", ""),
        ("y", "is_null", ""),
    ]
    assert rules.shape_of(AskRequest(purpose="p", sql="SELECT name FROM d WHERE id = '150103199001010001'")) == {}


ACTOR = Actor(user_id=None, username="zhang.wei", name="张伟", unit_name_zh="通道街派出所", unit_name_en="Tongdao Street station")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_carries_its_receipt_before_and_after_the_rows(language: str) -> None:
    answer = reply(rows=3)
    with speaking(language):
        text = rules.csv_text(ACTOR, answer, NOW)
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text[1:])))
    assert str(answer.receipt) in lines[0][0]
    assert lines[-1] == lines[0]
    assert "张伟" in lines[0][0]
    assert "2026-11-24 20:00" in lines[0][0]
    assert len(lines) == 3 + 3
    assert lines[2] == ["物品0", "***1234", "2026-01-02"]
    assert lines[3] == ["物品1", "***1234", ""]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-5", "-5"),
        ("+8613800000000", "'+8613800000000"),
        ("\tx", "'\tx"),
        ("-cmd|x", "'-cmd|x"),
        ("plain", "plain"),
        (None, ""),
        (3.5, "3.5"),
    ],
)
def test_a_cell_never_runs_as_a_formula(value: Any, shown: str) -> None:
    text = rules.csv_text(
        ACTOR,
        reply(
            rows=(1),
        ),
        NOW,
    )
    assert text
    from dataclasses import replace

    answer = replace(reply(), rows=((value, "x", None),))
    assert list(csv.reader(io.StringIO(rules.csv_text(ACTOR, answer, NOW)[1:])))[2][0] == shown


def test_file_names_are_plain() -> None:
    assert rules.file_name(reply(dataset="../../被盗 物品")).startswith("______")
    assert rules.file_name(reply()).endswith(".csv")
