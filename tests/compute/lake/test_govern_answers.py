"""Governed SQL on real data: the same as on a copy that holds only what one may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beijiang.kernel import guard

from . import govern_world as world

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    import duckdb


@pytest.fixture(scope="module")
def copied(django_db_setup: None, django_db_blocker: Any, worker: subprocess.Popen[bytes]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The datasets for all tests of this module, in one transaction; and the copy."""
    from django.db import transaction

    before = guard._decider
    guard.install(lambda actor, permission, resource: None)
    with django_db_blocker.unblock(), transaction.atomic():
        world.build()
        yield world.copy()
        transaction.set_rollback(True)
    guard.install(before)


pytestmark = pytest.mark.django_db
S, C = world.STOLEN, world.CARS
SAME = [
    f"SELECT * FROM {S}",
    f"SELECT * EXCLUDE (owner_name) FROM {S}",
    f"SELECT * REPLACE (pieces + 1 AS pieces) FROM {S}",
    f"FROM {S} SELECT item_no, pieces WHERE pieces > 2",
    f"SELECT kind, count(*) n, sum(value) s FROM {S} GROUP BY ALL ORDER BY ALL",
    f"SELECT kind, count(*) FROM {S} GROUP BY kind HAVING count(*) > 5 ORDER BY 2 DESC, 1",
    f"SELECT s.kind, c.brand, count(*) FROM {S} s JOIN {C} c ON right(s.owner_id, 4) = right(c.holder_id, 4) GROUP BY 1, 2 ORDER BY 1, 2",
    f"SELECT s.item_no, c.plate FROM {S} s LEFT JOIN {C} c ON c.seats = s.pieces AND c.brand = '大众' WHERE s.pieces IS NOT NULL",
    f"SELECT count(*) FROM {S} s FULL JOIN {C} c ON c.seats = s.pieces",
    f"WITH a AS (SELECT kind, count(*) n FROM {S} GROUP BY kind), b AS (SELECT max(n) m FROM a) SELECT a.kind FROM a, b WHERE a.n = b.m",
    f"WITH {S} AS (SELECT item_no FROM {S} WHERE pieces = 3) SELECT count(*) FROM {S}",
    f"SELECT item_no FROM {S} WHERE kind IN (SELECT kind FROM {S} WHERE pieces = 5)",
    f"SELECT item_no FROM {S} s WHERE EXISTS (SELECT 1 FROM {C} c WHERE c.seats = s.pieces)",
    f"SELECT item_no FROM {S} s WHERE NOT EXISTS (SELECT 1 FROM {C} c WHERE c.seats = s.pieces) AND item_no NOT IN (SELECT plate FROM {C})",
    f"SELECT item_no, (SELECT count(*) FROM {C} c WHERE c.seats = s.pieces) FROM {S} s",
    f"SELECT item_no, value FROM {S} WHERE value > (SELECT avg(value) FROM {S})",
    f"SELECT DISTINCT kind, found FROM {S} ORDER BY kind, found",
    f"SELECT DISTINCT kind FROM {S} s ORDER BY s.kind LIMIT 2",
    f"SELECT DISTINCT ON (kind) kind, item_no FROM {S} ORDER BY kind, CAST(item_no AS INT)",
    f"SELECT kind FROM {S} UNION SELECT brand FROM {C} ORDER BY 1",
    f"SELECT kind, 1 FROM {S} UNION ALL SELECT brand, seats FROM {C}",
    f"SELECT pieces FROM {S} INTERSECT SELECT seats FROM {C}",
    f"SELECT pieces FROM {S} EXCEPT SELECT seats FROM {C}",
    f"(SELECT item_no FROM {S} ORDER BY item_no LIMIT 3) UNION ALL (SELECT plate FROM {C} ORDER BY plate LIMIT 2)",
    f"SELECT item_no, row_number() OVER (PARTITION BY kind ORDER BY item_no) r, lag(pieces) OVER (ORDER BY item_no) FROM {S}",
    f"SELECT item_no FROM {S} QUALIFY row_number() OVER (PARTITION BY kind ORDER BY item_no DESC) = 1",
    f"SELECT kind, found, count(*), grouping(kind) FROM {S} GROUP BY ROLLUP (kind, found)",
    f"SELECT kind, found, count(*) FROM {S} GROUP BY CUBE (kind, found)",
    f"SELECT kind, found, count(*) FROM {S} GROUP BY GROUPING SETS ((kind), (found), ())",
    f"SELECT count(*) FILTER (WHERE found), count(DISTINCT owner_id), sum(pieces) FILTER (WHERE kind = '手机') FROM {S}",
    f"SELECT s.item_no, x.plate FROM {S} s, LATERAL (SELECT plate FROM {C} c WHERE c.seats = s.pieces ORDER BY plate LIMIT 1) x",
    f"SELECT CASE WHEN pieces > 3 THEN '多' WHEN pieces IS NULL THEN '?' ELSE '少' END g, count(*) FROM {S} GROUP BY 1",
    f"SELECT date_trunc('month', stolen_on) m, count(*) FROM {S} GROUP BY m ORDER BY m",
    f"SELECT CAST(entered_at AS DATE) d, count(*) FROM {S} GROUP BY d ORDER BY d",
    f"SELECT a.item_no FROM {S} a JOIN {S} b USING (item_no, kind)",
    f"SELECT * FROM (SELECT kind, pieces FROM {S}) NATURAL JOIN (SELECT seats - 3 AS pieces, brand FROM {C})",
    f"SELECT v.k, count(*) FROM (VALUES ('手机', 1), ('车辆', 2)) v(k, n) JOIN {S} ON kind = k GROUP BY 1",
    f"SELECT x.a, x.b FROM (SELECT kind, count(*) FROM {S} GROUP BY kind) x(a, b) ORDER BY 1",
    f"SELECT 'total' AS label, count(*) FROM {S} UNION ALL SELECT kind, count(*) FROM {S} GROUP BY kind",
    f"SELECT item_no FROM {S} WHERE stolen_on BETWEEN DATE '2026-01-10' AND '2026-02-10' AND found IS NOT TRUE",
    f"SELECT kind, string_agg(item_no, ',' ORDER BY item_no) FROM {S} GROUP BY kind",
    f"SELECT upper(item_no) || '-' || coalesce(kind, '无') FROM {S} ORDER BY item_no LIMIT 5 OFFSET 2",
    f"SELECT c.holder_id, c.plate FROM {C} c WHERE c.plate = '蒙A00001'",
    f"SELECT kind, sum(count(*)) OVER () FROM {S} GROUP BY kind",
    f"SELECT kind, lag(count(*)) OVER (ORDER BY kind) FROM {S} GROUP BY kind ORDER BY kind",
    f"SELECT kind AS k, count(*) AS n FROM {S} WHERE k IS NOT NULL GROUP BY k HAVING n > 1 ORDER BY n, k",
    f"SELECT s.item_no, c.plate FROM {S} s ASOF JOIN {C} c ON s.stolen_on >= c.since",
    f"SELECT median(value), quantile_cont(value, 0.9), stddev(value), mode(kind), arg_max(kind, value) FROM {S}",
]


@pytest.mark.parametrize("sql", SAME, ids=range(len(SAME)))
def test_it_is_the_same_on_a_copy_of_what_one_may_see(copied: duckdb.DuckDBPyConnection, sql: str) -> None:
    world.same(world.ask(sql), sql, copied)
