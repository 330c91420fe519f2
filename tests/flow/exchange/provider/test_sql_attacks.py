"""The door attacked in SQL over HTTP: what is refused leaves a leaf, errors are generic, and neither budget nor log can be dodged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from beijiang.compute.lake.adapters import tables
from beijiang.flow.exchange.actions import budget
from beijiang.flow.exchange.models import RowBudget
from beijiang.flow.exchange.types import AskRequest
from beijiang.trust.access import actions as access
from beijiang.trust.access import queries as known
from beijiang.trust.audit.models import Intake
from tests.compute.lake.conftest import lake_root, worker  # noqa: F401 - fixtures
from tests.flow.exchange.make import Caller, code
from tests.trust.access.make import CASE, House

from .test_ask import asking  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
ENGINE = ("duckdb", "parquet", "sqlglot", "Binder", "Conversion", "Traceback", "/tables/", "LINE ", "#ok", "read_", "gate")


def sql(caller: Caller, text: str) -> Any:
    """Ask in SQL, over HTTP."""
    return caller.ask(AskRequest(purpose="case_investigation", matter=CASE, sql=text))


def leaves() -> list[dict[str, Any]]:
    """What stands in the log of questions."""
    return [json.loads(row.event) for row in Intake.objects.filter(type__startswith="exchange.question.").order_by("time")]


def spent() -> int:
    """Rows counted today."""
    return sum(RowBudget.objects.values_list("rows", flat=True))


REFUSED = {
    "withheld-column": "SELECT nation FROM stolen_property",
    "unknown-column": "SELECT nowhere FROM stolen_property",
    "other-dataset": "SELECT item FROM lost_property",
    "unknown-dataset": "SELECT a FROM secret_dataset",
    "join-without-basis": "SELECT s.item FROM stolen_property s JOIN lost_property l ON l.item = s.item",
    "hidden-in-subquery": "SELECT item FROM stolen_property WHERE EXISTS (SELECT 1 FROM lost_property l WHERE l.item = stolen_property.item)",
    "hidden-in-cte": "WITH q AS (SELECT item FROM lost_property) SELECT s.item FROM stolen_property s",
    "statement": "DROP TABLE stolen_property",
    "file": "SELECT * FROM read_text('/etc/passwd')",
    "metadata": "SELECT * FROM duckdb_settings()",
    "catalogue": "SELECT * FROM information_schema.tables",
    "explain": "EXPLAIN SELECT * FROM stolen_property",
    "two": "SELECT item FROM stolen_property; SELECT item FROM stolen_property",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_a_leaf_and_says_nothing_of_the_inside(asking: Caller, name: str) -> None:  # noqa: F811
    answer = sql(asking, REFUSED[name])
    assert answer.status_code in (403, 422)
    assert code(answer).split(".")[0] in ("access", "lake", "exchange")
    body = answer.json()
    assert "rows" not in body
    told = answer.text.replace(REFUSED[name], "")
    if name not in ("file", "metadata"):
        assert not [word for word in ENGINE if word in told]
    (leaf,) = leaves()
    assert leaf["outcome"] == "refused" and leaf["actor"]["username"] == "zhang.wei"
    assert leaf["event"]["by_sql"] is True
    assert REFUSED[name] not in json.dumps(leaf, ensure_ascii=False), "a leaf holds no text of SQL"
    assert spent() == 0


FAILING = {
    "cast": "SELECT CAST(item AS INT) AS x FROM stolen_property WHERE item = '物品4'",
    "one-bit": "SELECT 1 AS x FROM stolen_property WHERE CASE WHEN item = '物品4' THEN CAST(item AS INT) ELSE 1 END = 1",
    "one-bit-of-a-person": "SELECT 1 AS x FROM stolen_property WHERE CASE WHEN owner_id LIKE '%0004' THEN CAST(item AS INT) ELSE 1 END = 1",
}


@pytest.mark.parametrize("name", FAILING)
def test_a_calculation_that_fails_on_a_visible_row_is_a_use(asking: Caller, name: str) -> None:  # noqa: F811
    """Whether it fails tells of rows: without leaf and budget it would be a look-up that nobody sees."""
    answer = sql(asking, FAILING[name])
    assert answer.status_code == 422 and "物品" not in json.dumps(answer.json(), ensure_ascii=False).replace("被盗物品", "")
    assert not [word for word in ENGINE if word in answer.text]
    (leaf,) = leaves()
    assert leaf["event"]["datasets"] == ["stolen_property"] and leaf["event"]["by_sql"] is True
    assert spent() >= 1


def test_hidden_rows_change_nothing_over_the_wire(asking: Caller) -> None:  # noqa: F811
    """20 rows of 150702 lie beside; no wording reaches one."""
    for text in (
        "SELECT item, county FROM stolen_property WHERE county = '150702'",
        "SELECT item FROM stolen_property WHERE county = '150702' OR 1 = 1 AND county <> '150103'",
        "SELECT s.item FROM stolen_property s WHERE EXISTS (SELECT 1 FROM stolen_property t WHERE t.county = '150702')",
        "SELECT max(item) AS x FROM stolen_property WHERE county = '150702' HAVING count(*) > 0",
        "SELECT item FROM stolen_property EXCEPT SELECT item FROM stolen_property WHERE county = '150103'",
    ):
        answer = sql(asking, text)
        assert answer.status_code == 200, answer.text
        assert answer.json()["rows"] == []
    total = sql(asking, "SELECT count(*) AS n, count(DISTINCT county) AS c FROM stolen_property").json()
    assert total["rows"] == [[20, 1]]


def _bound(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    real = budget._bounds
    monkeypatch.setattr(budget, "_bounds", lambda decision: {key: min(rows, most) for key, most in real(decision).items()})


PACKED = {
    "list": "SELECT list(item) AS x FROM stolen_property",
    "joined": "SELECT string_agg(item, ',') AS x FROM stolen_property",
    "grouped": "SELECT county, list(item) AS x FROM stolen_property GROUP BY county",
    "leads": "SELECT item, "
    + ", ".join(f"lead(item, {n}) OVER (ORDER BY item) AS i{n}" for n in range(1, 20))
    + " FROM stolen_property ORDER BY item LIMIT 1",
    "subqueries": "SELECT "
    + ", ".join(f"(SELECT item FROM stolen_property ORDER BY item LIMIT 1 OFFSET {n}) AS i{n}" for n in range(12))
    + " FROM stolen_property LIMIT 1",
    "self-join": "SELECT a.item AS x, b.item AS y, c.item AS z FROM stolen_property a, stolen_property b, stolen_property c WHERE a.item < b.item AND b.item < c.item",
    "rows": "SELECT item FROM stolen_property",
}


@pytest.mark.parametrize("name", PACKED)
def test_the_days_rows_cannot_be_passed_by_packing(asking: Caller, name: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """With eight rows left, no reply shows more than eight persons' things, whatever the shape; and then there are none left."""
    _bound(monkeypatch, 8)
    items: set[str] = set()
    for _ in range(3):
        answer = sql(asking, PACKED[name])
        if answer.status_code == 200:
            items |= set(
                json.dumps(answer.json()["rows"], ensure_ascii=False)
                .replace('"', " ")
                .replace(",", " ")
                .replace("[", " ")
                .replace("]", " ")
                .replace("\\", " ")
                .split()
            )
    assert len({i for i in items if i.startswith("物品")}) <= 8
    assert spent() <= 8


