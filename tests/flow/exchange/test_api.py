"""/api/v1/exchange: rows set aside, through a door that says what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.test import Client

from beijiang.flow.exchange.rules.run import write_bad_rows
from beijiang.flow.exchange.types import BadRow, BadRows
from beijiang.kernel.errors import Refused
from beijiang.kernel.words import Words
from tests.flow.exchange.make import signed_in
from tests.flow.exchange.test_actions import region, stub  # noqa: F401 - fixtures
from tests.work.inquiry.make import bearer

if TYPE_CHECKING:
    from tests.flow.exchange.stub import StubDoor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
RUN = UUID(int=3)
ADDRESS = f"/api/v1/exchange/runs/{RUN}/rows"
OPENED = BadRows(
    RUN,
    "stolen_property",
    0,
    1,
    (BadRow(7, (("stolen_on", Words("不是日期", "not a date")),), {"stolen_on": "不详", "item": None}),),
    UUID(int=9),
)


def test_rows_with_reasons_and_receipt(client: Client, region: House, stub: StubDoor) -> None:  # noqa: F811
    stub.content = write_bad_rows(OPENED)
    answer = client.get(ADDRESS, {"offset": 0, "limit": 20}, headers=bearer(signed_in(region.zhao)))
    assert answer.status_code == 200, answer.content
    data = answer.json()
    assert (data["total"], data["receipt"], data["rows"][0]["number"]) == (1, str(UUID(int=9)), 7)
    assert data["rows"][0]["reasons"] == [{"column": "stolen_on", "words": {"zh": "不是日期", "en": "not a date"}}]
    assert data["rows"][0]["raw"] == {"stolen_on": "不详", "item": None}
    assert "no-store" in answer["Cache-Control"]
    assert stub.targets == [f"/r1/BJ/POL/region/lake/intake/runs/{RUN}/rows?offset=0&limit=20"]


def test_refused_and_bad(client: Client, region: House, stub: StubDoor) -> None:  # noqa: F811
    assert client.get(ADDRESS).status_code == 401
    assert client.get(ADDRESS, headers=bearer(signed_in(region.zhang))).status_code == 403
    assert stub.seen == [], "an officer who brings no files does not even reach the door"
    owner = bearer(signed_in(region.zhao))
    for query in ({"limit": 0}, {"limit": 501}, {"offset": -1}, {"limit": "x"}):
        assert client.get(ADDRESS, query, headers=owner).status_code == 422
    stub.problem = Refused("access.not_allowed", detail=Words("不能查看。", "Not to be seen."), receipt=str(UUID(int=4)))
    answer = client.get(ADDRESS, headers=owner)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.not_allowed")
    stub.problem, stub.content = None, b'{"rows": 5}'
    assert client.get(ADDRESS, headers=owner).json()["code"] == "exchange.bad_reply"
