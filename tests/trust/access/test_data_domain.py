"""The same decision in the data domain, over the reader's views of bj_user."""

from __future__ import annotations

import pytest
from django.conf import settings

from beijiang.trust.access import queries
from beijiang.trust.access.apps import AccessConfig
from beijiang.trust.access.models import Grant

from .make import QUESTION, grant, house

pytestmark = [pytest.mark.data_domain, pytest.mark.django_db(databases=["default", "reader"])]


def test_the_door_decides_as_the_user_domain_does() -> None:
    region = house()
    issued = grant(region)
    assert settings.DOMAIN == "data" and Grant.objects.all().db == "reader"
    decision = queries.decide(region.zhang, QUESTION)
    assert decision.permit and decision.grant_ids == (issued.id,)
    assert not queries.decide(region.li, QUESTION).permit


def test_views_hold_all_that_decide_reads() -> None:
    from django.db import connections

    region = house()
    grant(region)
    with connections["reader"].cursor() as cursor:
        cursor.execute("CREATE SCHEMA door")
        for table, columns in {**AccessConfig.door_views, **_identity()}.items():
            listed = ", ".join(f'"{c}"' for c in columns)
            cursor.execute(f"CREATE VIEW door.{table} AS SELECT {listed} FROM {table}")
        cursor.execute("SET LOCAL search_path = door")
    assert queries.decide(region.zhang, QUESTION).permit
    assert {r.code for r in queries.decide(region.li, QUESTION).reasons} >= {"access.no_grant"}
    assert queries.resource("stolen_property") and queries.matters_for(region.zhang) and queries.purposes()


def _identity() -> dict[str, tuple[str, ...]]:
    from beijiang.trust.identity.apps import IdentityConfig

    return IdentityConfig.door_views
