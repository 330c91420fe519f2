"""Receipts, searches, the data tracker's source, and verification that names what was changed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from beijiang.kernel import clock
from beijiang.kernel.errors import Invalid, NotFound, Refused
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions, queries, rules
from beijiang.trust.audit.models import Checkpoint, Entry, Intake, Subject, Tile
from beijiang.trust.audit.types import Filters, SubjectRef

from . import make

pytestmark = pytest.mark.django_db


# -- receipts


def test_a_receipt_waits_and_then_proves():
    id_ = make.did("看")
    waiting = queries.receipt(id_)
    assert (waiting.state, waiting.index, waiting.proof) == ("pending", None, "")
    assert waiting.event.zh == "做了一件事"
    make.sealed(4)
    found = queries.receipt(id_)
    assert (found.state, found.size) == ("sealed", 5)
    body = rules.verify_proof(rules.read_proof(found.proof), found.leaf.encode(), rules.parse_vkey(queries.vkey()))
    assert body.size == 5
    rules.verify_inclusion(
        bytes.fromhex(found.leaf_hash), found.index, found.size, [bytes.fromhex(h) for h in found.hashes], bytes.fromhex(found.root)
    )


def test_a_receipt_of_the_other_domain_counts_as_waiting():
    assert queries.receipt(new_id()).state == "pending"


@pytest.mark.parametrize(
    "number",
    [uuid.uuid4(), uuid.UUID(int=0), uuid.UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"), uuid.UUID("01900000-0000-7000-8000-000000000000")],
)
def test_a_number_that_cannot_be(number):
    with pytest.raises(NotFound):
        queries.receipt(number)


# -- searches


@pytest.fixture
def some():
    make.did("a", dataset="stolen_property", purpose="case", matter="A1")
    make.did("b", dataset="licences", purpose="check")
    make.did("c", actor=make.OTHER, dataset="stolen_property", outcome="refused")
    actions.sequence()


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(), 3),
        (Filters(person="张伟"), 2),
        (Filters(person="li.na"), 1),
        (Filters(person=str(make.OTHER.user_id)), 1),
        (Filters(person="nobody"), 0),
        (Filters(unit="150103"), 2),
        (Filters(unit="海拉尔区分局"), 1),
        (Filters(dataset="stolen_property"), 2),
        (Filters(purpose="case"), 1),
        (Filters(matter="A1"), 1),
        (Filters(outcome="refused"), 1),
        (Filters(room="audittest"), 3),
        (Filters(dataset="stolen_property", person="李娜"), 1),
        (Filters(person="' OR 1=1 --"), 0),
    ],
)
def test_filters(some, filters, count):
    assert len(queries.find(make.AUDITOR, filters=filters).items) == count


def test_filters_by_time(some):
    now = clock.now()
    hour = timedelta(hours=1)
    assert len(queries.find(make.AUDITOR, filters=Filters(since=now - hour, until=now + hour)).items) == 3
    assert queries.find(make.AUDITOR, filters=Filters(since=now + hour)).items == ()
    assert queries.find(make.AUDITOR, filters=Filters(until=now - hour)).items == ()


def test_refusals_show(some):
    found = queries.find(make.AUDITOR, filters=Filters(outcome="refused")).items[0]
    assert (found.actor_name, found.outcome_words.zh, found.unit_name.en) == ("李娜", "已拒绝", "Hailar bureau")


def test_frozen_words_show_in_the_language_of_the_reader():
    make.sealed(1, dataset="licences", dataset_title=Words("证照", "Licences"), purpose="case")
    found = queries.find(make.AUDITOR, filters=Filters(dataset="licences")).items[0]
    assert (found.dataset_words, found.purpose_words) == (Words("证照", "Licences"), Words("case", "case"))


def test_pages_by_cursor_lose_and_repeat_nothing():
    ids = make.sealed(7)
    seen, cursor = [], None
    while True:
        page = queries.find(make.AUDITOR, filters=Filters(), cursor=cursor, limit=3)
        seen += [e.id for e in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ids[::-1]


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "9" * 30, "１"])
def test_a_bad_cursor(cursor):
    with pytest.raises(Invalid):
        queries.find(make.AUDITOR, filters=Filters(), cursor=cursor)


def test_impossible_filters():
    now = clock.now()
    with pytest.raises(Invalid):
        queries.find(make.AUDITOR, filters=Filters(outcome="maybe"))
    with pytest.raises(Invalid):
        queries.find(make.AUDITOR, filters=Filters(since=now, until=now - timedelta(seconds=1)))


def test_everybody_sees_their_own_and_no_more(some):
    own = queries.find(make.OTHER, filters=Filters(mine=True)).items
    assert [e.actor_name for e in own] == ["李娜"]
    with pytest.raises(Refused):
        queries.find(make.OTHER, filters=Filters(person="李娜"))
    assert queries.entry(make.OTHER, entry_id=own[0].id).entry.id == own[0].id
    theirs = Entry.objects.filter(actor_name="张伟").first()
    with pytest.raises(Refused):
        queries.entry(make.OTHER, entry_id=theirs.id)
    with pytest.raises(Refused):
        queries.entry(make.OTHER, entry_id=new_id())
    with pytest.raises(NotFound):
        queries.entry(make.AUDITOR, entry_id=new_id())
    assert queries.find(Actor.system("x"), filters=Filters(mine=True)).items == ()
    with pytest.raises(Exception, match="登录"):
        queries.find(ANONYMOUS, filters=Filters(mine=True))


def test_an_entry_shows_how_many_subjects_but_not_who():
    ids = make.sealed(1, subjects=[SubjectRef("id_card", str(i), "holder") for i in range(3)] + [SubjectRef("plate", "x", "car")])
    detail = queries.entry(make.AUDITOR, entry_id=ids[0])
    assert detail.subjects == (("id_card", "holder", 3), ("plate", "car", 1))
    assert detail.envelope["actor"]["name"] == "张伟"
    leaf = rules.leaf_bytes(detail.entry.type, detail.entry.time, bytes.fromhex(detail.salt), detail.text.encode())
    assert leaf.decode() == detail.receipt.leaf


def test_uses_of_a_person():
    make.sealed(
        2, dataset="licences", purpose="case", subjects=[SubjectRef("id_card", "42", "holder"), SubjectRef("id_card", "42", "seller")]
    )
    make.sealed(1, subjects=[SubjectRef("id_card", "43", "holder"), SubjectRef("plate", "42", "plate")])
    page = queries.uses_of(make.RELAY, subject=SubjectRef("id_card", "42"), limit=1)
    assert (len(page.items), page.items[0].columns, page.items[0].dataset) == (1, ("holder", "seller"), "licences")
    rest = queries.uses_of(make.RELAY, subject=SubjectRef("id_card", "42"), cursor=page.next_cursor)
    assert len(rest.items) == 1 and rest.next_cursor is None
    assert queries.uses_of(make.RELAY, subject=SubjectRef("id_card", "42", "other")).items == ()
    future = clock.now() + timedelta(hours=1)
    assert queries.uses_of(make.RELAY, subject=SubjectRef("id_card", "42"), since=future).items == ()
    with pytest.raises(Refused):
        queries.uses_of(make.OFFICER, subject=SubjectRef("id_card", "42"))


# -- verification


def findings(**kwargs):
    report = queries.verify_log(**kwargs)
    assert not report.ok
    return [(f.what, f.index) for f in report.findings]


@pytest.fixture
def log():
    """An untouched log of 300 entries in three checkpoints, the last but one entry with a subject."""
    for i in range(298):
        make.did(str(i), dataset="d")
    actions.sequence(batch=100)
    make.did("298", subjects=[SubjectRef("id_card", "1", "holder")])
    make.did("299")
    while actions.sequence(batch=150):
        pass
    assert queries.verify_log().ok


def flip(table, column, where, at=5):
    """Change one byte behind the product's back."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = set_byte({column}, %s, get_byte({column}, %s) # 1) WHERE {where}", [at, at])
        assert cursor.rowcount == 1


