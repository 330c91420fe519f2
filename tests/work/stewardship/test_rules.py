"""Pure rules: names, sizes, pieces, digests, and from a draft to a dataset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beijiang.flow.exchange.types import ColumnSpec
from beijiang.kernel.errors import Conflict, Invalid, Problem, TooLarge
from beijiang.work.stewardship.rules import (
    Known,
    Next,
    check_size,
    choices,
    clean_name,
    file_mark,
    first_facts,
    judge_chunk,
    mapped,
    read_digest,
)
from beijiang.work.stewardship.types import CHUNK_LIMIT, Plan
from tests.work.stewardship.make import COLUMNS, HEAD, TARGET, column, digest, draft, header

PLAN = Plan(draft().id)
CODES = ["XM", "GMSFHM", "XZQH"]
FACTS = {
    "name": "people",
    "title_zh": "人员",
    "title_en": "People",
    "description_zh": "说明",
    "owner_unit": "150000XZ",
    "grade": "sensitive",
    "personal": True,
    "retention_days": "365",
}


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("a.csv", ("a.csv", "")),
        ("资料/2026/a.csv", ("a.csv", "资料/2026")),
        ("C:\\fakepath\\a.csv", ("a.csv", "C:/fakepath")),
        ("../../etc/passwd", ("passwd", "etc")),
        (" a.csv ", ("a.csv", "")),
        ("e\u0301.csv", ("é.csv", "")),
    ],
)
def test_names_as_browsers_give_them(given_name: str, expected: tuple[str, str]) -> None:
    assert clean_name(given_name) == expected


@pytest.mark.parametrize("name", ["", "/", "..", "a/..", "x" * 201, "a\nb.csv", "a\x00b", "\u202ecsv.exe"])
def test_names_that_cannot_be_used(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_name(name)
    assert caught.value.code == "stewardship.bad_name"
    assert caught.value.detail and caught.value.detail.zh and caught.value.detail.en


@given(st.text(max_size=300))
def test_whatever_a_name_is_what_comes_out_can_be_shown(text: str) -> None:
    try:
        name, folder = clean_name(text)
    except Invalid:
        return
    assert name.isprintable() and "/" not in name and "\\" not in name and 1 <= len(name) <= 200
    assert folder.isprintable() and not folder.startswith("/") and ".." not in folder.split("/")


def test_sizes() -> None:
    assert check_size(2 << 30) == 2 << 30
    with pytest.raises(TooLarge) as caught:
        check_size((2 << 30) + 1)
    assert "2 GiB" in str(caught.value.detail)
    for size in (0, -1):
        with pytest.raises(Invalid):
            check_size(size)


def test_a_file_is_known_by_name_size_time_and_head() -> None:
    about: dict[str, Any] = {"file_name": "a", "folder": "", "size": 1, "modified": 2, "head_sha256": HEAD}
    first = file_mark(**about)
    assert first == file_mark(**about)
    for other in ({"file_name": "b"}, {"folder": "x"}, {"size": 3}, {"modified": 3}, {"head_sha256": "cd" * 32}):
        assert file_mark(**(about | other)) != first
    for bad in ("", "xyz", "AB" * 32, "ab" * 31):
        with pytest.raises(Invalid):
            file_mark(**(about | {"head_sha256": bad}))


def test_pieces() -> None:
    def judge(received: int, offset: int, length: int, size: int = 100) -> object:
        return judge_chunk(received=received, size=size, offset=offset, length=length)

    assert judge(0, 0, 10) == Next()
    assert judge(90, 90, 10) == Next()
    assert judge(50, 0, 50) == Known()
    assert judge(50, 10, 20) == Known()
    for received, offset, length in ((50, 60, 10), (50, 40, 20), (0, 1, 1)):
        with pytest.raises(Conflict) as caught:
            judge(received, offset, length)
        assert caught.value.extra["received"] == received
    for offset, length in ((95, 10), (0, 0), (-1, 5), (100, 1), (0, 101)):
        with pytest.raises(Invalid):
            judge(0, offset, length)
    with pytest.raises(TooLarge):
        judge(0, 0, CHUNK_LIMIT + 1, size=1 << 40)


@given(st.integers(0, 200), st.integers(-5, 205), st.integers(-1, 210))
def test_a_piece_is_next_known_or_refused_and_never_leaves_a_gap(received: int, offset: int, length: int) -> None:
    try:
        found = judge_chunk(received=received, size=200, offset=offset, length=length)
    except Problem:
        return
    assert 0 <= offset <= offset + length <= 200 and length > 0
    assert offset == received if found == Next() else offset + length <= received


def test_digests_as_rfc_9530_writes_them() -> None:
    assert read_digest(header(b"x")) == digest(b"x")
    assert read_digest(f"md5=:AAAA:, {header(b'x')}") == digest(b"x")
    for bad in ("", "sha-256=abc", "sha-256=:abc:", "sha-256=::", "sha-256=:%%%%:", "sha-512=:AAAA:", header(b"x")[:-1]):
        with pytest.raises(Invalid):
            read_digest(bad)


def plan(facts: dict[str, Any] | None = None, **columns: dict[str, Any]) -> Plan:
    return replace(PLAN, dataset=FACTS | (facts or {}), columns=columns)


def test_a_draft_becomes_a_dataset_as_suggested() -> None:
    done = mapped(draft(), plan(), elements=CODES, units=["150000XZ"])
    assert done.faults == ()
    spec = done.spec
    assert spec is not None and not spec.append
    assert [(c.header, c.drop) for c in spec.columns] == [
        ("姓名", False),
        ("身份证号", False),
        ("民族", True),
        ("价值", False),
        ("区划", False),
    ]
    number = spec.columns[1].column
    assert number == ColumnSpec(
        "id_number",
        number.title,
        "text",
        "GMSFHM",
        "id_card",
        default_mask="last4",
        length=18,
        aliases=(),  # type: ignore[union-attr]
    )
    assert spec.columns[2].column is None
    assert (spec.retention_days, spec.personal, spec.grade) == (365, True, "sensitive")
    assert any("民族" in note.zh for note in done.notes)


def test_facts_to_begin_with_are_the_careful_ones() -> None:
    first = first_facts(draft())
    assert (first["grade"], first["personal"], first["area_column"], first["name"]) == ("sensitive", True, "区划", "people")
    plain = first_facts(draft(columns=(column("a", "a"),)))
    assert (plain["grade"], plain["personal"], plain["area_column"]) == ("internal", False, "")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "1a"}, "name"),
        ({"name": "人员"}, "name"),
        ({"name": "a" * 64}, "name"),
        ({"title_en": " "}, "title_en"),
        ({"title_zh": ""}, "title_zh"),
        ({"owner_unit": ""}, "owner_unit"),
        ({"owner_unit": "999"}, "owner_unit"),
        ({"grade": "secret"}, "grade"),
        ({"personal": False}, "personal"),
        ({"retention_days": ""}, "retention_days"),
        ({"retention_days": "0"}, "retention_days"),
        ({"retention_days": "-1"}, "retention_days"),
        ({"retention_days": "１２"}, "retention_days"),
        ({"retention_days": "99999"}, "retention_days"),
        ({"area_column": "民族"}, "area_column"),
        ({"unit_column": "没有"}, "unit_column"),
    ],
)
def test_facts_that_do_not_stand_are_named(facts: dict[str, Any], field: str) -> None:
    done = mapped(draft(), plan(facts), elements=CODES, units=["150000XZ"])
    assert done.spec is None
    assert field in [f.field for f in done.faults]
    assert all(f.words.zh and f.words.en for f in done.faults)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "Person"}, "name"),
        ({"name": "id_number"}, "name"),
        ({"title_zh": ""}, "title"),
        ({"type": "blob"}, "type"),
        ({"element": "NICHTS"}, "element"),
        ({"mask": "crypt"}, "mask"),
    ],
)
def test_columns_that_do_not_stand_are_named(typed: dict[str, Any], field: str) -> None:
    done = mapped(draft(), plan(姓名={"keep": True} | typed), elements=CODES, units=["150000XZ"])
    assert done.spec is None
    assert (field, 0) in [(f.field, f.place) for f in done.faults]


def test_a_special_category_cannot_be_kept_whatever_is_sent() -> None:
    done = mapped(
        draft(), plan(民族={"keep": True, "name": "minzu", "title_zh": "民族", "title_en": "x"}), elements=CODES, units=["150000XZ"]
    )
    assert done.spec is None
    assert [(f.field, f.place) for f in done.faults] == [("keep", 2)]


def test_nothing_kept_is_no_dataset() -> None:
    done = mapped(draft(), plan(**{c.header: {"keep": False} for c in COLUMNS}), elements=CODES, units=["150000XZ"])
    assert "columns" in [f.field for f in done.faults]


def test_appending_finds_columns_by_name_alias_and_element() -> None:
    found = {c.header: c.into for c in choices(draft(), PLAN, TARGET)}
    assert found == {"姓名": "owner_name", "身份证号": "+", "民族": "", "价值": "+", "区划": "county"}
    done = mapped(draft(), PLAN, target=TARGET, elements=CODES)
    assert done.spec is not None and done.spec.append and done.spec.name == "stolen_property"
    assert done.spec.columns[0].column == TARGET.columns[0], "a column that is there goes in as it is"
    assert any("item" in note.zh for note in done.notes)
    assert any("id_number" in note.zh for note in done.notes)


def test_two_columns_do_not_go_into_one() -> None:
    two = draft(columns=(column("姓名", "a"), column("失主姓名", "b"), column("区划", "county")))
    assert [c.into for c in choices(two, PLAN, TARGET)] == ["owner_name", "+", "county"]
    typed = replace(PLAN, columns={"姓名": {"keep": True, "into": "owner_name"}, "失主姓名": {"keep": True, "into": "owner_name"}})
    done = mapped(two, typed, target=TARGET)
    assert ("into", 0) in [(f.field, f.place) for f in done.faults]


def test_appending_needs_the_column_by_which_grants_are_bounded() -> None:
    typed = replace(PLAN, columns={"区划": {"keep": True, "into": ""}})
    done = mapped(draft(), typed, target=TARGET, elements=CODES)
    assert any("county" in f.words.zh for f in done.faults)


def test_a_new_column_does_not_hide_one_that_is_there() -> None:
    typed = replace(PLAN, columns={"价值": {"keep": True, "into": "+", "name": "item"}})
    done = mapped(draft(), typed, target=TARGET, elements=CODES)
    assert ("name", 3) in [(f.field, f.place) for f in done.faults]


def test_what_was_typed_for_another_dataset_is_not_taken_for_this_one() -> None:
    typed = replace(PLAN, columns={"姓名": {"keep": True, "into": "somewhere_else"}})
    assert choices(draft(), typed, TARGET)[0].into == "owner_name"
