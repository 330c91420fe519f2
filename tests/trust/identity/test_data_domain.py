"""The same reads in the data domain, through the reader: `BEIJIANG_DOMAIN=data pytest tests/trust/identity`."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections

from beijiang.kernel.errors import NotFound, Unauthenticated
from beijiang.kernel.types import ANONYMOUS
from beijiang.trust.identity import actions, queries
from beijiang.trust.identity.models import ServiceKey, Session, Unit

from . import make
from .test_queries import DOOR, forged

pytestmark = [pytest.mark.data_domain, pytest.mark.django_db(databases=["default", "reader"])]


@pytest.fixture
def token() -> str:
    """A user token of somebody with a live session; the builders write what the reader reads."""
    region = make.region()
    sid = actions.start_session(
        ANONYMOUS,
        user_id=region.ids["zhang.wei"],
        kind="browser",
        web_key=None,
        level="any",
        amr=("pwd",),
        address="10.0.0.9",
        agent="test",
    )
    actor = queries.look_at_session(sid=sid, user_id=region.ids["zhang.wei"], web_key=None).actor
    assert actor is not None
    return actions.issue_user_token(actor, audience=DOOR, client_id="bj-user")


def test_tokens_are_checked_and_their_sessions_looked_up(token: str) -> None:
    claims = queries.verify_token(token, audience=DOOR, kind="user")
    actor = queries.actor_for(claims)
    assert actor.username == "zhang.wei" and actor.unit_path == ("150000", "150100", "150103", "150103001")
    assert queries.unit("150103").name.zh == "回民区分局" and len(queries.units_under("150103")) == 1
    Session.objects.update(ended_at=claims.iat)
    with pytest.raises(Unauthenticated):
        queries.actor_for(claims)


def test_no_forgery_passes_here_either(token: str) -> None:
    for false in forged(token).values():
        with pytest.raises(Unauthenticated):
            queries.verify_token(false, audience=DOOR, kind="user")


def test_reads_stay_within_the_columns_of_the_views(token: str) -> None:
    """What the door reads is what apps.py exposes: nothing else is granted to its role."""
    exposed = apps.get_app_config("identity").door_views
    claims = queries.verify_token(token, audience=DOOR, kind="user")
    assert Unit.objects.all().db == "reader" and ServiceKey.objects.all().db == "reader"
    with connections["reader"].cursor() as cursor:
        cursor.execute("CREATE SCHEMA door")
        for table, columns in exposed.items():
            cursor.execute(f"CREATE VIEW door.{table} AS SELECT {', '.join(columns)} FROM public.{table}")
        cursor.execute("SET LOCAL search_path = door")
        assert queries.actor_for(claims).username == "zhang.wei"
        assert queries.unit("150103").code == "150103" and queries.units_under("150100", depth=1)
        with pytest.raises(NotFound):
            queries.service_key("bj-user")
        cursor.execute("SET LOCAL search_path = public")