def test_an_untouched_log(log):
    said = []
    report = queries.verify_log(said.append)
    assert (report.ok, report.size, report.tiles, report.checkpoints) == (True, 300, 3, Checkpoint.objects.count())
    assert report.root == bytes(Checkpoint.objects.get(size=300).root).hex()
    assert "核验通过" in said[-1].zh and "Verified" in said[-1].en


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_one_byte_of_a_leaf(log, index):
    flip("audit_entry", "leaf", f"index = {index}", at=70)
    report = queries.verify_log()
    assert [(f.what, f.index) for f in report.findings] == [("leaf", index)]
    assert str(Entry.objects.get(index=index).id) in str(report.findings[0])


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_one_byte_of_an_event(log, index):
    text = Entry.objects.get(index=index).event
    Entry.objects.filter(index=index).update(event=text.replace("做了一件事", "做了一件亊"))
    report = queries.verify_log()
    assert [(f.what, f.index) for f in report.findings] == [("event", index)]
    assert report.findings[0].entry_id == Entry.objects.get(index=index).id


def test_an_event_that_is_no_json_any_more(log):
    Entry.objects.filter(index=7).update(event="{")
    assert findings() == [("event", 7)]


def test_salt_type_and_time(log):
    flip("audit_entry", "salt", "index = 3")
    Entry.objects.filter(index=4).update(type="audittest.thing.told.v1")
    Entry.objects.filter(index=5).update(time=clock.now())
    Entry.objects.filter(index=6).update(salt=None)
    assert findings() == [("event", 3), ("event", 4), ("event", 5), ("event", 6)]


