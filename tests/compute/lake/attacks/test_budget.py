"""Ways to take many persons' data for the price of one row, or past their data tracker (RIGHTS 7, 8, 10)."""

from __future__ import annotations

import pytest

from beijiang.compute.lake import queries
from beijiang.compute.lake.types import Answer
from beijiang.kernel.errors import Problem

from .. import oracle
from .. import worlds as w

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worlds")]


def answer(sql: str, cap: int = 5000) -> Answer:
    """The whole answer, with what is not shown of it."""
    with oracle.world("one"):
        parsed = queries.parse_sql(sql)
        known = w.decisions(cap)
        return queries.answer_sql(parsed, {name: known[name] for name in parsed.datasets})


LEADS = ", ".join(f"lead(case_no, {n}) OVER (ORDER BY case_no) AS c{n}" for n in range(40))
SCALARS = ", ".join(f"(SELECT case_no FROM crimes ORDER BY case_no LIMIT 1 OFFSET {n}) AS c{n}" for n in range(20))
TENTHS = ", ".join(f"{n / 10}" for n in range(11))
LISTS = "SELECT 0 AS g, list(case_no) AS l FROM crimes UNION ALL SELECT 1, ['a']"

WIDE = {
    "rows": ("SELECT case_no FROM crimes", 120),
    "list": ("SELECT list(case_no) AS l FROM crimes", 120),
    "string_agg": ("SELECT string_agg(case_no, ',') AS l FROM crimes", 120),
    "list-by-group": ("SELECT kind, list(case_no) AS l FROM crimes GROUP BY kind", 120),
    "list-of-lists": ("SELECT list(l) AS m FROM (SELECT kind, list(case_no) AS l FROM crimes GROUP BY kind)", 120),
    "string-of-strings": (
        "SELECT string_agg(l, ';') AS m FROM (SELECT kind, string_agg(case_no, ',') AS l FROM crimes GROUP BY kind)",
        120,
    ),
    "list-window": ("SELECT list(case_no) OVER () AS l FROM crimes LIMIT 1", 120),
    "list-in-scalar": ("SELECT (SELECT list(case_no) FROM crimes) AS l", 120),
    "the-greatest": ("SELECT max(case_no || station, 5000) AS l FROM crimes", 120),
    "the-first-by-something": ("SELECT arg_max(case_no, amount, 5000) AS l FROM crimes", 108),
    "quantiles": (f"SELECT quantile_disc(case_no, [{TENTHS}]) AS l FROM crimes", 11),
    "quantiles-standard": (f"SELECT percentile_disc([{TENTHS}]) WITHIN GROUP (ORDER BY case_no) AS l FROM crimes", 11),
    "quantiles-window": (f"SELECT quantile_disc(case_no, [{TENTHS}]) OVER () AS l FROM crimes LIMIT 1", 11),
    "list-of-a-query": ("SELECT ARRAY(SELECT case_no FROM crimes) AS l", 120),
    "list-of-another-row": (f"SELECT x FROM (SELECT g, lag(l) OVER (ORDER BY g) AS x FROM ({LISTS})) WHERE g = 1", 120),
    "list-of-another-row-known": (f"SELECT x FROM (SELECT g, lag(l IGNORE NULLS) OVER (ORDER BY g) AS x FROM ({LISTS})) WHERE g = 1", 120),
    "list-of-the-frame": (f"SELECT x FROM (SELECT g, max(l) OVER () AS x FROM ({LISTS})) WHERE g = 1", 120),
    "list-filter": ("SELECT list(case_no) FILTER (WHERE victims >= 0) AS l FROM crimes", 120),
    "leads": (f"SELECT {LEADS} FROM crimes ORDER BY case_no LIMIT 1", 20),
    "scalars": (f"SELECT {SCALARS} FROM areas LIMIT 1", 10),
    "concat-leads": (
        "SELECT concat_ws(',', "
        + ", ".join(f"lead(case_no, {n}) OVER (ORDER BY case_no)" for n in range(30))
        + ") AS c FROM crimes ORDER BY case_no LIMIT 1",
        15,
    ),
    "self-join": ("SELECT a.case_no AS x, b.case_no AS y FROM crimes a JOIN crimes b ON a.case_no < b.case_no ORDER BY 1, 2 LIMIT 30", 20),
}


