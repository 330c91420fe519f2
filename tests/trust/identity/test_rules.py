"""Rules of identity: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beijiang.kernel.types import Actor
from beijiang.trust.identity import rules
from beijiang.trust.identity.types import Duty

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_lock_doubles_and_stops_at_a_quarter_of_an_hour() -> None:
    assert [rules.lock_for(n).total_seconds() for n in range(1, 11)] == [0, 0, 0, 0, 60, 120, 240, 480, 900, 900]
    assert rules.lock_for(10**6) == timedelta(minutes=15)
    assert rules.lock_for(0, free=1) == timedelta(0)
    assert rules.lock_for(1, free=1) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "短"),
        ("a" * 4097, "长"),
        ("警" * 1400, "长"),
        ("xzhang.weix99", "用户名"),
        ("ZHANG-WEI-2026", "用户名"),
        ("aaaaaaaaaaaaaa", "单一"),
        ("ok-password\x00aa", "字符"),
    ],
)
def test_weak_passwords_are_named(password: str, word: str) -> None:
    fault = rules.password_fault(password, username="zhang.wei")
    assert fault is not None and word in fault.zh and fault.en


def test_a_good_password_passes_at_the_limit() -> None:
    assert rules.password_fault("abcdefghijk", username="li.na") is not None
    assert rules.password_fault("abcdefghijkl", username="li.na") is None
    assert rules.password_fault("abcde" * 819 + "f", username="li.na") is None


@given(st.text())
def test_password_rules_never_fail_on_any_text(password: str) -> None:
    rules.password_fault(password, username="zhang.wei")


@pytest.mark.parametrize(("typed", "key"), [(" Zhang.Wei ", "zhang.wei"), ("zhang.wei", "zhang.wei"), ("admin\t", "admin")])
def test_usernames_have_one_form(typed: str, key: str) -> None:
    assert rules.username_key(typed) == key


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\x00b", "", "  ", "x" * 81, "'\"; DROP TABLE", "a\u202eb", "{{ 7*7 }}"])
def test_names_that_cannot_be_used(name: str) -> None:
    assert rules.clean_text(name, limit=80) is None


@pytest.mark.parametrize("name", ["张伟", "阿拉坦·乌拉", "O'Brien", "ᠮᠣᠩᠭᠣᠯ"])
def test_names_that_can(name: str) -> None:
    assert rules.clean_text(name, limit=80) == name


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("rubbish", "unknown"),
        ("", "unknown"),
    ],
)
def test_one_client_is_an_address_or_a_64(address: str, network: str) -> None:
    assert rules.client_network(address) == network


def test_a_chief_cares_for_their_own_subtree_only() -> None:
    chief = Actor(None, "w", "w", unit_code="150103", unit_path=("150000", "150100", "150103"), duties=frozenset({"chief"}))
    assert rules.cares_for(chief, ("150000", "150100", "150103", "150103001"))
    assert not rules.cares_for(chief, ("150000", "150100"))
    assert not rules.cares_for(chief, ("150000", "150700", "150702"))
    officer = Actor(None, "z", "z", unit_code="150103", duties=frozenset({"officer"}))
    assert not rules.cares_for(officer, ("150103",))
    assert not rules.cares_for(Actor(None, "x", "x", duties=frozenset({"chief"})), ("150103",))


def test_guarded_duties_are_beyond_a_chief() -> None:
    chief = Actor(None, "w", "w", unit_code="150103", duties=frozenset({"chief"}))
    assert rules.outranked(chief, [Duty.AUDITOR]) and rules.outranked(chief, ["officer", "administrator"])
    assert all(rules.outranked(chief, [d]) for d in ("owner", "steward", "legal")), "else a chief's own creature grants, writes or forgets"
    assert not rules.outranked(chief, ["officer", "chief"])
    assert not rules.outranked(Actor.system("x"), ["administrator"])


@pytest.mark.parametrize(
    ("seen", "expires", "browser", "why"),
    [
        (-1, 60, True, None),
        (-119, 1, True, None),
        (-120, 60, True, "idle"),
        (-600, 60, False, None),
        (-1, 0, True, "expired"),
        (-600, -1, False, "expired"),
    ],
)
def test_sessions_end_by_time(seen: int, expires: int, browser: bool, why: str | None) -> None:
    found = rules.session_end(
        now=NOW, last_seen=NOW + timedelta(minutes=seen), expires_at=NOW + timedelta(minutes=expires), browser=browser
    )
    assert found == why


@given(st.lists(st.from_regex(rules.UNIT_CODE, fullmatch=True), min_size=1, max_size=6))
def test_paths_read_back(codes: list[str]) -> None:
    path = ""
    for code in codes:
        path = rules.path_of(path, code)
    assert rules.path_codes(path) == tuple(codes)


def test_faults_of_units_and_people_name_the_field() -> None:
    good = {"code": "150103", "name_zh": "局", "name_en": "bureau", "kind": "county", "division": "150103"}
    assert rules.unit_fault(**good) is None
    for field, bad in (("code", "15/01"), ("code", "a"), ("name_zh", "<b>"), ("name_en", ""), ("kind", "gang"), ("division", "15")):
        assert rules.unit_fault(**(good | {field: bad})) is not None, field
    person = {"username": "li.na", "name": "李娜", "duties": ("officer",), "police_number": None}
    assert rules.person_fault(**person) is None
    for field, bad in (
        ("username", "Li Na"),
        ("username", "-x"),
        ("username", "x" * 65),
        ("name", "<i>"),
        ("duties", ()),
        ("duties", ("spy",)),
        ("police_number", "12"),
    ):
        assert rules.person_fault(**(person | {field: bad})) is not None, field


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("curl/8", "curl/8"),
        ("", "–"),
    ],
)
def test_devices_have_short_names(agent: str, name: str) -> None:
    assert rules.device_name(agent) == name