def test_leaf_and_event_both(log):
    flip("audit_entry", "leaf", "index = 3", at=70)
    flip("audit_entry", "salt", "index = 3")
    assert ("leaf", 3) in findings()


def test_a_leaf_hash(log):
    flip("audit_entry", "leaf_hash", "index = 9")
    assert findings() == [("leaf", 9)]


def test_search_columns(log):
    Entry.objects.filter(index=10).update(actor_name="李四", dataset="other")
    assert findings() == [("columns", 10)]


def test_subjects(log):
    Subject.objects.update(digest="0" * 64)
    assert findings() == [("subjects", 298)]
    Subject.objects.all().delete()
    assert findings() == [("subjects", 298)]


def test_a_forged_subject(log):
    Subject.objects.create(entry=Entry.objects.get(index=1), kind="id_card", digest="0" * 64)
    assert findings() == [("subjects", 1)]


def test_a_tile(log):
    flip("audit_tile", "data", "level = 0 AND n = 0", at=32 * 17 + 3)
    assert findings() == [("tile", 17)]


def test_an_upper_tile(log):
    flip("audit_tile", "data", "level = 1 AND n = 0")
    report = queries.verify_log()
    assert [(f.what, f.index) for f in report.findings] == [("tile", 0)]
    assert "1/0" in report.findings[0].words.en
    Tile.objects.filter(level=1).delete()
    assert findings() == [("tile", 0)]


def test_a_missing_tile_names_its_entries(log):
    Tile.objects.filter(level=0, n=1).delete()
    found = findings()
    assert found == [("tile", i) for i in range(256, 300)]


def test_a_missing_entry(log):
    Subject.objects.all().delete()
    Entry.objects.filter(index=298).delete()
    assert findings() == [("missing", 298)]


def test_checkpoints(log):
    flip("audit_checkpoint", "root", "size = 300")
    assert findings() == [("checkpoint", 299)]


def test_a_forged_signature(log):
    last = Checkpoint.objects.get(size=300)
    body = rules.parse_checkpoint(rules.parse_note(last.note)[0])
    forger = rules.new_signer(body.origin)
    Checkpoint.objects.filter(size=300).update(note=rules.sign_checkpoint(body, forger))
    assert findings() == [("checkpoint", 299)]