@pytest.mark.parametrize("name", WIDE)
def test_what_leaves_is_counted_however_it_is_packed(name: str) -> None:
    """Either refused, or counted as at least so many rows."""
    sql, least = WIDE[name]
    try:
        found = answer(sql)
    except Problem:
        return
    assert found.counted >= least


@pytest.mark.parametrize("name", [n for n in WIDE if n.startswith(("list", "string"))])
def test_a_cap_cannot_be_passed_by_packing(name: str) -> None:
    with pytest.raises(Problem) as caught:
        answer(WIDE[name][0], cap=50)
    assert caught.value.code in ("lake.too_many_values", "lake.sql_refused")


PERSONS = {
    "filters": ", ".join(f"sum(mileage) FILTER (WHERE right(plate, 2) = '{n:02d}') AS m{n}" for n in range(40)),
    "frames": ", ".join(f"sum(mileage) OVER (ORDER BY plate ROWS BETWEEN {n} PRECEDING AND {n} PRECEDING) AS m{n}" for n in range(1, 20)),
}


@pytest.mark.parametrize("name", PERSONS)
def test_a_cap_cannot_be_passed_by_many_columns_about_one_person_each(name: str) -> None:
    with pytest.raises(Problem) as caught:
        answer(f"SELECT {PERSONS[name]} FROM vehicles ORDER BY 1 DESC LIMIT 1", cap=5)
    assert caught.value.code == "lake.too_many_values"
    found = answer(f"SELECT {PERSONS[name]} FROM vehicles ORDER BY 1 DESC LIMIT 1")
    assert found.counted >= sum(value is not None for value in found.rows[0]) > 5


