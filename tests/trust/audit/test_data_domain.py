"""The data domain writes into its own intake; the log itself is out of its reach."""

from __future__ import annotations

import pytest
from django.db import transaction

from beijiang.kernel.models import Outbox
from beijiang.trust.audit import actions
from beijiang.trust.audit.models import Entry, Intake
from beijiang.trust.audit.types import SubjectRef

from . import make

pytestmark = [pytest.mark.data_domain, pytest.mark.django_db(databases=["default", "reader"])]


def test_an_action_of_the_data_domain_waits_in_bj_data():
    with transaction.atomic():
        id_ = actions.record(make.OFFICER, make.ThingTold("x"), subjects=[SubjectRef("id_card", "1", "holder")])
    row = Intake.objects.using("default").get(id=id_)
    assert row.sequenced_at is None and len(row.subjects) == 1
    assert Outbox.objects.using("default").get().id == id_
    assert Intake.objects.using("reader").count() == 0


def test_the_log_cannot_be_written_there(settings):
    settings.READER_IS_WRITABLE = False
    with pytest.raises(RuntimeError, match="cannot be written here"):
        Entry.objects.create(id=make.OFFICER.user_id, index=0, type="x", time="2026-01-01T00:00:00Z", leaf=b"", leaf_hash=b"", room="x")


def test_a_refusal_of_the_data_domain_is_recorded_there():
    from beijiang.kernel.errors import Refused

    assert actions.record_refusal(make.OTHER, Refused("access.no_grant")) is not None
    assert Intake.objects.using("default").count() == 1
