"""Through the door: no basis lets one page through a dataset in a day (RIGHTS 7)."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F

from beijiang.flow.exchange import actions
from beijiang.flow.exchange.models import RowBudget
from beijiang.flow.exchange.types import Aggregate, Order
from beijiang.kernel.errors import Refused
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import Compare
from tests.compute.lake.conftest import lake_root, worker  # noqa: F401 - fixtures
from tests.flow.exchange.make import REQUEST, Caller

from .test_ask import asking, leaves  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
FIRST = replace(REQUEST, order_by=(Order("item"),), limit=8)


@pytest.fixture(autouse=True)
def _twenty_rows_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {p.code: p for p in access.purposes()}
    listed["case_investigation"] = replace(listed["case_investigation"], daily_rows=20)
    monkeypatch.setattr(importlib.import_module("beijiang.trust.access.queries.purposes"), "_all", lambda: listed)


def test_pages_of_one_day_end_with_the_day_s_rows(asking: Caller) -> None:  # noqa: F811
    first = actions.ask(asking.actor, request=FIRST)
    last = str(first.rows[-1][[c.name for c in first.columns].index("item")])
    second = actions.ask(asking.actor, request=replace(FIRST, where=Compare("item", ">", last)))
    assert len(first.rows) == len(second.rows) == 8
    third = actions.ask(asking.actor, request=FIRST)
    assert len(third.rows) == 4 and third.truncated and third.row_cap == 4
    with pytest.raises(Refused) as caught:
        actions.ask(asking.actor, request=FIRST)
    assert caught.value.code == "exchange.budget_spent" and "恢复" in str(caught.value.extra["next"])
    (leaf,) = leaves("refused")
    assert leaf["event"]["codes"] == ["exchange.budget_spent"] and len(leaves("answered")) == 3
    assert RowBudget.objects.get().rows == 20


def test_a_new_day_begins_anew(asking: Caller) -> None:  # noqa: F811
    for _ in range(3):
        actions.ask(asking.actor, request=FIRST)
    RowBudget.objects.update(day=F("day") - timedelta(days=1))
    assert len(actions.ask(asking.actor, request=FIRST).rows) == 8


def test_totals_cost_a_row_each(asking: Caller) -> None:  # noqa: F811
    total = replace(REQUEST, columns=(), aggregates=(Aggregate("count", None, "n"),))
    for _ in range(3):
        actions.ask(asking.actor, request=total)
    assert RowBudget.objects.get().rows == 3


def test_many_at_once_take_no_more_than_the_day_s(asking: Caller) -> None:  # noqa: F811
    from django.db import connections

    def ask(_: int) -> int:
        try:
            return len(actions.ask(asking.actor, request=replace(FIRST, limit=3)).rows)
        except Refused as refused:
            return 0 if refused.code == "exchange.budget_spent" else 1000
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        given = sum(pool.map(ask, range(18)))
    assert given == RowBudget.objects.get().rows <= 20
    assert given >= 18
