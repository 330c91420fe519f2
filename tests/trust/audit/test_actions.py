"""Recording, sealing, forgetting, refusing: on a real PostgreSQL, with threads where order matters."""

from __future__ import annotations

import json
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from beijiang.kernel import clock, guard
from beijiang.kernel.errors import Invalid, NotFound, Refused, TooLarge
from beijiang.kernel.models import Outbox
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions, queries, rules
from beijiang.trust.audit.models import Entry, Intake, Subject, Tile
from beijiang.trust.audit.types import Filters, LogDamaged, SubjectRef

from . import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other():
    alias = make.second_database()
    yield alias
    make.drop_second(alias)


def test_a_record_freezes_who_and_in_which_words():
    id_ = make.did("看", purpose="case", dataset="stolen_property", matter="A1501032026110001")
    row = Intake.objects.get(id=id_)
    said = json.loads(row.event)
    assert said["actor"]["name"] == "张伟"
    assert said["actor"]["unit"] == {
        "code": "150103",
        "name": {"zh": "回民区分局", "en": "Huimin bureau"},
        "path": ["15", "1501", "150103"],
    }
    assert said["title"] == {"zh": "做了一件事", "en": "Did a thing"}
    assert said["event"]["dataset"] == "stolen_property"
    assert said["outcome"] == "done"
    assert len(row.salt) == 32
    assert row.event.encode() == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_two_equal_facts_have_different_leaves():
    with clock.frozen(clock.now()):
        make.sealed(2)
    first, second = Entry.objects.order_by("index")
    assert bytes(first.leaf) != bytes(second.leaf)


def test_rollback_leaves_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.record(make.OFFICER, make.ThingTold("x"))
        raise ZeroDivisionError
    assert Intake.objects.count() == 0
    assert Outbox.objects.count() == 0
    assert actions.sequence() == 0


def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(RuntimeError, match="in the transaction"):
        actions.record(make.OFFICER, make.ThingDone("x"))


def test_a_public_fact_also_travels_under_the_same_id():
    with transaction.atomic():
        id_ = actions.record(make.OFFICER, make.ThingTold("x"))
    assert Outbox.objects.get().id == id_
    make.did("private")
    assert Outbox.objects.count() == 1


def test_a_huge_event_is_refused_and_so_is_its_change():
    with pytest.raises(TooLarge) as refused, transaction.atomic():
        actions.record(make.OFFICER, make.ThingDone("做" * 22_000))
    assert refused.value.code == "audit.event_too_large"
    assert Intake.objects.count() == 0
    make.did("x" * 60_000)
    assert actions.sequence() == 1


def test_an_unknown_outcome_is_refused():
    with pytest.raises(ValueError, match="outcome"), transaction.atomic():
        actions.record(make.OFFICER, make.ThingDone("x"), outcome="perhaps")


def test_subjects_are_kept_as_digests_only():
    number = "150103199001011234"
    make.did(subjects=[SubjectRef("id_card", number, "holder"), SubjectRef("id_card", number, "holder"), SubjectRef("id_card", "")])
    row = Intake.objects.get()
    assert number not in row.event and number not in json.dumps(row.subjects)
    assert json.loads(row.event)["subjects"]["count"] == 1
    actions.sequence()
    assert Subject.objects.get().kind == "id_card"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry e, audit_subject s WHERE e::text || s::text LIKE %s", [f"%{number}%"])
        assert cursor.fetchone()[0] == 0


def test_sealing_makes_leaves_tiles_and_a_checkpoint():
    ids = make.sealed(5)
    entries = list(Entry.objects.order_by("index"))
    assert [e.index for e in entries] == [0, 1, 2, 3, 4]
    assert [e.id for e in entries] == ids
    assert len(Tile.objects.get().data) == 5 * 32
    body, _ = rules.open_checkpoint(queries.checkpoint(), rules.parse_vkey(queries.vkey()))
    assert body.size == 5
    assert queries.verify_log().ok


def test_sealed_rows_are_emptied_and_later_swept():
    make.sealed(2, subjects=[SubjectRef("id_card", "1")])
    for row in Intake.objects.all():
        assert (row.event, bytes(row.salt), row.subjects) == ("", b"", [])
        assert row.sequenced_at is not None
    with clock.shifted(timedelta(days=8)):
        assert actions.sequence() == 0
    assert Intake.objects.count() == 0


