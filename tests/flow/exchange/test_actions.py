"""The directory as published events make it, and the client's distrust of what comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.conf import settings

from beijiang.compute.lake.events import DatasetPublished, PublishedColumn
from beijiang.flow.exchange import actions, queries, rules
from beijiang.flow.exchange.adapters import forget_credentials
from beijiang.flow.exchange.types import AnswerColumn, AskReply, Basis
from beijiang.kernel import errors, events, handlers
from beijiang.kernel.errors import Invalid, NotFound, Refused, Unauthenticated, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as actions_of_access
from beijiang.trust.access import queries as access
from beijiang.trust.audit.models import Intake
from tests.flow.exchange.make import REQUEST, SYSTEM, people, signed_in
from tests.flow.exchange.stub import StubDoor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beijiang.kernel.types import Actor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COLUMN = PublishedColumn("item", Words("物品名称", "Item"), "text", "", None, False, "none")
PUBLISHED = DatasetPublished(
    name="vehicle_registrations",
    title=Words("机动车登记", "Vehicle registrations"),
    description=Words("全区机动车", "All vehicles"),
    owner_unit="150000JJ",
    grade="internal",
    personal=True,
    area_column=None,
    unit_column=None,
    columns=(COLUMN, PublishedColumn("plate", Words("号牌号码", "Plate"), "text", "", "plate", False, "last4")),
    rows=200_000,
    freshness=NOW,
    retention_days=3650,
    schema_version=1,
    quality=0.98,
)


def publish(id_: int = 1, at: datetime = NOW, **changes: Any) -> bool:
    """Deliver the lake's event as the jobs process does."""
    document = events.envelope(replace(PUBLISHED, **changes), id_=UUID(int=id_), time=at)
    handler = next(h for h in handlers.handlers("user") if h.consumer == "exchange.directory")
    return handlers.deliver(handler, json.loads(json.dumps(document)))


@pytest.fixture
def region() -> House:
    """People, and the applications' keys."""
    return people()


def test_a_published_dataset_is_listed_findable_and_known_to_access(region: House) -> None:
    assert publish() is True
    entry = queries.entry(region.zhang, name="vehicle_registrations")
    assert (entry.title.en, entry.rows, entry.freshness, entry.quality, entry.grade) == (
        "Vehicle registrations",
        200_000,
        NOW,
        0.98,
        "internal",
    )
    assert entry.owner_name.zh == "交管总队"
    assert [(c.name, c.default_mask) for c in entry.columns] == [("item", "none"), ("plate", "last4")]
    known = access.resource("vehicle_registrations").resource
    assert known.column("plate").subject == "plate"  # type: ignore[union-attr]
    for words in ("机动车", "jidongche", "jdc", "vehicle", "vehicel", "号牌", "交管"):
        assert [e.name for e in queries.directory(region.zhang, q=words)] == ["vehicle_registrations"], words
    assert queries.directory(region.zhang, q="不存在的东西") == ()
    assert Intake.objects.filter(type="exchange.dataset.listed.v1").count() == 1


def test_the_same_event_again_and_an_older_one_change_nothing(region: House) -> None:
    publish()
    assert publish() is False
    assert publish(2, NOW - timedelta(hours=1), rows=5) is True
    assert queries.entry(region.zhang, name="vehicle_registrations").rows == 200_000
    publish(3, NOW + timedelta(hours=1), rows=200_500, title=Words("机动车登记信息", "Vehicle registrations"))
    assert queries.entry(region.zhang, name="vehicle_registrations").rows == 200_500
    assert [e.name for e in queries.directory(region.zhang, q="登记信息")] == ["vehicle_registrations"]


def test_the_purposes_that_an_owner_allowed_outlast_every_publishing_and_are_told(region: House) -> None:
    publish()
    assert queries.entry(region.zhang, name="vehicle_registrations").purposes == ()
    allowed = ("traffic_accident", "case_investigation")
    limited = actions_of_access.set_allowed_purposes(region.qian, dataset="vehicle_registrations", purposes=allowed, reason="限定目的")
    publish(2, NOW + timedelta(hours=1), rows=200_500)
    known = access.resource("vehicle_registrations")
    assert known.resource.allowed_purposes == allowed and known.version == limited.version
    assert queries.entry(region.zhang, name="vehicle_registrations").purposes == allowed
    assert queries.directory(region.zhang)[0].purposes == allowed


def test_filters_and_order(region: House) -> None:
    publish()
    publish(2, name="lost_things", title=Words("遗失物品", "Lost things"), owner_unit="150000XZ", grade="open")
    assert [e.name for e in queries.directory(region.zhang)] == ["vehicle_registrations", "lost_things"]
    assert [e.name for e in queries.directory(region.zhang, grade="open")] == ["lost_things"]
    assert [e.name for e in queries.directory(region.zhang, owner_unit="150000JJ")] == ["vehicle_registrations"]
    with pytest.raises(NotFound):
        queries.entry(region.zhang, name="nothing")


def test_an_owner_that_is_no_unit_is_named_by_its_code(region: House) -> None:
    publish(owner_unit="150000QQ")
    assert queries.entry(region.zhang, name="vehicle_registrations").owner_name.zh == "150000QQ"