def test_budget_counts_every_question_of_one_row(asking: Caller, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Paging by conditions instead of LIMIT does not help."""
    _bound(monkeypatch, 5)
    answers = [sql(asking, f"SELECT item FROM stolen_property ORDER BY item LIMIT 1 OFFSET {n}") for n in range(8)]
    assert [a.status_code for a in answers] == [200] * 5 + [403] * 3
    assert code(answers[-1]) == "exchange.budget_spent"
    assert [leaf["outcome"] for leaf in leaves()] == ["done"] * 5 + ["refused"] * 3


def test_sql_as_long_or_deep_as_one_likes(asking: Caller) -> None:  # noqa: F811
    for text in (
        "SELECT item FROM stolen_property WHERE " + " OR ".join(f"item = 'A{n}'" for n in range(60_000)),
        "SELECT " + "(" * 1000 + "1" + ")" * 1000 + " AS x FROM stolen_property",
        "SELECT * FROM (" * 1000 + "SELECT item FROM stolen_property" + ") q" * 1000,
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS n FROM r",
        "'" * 999,
        "\x00",
    ):
        answer = sql(asking, text)
        assert 400 <= answer.status_code < 500, answer.text[:300]
        assert code(answer)
    assert sql(asking, "SELECT count(*) AS n FROM stolen_property").json()["rows"] == [[20]]


def test_a_revoked_basis_refuses_sql_at_once(asking: Caller, region: House) -> None:  # noqa: F811
    assert sql(asking, "SELECT item FROM stolen_property").status_code == 200
    with transaction.atomic(using="reader"):
        access.revoke_grant(region.zhao, grant_id=known.grants_for(region.zhang)[0].id, reason="案件已移交")
    answer = sql(asking, "SELECT item FROM stolen_property")
    assert answer.status_code == 403 and code(answer) == "access.grant_revoked"


def test_sql_lands_in_no_log(asking: Caller, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    """The parser's library logs texts that it does not know: a person's number must not stand in a process log."""
    with caplog.at_level("DEBUG"):
        for text in (
            "LOAD 'x15010319900101000y'",
            "SELECT item FROM stolen_property WHERE owner_id = 'x15010319900101000y'",
            "EXPLAIN SELECT 'x15010319900101000y'",
        ):
            sql(asking, text)
    assert "15010319900101000" not in caplog.text


def test_tables_of_the_door_are_where_the_tests_think(asking: Caller) -> None:  # noqa: F811
    assert Path(settings.ENV.lake_root).exists() and tables.current_files("stolen_property")[1]
