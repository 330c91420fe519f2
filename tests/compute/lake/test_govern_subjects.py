"""Whose data an answer is: digests through every construct, and who was asked about (RIGHTS 8, 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beijiang.compute.lake import queries
from beijiang.compute.lake.types import Aggregate, Compare, In, Select
from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid, TooLarge

from . import govern_world as world
from . import make

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from beijiang.compute.lake.types import Answer

pytestmark = pytest.mark.django_db
S, C = world.STOLEN, world.CARS


@pytest.fixture(scope="module", autouse=True)
def _world(django_db_setup: None, django_db_blocker: Any, worker: subprocess.Popen[bytes]) -> Iterator[None]:
    from django.db import transaction

    before = guard._decider
    guard.install(lambda actor, permission, resource: None)
    with django_db_blocker.unblock(), transaction.atomic():
        world.build()
        yield
        transaction.set_rollback(True)
    guard.install(before)


def persons(found: Answer, kind: str = "id_card") -> set[str]:
    """Last digits of the persons of a kind."""
    return {s.value[-1] for s in found.subjects if s.kind == kind}


OWN = {n: str(n % 7) for n in range(world.COUNT) if n % 3 != 1}
"""Item number → last digit of its owner."""

ONE = [
    f"SELECT kind FROM {S} WHERE item_no = '3'",
    f"SELECT * FROM {S} WHERE item_no = '3'",
    f"SELECT x.kind FROM (SELECT kind, item_no FROM {S}) x WHERE x.item_no = '3'",
    f"WITH a AS (SELECT item_no, kind FROM {S}), b AS (SELECT * FROM a) SELECT kind FROM b WHERE item_no = '3'",
    f"SELECT DISTINCT kind FROM {S} WHERE item_no = '3'",
    f"SELECT kind FROM {S} WHERE item_no = '3' UNION SELECT kind FROM {S} WHERE item_no = '3'",
    f"SELECT kind FROM {S} WHERE item_no = '3' UNION ALL SELECT '-' FROM {S} WHERE item_no = 'none'",
    f"SELECT kind FROM {S} WHERE item_no = '3' EXCEPT SELECT brand FROM {C}",
    f"SELECT count(*), max(value) FROM {S} WHERE item_no = '3'",
    f"SELECT kind, count(*) FROM {S} WHERE item_no = '3' GROUP BY kind",
    f"SELECT sum(n) FROM (SELECT kind, count(*) AS n FROM {S} WHERE item_no = '3' GROUP BY kind)",
    f"SELECT kind, count(*) FROM {S} WHERE item_no = '3' GROUP BY ROLLUP (kind)",
    f"SELECT first_value(kind) OVER (ORDER BY item_no) FROM {S} WHERE item_no = '3'",
    f"SELECT (SELECT kind FROM {S} WHERE item_no = '3') AS k",
    f"SELECT (SELECT max(value) FROM {S} WHERE item_no = '3') AS k",
    f"SELECT 1 AS x WHERE EXISTS (SELECT 1 FROM {S} WHERE item_no = '3')",
    f"SELECT 1 AS x WHERE '3' IN (SELECT item_no FROM {S})",
    f"SELECT r.range FROM range(5) r WHERE r.range IN (SELECT CAST(item_no AS INT) FROM {S} WHERE item_no = '3')",
    f"SELECT r.range, x.kind FROM range(1) r, LATERAL (SELECT kind FROM {S} WHERE item_no = '3') x",
    f"SELECT v.a, s.kind FROM (VALUES ('3')) v(a) JOIN {S} s ON s.item_no = v.a",
    f"SELECT v.a FROM (VALUES ('3')) v(a) SEMI JOIN {S} s ON s.item_no = v.a",
    f"PIVOT (SELECT kind, pieces FROM {S} WHERE item_no = '3') ON pieces IN (3) USING count(*) GROUP BY kind",
    f"SELECT n, v FROM (SELECT pieces, item_no FROM {S} WHERE item_no = '3') UNPIVOT (v FOR n IN (pieces))",
    f"SELECT kind, string_agg(item_no, ',') FROM {S} WHERE item_no = '3' GROUP BY kind",
    f"SELECT max(kind) FILTER (WHERE item_no = '3'), count(*) FROM {S}",
    f"SELECT max(CASE WHEN item_no = '3' THEN value END), count(*) FROM {S}",
    f"SELECT found, sum(pieces) FILTER (WHERE item_no = '3') FROM {S} GROUP BY found ORDER BY 1",
    f"SELECT sum(v), count(*) FROM (SELECT CASE WHEN item_no = '3' THEN value END AS v FROM {S})",
    f"SELECT item_no, max(CASE WHEN item_no = '3' THEN value END) OVER () FROM (SELECT item_no, value FROM {S} WHERE item_no = '3')",
    f"SELECT any_value(kind) FILTER (WHERE item_no = '3') FROM {S}",
    f"SELECT count(TRY_CAST(kind AS INT)), count(nullif(item_no, '3')) FROM {S} WHERE item_no = '3'",
    f"PIVOT (SELECT item_no, kind, 'x' AS x FROM {S}) ON item_no IN ('3') USING max(kind) GROUP BY x",
    f"SELECT CASE WHEN pieces > (SELECT 0) THEN kind END FROM {S} WHERE item_no = '3' ORDER BY 1",
]


@pytest.mark.parametrize("sql", ONE, ids=range(len(ONE)))
def test_what_is_about_one_person_leaves_that_persons_digest_and_no_others(sql: str) -> None:
    found = world.ask(sql)
    assert len(found.rows) >= 1
    assert persons(found) == {OWN[3]} and persons(found, "name") == {OWN[3]}


NOBODY = [
    f"SELECT count(*) FROM {S}",
    f"SELECT kind, count(*) FROM {S} WHERE kind IS NOT NULL GROUP BY kind",
    f"SELECT DISTINCT found FROM {S}",
    f"SELECT found FROM {S} INTERSECT SELECT true",
    f"SELECT max(n) FROM (SELECT kind, count(*) AS n FROM {S} GROUP BY kind)",
    f"SELECT avg(value) FROM (SELECT value FROM {S})",
    f"SELECT 1 AS x WHERE EXISTS (SELECT 1 FROM {S})",
    f"SELECT (SELECT count(*) FROM {S}) AS n",
    f"SELECT kind FROM {S} WHERE item_no = 'nothing'",
    f"SELECT count(*) FILTER (WHERE found), sum(CASE WHEN found THEN 1 ELSE 0 END), avg(value) FILTER (WHERE pieces > 1) FROM {S}",
    f"SELECT r.range FROM range(3) r WHERE r.range NOT IN (SELECT CAST(item_no AS INT) FROM {S} WHERE item_no > '9')",
]


@pytest.mark.parametrize("sql", NOBODY, ids=range(len(NOBODY)))
def test_what_is_about_several_or_nobody_leaves_none(sql: str) -> None:
    assert world.ask(sql).subjects == ()


def test_a_group_about_several_stays_about_several_when_grouped_again() -> None:
    """One inner group is about person 3 alone, the other about many: together they are about many."""
    both = f"SELECT count(*) FROM (SELECT item_no = '3' AS one, count(*) AS n FROM {S} GROUP BY 1)"
    assert world.ask(both).subjects == ()
    assert persons(world.ask(f"SELECT one, n FROM (SELECT item_no = '3' AS one, count(*) AS n FROM {S} GROUP BY 1)")) == {OWN[3]}


def test_a_join_leaves_the_persons_of_both_sides() -> None:
    found = world.ask(f"SELECT s.item_no, c.plate FROM {S} s JOIN {C} c ON c.plate = '蒙A00001' WHERE s.item_no = '3'")
    assert persons(found) == {OWN[3], "1"} and persons(found, "plate") == {"1"}
    outer = world.ask(f"SELECT s.item_no, c.plate FROM {S} s LEFT JOIN {C} c ON c.plate = 'nothing' WHERE s.item_no = '3'")
    assert persons(outer) == {OWN[3]}


def test_a_window_hands_over_its_row_with_its_person() -> None:
    sql = f"SELECT item_no, lag(kind) OVER (ORDER BY CAST(item_no AS INT)) AS before FROM {S} WHERE item_no IN ('3', '5') ORDER BY item_no"
    assert persons(world.ask(sql)) == {OWN[3], OWN[5]}
    last = f"SELECT before FROM ({sql.replace(' ORDER BY item_no', '')}) WHERE item_no = '5'"
    assert persons(world.ask(last)) == {OWN[3], OWN[5]}, "the row that is shown, and the row that lag took from"
    frame = (
        f"SELECT t FROM (SELECT item_no, sum(pieces) OVER (ORDER BY CAST(item_no AS INT) ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS t"
        f" FROM {S} WHERE item_no IN ('3', '5')) WHERE item_no = '5'"
    )
    assert persons(world.ask(frame)) == {OWN[3], OWN[5]}, "a frame of one row is that row's person"


WIDE = [
    (f"SELECT item_no FROM {S} ORDER BY item_no LIMIT 5", 5),
    (f"SELECT s.item_no, c.plate FROM {S} s, {C} c LIMIT 5", 5),
    (f"SELECT a.item_no, b.item_no FROM {S} a, {S} b LIMIT 5", 10),
    (f"SELECT item_no, lag(item_no) OVER (ORDER BY item_no), lead(item_no, 2) OVER (ORDER BY item_no) FROM {S} LIMIT 5", 15),
    (f"SELECT item_no, rank() OVER (ORDER BY item_no) FROM {S} LIMIT 5", 5),
    (f"SELECT (SELECT item_no FROM {S} ORDER BY item_no LIMIT 1) AS a, (SELECT item_no FROM {S} ORDER BY item_no DESC LIMIT 1) AS b", 2),
    (f"SELECT min(item_no), max(item_no), arg_max(item_no, value) FROM {S}", 3),
    (f"SELECT count(*), sum(pieces), avg(value) FROM {S}", 1),
    (f"SELECT a.item_no, b.item_no, count(*) FROM {S} a, {S} b GROUP BY 1, 2 LIMIT 5", 10),
    (f"SELECT count(*), sum(a.pieces) FROM {S} a JOIN {S} b USING (item_no)", 1),
    (f"SELECT kind, max(x) FROM (SELECT kind, item_no || lead(item_no) OVER (ORDER BY item_no) AS x FROM {S}) GROUP BY kind LIMIT 2", 4),
    (f"SELECT found FROM {S} GROUP BY found HAVING max(item_no) > '0' ORDER BY min(item_no) LIMIT 1", 1),
    (f"SELECT sum(pieces) FILTER (WHERE item_no = '3'), sum(pieces) FILTER (WHERE item_no = '5'), count(*) FROM {S}", 3),
]


@pytest.mark.parametrize(("sql", "counted"), WIDE, ids=range(len(WIDE)))
def test_a_row_that_is_made_of_several_counts_as_so_many(sql: str, counted: int) -> None:
    assert world.ask(sql).counted == counted


def test_rows_made_of_several_are_fewer_under_the_cap() -> None:
    found = world.ask(f"SELECT a.item_no AS x, b.item_no AS y, c.item_no AS z FROM {S} a, {S} b, {S} c", row_cap=10)
    assert len(found.rows) == 3 and found.truncated and found.counted == 9
    with pytest.raises(TooLarge) as caught:
        world.ask(
            "SELECT item_no, " + ", ".join(f"lead(item_no, {n}) OVER (ORDER BY item_no)" for n in range(20)) + f" FROM {S}", row_cap=10
        )
    assert caught.value.code == "lake.too_many_values" and "21 records" in caught.value.detail.en


def test_lists_count_each_value_as_a_row_that_leaves() -> None:
    found = world.ask(f"SELECT list(item_no ORDER BY item_no) AS l FROM {S}")
    assert found.counted == len(OWN) and len(found.rows) == 1
    once = world.ask(f"SELECT list(DISTINCT kind) AS l FROM {S}", row_cap=10)
    assert once.counted == 4, "a value that is there once is one, from however many rows"
    with pytest.raises(TooLarge) as caught:
        world.ask(f"SELECT kind, string_agg(item_no, ',') FROM {S} GROUP BY kind", row_cap=10)
    assert caught.value.code == "lake.too_many_values" and "No data" in caught.value.detail.en
    with pytest.raises(TooLarge):
        world.ask(
            f"SELECT length(x) FROM (SELECT list(item_no) AS x FROM {S})".replace("length", "array_to_string(x, ',') || "[:0] + "len"),
            row_cap=10,
        )


REFUSED = [
    f"SELECT max(owner_id) FROM {S}",
    f"SELECT any_value(owner_id) FROM {S}",
    f"SELECT string_agg(owner_id, ',') FROM {S}",
    f"SELECT arg_max(owner_id, value) FROM {S}",
    f"SELECT mode(left(owner_id, 6)) FROM {S}",
    f"SELECT min(o) FROM (SELECT upper(owner_id) AS o FROM {S})",
    f"WITH c AS (SELECT kind, owner_id || '' AS o FROM {S}) SELECT kind, list(o) FROM c GROUP BY kind",
    f"SELECT max(holder_id) OVER () FROM {C}",
    f"SELECT max(CASE WHEN seats > 5 THEN holder_id END) FROM {C}",
    f"SELECT max((SELECT c.holder_id)) FROM {C} c",
    f"SELECT first(plate) FROM {C}",
    f"SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY holder_id) FROM {C}",
    f"SELECT max(x) FROM (SELECT holder_id AS x FROM {C} UNION ALL SELECT item_no FROM {S})",
    f"SELECT max(h) FROM (SELECT holder_id AS h, count(*) FROM {C} GROUP BY 1)",
    f"SELECT string_agg(m, ',') FROM (SELECT l.m FROM {C} c, LATERAL (SELECT 'x' AS plate, plate || '' AS m FROM (SELECT 1) q WHERE plate > '') l)",
    f"PIVOT {C} ON brand IN ('大众') USING max(holder_id) GROUP BY seats",
]


@pytest.mark.parametrize("sql", REFUSED, ids=range(len(REFUSED)))
def test_what_names_persons_is_counted_not_gathered(sql: str) -> None:
    with pytest.raises(Invalid) as caught:
        world.ask(sql)
    assert caught.value.code == "lake.sql_refused" and "counted" in caught.value.detail.en


COUNTED = [
    f"SELECT count(DISTINCT owner_id) FROM {S}",
    f"SELECT count(holder_id), count_if(holder_id LIKE '1501%'), approx_count_distinct(plate) FROM {C}",
    f"SELECT sum(CASE WHEN holder_id IS NULL THEN 0 ELSE 1 END), avg(length(holder_id)), bool_or(plate = 'x') FROM {C}",
    f"SELECT max(seats) FILTER (WHERE holder_id > '15') FROM {C}",
    f"SELECT max(owner_name) FROM {S}",
]


@pytest.mark.parametrize("sql", COUNTED, ids=range(len(COUNTED)))
def test_counting_and_testing_persons_is_possible(sql: str) -> None:
    assert len(world.ask(sql).rows) == 1


ASKED = [
    (f"SELECT plate FROM {C} WHERE holder_id = '999'", {"999"}),
    (f"SELECT plate FROM {C} WHERE '999' = holder_id AND brand = 'x'", {"999"}),
    (f"SELECT plate FROM {C} WHERE holder_id IN ('998', '999')", {"998", "999"}),
    (f"SELECT plate FROM {C} WHERE upper(trim(holder_id)) = '999'", {"999"}),
    (f"SELECT count(*) FROM {C} WHERE NOT (holder_id <> '1' AND holder_id = '999')", {"999"}),
    (f"SELECT plate FROM (SELECT plate, holder_id AS h FROM {C}) x WHERE x.h = '999'", {"999"}),
    (f"SELECT c.plate FROM {C} c JOIN (VALUES ('998'), ('999')) v(id) ON c.holder_id = v.id", {"998", "999"}),
    (f"SELECT c.plate FROM {C} c JOIN (VALUES ('999')) v(holder_id) USING (holder_id)", {"999"}),
    (f"SELECT plate FROM {C} WHERE holder_id IN (SELECT x FROM (VALUES ('999')) v(x))", {"999"}),
    (f"SELECT CASE holder_id WHEN '999' THEN 1 ELSE 0 END AS hit FROM {C} WHERE plate = 'none'", {"999"}),
    (f"SELECT count(*) FILTER (WHERE holder_id = '999') FROM {C} WHERE plate IN ('none')", {"999"}),
    (f"SELECT 1 AS x WHERE EXISTS (SELECT 1 FROM {C} WHERE holder_id = '999')", {"999"}),
    (f"SELECT 1 AS holder_id FROM {C} WHERE holder_id = '999'", {"999"}),
    (f"SELECT upper(holder_id) AS holder_id FROM {C} WHERE holder_id = '999'", {"999"}),
    (f"SELECT plate FROM {C} WHERE coalesce(holder_id, '') = '999'", {"999"}),
    (f"SELECT item_no FROM {S} WHERE owner_id = '****9999'", set()),
]


@pytest.mark.parametrize(("sql", "asked"), ASKED, ids=range(len(ASKED)))
def test_who_is_asked_about_shows_even_where_nothing_is_found(sql: str, asked: set[str]) -> None:
    """A masked column is compared with masked values: those are nobody's."""
    assert {s.value for s in world.ask(sql).subjects if s.kind == "id_card"} == asked


def test_the_form_notes_whom_it_asks_about_too() -> None:
    decision = make.decision(masks={"owner_name": "redact"})
    for where in (Compare("owner_id", "=", "999"), In("owner_id", ("999",))):
        for select in (Select(S, ("item_no",), where=where), Select(S, aggregates=(Aggregate("count", None, "n"),), where=where)):
            assert {s.value for s in queries.answer(select, decision).subjects} == {"999"}
