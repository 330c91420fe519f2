"""Builders: people, facts and a sealed log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.db import connections, transaction

from beijiang.kernel.events import event
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions
from beijiang.trust.audit.models import Entry, Intake


@event("audittest.thing.done.v1", Words("做了一件事", "Did a thing"))
@dataclass(frozen=True, slots=True)
class ThingDone:
    """A fact of these tests."""

    what: str
    purpose: str = ""
    dataset: str = ""
    matter: str = ""
    basis: str = ""
    columns: tuple[str, ...] = field(default=())
    dataset_title: Words = Words("", "")


@event("audittest.thing.told.v1", Words("公布了一件事", "Told of a thing"), public=True)
@dataclass(frozen=True, slots=True)
class ThingTold:
    """A fact that also travels."""

    what: str


OFFICER = Actor(
    user_id=uuid.UUID("019a0000-0000-7000-8000-000000000001"),
    username="zhang.wei",
    name="张伟",
    unit_code="150103",
    unit_name_zh="回民区分局",
    unit_name_en="Huimin bureau",
    unit_path=("15", "1501", "150103"),
    division="150103",
    duties=frozenset({"officer"}),
    session_id=uuid.UUID("019a0000-0000-7000-8000-00000000000a"),
)
OTHER = Actor(
    user_id=uuid.UUID("019a0000-0000-7000-8000-000000000002"),
    username="li.na",
    name="李娜",
    unit_code="150702",
    unit_name_zh="海拉尔区分局",
    unit_name_en="Hailar bureau",
    duties=frozenset({"officer"}),
)
AUDITOR = Actor(
    user_id=uuid.UUID("019a0000-0000-7000-8000-000000000003"),
    username="chen.jing",
    name="陈静",
    unit_code="15",
    unit_name_zh="区厅督察",
    unit_name_en="Inspection",
    duties=frozenset({"auditor"}),
)
RELAY = Actor.system("relay")


def did(what="看", actor=OFFICER, **kwargs):
    """Record one action in a transaction of its own; its id."""
    options = {k: kwargs.pop(k) for k in ("subjects", "outcome") if k in kwargs}
    with transaction.atomic():
        return actions.record(actor, ThingDone(what, **kwargs), **options)


def sealed(count=1, **kwargs):
    """Record and seal `count` actions; their ids in the order of the log."""
    ids = [did(f"{i}", **kwargs) for i in range(count)]
    while actions.sequence():
        pass
    return list(Entry.objects.filter(id__in=ids).order_by("index").values_list("id", flat=True))


def second_database():
    """A second connection with an intake of its own, as bj_data is to the relay; its alias."""
    schema = f"other_{uuid.uuid4().hex[:8]}"
    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"CREATE TABLE {schema}.audit_intake (LIKE public.audit_intake INCLUDING ALL)")
    settings = {**connections["default"].settings_dict}
    settings["OPTIONS"] = {**settings.get("OPTIONS", {}), "options": f"-c search_path={schema}"}
    connections.databases[schema] = settings
    connections[schema].connect()  # Django's tests forbid to open it later
    return schema


def drop_second(alias):
    """Take the second connection and its schema away."""
    connections[alias].close()
    with connections["default"].cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {alias} CASCADE")
    del connections.databases[alias]
    del connections[alias]


def move(alias, *ids):
    """Put intake rows of `default` into the second database, as if they had been written there."""
    rows = list(Intake.objects.filter(id__in=ids))
    Intake.objects.using(alias).bulk_create(rows)
    Intake.objects.filter(id__in=ids).delete()


class ActAs:
    """Middleware of these tests: acts as whom the header `X-Act-As` names, so that audit is tested without identity."""

    people = {a.username: a for a in (OFFICER, OTHER, AUDITOR)}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = self.people.get(request.headers.get("X-Act-As"), ANONYMOUS)
        return self.get_response(request)
