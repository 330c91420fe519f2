"""The plain parts of the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beijiang.kernel import calendar, clock, events, guard, ids
from beijiang.kernel.canonical import canonical_json
from beijiang.kernel.errors import Invalid, Refused, Unauthenticated, Unavailable
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import Words, speaking


def test_words_speak_the_current_language_and_nest() -> None:
    inner = Words("回民区", "Huimin District")
    words = Words("到{place}", "to {place}").format(place=inner)
    assert str(words) == "到回民区"
    with speaking("en-GB"):
        assert str(words) == "to Huimin District"
    assert Words.of(words.as_dict()) == words


def test_ids_are_version_7_and_in_order_of_time() -> None:
    made = [ids.new_id() for _ in range(1000)]
    assert all(isinstance(i, UUID) and i.version == 7 for i in made)
    assert made == sorted(made)


def test_the_clock_can_stand_still_and_be_shifted() -> None:
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    with clock.frozen(noon), clock.shifted(timedelta(hours=1)):
        assert clock.now() == noon + timedelta(hours=1)
    assert clock.local(noon).hour == 12


def test_working_days_know_the_official_calendar() -> None:
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 2, 14))  # a Saturday worked for the Spring Festival
    assert calendar.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_an_unpublished_year_is_refused_not_guessed() -> None:
    with pytest.raises(Unavailable) as caught:
        calendar.is_working_day(date(2031, 1, 4))
    assert "2031" in str(caught.value)
    with pytest.raises(ValueError):
        calendar.add_working_days(date(2026, 1, 5), -1)


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.none(), st.booleans())))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(list(value.items()))))


def test_canonical_json_refuses_what_has_no_single_form() -> None:
    for value in (float("nan"), float("inf"), object()):
        with pytest.raises((ValueError, TypeError)):
            canonical_json({"x": value})


PERMISSION = guard.Permission("kernel.test", Words("试", "try"), frozenset({"officer"}))


def test_everything_is_refused_until_a_decider_is_installed() -> None:
    before = guard._decider
    guard.install(None)
    try:
        with pytest.raises(Refused) as caught:
            guard.require(Actor.system("test"), PERMISSION)
        assert caught.value.code == "kernel.guard_closed"
        with pytest.raises(Unauthenticated):
            guard.require(ANONYMOUS, PERMISSION)
    finally:
        guard.install(before)


def test_an_undeclared_permission_is_refused_even_with_a_permissive_decider(permissive: None) -> None:
    assert guard.allowed(Actor.system("test"), PERMISSION)
    with pytest.raises(Refused):
        guard.require(Actor.system("test"), "no.such")


def test_the_same_code_cannot_be_declared_with_another_meaning() -> None:
    guard.permission("kernel.declared_once", Words("一", "one"), {"officer"})
    guard.permission("kernel.declared_once", Words("一", "one"), {"officer"})
    with pytest.raises(ValueError, match="declared twice"):
        guard.permission("kernel.declared_once", Words("一", "one"), {"officer", "chief"})
    guard._permissions.pop("kernel.declared_once")


@dataclass(frozen=True)
class Sample:
    """An event of these tests."""

    case: UUID
    at: datetime
    title: Words
    kind: Literal["a", "b"]
    tags: tuple[str, ...] = ()
    note: str | None = None


@pytest.fixture
def sample() -> Any:
    events.event("kernel.sample.made.v1", Words("样例", "sample"), public=True)(Sample)
    yield Sample(ids.new_id(), clock.now(), Words("题", "title"), "a", ("x",))
    events.registry.pop("kernel.sample.made.v1")


def test_an_event_carries_a_schema_that_its_own_document_passes(sample: Sample) -> None:
    document = events.envelope(sample, id_=ids.new_id(), time=clock.now(), subject="s")
    assert document["specversion"] == "1.0"
    assert events.check(document).type == "kernel.sample.made.v1"


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"case": 1}},
        {"type": "kernel.no.such.v1"},
        {"id": None},
        {"data": None},
    ],
)
def test_a_malformed_event_is_refused_by_name(sample: Sample, change: dict[str, Any]) -> None:
    document = events.envelope(sample, id_=ids.new_id(), time=clock.now())
    document |= change
    document = {k: v for k, v in document.items() if v is not None}
    with pytest.raises(Invalid) as caught:
        events.check(document)
    assert caught.value.code.startswith("kernel.event_")


def test_an_event_with_an_extra_field_is_refused(sample: Sample) -> None:
    document = events.envelope(sample, id_=ids.new_id(), time=clock.now())
    document["data"]["extra"] = 1
    with pytest.raises(Invalid):
        events.check(document)


def test_a_field_without_a_schema_fails_when_declared() -> None:
    @dataclass(frozen=True)
    class Bad:
        what: object

    with pytest.raises(TypeError):
        events.event("kernel.bad.made.v1", Words("坏", "bad"))(Bad)