def test_history_rewritten_consistently_but_without_the_key(log):
    """Event, leaf, hash and tiles all made to fit: only the signed roots still know."""
    entry = Entry.objects.get(index=42)
    text = entry.event.replace("张伟", "张三")
    leaf = rules.leaf_bytes(entry.type, entry.time, bytes(entry.salt), text.encode())
    Entry.objects.filter(index=42).update(event=text, leaf=leaf, leaf_hash=rules.leaf_hash(leaf), actor_name="张三")
    edge = rules.Edge(0, lambda level, n: b"")
    for stored in Entry.objects.order_by("index"):
        edge.append(bytes(stored.leaf_hash))
    Tile.objects.all().delete()
    Tile.objects.bulk_create([Tile(level=level, n=n, data=data) for (level, n), data in edge.changed().items()])
    # The last tile that a level shows after an append is the newest; full ones are in `changed` as well.
    report = queries.verify_log()
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert [f.what for f in report.findings] == ["checkpoint"] * len([s for s in sizes if s > 42])
    assert report.findings[0].index <= 42


def test_an_entry_slipped_in_at_the_end(log):
    last = Entry.objects.get(index=299)
    Entry.objects.create(
        id=new_id(),
        index=300,
        type=last.type,
        time=last.time,
        leaf=last.leaf,
        leaf_hash=last.leaf_hash,
        event=last.event,
        salt=last.salt,
        room="x",
    )
    assert findings() == [("unsigned", 300)]


def test_an_end_cut_off_shows_against_a_checkpoint_kept_elsewhere(log):
    kept = queries.checkpoint()
    Subject.objects.all().delete()
    first = Checkpoint.objects.filter(size__gt=0).order_by("size").first()
    Checkpoint.objects.filter(size__gt=first.size).delete()
    Entry.objects.filter(index__gte=first.size).delete()
    assert ("missing", None) in findings(trusted=kept)


def test_a_trusted_checkpoint(log):
    assert queries.verify_log(trusted=queries.checkpoint()).ok
    with pytest.raises(rules.NoteError):
        queries.verify_log(trusted="nonsense")


def test_a_forgotten_leaf_is_still_watched(log):
    ids = list(Entry.objects.filter(index__in=[20, 21]).order_by("index").values_list("id", flat=True))
    actions.forget(Actor.system("retention"), entry_ids=ids, reason="期满")
    actions.sequence()
    assert queries.verify_log().ok
    flip("audit_entry", "leaf", "index = 20", at=70)
    Entry.objects.filter(index=21).update(time=clock.now())
    assert findings() == [("leaf", 20), ("columns", 21)]


def test_content_taken_away_at_the_database_is_not_taken_for_forgetting(log):
    """The application's role may empty an entry, because forgetting is its work; only what the log tells of counts as that."""
    ids = list(Entry.objects.filter(index__in=[20, 21]).order_by("index").values_list("id", flat=True))
    actions.forget(Actor.system("retention"), entry_ids=ids[:1], reason="期满")
    assert queries.verify_log().ok, "told, though not sealed yet"
    actions.sequence()
    Entry.objects.filter(index=21).update(event=None, salt=None)
    assert findings() == [("event", 21)]


def test_many_findings_are_counted(log):
    Entry.objects.filter(index__lt=150).update(salt=b"\x00" * 32)
    report = queries.verify_log()
    assert (len(report.findings), report.more) == (100, 50)


def test_an_empty_database():
    assert queries.verify_log().ok
    assert Intake.objects.count() == 0


# -- public files


def test_tiles_are_served_at_any_width_they_had(log):
    full = queries.tile(rules.TileRef(0, 0))
    assert len(full) == 256 * 32
    assert queries.tile(rules.TileRef(0, 0, 3)) == full[:96]
    assert len(queries.tile(rules.TileRef(0, 1, 44))) == 44 * 32
    assert queries.tile(rules.TileRef(0, 1)) is None
    assert queries.tile(rules.TileRef(0, 1, 45)) is None
    assert queries.tile(rules.TileRef(0, 2, 1)) is None
    assert queries.tile(rules.TileRef(1, 0, 1)) == rules.tree.fold([full[i : i + 32] for i in range(0, len(full), 32)])
    bundle = rules.parse_bundle(queries.tile(rules.TileRef(None, 1, 44)))
    assert bundle[-1] == bytes(Entry.objects.get(index=299).leaf)
    assert queries.tile(rules.TileRef(None, 1)) is None
    assert len(rules.parse_bundle(queries.tile(rules.TileRef(None, 0)))) == 256
