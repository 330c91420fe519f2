"""Records that a work room publishes become rows, over a real stream: publisher, schema and RIGHTS 2 hold, once in effect."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from beijiang.compute.lake import actions as lake
from beijiang.compute.lake import queries as catalogue
from beijiang.compute.lake.types import ColumnSpec
from beijiang.config.processes import nats as stream
from beijiang.config.processes.jobs import Consumer
from beijiang.flow.exchange import actions
from beijiang.flow.exchange.rules.records import rows_of
from beijiang.flow.exchange.types import RecordFeed
from beijiang.kernel import clock, events, handlers
from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.events import event
from beijiang.kernel.models import DeadLetter
from beijiang.kernel.words import Words
from beijiang.trust.audit.models import Intake
from tests import aio, servers
from tests.compute.lake.conftest import lake_root, worker  # noqa: F401 - fixtures
from tests.flow.exchange.make import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
TYPE = "probe.find.entered.v1"


@event(TYPE, Words("测试记录", "Test record"), public=True)
@dataclass(frozen=True)
class FindEntered:
    """A record of a room that exists in tests only."""

    number: str
    kind: Words
    ethnicity: str = ""
    note: str = ""


FEED = RecordFeed(TYPE, "probe_finds", {"number": "number", "kind": "kind", "ethnicity": "ethnicity"})


def document(number: str, **changes: Any) -> dict[str, Any]:
    """The event as the relay sends it."""
    made = events.envelope(FindEntered(number, Words("手机", "phone"), "x", "内部备注"), id_=UUID(int=int(number)), time=clock.now())
    return json.loads(json.dumps({**made, **changes}))


@pytest.fixture(scope="module")
def nats() -> Iterator[servers.Nats]:
    """A real NATS with the product's accounts and stream."""
    running = servers.nats()
    aio.run(stream.ensure_stream(running.url, running.seeds["setup"]))
    yield running
    running.process.terminate()


@pytest.fixture
def finds(region: House, lake_root: Path, worker: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: F811
    """An empty dataset and its feed."""
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, lake_root=lake_root / "lake", lake_socket=lake_root / "s"))
    lake.define_dataset(
        SYSTEM,
        name="probe_finds",
        title=Words("测试", "Probe"),
        owner_unit="150000XZ",
        grade="internal",
        personal=False,
        columns=(ColumnSpec("number", Words("编号", "Number")), ColumnSpec("kind", Words("类别", "Kind"))),
    )
    actions.hear_records(feed=FEED)
    yield "probe_finds"
    handlers._handlers.pop(f"exchange.records.{TYPE}")


async def through_the_stream(nats: servers.Nats, documents: list[bytes]) -> None:
    """Publish as the relay does, and take as the data domain's jobs do."""
    relay = await stream.connect(nats.url, nats.seeds["relay"], "relay")
    for data in documents:
        await relay.jetstream().publish(f"bj.{TYPE}", data)
    await relay.close()
    jobs = await stream.connect(nats.url, nats.seeds["jobs-data"], "jobs-data")
    subscription = await jobs.jetstream().pull_subscribe_bind("jobs-data", stream=stream.STREAM)
    consumer = Consumer("jobs-data", "data")
    for message in await subscription.fetch(len(documents), timeout=10):
        await consumer.take(message)
    await jobs.close()
    # The consumer works in a thread of its own, whose connections would outlive the test.
    await sync_to_async(connections.close_all)()


def deliver(data: dict[str, Any]) -> bool:
    handler = next(h for h in handlers.handlers("data") if h.type == TYPE)
    return handlers.deliver(handler, data)


def test_published_records_become_rows_once(finds: str, nats: servers.Nats) -> None:
    before = catalogue.dataset(finds).rows
    good, bad = document("100001"), document("100002", data={"number": 5})
    aio.run(through_the_stream(nats, [json.dumps(d).encode() for d in (good, good, bad)]))
    assert catalogue.dataset(finds).rows == before + 1
    assert Intake.objects.filter(type="lake.rows.appended.v1").count() == 1
    leaf = json.loads(Intake.objects.get(type="lake.rows.appended.v1").event)
    assert leaf["event"]["key"] == good["id"]
    assert "内部备注" not in json.dumps(leaf, ensure_ascii=False)
    kept = DeadLetter.objects.get()
    assert kept.document["id"] == bad["id"]


def test_a_foreign_publisher_is_refused(finds: str) -> None:
    before = catalogue.dataset(finds).rows
    with pytest.raises(Invalid) as caught:
        deliver(document("200001", source="urn:beijiang:elsewhere"))
    assert caught.value.code == "exchange.foreign_publisher"
    assert catalogue.dataset(finds).rows == before


def test_special_categories_never_come_in(finds: str) -> None:
    deliver(document("300001"))
    assert [c.name for c in catalogue.dataset(finds).columns] == ["number", "kind"]
    with pytest.raises(Refused):
        lake.define_dataset(
            SYSTEM,
            name="probe_ethnic",
            title=Words("测试", "Probe"),
            owner_unit="150000XZ",
            grade="internal",
            personal=False,
            columns=(ColumnSpec("ethnicity", Words("民族", "Ethnicity")),),
        )


def test_people_do_not_take_records(finds: str, region: House) -> None:
    with pytest.raises(Refused):
        actions.take_records(region.zhao, feed=FEED, document=document("400001"))


def test_batches() -> None:
    many = RecordFeed(TYPE, "d", {"n": "number"}, many="records")
    data = document("1") | {"data": {"records": [{"number": "a", "other": 1}, {"number": "b"}]}}
    assert rows_of(many, data) == [{"n": "a"}, {"n": "b"}]
    for records in ([], "x", [1], None, [{}] * 10_001):
        with pytest.raises(Invalid):
            rows_of(many, document("1") | {"data": {"records": records}})
    assert rows_of(FEED, document("7")) == [{"number": "7", "kind": "手机", "ethnicity": "x"}]