def test_a_malformed_event_is_refused(region: House) -> None:
    handler = next(h for h in handlers.handlers("user") if h.consumer == "exchange.directory")
    document = events.envelope(PUBLISHED, id_=UUID(int=9), time=NOW)
    del document["data"]["columns"]
    with pytest.raises(Invalid):
        handlers.deliver(handler, json.loads(json.dumps(document)))
    assert queries.directory(region.zhang) == ()


def test_only_the_system_lists(region: House) -> None:
    with pytest.raises(Refused):
        actions.list_dataset(
            region.zhang, resource=access.resource("stolen_property").resource, rows=1, freshness=None, quality=None, published_at=NOW
        )
    listed = actions.list_dataset(
        SYSTEM, resource=access.resource("stolen_property").resource, rows=1, freshness=None, quality=None, published_at=NOW
    )
    assert listed.name == "stolen_property"


# --- the client: what it sends, and what it does not believe ------------------------------------------------------

REPLY = AskReply(
    dataset="stolen_property",
    title=Words("被盗物品", "Stolen property"),
    columns=(AnswerColumn("item", Words("物品", "Item"), "text"),),
    rows=(("自行车",),),
    truncated=False,
    row_cap=200,
    receipt=UUID(int=7),
    basis=Basis("grant", Words("凭授权", "Under a grant"), Words("侦查", "Investigation"), "A1", NOW),
    elapsed_ms=1.0,
)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubDoor]:
    """A door that answers what it is told, bound to the request, unless told to bend that."""
    with StubDoor(REPLY) as door:
        monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_url=door.url, signing_key_id="user"))
        forget_credentials()
        yield door
    forget_credentials()


@pytest.fixture
def zhang(region: House) -> Actor:
    """张伟, signed in."""
    return signed_in(region.zhang)


def test_what_is_sent_can_be_verified(stub: StubDoor, zhang: Actor) -> None:
    assert actions.ask(zhang, request=REQUEST).rows == (("自行车",),)
    headers, body = stub.seen[-1]
    assert rules.read_question(body) == REQUEST
    assert rules.digest_matches(headers["content-digest"], body)
    assert headers["x-road-client"] == "BJ/POL/region/user"
    actions.ask(zhang, request=REQUEST)
    assert stub.seen[-1][0]["signature-input"] != headers["signature-input"], "each request has its own nonce"


@pytest.mark.parametrize(
    "bend", ["x-road-request-hash", "x-road-request-id", "x-road-id", "x-road-client", "x-road-service", "content-digest"]
)
def test_an_answer_that_is_not_bound_to_the_question_is_dropped(stub: StubDoor, zhang: Actor, bend: str) -> None:
    for value in ("forged", None):
        stub.bend = {bend: value}
        with pytest.raises(Unavailable) as caught:
            actions.ask(zhang, request=REQUEST)
        assert caught.value.code == "exchange.inconsistent_response"


def test_an_answer_changed_on_its_way_is_dropped(stub: StubDoor, zhang: Actor) -> None:
    stub.swap = rules.write_reply(replace(REPLY, rows=(("汽车",),)))
    with pytest.raises(Unavailable) as caught:
        actions.ask(zhang, request=REQUEST)
    assert caught.value.code == "exchange.inconsistent_response"


def test_an_answer_to_an_earlier_question_is_dropped(stub: StubDoor, zhang: Actor) -> None:
    actions.ask(zhang, request=REQUEST)
    stub.replay = True
    with pytest.raises(Unavailable):
        actions.ask(zhang, request=REQUEST)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Refused("access.no_grant", detail=Words("没有授权。", "No grant."), receipt=str(UUID(int=9))), Refused),
        (Invalid("lake.sql_refused", detail=Words("不支持。", "Not supported.")), Invalid),
        (NotFound("lake.no_dataset"), NotFound),
        (Unavailable("lake.worker_away"), Unavailable),
        (Unauthenticated("identity.session_ended"), Unauthenticated),
        (errors.TooLarge("lake.sql_too_long"), errors.TooLarge),
    ],
)
def test_problems_come_back_as_they_were(stub: StubDoor, zhang: Actor, problem: errors.Problem, expected: type[errors.Problem]) -> None:
    stub.problem = problem
    with pytest.raises(expected) as caught:
        actions.ask(zhang, request=REQUEST)
    assert caught.value.code == problem.code
    assert caught.value.title == problem.title
    assert caught.value.detail == problem.detail
    assert caught.value.extra == problem.extra


def test_distrust_of_the_application_is_not_the_persons_fault(stub: StubDoor, zhang: Actor) -> None:
    stub.problem = Unauthenticated("exchange.signature_key")
    with pytest.raises(Unavailable) as caught:
        actions.ask(zhang, request=REQUEST)
    assert caught.value.code == "exchange.door_distrusts"


def test_an_answer_of_something_else_on_that_port(zhang: Actor, stub: StubDoor) -> None:
    stub.raw = (502, b"<html>bad gateway</html>")
    with pytest.raises(Unavailable) as caught:
        actions.ask(zhang, request=REQUEST)
    assert caught.value.code == "exchange.door_away"
    stub.raw = (200, b"<html>login</html>")
    with pytest.raises(Unavailable):
        actions.ask(zhang, request=REQUEST)
