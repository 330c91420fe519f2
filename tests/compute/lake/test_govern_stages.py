"""Whose data a group is: found in stages, it is the same as by asking every group for its lowest and highest person."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beijiang.compute.lake import actions, queries
from beijiang.compute.lake.queries import execute
from beijiang.compute.lake.rules import govern
from beijiang.kernel import guard

from . import make

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
NAME = "staged"


def rows() -> list[dict[str, Any]]:
    """Groups of one person, of several, of none, and of one beside rows that name nobody."""
    chance = random.Random(3)
    found = []
    for n in range(400):
        area = chance.choice(["150103", "150103", "150104", "150702"])
        person = chance.choice([None, f"P{n % 5}", f"P{n % 90}"])
        found.append(
            {
                "item_no": f"I{n % 60}",
                "area": area,
                "owner_name": None if n % 7 == 0 else chance.choice(["王", "李", person]),
                "owner_id": person,
                "kind": chance.choice(["手机", "车辆", None, f"K{n % 40}"]),
                "value": Decimal(n % 9) / 2,
                "pieces": chance.choice([None, n % 3, n % 50]),
                "stolen_on": chance.choice([None, date(2026, 1, 1 + n % 20)]),
                "found": chance.choice([True, False, None]),
            }
        )
    return found


@pytest.fixture(scope="module", autouse=True)
def _rows(django_db_setup: None, django_db_blocker: Any, worker: subprocess.Popen[bytes]) -> Iterator[None]:
    from django.db import transaction

    before = guard._decider
    guard.install(lambda actor, permission, resource: None)
    with django_db_blocker.unblock(), transaction.atomic():
        make.forget(NAME)
        make.dataset(name=NAME)
        actions.append(make.STEWARD, dataset=NAME, rows=rows())
        yield
        transaction.set_rollback(True)
    guard.install(before)


KEYS = st.lists(
    st.sampled_from(["kind", "pieces", "found", "stolen_on", "value", "item_no", "area", "upper(kind)", "pieces % 3", "value / 3", "1"]),
    max_size=3,
    unique=True,
)
WHERES = st.sampled_from(
    [
        "",
        "WHERE pieces > 3",
        "WHERE kind = '手机'",
        "WHERE owner_id = 'P3'",
        "WHERE item_no IN ('I1', 'I2')",
        "WHERE pieces IS NULL OR found",
        "WHERE 1 = 0",
    ]
)
TAILS = st.sampled_from(["", " HAVING count(*) > 2", " ORDER BY ALL LIMIT 3", " ORDER BY ALL DESC LIMIT 5"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=KEYS, where=WHERES, tail=TAILS, size=st.sampled_from([1, 5, 50, 10_000]), area=st.sampled_from(["150103", "150104", "159999"]))
def test_stages_find_what_the_plain_form_finds(keys: list[str], where: str, tail: str, size: int, area: str) -> None:
    outputs = ", ".join([*(f"{key} AS k{place}" for place, key in enumerate(keys)), "count(*) AS n"])
    places = ", ".join(str(place + 1) for place in range(len(keys)))
    order = "" if keys or "ORDER" not in tail else " ORDER BY 1"
    sql = f"SELECT {outputs} FROM {NAME} {where} {f'GROUP BY {places}' if keys else ''}{tail if keys else order}"  # noqa: S608
    about = {NAME: queries.dataset(NAME)}
    decisions = {NAME: make.decision(filter=make.In("area", (area,)), row_cap=50)}
    made = govern.govern(sql, about, decisions, limit=50)
    assert made.staged is not None
    files = execute.files_of([NAME])
    plain = execute.run(replace(made, staged=None), files)
    staged = execute.run(replace(made, staged=replace(made.staged, size=size)), files)
    assert _persons(staged) == _persons(plain)
    assert staged.table.select(range(staged.width)).to_pylist() == plain.table.select(range(plain.width)).to_pylist()
    assert staged.truncated == plain.truncated


def _persons(found: execute.Found) -> dict[str, set[str]]:
    return {origin.column: values for origin, values in found.persons.items() if values}


@pytest.mark.parametrize(
    ("sql", "staged"),
    [
        ("SELECT count(*) FROM {t}", True),
        ("SELECT kind, count(*) FROM {t} GROUP BY ALL", True),
        ("SELECT CASE WHEN pieces > 3 THEN 'many' END AS g, count(*) FROM {t} GROUP BY g", True),
        ("SELECT [[kind]] AS k, count(*) FROM {t} GROUP BY 1", True),
        ("SELECT owner_id, count(*) FROM {t} GROUP BY 1", False),
        ("SELECT left(owner_id, 6), count(*) FROM {t} GROUP BY 1", False),
        ("SELECT kind, count(*) FROM {t} GROUP BY ROLLUP (kind)", False),
        ("SELECT kind FROM {t}", False),
        ("SELECT DISTINCT kind FROM {t}", False),
        ("SELECT a.kind, count(*) FROM {t} a JOIN {t} b USING (item_no) GROUP BY 1", False),
        ("SELECT kind, count(*) FROM (SELECT kind FROM {t}) GROUP BY 1", False),
        ("SELECT kind, count(*) FROM {t} WHERE item_no IN (SELECT item_no FROM {t}) GROUP BY 1", False),
        (
            "SELECT kind, count(*), row_number() OVER (ORDER BY count(*)) FROM {t} GROUP BY kind QUALIFY row_number() OVER (ORDER BY kind) = 1",
            False,
        ),
        ("SELECT kind, string_agg(item_no, ',') FROM {t} GROUP BY kind", False),
    ],
)
def test_what_is_asked_in_stages(sql: str, staged: bool) -> None:
    made = govern.govern(sql.format(t=NAME), {NAME: queries.dataset(NAME)}, {NAME: make.decision()}, limit=50)
    assert (made.staged is not None) is staged
    assert made.staged is None or "owner_id" not in made.staged.sql.partition("FROM")[0]


@pytest.mark.parametrize("key", ["[[kind]]", "['nan'::DOUBLE, pieces]"])
def test_groups_by_lists_are_found_again_in_each_stage(key: str) -> None:
    made = govern.govern(
        f"SELECT {key} AS k, count(*) FROM {NAME} WHERE item_no IN ('I1', 'I2') GROUP BY 1",  # noqa: S608
        {NAME: queries.dataset(NAME)},
        {NAME: make.decision()},
        limit=50,
    )
    assert made.staged is not None
    files = execute.files_of([NAME])
    plain = execute.run(replace(made, staged=None), files)
    for size in (1, 10_000):
        assert _persons(execute.run(replace(made, staged=replace(made.staged, size=size)), files)) == _persons(plain) != {}
