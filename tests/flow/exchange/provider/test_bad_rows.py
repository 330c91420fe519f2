"""Rows that an ingestion set aside leave by the door: only to who can mend them, each opening sealed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import DatabaseError, transaction

from beijiang.compute.lake import actions as lake
from beijiang.flow.exchange import actions, rules
from beijiang.flow.exchange.types import LAKE
from beijiang.kernel.errors import NotFound, Refused, Unavailable
from beijiang.kernel.types import Actor
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.trust.identity.types import PersonRow
from tests.compute.lake.conftest import lake_root, worker  # noqa: F401 - fixtures
from tests.flow.exchange.make import SYSTEM, Caller, code, signed_in
from tests.flow.exchange.provider.test_ask import asking, csv_file, steward  # noqa: F401 - fixtures
from tests.trust.access.make import House

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
FILE = "物品,区划,被盗日期\n自行车,150103,2026-01-02\n电动车,15010300,2026-01-03\n手机,150103,不详\n相机,150103,2026-13-40\n"


@pytest.fixture
def run(steward: Caller, tmp_path: Path) -> UUID:  # noqa: F811
    """A finished run of 赵敏's, the owner's, with one good row and three bad ones."""
    started = actions.send_file(steward.actor, dataset="stolen_property", path=csv_file(tmp_path, FILE))
    done = lake.run_ingest(SYSTEM, run_id=started.id)
    assert (done.rows_ok, done.rows_bad) == (1, 3)
    return started.id


def somebody(username: str, duty: str, unit: str) -> Actor:
    """One more person, signed in."""
    with transaction.atomic(using="reader"):
        identity.import_people(SYSTEM, rows=[PersonRow(username, username, unit, (duty,))])
        return signed_in(people.actor_for(people.person_by_username(username).id))


def leaves() -> list[dict[str, Any]]:
    return [json.loads(row.event) for row in Intake.objects.filter(type="exchange.bad_rows.opened.v1").order_by("time")]


def get(caller: Caller, run: UUID, query: str) -> httpx.Response:
    return caller.post(caller.message(b"", method="GET", path=f"{rules.target(LAKE, 'intake')}/runs/{run}/rows", query=query), b"")


def test_who_brought_the_file_sees_number_column_reason_and_text(steward: Caller, run: UUID) -> None:  # noqa: F811
    opened = actions.bad_rows(steward.actor, run_id=run)
    assert (opened.dataset, opened.total, opened.offset) == ("stolen_property", 3, 0)
    assert [row.number for row in opened.rows] == [2, 3, 4]
    assert [row.reasons[0][0] for row in opened.rows] == ["county", "stolen_on", "stolen_on"]
    assert all(words.zh and words.en for row in opened.rows for _, words in row.reasons)
    assert opened.rows[1].raw["stolen_on"] == "不详"
    (leaf,) = leaves()
    assert (leaf["event"]["run"], leaf["event"]["row_count"], leaf["event"]["application"]) == (str(run), 3, "user")
    assert "不详" not in json.dumps(leaf, ensure_ascii=False), "the leaf says which rows, never what stood in them"
    assert Intake.objects.filter(id=opened.receipt).exists()


def test_page_by_page_each_with_its_leaf(steward: Caller, run: UUID) -> None:  # noqa: F811
    numbers = [[row.number for row in actions.bad_rows(steward.actor, run_id=run, offset=offset, limit=2).rows] for offset in (0, 2, 4)]
    assert numbers == [[2, 3], [4], []]
    assert [(leaf["event"]["offset"], leaf["event"]["row_count"]) for leaf in leaves()] == [(0, 2), (2, 1), (4, 0)]


def test_a_steward_may_and_nobody_else_who_did_not_bring_it(run: UUID, region: House) -> None:
    assert len(actions.bad_rows(somebody("sun.lei", "steward", "150000"), run_id=run).rows) == 3
    with transaction.atomic(using="reader"):
        others = [signed_in(region.qian), signed_in(region.zhang), signed_in(region.chen), signed_in(region.admin)]
    # An owner of another unit's data, an officer, an auditor, an administrator; and whoever keeps the machines running.
    for actor in [*others, somebody("ke.xin", "kexin", "150000")]:
        with pytest.raises(Refused):
            actions.bad_rows(actor, run_id=run)
    assert len(leaves()) == 1


def test_the_door_decides_itself(run: UUID, region: House, asking: Caller) -> None:  # noqa: F811
    # Past the client's own check, straight at the provider.
    with transaction.atomic(using="reader"):
        other = signed_in(region.qian)
    for actor in (other, asking.actor):
        refused = get(Caller(asking.base, actor), run, "offset=0&limit=5")
        assert (refused.status_code, leaves()) == (403, [])
        assert "不详" not in refused.text


def test_unknown_runs_and_bad_pages(steward: Caller, run: UUID) -> None:  # noqa: F811
    with pytest.raises(NotFound):
        actions.bad_rows(steward.actor, run_id=UUID(int=5))
    for query in ("offset=-1", "limit=501", "limit=x", "offset=１", "limit=", "offset=99999999999999"):
        answer = get(steward, run, httpx.QueryParams(query).__str__())
        assert (answer.status_code, code(answer)) == (422, "exchange.bad_page"), query
    assert leaves() == []


def test_replayed_and_bent(steward: Caller, run: UUID) -> None:  # noqa: F811
    message = steward.message(b"", method="GET", path=f"{rules.target(LAKE, 'intake')}/runs/{run}/rows", query="limit=1")
    assert steward.post(message, b"").status_code == 200
    assert code(steward.post(message, b"")) == "exchange.replayed"

    def more(bent: rules.Message) -> None:
        bent.url = bent.url.replace("limit=1", "limit=500")

    fresh = steward.message(b"", method="GET", path=f"{rules.target(LAKE, 'intake')}/runs/{run}/rows", query="limit=1")
    assert code(steward.post(fresh, b"", more)) == "exchange.signature_false"
    assert len(leaves()) == 1


def test_no_receipt_no_rows(steward: Caller, run: UUID, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from beijiang.trust.audit import actions as audit

    def broken(*_: object, **__: object) -> UUID:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(Unavailable) as caught:
        actions.bad_rows(steward.actor, run_id=run)
    assert caught.value.code == "exchange.no_receipt"


def test_pages_beyond_one_group_of_the_file(lake_root: Path) -> None:  # noqa: F811
    from beijiang.compute.lake.adapters import quarantine

    aside = quarantine.Quarantine("many")
    for number in range(45_000):
        aside.add(number, [], "{}")
    relative = aside.finish()
    for offset, limit in ((0, 3), (19_998, 4), (39_999, 10_000), (44_999, 5), (45_000, 5)):
        found = [number for number, _, _ in quarantine.read(relative, offset=offset, limit=limit)]
        assert found == list(range(45_000))[offset : offset + limit]