def test_the_empty_log_has_a_signed_checkpoint():
    assert queries.checkpoint() is None
    assert actions.sequence() == 0
    body, _ = rules.open_checkpoint(queries.checkpoint(), rules.parse_vkey(queries.vkey()))
    assert (body.size, body.root) == (0, rules.EMPTY_ROOT)
    make.sealed(1)
    assert queries.verify_log().ok


def test_uneven_batches_cross_tile_borders():
    for i in range(300):
        make.did(str(i))
    sizes = []
    while n := actions.sequence(batch=97):
        sizes.append(n)
    assert sizes == [97, 97, 97, 9]
    assert sorted(len(t.data) // 32 for t in Tile.objects.all()) == [1, 44, 256]
    assert queries.verify_log().ok


def test_what_commits_late_is_not_passed_over():
    """Id order and commit order differ: the older row becomes visible only after the younger one is sealed."""
    began, go = threading.Event(), threading.Event()
    late = []

    def slow():
        try:
            with transaction.atomic():
                late.append(actions.record(make.OFFICER, make.ThingDone("slow")))
                began.set()
                assert go.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert began.wait(20)
    fast = make.did("fast")
    assert actions.sequence() == 1
    go.set()
    thread.join()
    assert late[0] < fast
    assert actions.sequence() == 1
    assert list(Entry.objects.order_by("index").values_list("id", flat=True)) == [fast, late[0]]
    assert queries.verify_log().ok


def test_two_sequencers_make_one_order():
    for i in range(120):
        make.did(str(i))
    done, errors = [], []

    def run():
        try:
            while n := actions.sequence(batch=7):
                done.append(n)
        except Exception as error:  # the test reports it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sum(done) == 120
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(120))
    assert queries.verify_log().ok


def test_both_intakes_go_into_one_log(other):
    ids = [make.did(str(i)) for i in range(6)]
    make.move(other, *ids[::2])
    assert actions.sequence(data=other) == 6
    assert list(Entry.objects.order_by("index").values_list("id", flat=True)) == ids
    assert set(Intake.objects.using(other).values_list("event", flat=True)) == {""}
    assert actions.sequence(data=other) == 0
    assert queries.verify_log().ok