ONE = {
    "row": "SELECT plate FROM vehicles WHERE plate = '蒙A00003'",
    "nothing-of-theirs": "SELECT 1 AS x FROM vehicles WHERE plate = '蒙A00003'",
    "count": "SELECT count(*) AS n FROM vehicles WHERE plate = '蒙A00003'",
    "brand": "SELECT max(brand) AS b FROM vehicles WHERE plate = '蒙A00003'",
    "exists": "SELECT EXISTS (SELECT 1 FROM vehicles WHERE plate = '蒙A00003') AS x FROM areas LIMIT 1",
    "in": "SELECT code FROM areas WHERE '蒙A00003' IN (SELECT plate FROM vehicles)",
    "any": "SELECT '蒙A00003' = ANY (SELECT plate FROM vehicles) AS x",
    "all": "SELECT '蒙A00003' <> ALL (SELECT plate FROM vehicles) AS x",
    "any-part": "SELECT '0003' = ANY (SELECT right(plate, 4) FROM vehicles) AS x",
    "filter": "SELECT count(*) FILTER (WHERE plate = '蒙A00003') AS n FROM vehicles",
    "case": "SELECT sum(CASE WHEN plate = '蒙A00003' THEN mileage END) AS n FROM vehicles",
    "concat": "SELECT count(*) AS n FROM vehicles WHERE plate = '蒙A' || '00003'",
    "upper": "SELECT count(*) AS n FROM vehicles WHERE upper(plate) = upper('蒙A00003')",
    "join-values": "SELECT v.brand FROM (VALUES ('蒙A00003')) AS x(p) JOIN vehicles v ON v.plate = x.p",
    "lateral": "SELECT l.brand FROM areas a, LATERAL (SELECT brand FROM vehicles v WHERE v.plate = '蒙A00003') l LIMIT 1",
    "cte": "WITH q AS (SELECT brand, price FROM vehicles WHERE plate = '蒙A00003') SELECT max(price) AS p FROM q",
    "union": "SELECT brand FROM vehicles WHERE plate = '蒙A00003' UNION SELECT name FROM areas WHERE false",
    "window": "SELECT max(price) OVER () AS p FROM vehicles WHERE plate = '蒙A00003'",
    "distinct": "SELECT DISTINCT brand FROM vehicles WHERE plate = '蒙A00003'",
    "difference": "SELECT (SELECT sum(mileage) FROM vehicles WHERE plate = '蒙A00003') AS d FROM areas LIMIT 1",
    "order": "SELECT brand FROM vehicles ORDER BY plate = '蒙A00003' DESC LIMIT 1",
    "else": "SELECT sum(CASE WHEN right(plate, 4) = '0003' THEN mileage ELSE 0 END) AS m FROM vehicles",
    "if": "SELECT max(if(right(plate, 4) = '0003', mileage, 0)) AS m FROM vehicles",
    "count-if": "SELECT count_if(right(plate, 4) = '0003' AND stolen) AS n, count_if(right(plate, 4) = '0003') AS m FROM vehicles",
    "bool-or": "SELECT bool_or(right(plate, 4) = '0003') AS x FROM vehicles",
    "bool-or-window": "SELECT DISTINCT bool_or(right(plate, 4) = '0003') OVER () AS x FROM vehicles",
    "second": "SELECT covar_pop(mileage, CASE WHEN right(plate, 4) = '0003' THEN 1 END) AS x FROM vehicles",
    "list": "SELECT string_agg(brand || ':' || price, ';') AS s FROM vehicles WHERE right(plate, 4) IN ('0003', '0004')",
    "list-in-scalar": "SELECT (SELECT list(price) FROM vehicles WHERE right(plate, 4) IN ('0003', '0004')) AS s FROM areas LIMIT 1",
    "list-of-lists": (
        "SELECT list(l) AS m FROM (SELECT colour, list(price) AS l FROM vehicles WHERE right(plate, 4) IN ('0003', '0004') GROUP BY colour)"
    ),
    "list-filter": "SELECT list(price) FILTER (WHERE right(plate, 4) IN ('0003', '0004')) AS s FROM vehicles",
    "arg-max": "SELECT arg_max(price, right(plate, 4) = '0003') AS p FROM vehicles",
    "arg-max-null": "SELECT arg_max(price, CASE WHEN right(plate, 4) = '0003' THEN 1 END) AS p FROM vehicles",
    "arg-max-filter": "SELECT arg_max(price, right(plate, 4) = '0003') FILTER (WHERE mileage >= 0) AS p FROM vehicles",
    "arg-max-window": "SELECT DISTINCT arg_max(price, right(plate, 4) = '0003') OVER () AS p FROM vehicles",
    "first": "SELECT first(price ORDER BY right(plate, 4) = '0003' DESC) AS p FROM vehicles",
    "any-value": "SELECT any_value(price ORDER BY right(plate, 4) = '0003' DESC) AS p FROM vehicles",
    "order-of-brackets": (
        "SELECT * FROM ((SELECT range FROM range(90000)) ORDER BY abs(range - (SELECT mileage FROM vehicles WHERE plate LIKE '%0003')) LIMIT 1) q"
    ),
    "qualify": "SELECT brand FROM vehicles QUALIFY row_number() OVER (ORDER BY plate) = 4",
    "range": "SELECT brand FROM vehicles WHERE plate > '蒙A00002' AND plate < '蒙A00004'",
    "like": "SELECT brand FROM vehicles WHERE plate LIKE '%0003'",
    "position": "SELECT brand FROM vehicles ORDER BY plate LIMIT 1 OFFSET 3",
    "semi": "SELECT a.code FROM areas a WHERE EXISTS (SELECT 1 FROM vehicles v WHERE v.area = a.code AND v.plate = '蒙A00003')",
}


@pytest.mark.parametrize("name", ONE)
def test_a_look_up_of_one_person_leaves_a_digest_however_it_is_worded(name: str) -> None:
    """RIGHTS 10: otherwise SQL would read a person past their data tracker."""
    try:
        found = answer(ONE[name])
    except Problem:
        return
    assert "蒙A00003" in {s.value for s in found.subjects}


def test_a_look_up_that_finds_nobody_is_told_too() -> None:
    """Whether a plate is there is a fact about its owner: the constant asked about leaves its digest."""
    found = answer("SELECT brand FROM vehicles WHERE plate = '蒙A99999'")
    assert found.rows == () and "蒙A99999" in {s.value for s in found.subjects}