def test_a_kill_between_the_databases_neither_doubles_nor_loses(other, monkeypatch):
    ids = [make.did(str(i)) for i in range(4)]
    make.move(other, *ids[:2])
    module = sys.modules["beijiang.trust.audit.actions.sequence"]
    real = module._empty

    def killed(alias, which):
        if alias == other:
            raise KeyboardInterrupt
        real(alias, which)

    monkeypatch.setattr(module, "_empty", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.sequence(data=other)
    monkeypatch.setattr(module, "_empty", real)
    assert Entry.objects.count() == 4
    assert Intake.objects.using(other).filter(sequenced_at__isnull=True).count() == 2
    make.did("later")
    assert actions.sequence(data=other) == 1
    assert Entry.objects.count() == 5
    assert Intake.objects.using(other).filter(sequenced_at__isnull=True).count() == 0
    assert queries.verify_log().ok


def test_a_kill_before_the_commit_leaves_all_waiting(monkeypatch):
    make.did("x")
    monkeypatch.setattr(rules, "sign_checkpoint", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        actions.sequence()
    monkeypatch.undo()
    assert (Entry.objects.count(), Tile.objects.count()) == (0, 0)
    assert actions.sequence() == 1


def test_a_malformed_intake_row_does_not_stop_the_log():
    bad, good = make.did("bad"), make.did("good")
    Intake.objects.filter(id=bad).update(salt=b"short")
    assert actions.sequence() == 1
    assert Entry.objects.get().id == good
    assert Intake.objects.get(id=bad).sequenced_at is None
    assert actions.sequence() == 0


def test_nothing_is_signed_on_top_of_changed_tiles():
    make.sealed(3)
    tile = Tile.objects.get()
    Tile.objects.update(data=b"\x00" + bytes(tile.data)[1:])
    make.did("more")
    with pytest.raises(LogDamaged, match="audit verify"):
        actions.sequence()
    Tile.objects.update(data=bytes(tile.data)[:32])
    with pytest.raises(LogDamaged, match="shorter"):
        actions.sequence()
    assert Entry.objects.count() == 3
    Tile.objects.update(data=tile.data)
    assert actions.sequence() == 1


def test_forgetting_keeps_leaf_and_proof():
    ids = make.sealed(3, subjects=[SubjectRef("id_card", "1")], dataset="d")
    before = bytes(Entry.objects.get(id=ids[1]).leaf)
    own = actions.forget(Actor.system("retention"), entry_ids=[ids[1]], reason="保存期届满")
    actions.sequence()
    entry = Entry.objects.get(id=ids[1])
    assert (entry.event, entry.salt, entry.actor_id, entry.actor_name, entry.dataset) == (None, None, None, "", "")
    assert bytes(entry.leaf) == before
    assert Subject.objects.filter(entry_id=ids[1]).count() == 0
    assert Subject.objects.count() == 2
    assert json.loads(Entry.objects.get(id=own).event)["event"]["entries"] == [str(ids[1])]
    report = queries.verify_log()
    assert report.ok and report.forgotten == 1
    rules.verify_proof(rules.read_proof(queries.receipt(ids[1]).proof), before, rules.parse_vkey(queries.vkey()))


def test_forgetting_needs_permission_a_reason_and_sealed_entries():
    ids = make.sealed(1)
    pending = make.did("pending")
    with pytest.raises(Refused):
        actions.forget(make.AUDITOR, entry_ids=ids, reason="x")
    system = Actor.system("retention")
    with pytest.raises(Invalid):
        actions.forget(system, entry_ids=ids, reason="  ")
    with pytest.raises(Invalid):
        actions.forget(system, entry_ids=[], reason="x")
    with pytest.raises(NotFound):
        actions.forget(system, entry_ids=[*ids, pending], reason="x")
    assert Entry.objects.get().event is not None


def test_a_refusal_is_recorded_once_and_tells_its_number():
    refused = Refused(
        "access.no_grant",
        Words("未获准许", "Not permitted"),
        Words("没有授权", "No grant"),
        permission="inquiry.ask",
        dataset="stolen_property",
    )
    id_ = actions.record_refusal(make.OTHER, refused)
    assert refused.extra["receipt"] == str(id_)
    actions.sequence()
    entry = Entry.objects.get()
    assert (entry.outcome, entry.actor_name, entry.dataset, entry.type) == ("refused", "李娜", "stolen_property", "audit.use.refused.v1")
    assert json.loads(entry.event)["event"]["detail"]["zh"] == "没有授权"


def test_the_guards_hook_records():
    seen = guard._refusal_hook
    guard.on_refusal(actions.record_refusal)
    try:
        refused = Refused("x.no")
        guard.report_refusal(make.OTHER, refused)
        guard.report_refusal(make.OTHER, refused)
    finally:
        guard.on_refusal(seen)
    assert Intake.objects.count() == 1


def test_a_refusal_that_cannot_be_written_stays_a_refusal(monkeypatch):
    monkeypatch.setattr(Intake.objects.__class__, "create", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
    refused = Refused("x.no")
    assert actions.record_refusal(make.OTHER, refused) is None
    assert "receipt" not in refused.extra


def test_reading_the_log_is_written_into_the_log():
    ids = make.sealed(2)
    page = actions.read_log(make.AUDITOR, filters=Filters(person="张伟"))
    assert len(page.items) == 2
    actions.open_entry(make.AUDITOR, entry_id=ids[0])
    actions.sequence()
    said = [json.loads(e.event)["event"] for e in Entry.objects.filter(room="audit").order_by("index")]
    assert said == [{"filters": {"person": "张伟"}, "shown": 2}, {"entry": str(ids[0]), "entry_type": "audittest.thing.done.v1"}]


def test_a_refused_reading_shows_nothing():
    make.sealed(1)
    with pytest.raises(Refused):
        actions.read_log(make.OFFICER, filters=Filters())
    assert Intake.objects.filter(sequenced_at__isnull=True).count() == 0


def test_verifying_is_recorded():
    make.sealed(2)
    with pytest.raises(Refused):
        actions.verify(make.OFFICER)
    assert actions.verify(make.AUDITOR).ok
    actions.sequence()
    said = json.loads(Entry.objects.get(type="audit.log.verified.v1").event)["event"]
    assert (said["size"], said["findings"]) == (2, 0)
